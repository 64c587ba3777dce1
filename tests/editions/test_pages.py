"""What differs, told to everybody; counts by company before the button; and the button."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.editions import views_desk
from lms.learning.models import Progress
from tests.factories.editions import NEXT, publish_next_edition
from tests.factories.library import republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, complete
from tests.pages import Browser, Page, words

CHANGES, DESK = "/criteria/changes/", "/program/rollout/editions/"
ADDRESS = f"{DESK}2019/{NEXT}"


@pytest.fixture
def staff(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Sam", role=Role.STAFF))


def headings(page: Page) -> list[str]:
    return [words(h) for h in page.find("//main//section[ul[contains(@class, 'criteria-list')]]/h2")]


def shown(page: Page, kind: str) -> list[str]:
    return [words(li) for li in page.find(f"//section[@aria-labelledby='{kind}']//li")]


# --- everybody ------------------------------------------------------------------------------------------------------


def test_with_one_edition_the_page_says_what_will_be_here(session: Session, browser: Browser) -> None:
    page = browser.get(CHANGES)
    assert page.h1 == "Edition 2019 is the only one yet"
    assert "what it changes for your kind of company" in page.text
    assert page.find("//main//form") == []


def test_the_newest_pair_is_compared_kind_by_kind(session: Session, browser: Browser) -> None:
    publish_next_edition(session)
    page = browser.get(CHANGES)
    assert page.h1 == "Edition 2027 changes 7 criteria"
    assert headings(page) == [
        "1 criterion is new",
        "1 should became a must",
        "1 criterion is worded differently",
        "1 criterion has another number",
        "2 criteria concern other entity types",
        "1 must became a should",
        "1 criterion is gone",
    ]
    assert ["It was 6.1 and is 6.12 now." in text for text in shown(page, "renumbered")] == [True]
    assert "Edition 2019 is in force." in page.text


def test_old_and_new_words_stand_in_one_text_and_are_told_apart_without_color(
    session: Session, browser: Browser
) -> None:
    publish_next_edition(session)
    page = browser.get(CHANGES)
    (text,) = page.find("//section[@aria-labelledby='reworded']//p")
    assert words(text).startswith("What it says: Every shipment")
    new, old = ([words(part) for part in text.xpath(f".//{name}")] for name in ("ins", "del"))
    assert all(said.startswith("put in: ") for said in new)
    assert all(said.startswith("taken out: ") for said in old)
    assert "loader himself, at once" in " ".join(new)
    assert "ISO 17712" in " ".join(old)


def test_for_one_entity_type(session: Session, browser: Browser) -> None:
    publish_next_edition(session)
    page = browser.get(f"{CHANGES}?entity=sea-carriers")
    assert [h for h in headings(page) if "gone" in h] == ["3 criteria are gone"]
    assert "worded differently" not in page.text
    assert browser.get(f"{CHANGES}?from={NEXT}&to=2019").h1 == "Edition 2019 changes 7 criteria"
    assert browser.get(f"{CHANGES}?from=1066&to=nothing&entity=x").h1 == "Edition 2027 changes 7 criteria"
    assert "Choose two different editions" in browser.get(f"{CHANGES}?from=2019&to=2019").text


def test_where_a_text_has_no_translation_it_says_that_it_is_english(session: Session, browser: Browser) -> None:
    publish_next_edition(session)
    browser.client.set_cookie("language", "es")
    page = browser.get(CHANGES)
    (title,) = page.find("//section[@aria-labelledby='added']//h3")
    assert (title.get("lang"), words(title)) == ("en", "Pictures of seals")
    (known,) = page.find("//section[@aria-labelledby='removed']//h3")
    assert known.get("lang") is None
    assert page.find("//section[@aria-labelledby='reworded']//span[@lang='en']")


# --- staff ----------------------------------------------------------------------------------------------------------


def test_the_desk_says_what_points_to_each_edition(session: Session, staff: Browser) -> None:
    assert "There is no other edition yet." in staff.get(DESK).text
    publish_next_edition(session)
    page = staff.get(DESK)
    assert page.h1 == "Edition 2019 is in force"
    assert "A picture of every seal 06-seal-security/photos.md" in page.text
    assert "How far apart may loading and sealing lie? 06-seal-security/seals.md:" in page.text
    assert page.links()["With edition 2019"] == ADDRESS


def test_counts_by_company_stand_before_the_button_and_add_up(
    session: Session, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_desk, "PAGE_SIZE", 2)
    for name, people in (("Sample A", 3), ("Sample B", 1), ("Sample C", 2)):
        company = make_organization(session, name)
        for number in range(people):
            complete(session, make_person(session, f"{name} {number}", organization=company), SEALS)
    sea = make_organization(session, "Sample Lines", ("sea-carriers",))
    complete(session, make_person(session, "Ben", organization=sea), SEALS)
    publish_next_edition(session)
    first, second = staff.get(ADDRESS), staff.get(f"{ADDRESS}?page=2")
    assert "6 people of 3 companies would take 6 modules again" in first.text
    rows = [
        [words(cell) for cell in row.xpath("./*")]
        for page in (first, second)
        for row in page.find("//section[@aria-labelledby='companies']//tbody/tr")
    ]
    assert [(row[0], row[2]) for row in rows] == [("Sample A", "3"), ("Sample C", "2"), ("Sample B", "1")]
    (total,) = second.find("//section[@aria-labelledby='companies']//tfoot/tr")
    assert [words(cell) for cell in total.xpath("./td")] == ["6", "6"]
    assert sum(int(row[3]) for row in rows) == 6
    assert (
        session.query(Progress).filter(Progress.again_because.is_not(None)).count() == 0
    )  # nothing is done by looking


def test_the_button_puts_it_in_force(session: Session, staff: Browser) -> None:
    ana = make_person(session, "Ana", organization=make_organization(session))
    complete(session, ana, SEALS)
    publish_next_edition(session)
    page = staff.submit(staff.get(ADDRESS))
    assert page.h1 == "Edition 2027 is in force"
    assert "Edition 2027 is in force. 1 module is to be taken again, counted for each person." in page.html
    assert "This number includes people whose access has ended." in page.html
    session.rollback()
    assert published(session).library.framework.program.edition == NEXT
    assert session.get_one(Progress, (ana.id, SEALS)).again_because == "change"
    assert staff.get("/criteria/6.12").h1.startswith("6.12")
    assert "comes with edition" not in staff.get(CHANGES).text
    back = staff.get(f"{DESK}{NEXT}/2019")
    assert "would take" in back.text or "Nobody would take a module again." in back.text


def test_an_edition_is_not_put_in_force_twice_or_on_old_counts(session: Session, staff: Browser) -> None:
    publish_next_edition(session)
    page, other = staff.get(ADDRESS), staff.get(ADDRESS)
    republish(session, ("minutes: 10", "minutes: 12"), at=now())
    refused = staff.submit(page, status=409)
    assert "Somebody published since you opened this page." in refused.html
    assert "2027 is in force" in staff.submit(refused).html
    again = staff.submit(other)
    assert "Edition 2027 is in force by now. Nothing was changed." in again.html


def test_errors_are_shown_with_file_line_and_fix_and_there_is_no_button(session: Session, staff: Browser) -> None:
    publish_next_edition(session)
    walk = "05-conveyance-and-iit-security/walk.md"
    before = staff.get(ADDRESS)
    republish(session, ("criteria: [5.3]", "criteria: [5.3, 5.8]"), at=now(), path=walk)
    page = staff.get(ADDRESS)
    assert f"{walk}:3:17 F017 There is no criterion 5.8. Edition 2027 has it no more: take it out" in page.text
    assert page.find("//button[contains(., 'in force')]") == []
    revision = str(published(session).revision_id)
    session.rollback()
    assert "F017" in staff.submit(before, status=422, revision=revision).text
    session.rollback()
    assert published(session).library.framework.program.edition == "2019"


def test_editions_that_do_not_exist_have_no_page(session: Session, staff: Browser) -> None:
    staff.get(f"{DESK}2019/{NEXT}", status=404)
    staff.get(f"{DESK}1066/2019", status=404)
    same = staff.get(f"{DESK}2019/2019")
    assert same.find("//button[contains(., 'in force')]") == []


def test_a_learner_puts_nothing_in_force(session: Session, browser: Browser) -> None:
    learner: Person = make_person(session, organization=make_organization(session))
    publish_next_edition(session)
    browser.sign_in(learner)
    browser.get(ADDRESS, status=403)
    assert browser.client.post(ADDRESS, data={"revision": "2"}).status_code in (400, 403)
