"""The timeline: where we are today, what to do now for a kind of company, and the calendar file."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.content.scope import concerns
from lms.core.clock import now, program_day
from lms.feedback.models import CommentPeriod
from lms.learning.standing import desk
from lms.schedule import service
from lms.workshops.models import Workshop
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page, words

TODAY = program_day(now())
STEPS = {"socialization": (240, 150), "refinement": (149, 90), "publication": (89, 75), "training": (74, 0)}
PHASES = {1: 60, 2: 40, 3: 25, 4: 10}


def ahead(session: Session, days: int) -> date:
    """Enforcement lies so many days ahead, the steps and phases before it; its day."""
    day = TODAY + timedelta(days)
    service.move(
        session,
        published(session).library,
        enforcement=day,
        phases={number: day - timedelta(n) for number, n in PHASES.items()},
        steps={slug: (day - timedelta(a), day - timedelta(b)) for slug, (a, b) in STEPS.items()},
        note="Moved.",
        now=now(),
    )
    session.commit()
    return day


@pytest.mark.parametrize(
    ("days", "says", "current"),
    [
        (300, "Socialization begins on", None),
        (200, "The draft is open to members until", "Socialization"),
        (100, "The draft is being refined until", "Refinement"),
        (80, "The final criteria are published by", "Publication"),
        (70, "Members are learning the criteria. Phase 1 begins on", "Training"),
        (60, "Phase 1 is in force. Phase 2 begins on", "Phase 1"),
        (5, "All phases are in force. Enforcement begins on", "Enforcement"),
        (-3, "All criteria have been enforced since", "Enforcement"),
    ],
)
def test_where_we_are_is_said_first_and_marked(
    browser: Browser, session: Session, days: int, says: str, current: str | None
) -> None:
    ahead(session, days)
    page = browser.get("/timeline/")
    assert page.h1.startswith(says)
    assert says in browser.get("/").text
    marked = [words(th) for th in page.find("//tr[@aria-current='step']/th")]
    assert marked == ([current] if current else [])
    drawn = page.find("//ol//li[@aria-current='step']//p[@class='here']")
    assert len(drawn) == len(marked)


def test_a_day_between_two_steps_says_what_comes(browser: Browser, session: Session) -> None:
    day = TODAY + timedelta(100)
    steps = {"socialization": (TODAY - timedelta(90), TODAY - timedelta(1)), "refinement": (TODAY + timedelta(3), day)}
    steps |= {"publication": (day, day), "training": (day, day)}
    phases = dict.fromkeys((1, 2, 3, 4), day)
    service.move(
        session, published(session).library, enforcement=day, phases=phases, steps=steps, note="Moved.", now=now()
    )
    session.commit()
    page = browser.get("/timeline/")
    assert page.h1.startswith("Refinement begins on")
    assert page.h1.endswith("in 3 days.")


@on_both
def test_the_desk_of_a_learner_knows_the_same_schedule(session: Session) -> None:
    ahead(session, 90)
    person = make_person(session, organization=make_organization(session))
    shelf = published(session)
    found = desk(session, as_signed_in(person)).schedule
    assert found == service.in_force(session, shelf.library)
    assert [step.slug for step in found.steps] == list(STEPS)


def test_the_old_address_leads_here(browser: Browser) -> None:
    assert browser.get("/timeline").path == "/timeline/"
    assert browser.get("/").links()["See the whole path and what to do now"] == "/timeline/"
    assert browser.get("/").links()["All questions and answers"] == "/faq/"


def rows(page: Page) -> list[str]:
    return [words(h3) for h3 in page.find("//ol[contains(@class, 'todo')]//h3")]


def test_a_visitor_chooses_the_kind_of_company(browser: Browser, session: Session) -> None:
    ahead(session, 90)
    page = browser.get("/timeline/")
    assert "You will see here which criteria concern it" in page.text
    assert not rows(page)
    page = browser.get("/timeline/?entity=sea-carriers")
    assert page.one("//option[@selected]").get("value") == "sea-carriers"
    assert rows(page)[0] == "Fill in the workbook"
    assert {row.split(" ")[0] for row in rows(page)[1:4]} == {"4", "5", "6"}
    assert "/workbooks/sea-carriers.pdf" in page.links().values()
    assert "/workbooks/sea-carriers.xlsx" in page.links().values()
    assert not rows(browser.get("/timeline/?entity=nobody"))


def test_counts_are_those_of_the_catalog(browser: Browser, session: Session) -> None:
    ahead(session, 90)
    page = browser.get("/timeline/?entity=importers")
    (row,) = [words(li) for li in page.find("//li[@class='req']") if "4 Cybersecurity" in words(li)]
    for level in ("must", "should"):
        listed = browser.get(f"/criteria/?entity=importers&level={level}&category=4").h1.split(" ")[0]
        assert f"{listed} {level}" in row


def test_categories_in_force_are_listed_apart(browser: Browser, session: Session) -> None:
    ahead(session, 60)
    page = browser.get("/timeline/?entity=importers")
    assert "In force already" in page.text
    assert not {row.split(" ")[0] for row in rows(page)} & {"4", "5", "6"}


def test_the_own_company_is_chosen(app: Flask, session: Session) -> None:
    ahead(session, 90)
    company = make_organization(session, "Ejemplo Freight", entities=("importers", "sea-carriers"))
    for role in (Role.LEARNER, Role.COORDINATOR):
        reader = Browser(app).sign_in(make_person(session, role=role, organization=company))
        page = reader.get("/timeline/")
        assert "What to do now: Ejemplo Freight" in page.text
        assert page.one("//option[@selected]").get("value") == "own"
        assert {"/workbooks/importers.pdf", "/workbooks/sea-carriers.pdf"} <= set(page.find("//main//a/@href"))
        assert ("/company/assessment/" in page.find("//ol//a/@href")) == (role is Role.COORDINATOR)
        other = reader.get("/timeline/?entity=exporters")
        assert "What to do now: Ejemplo Freight" not in other.text
    other = make_person(session, role=Role.STAFF)
    assert "Ejemplo" not in Browser(app).sign_in(other).get("/timeline/?entity=own").text


def test_what_the_company_declined_is_not_asked_of_it(app: Flask, session: Session) -> None:
    ahead(session, 90)
    framework = published(session).library.framework
    company = make_organization(session)
    theirs = [c for c in framework.criteria.values() if concerns(c, framework, company.entities)]
    scope = next(c.scope for c in theirs if framework.scopes[c.scope].question)
    company.declined = [scope]
    reader = Browser(app).sign_in(make_person(session, role=Role.COORDINATOR, organization=company))
    own, kind = (reader.get(f"/timeline/{query}") for query in ("", f"?entity={company.entities[0]}"))

    def listed(page: Page) -> int:
        return sum(
            map(int, re.findall(r"([0-9]+) (?:must|should)", words(page.one("//ol[contains(@class, 'todo')]/li[1]"))))
        )

    assert listed(kind) == len(theirs)
    assert listed(own) == sum(c.scope != scope for c in theirs)


def make_workshop(session: Session, days: int, **values: object) -> None:
    facts = {
        "public_id": f"workshop-{days}-{len(values)}", "title": "Seals", "about": "", "office": "houston", "place": "1 Sample Street",
        "zone": "America/Chicago", "starts_at": now() + timedelta(days), "minutes": 60, "seats": 5, "language": "en", "criteria": [],
        "entities": [], "reads": [], "code": "x", "by_id": session.scalars(select(Person.id)).first(), "created_at": now(),
    }  # fmt: skip
    session.add(Workshop(**facts | values))
    session.commit()


def test_comments_and_workshops_are_things_to_do_while_there_are_any(browser: Browser, session: Session) -> None:
    ahead(session, 90)
    make_person(session, role=Role.STAFF)
    edition = published(session).library.framework.program.edition
    days: Mapping[str, date] = {"begins_on": TODAY - timedelta(9), "ends_on": TODAY}
    session.add(CommentPeriod(edition=edition, purpose="We read all of it.", created_at=now(), **days))
    make_workshop(session, 3, cancelled_at=now(), cancelled_because="No room.")
    make_workshop(session, 4, entities=["sea-carriers"])
    make_workshop(session, 6)
    page = browser.get("/timeline/?entity=importers")
    assert rows(page)[:3] == ["Comment on the criteria", "Fill in the workbook", "Go to a workshop"]
    listed = [words(li) for li in page.find("//ol[contains(@class, 'todo')]/li")]
    assert "today" in listed[0]
    by_its_clocks = now().astimezone(ZoneInfo("America/Chicago")) + timedelta(6)
    assert f"{by_its_clocks:%B} {by_its_clocks.day}, {by_its_clocks.year}" in listed[2]
    session.query(CommentPeriod).update({"ends_on": TODAY - timedelta(1)})
    session.query(Workshop).update({"starts_at": now() - timedelta(1)})
    session.commit()
    assert rows(browser.get("/timeline/?entity=importers"))[0] == "Fill in the workbook"
    assert "Go to a workshop" not in rows(browser.get("/timeline/?entity=importers"))


def calendar_of(browser: Browser) -> dict[str, object]:
    response = browser.client.get("/timeline/calendar.ics")
    assert response.mimetype == "text/calendar"
    return {str(e["uid"]): e for e in Calendar.from_ical(response.get_data()).walk("VEVENT")}


def test_the_calendar_file_holds_every_day_of_the_path(browser: Browser, session: Session) -> None:
    day = ahead(session, 90)
    events = calendar_of(browser)
    edition = published(session).library.framework.program.edition
    spans = {uid: (e["dtstart"].dt, e["dtend"].dt - timedelta(1)) for uid, e in events.items()}  # type: ignore[index]
    assert spans == {
        **{f"{edition}.{slug}@localhost": (day - timedelta(a), day - timedelta(b)) for slug, (a, b) in STEPS.items()},
        **{f"{edition}.phase-{n}@localhost": (day - timedelta(d),) * 2 for n, d in PHASES.items()},
        f"{edition}.enforcement@localhost": (day, day),
    }


def test_moved_days_replace_those_in_a_calendar(browser: Browser, session: Session) -> None:
    ahead(session, 90)
    before = calendar_of(browser)
    ahead(session, 80)
    after = calendar_of(browser)
    assert before.keys() == after.keys()
    assert all(after[uid]["sequence"] >= before[uid]["sequence"] for uid in before)  # type: ignore[index]


def test_the_calendar_file_speaks_the_language_of_the_reader(browser: Browser) -> None:
    english = {str(e["summary"]) for e in calendar_of(browser).values()}  # type: ignore[index]
    browser.client.set_cookie("language", "es")
    spanish = {str(e["summary"]) for e in calendar_of(browser).values()}  # type: ignore[index]
    assert "Enforcement" in english
    assert "Enforcement" not in spanish
