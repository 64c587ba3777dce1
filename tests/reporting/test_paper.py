"""Training without computers: what is printed, and what typing a sheet in brings about."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.assessment import onpaper
from lms.assessment.models import Attempt
from lms.assessment.onpaper import Variant
from lms.assessment.paper import to_entry
from lms.catalog.models import Revision
from lms.catalog.shelf import published
from lms.content.course import Module
from lms.core.audit import AuditEntry
from lms.fsck.service import check
from lms.learning.models import Completion, SectionReading
from tests.assessment.answers import KEY_WORDS, RIGHT, WRONG
from tests.conftest import on_both
from tests.factories.library import republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, begin_attempt
from tests.factories.training import complete as really_complete
from tests.pages import MISSING, REFUSED, Browser, Page, words

from .histories import NOON, TODAY

CHOSEN = f"module={SEALS}&language=en&variants=2"


@pytest.fixture(autouse=True)
def published_in_autumn(session: Session) -> None:
    """The library was published before any test was taken, whatever test of this run made the site and when."""
    session.execute(update(Revision).values(created_at=NOON - timedelta(days=100)))
    session.commit()


@pytest.fixture
def ana(session: Session, freight: Organization) -> Person:
    return make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",), email="ana@sample.example")


@pytest.fixture
def coordinator(session: Session, browser: Browser, casey: Person) -> Browser:
    casey.role = Role.COORDINATOR
    session.commit()
    return browser.sign_in(casey)


def seals(session: Session) -> Module:
    return published(session).library.modules[SEALS]


def printed(session: Session, number: int = 1) -> Variant:
    shelf = published(session)
    return onpaper.variant(seals(session), shelf.documents[SEALS, "en"], ["highway-carriers-us-mexico"], number)


def typed(session: Session, answers: dict[str, list[Any]], number: int = 1) -> dict[str, str]:
    """The fields of the form, as somebody copies them from a sheet with these answers."""
    test = printed(session, number)
    asked = onpaper.asked_questions(seals(session), test.paper)
    return {
        one.field: onpaper.written(one, to_entry(one.type, drawn.shown, answers[drawn.question]))
        for drawn, one in zip(test.paper.drawn, asked, strict=True)
    }


def lines(browser: Browser, session: Session, person: Person, number: int = 1, day: date = TODAY) -> Page:
    """The form for the answers of a sheet, reached from the page that asks whose it is."""
    return about(browser, module=SEALS, sheet=printed(session, number).name, person=person.id, day=day)


def about(browser: Browser, *, status: int = 200, **fields: object) -> Page:
    """What the form asks of a sheet, sent as a browser does: by GET."""
    return browser.get(f"/company/paper/answers?{urlencode(fields)}", status=status)


def said(page: Page) -> str:
    return " ".join(words(element) for element in page.find("//*[@role='alert' or @role='status']"))


@on_both
def test_a_sheet_that_is_typed_in_completes_the_module_and_says_who_proctored(
    session: Session, coordinator: Browser, ana: Person
) -> None:
    page = lines(coordinator, session, ana)
    assert page.h1 == "Answers of Ana Ejemplo"
    done = coordinator.submit(page, **typed(session, RIGHT))
    assert "Ana Ejemplo passed with 100 %. The record says that you proctored the test." in said(done)
    assert done.one("//input[@name='day']").get("value") == TODAY.isoformat()  # the next sheet of the pile
    assert done.one("//select[@name='module']/option[@selected]").get("value") == SEALS
    training = coordinator.get(f"/company/people/{ana.id}/training")
    assert "On paper, proctored by Casey Sample" in training.text
    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.passed, attempt.form, attempt.delta) == (True, 1, False)
    assert session.scalars(select(Completion.person_id)).one() == ana.id
    assert session.scalar(select(func.count()).select_from(SectionReading)) == 2
    assert "attempt.proctored" in set(session.scalars(select(AuditEntry.action)))
    session.commit()
    assert [one for one in check(session, lambda *_: None) if not isinstance(one, int)] == []
    learner = Browser(coordinator.app).sign_in(ana)
    record = learner.get(f"/attempts/{attempt.public_id}")
    assert "Proctored by Casey Sample on December 20, 2018, variant 1" in record.text
    assert "Signed on paper" in record.text
    exported = coordinator.client.get("/company/training-record.csv").get_data(as_text=True)
    assert exported.splitlines()[1].endswith(",Casey Sample")


def test_the_same_sheet_twice_has_one_effect(session: Session, coordinator: Browser, ana: Person) -> None:
    page = lines(coordinator, session, ana)
    coordinator.submit(page, **typed(session, RIGHT))
    again = coordinator.submit(page, **typed(session, RIGHT))
    assert "was typed in before; nothing was changed" in said(again)
    refused = coordinator.submit(page, **typed(session, WRONG), status=422)
    assert "typed in before with other answers" in said(refused)
    session.rollback()
    assert session.scalar(select(func.count(Attempt.id))) == 1


def test_a_miss_is_a_miss_and_another_variant_may_follow(session: Session, coordinator: Browser, ana: Person) -> None:
    first = coordinator.submit(lines(coordinator, session, ana), **typed(session, WRONG))
    assert "Ana Ejemplo did not pass, with 0 %." in said(first)
    blank = dict.fromkeys(typed(session, WRONG, 2), "")
    coordinator.submit(lines(coordinator, session, ana, 2), **blank)
    page = lines(coordinator, session, ana, 3)
    waits = coordinator.submit(page, **typed(session, RIGHT, 3), status=422)
    assert "After two misses in a row there is a wait." in said(waits)
    session.rollback()
    assert session.scalar(select(func.count(Attempt.id))) == 2


def test_what_was_typed_stays_where_a_line_cannot_be_read(session: Session, coordinator: Browser, ana: Person) -> None:
    fields = typed(session, RIGHT)
    match = next(f for f, text in fields.items() if text.count(" ") == 1 and text.replace(" ", "").isalpha())
    page = coordinator.submit(lines(coordinator, session, ana), **{**fields, match: "Q"}, status=422)
    assert f"#{match}" in page.links().values()
    form = page.form("/company/paper/answers").values()
    assert {name: form[name] for name in fields} == {**fields, match: "Q"}
    session.rollback()
    assert session.scalar(select(func.count(Attempt.id))) == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("module", "", "Choose the module of the sheet."),
        ("sheet", "9-zzzz", "Type the number of the sheet as it is printed, like 2-3f9a."),
        ("sheet", "1-0000", "No test of this module has this number."),
        ("person", "", "Choose the person whose sheet it is."),
        ("day", "", "Give the day of the test."),
        ("day", "2018-12-21", "This day is yet to come."),
        ("day", "2018-10-20", "Answers are typed in within 60 days"),
    ],
)
def test_what_is_wrong_about_a_sheet_is_said(
    session: Session, coordinator: Browser, ana: Person, field: str, value: str, sentence: str
) -> None:
    good = {"module": SEALS, "sheet": printed(session).name, "person": str(ana.id), "day": TODAY.isoformat()}
    page = about(coordinator, **(good | {field: value}), status=422)
    assert sentence in said(page)
    assert page.one("//input[@name='sheet']").get("value") == (value if field == "sheet" else good["sheet"])


def test_nobody_types_in_an_own_test_or_that_of_another_company(
    session: Session, coordinator: Browser, casey: Person, ana: Person
) -> None:
    stranger = make_person(session, "Ben Muestra", organization=make_organization(session, "Rival Freight"))
    page = coordinator.get("/company/paper/answers")
    offered = [words(option) for option in page.find("//select[@id='person']/option")]
    assert offered == ["Choose a person", "Ana Ejemplo"]
    for person in (casey, stranger):
        page = lines(coordinator, session, ana)
        refused = coordinator.submit(page, person=str(person.id), **typed(session, RIGHT), status=422)
        assert "Choose the person whose sheet it is." in said(refused)
    session.rollback()
    assert session.scalar(select(func.count(Attempt.id))) == 0


def test_an_open_quiz_comes_first(session: Session, coordinator: Browser, ana: Person) -> None:
    begin_attempt(session, ana, SEALS)
    page = coordinator.submit(lines(coordinator, session, ana), **typed(session, RIGHT), status=422)
    assert "begun the quiz online" in said(page)


def test_the_test_shows_every_question_and_nothing_of_the_key(
    session: Session, coordinator: Browser, ana: Person
) -> None:
    page = coordinator.get(f"/company/paper/test?{CHOSEN}")
    assert len(page.find("//article")) == 2
    assert [len(sheet.xpath(".//ol[contains(@class, 'test__questions')]/li")) for sheet in page.find("//article")] == [
        7,
        7,
    ]
    for number in (1, 2):
        assert printed(session, number).name in page.text
    assert [word for word in KEY_WORDS if word in page.text] == []


def test_the_key_opens_after_the_own_pass_only(
    session: Session, coordinator: Browser, casey: Person, ana: Person
) -> None:
    page = coordinator.get("/company/paper/?" + CHOSEN)
    assert "Key, for the proctor only" not in page.links()
    refused = coordinator.get(f"/company/paper/key?{CHOSEN}")
    assert refused.h1 == "Train without computers"
    assert "The key opens once you have passed this module yourself." in said(refused)
    really_complete(session, casey, SEALS, at=NOON - timedelta(hours=2))
    assert "Key, for the proctor only" in coordinator.get("/company/paper/?" + CHOSEN).links()
    key = coordinator.get(f"/company/paper/key?{CHOSEN}")
    assert "17712" in key.text
    assert [words(head) for head in key.find("//article[1]//th[@scope='row']")] == [str(n) for n in range(1, 8)]


def test_what_is_not_required_of_anybody_cannot_be_printed(session: Session, coordinator: Browser, ana: Person) -> None:
    for chosen in ("?module=no-such/module&variants=2", ""):
        assert coordinator.get(f"/company/paper/test{chosen}", status=404).h1 == MISSING


def test_a_company_without_requirements_is_told(app: Flask, session: Session) -> None:
    alone = make_person(
        session,
        "Kim",
        organization=make_organization(session, "New Freight", entities=()),
        functions=(),
        role=Role.COORDINATOR,
    )
    alone.profile = None
    session.commit()
    page = Browser(app).sign_in(alone).get("/company/paper/")
    assert "No module is required of your people yet" in page.text


def test_a_sheet_of_an_older_text_is_still_known(session: Session, coordinator: Browser, ana: Person) -> None:
    before = printed(session)
    old = typed(session, RIGHT)
    republish(session, ("right after loading", "right before leaving"), at=NOON - timedelta(hours=1))
    assert printed(session).code != before.code
    page = about(coordinator, module=SEALS, sheet=before.name, person=ana.id, day=TODAY)
    coordinator.submit(page, **old)
    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.revision_id, attempt.passed) == (1, True)


def test_the_key_is_closed_while_the_proctor_has_the_quiz_open(
    session: Session, coordinator: Browser, casey: Person, ana: Person
) -> None:
    """Whoever passed and takes the quiz once more would read the answers of an open attempt (promise 5)."""
    really_complete(session, casey, SEALS, at=NOON - timedelta(hours=2))
    begin_attempt(session, casey, SEALS)
    assert "Key, for the proctor only" not in coordinator.get("/company/paper/?" + CHOSEN).links()
    refused = coordinator.get(f"/company/paper/key?{CHOSEN}")
    assert refused.h1 == "Train without computers"
    assert "You have another attempt at this quiz open." in said(refused)
    assert "17712" not in refused.text


def test_the_key_is_not_for_learners(app: Flask, session: Session, ana: Person) -> None:
    really_complete(session, ana, SEALS, at=NOON - timedelta(hours=2))
    learner = Browser(app).sign_in(ana)
    for page in ("", "key", "test", "booklet", "answers"):
        assert learner.get(f"/company/paper/{page}?{CHOSEN}", status=403).h1 == REFUSED


@pytest.mark.parametrize("person", ["9" * 5000, "-1", "1.0", "²", "٣", "0"])
def test_what_is_no_person_is_no_error_of_ours(
    session: Session, coordinator: Browser, ana: Person, person: str
) -> None:
    page = about(coordinator, module=SEALS, sheet=printed(session).name, person=person, day=TODAY, status=422)
    assert "Choose the person whose sheet it is." in said(page)


def test_the_booklet_is_the_whole_lesson_in_the_language_chosen(
    session: Session, coordinator: Browser, ana: Person
) -> None:
    link = coordinator.get("/company/paper/?" + CHOSEN).links()["Booklet: the whole lesson"]
    page = coordinator.get(link)
    assert page.h1 == seals(session).title
    assert all(section.title in page.text for section in seals(session).sections)
    assert [word for word in KEY_WORDS if word in page.text and word != "17712"] == []


def test_booklet_test_and_key_are_in_the_language_of_the_module_and_not_of_the_reader(
    session: Session, coordinator: Browser, casey: Person, ana: Person
) -> None:
    really_complete(session, casey, SEALS, at=NOON - timedelta(hours=2))
    coordinator.client.set_cookie("language", "es")
    assert coordinator.get("/company/paper/").one("/html").get("lang") == "es"
    for page in ("booklet", "test", "key"):
        assert coordinator.get(f"/company/paper/{page}?{CHOSEN}").one("/html").get("lang") == "en"


def test_a_test_was_not_taken_before_it_existed(session: Session, coordinator: Browser, ana: Person) -> None:
    session.execute(update(Revision).values(created_at=NOON - timedelta(days=3)))
    session.commit()
    first = TODAY - timedelta(days=3)
    lines(coordinator, session, ana, day=first)
    name = printed(session).name
    early = about(coordinator, module=SEALS, sheet=name, person=ana.id, day=first - timedelta(days=1), status=422)
    assert "This test has existed since December 17, 2018 only." in said(early)
