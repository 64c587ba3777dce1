"""The wait after a second failure, time limits with extra time, and the acknowledgment, through the pages."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller, travel
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.assessment.service import Sheet
from tests.conftest import on_both
from tests.factories.library import republish
from tests.pages import Browser, Page, words

from .answers import QUIZ, RIGHT, SEALS, WRONG, as_form, count, finish, give, kept, question_path, save, submit
from .conftest import begin

NOON = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)  # in New York
MINUTE = timedelta(minutes=1)
READ_AGAIN = {
    "What a seal tells": f"/courses/{SEALS}/what-a-seal-tells/#c6.1-1",
    "When it goes on": f"/courses/{SEALS}/when-it-goes-on/#c6.2-1",
}
SENTENCE = "I answered these questions myself."
TIMED = ("pass: 80\n", "pass: 80\ntime: 20\n")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """It is noon until the test moves the clock on."""
    with travel(NOON, tick=False) as standing:
        yield standing


def fail(session: Session, person: Person, phone: Browser) -> Page:
    """An attempt at the seals submitted without an answer; its result."""
    return finish(phone, begin(session, person.id, person.organization_id), {})


def stored(session: Session, sheet: Sheet) -> Attempt:
    session.rollback()
    return session.scalars(select(Attempt).where(Attempt.public_id == sheet.public_id)).one()


# The wait


@on_both
def test_a_second_failure_makes_one_wait_and_says_from_when_and_what_to_read(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    fail(session, driver, phone)
    result = fail(session, driver, phone)
    for page in (result, phone.get(QUIZ)):
        assert "The next attempt can begin at 12:10 PM Eastern Time. Read these sections again meanwhile." in page.text
        assert READ_AGAIN.items() <= page.links().items()
        assert page.links()["Read “What a seal tells”"] == READ_AGAIN["What a seal tells"]
    assert "Try again now" not in result.text
    assert not phone.get(QUIZ).find("//main//form")
    clock.shift(10 * MINUTE)
    assert "The next attempt" not in phone.get(QUIZ).text
    assert phone.submit(phone.get(QUIZ)).h1.startswith("Question 1")


@on_both
def test_starting_too_soon_is_refused_politely(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    """The first result still has its button, in another tab."""
    first = fail(session, driver, phone)
    assert "Try again now" in first.text
    fail(session, driver, phone)
    clock.shift(9 * MINUTE)
    page = phone.submit(first)
    assert page.path == QUIZ
    assert "The next attempt can begin at 12:10 PM Eastern Time." in page.text
    assert count(session, Attempt) == 2
    clock.shift(MINUTE)
    assert phone.submit(first).h1.startswith("Question 1")


def test_the_wait_is_told_in_minutes_that_are_over_when_it_is(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    clock.shift(timedelta(seconds=1))
    fail(session, driver, phone)
    assert "can begin at 12:11 PM" in fail(session, driver, phone).text


def test_failing_on_and_on_is_never_a_lock_out(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    for _ in range(6):
        result = fail(session, driver, phone)
        clock.shift(10 * MINUTE)
    assert "The next attempt can begin at 1:00 PM" in result.text
    passed = finish(phone, begin(session, driver.id, driver.organization_id), RIGHT)
    assert passed.h1.startswith("You passed")


def test_after_a_pass_one_may_fail_again_without_a_wait(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    fail(session, driver, phone)
    finish(phone, begin(session, driver.id, driver.organization_id), RIGHT)
    assert "Try again now" in fail(session, driver, phone).text


@pytest.mark.parametrize(("minutes", "says"), [(0, "Try again now"), (90, "can begin at 1:30 PM Eastern Time.")])
def test_the_wait_is_a_setting_of_the_program(
    session: Session, driver: Person, phone: Browser, clock: Traveller, minutes: int, says: str
) -> None:
    setting = ("retry_wait_minutes: 10", f"retry_wait_minutes: {minutes}")
    republish(session, setting, at=NOON, path="program.yml")
    fail(session, driver, phone)
    assert says in fail(session, driver, phone).text


# Time limits


@pytest.fixture
def timed(session: Session, driver: Person, clock: Traveller) -> Sheet:
    """The driver's attempt at a quiz of 20 minutes, begun at noon."""
    republish(session, TIMED, at=NOON)
    return begin(session, driver.id, driver.organization_id)


def send(phone: Browser, opened: Page, fields: dict[str, object], *, script: bool) -> TestResponse:
    """The form of a page that was opened before."""
    headers = {"HX-Request": "true"} if script else {}
    return phone.client.post(opened.path, data=opened.form().values() | fields, headers=headers)


def test_without_a_limit_no_page_speaks_of_time(session: Session, phone: Browser, sheet: Sheet) -> None:
    assert stored(session, sheet).closes_at is None
    for path in (question_path(sheet, "seals-class"), f"/attempts/{sheet.public_id}"):
        assert "Closes at" not in phone.get(path).text


@pytest.mark.parametrize(
    ("extra", "minutes", "closes"), [(0, 20, "12:20 PM"), (50, 30, "12:30 PM"), (25, 25, "12:25 PM")]
)
def test_a_time_limit_is_told_before_and_all_along_with_the_persons_extra_time(
    session: Session, driver: Person, phone: Browser, clock: Traveller, extra: int, minutes: int, closes: str
) -> None:
    driver.extra_time = extra
    session.commit()
    republish(session, TIMED, at=NOON)
    start = phone.get(QUIZ)
    assert f"You have {minutes} minutes from the start." in start.text
    assert "There is no time limit" not in start.text
    question = phone.submit(start)
    assert f"Closes at {closes} Eastern Time" in question.text
    assert f"Closes at {closes} Eastern Time" in phone.get(question.path.rpartition("/questions")[0]).text
    session.rollback()
    assert session.scalars(select(Attempt.closes_at)).one() == NOON + minutes * MINUTE


def test_extra_time_counts_from_the_next_attempt_on(
    session: Session, driver: Person, phone: Browser, timed: Sheet
) -> None:
    driver.extra_time = 100
    session.commit()
    assert "Closes at 12:20 PM" in phone.get(question_path(timed, "seals-class")).text
    phone.submit(phone.get(f"/attempts/{timed.public_id}"), acknowledged="y")
    assert begin(session, driver.id, driver.organization_id).closes_at == NOON + 40 * MINUTE


@on_both
@pytest.mark.parametrize("script", [True, False])
def test_a_late_answer_is_refused_and_what_was_saved_in_time_is_submitted(
    session: Session, phone: Browser, timed: Sheet, clock: Traveller, script: bool
) -> None:
    for question in RIGHT:
        if question != "seals-log":
            save(phone, timed, question, RIGHT[question])
    opened, fields = phone.get(question_path(timed, "seals-log")), as_form(timed, "seals-log", RIGHT["seals-log"])
    clock.shift(20 * MINUTE + timedelta(seconds=31))
    response = send(phone, opened, fields, script=script)
    assert response.status_code == 409
    text = response.get_data(as_text=True)
    if script:
        assert "Not saved: the time of this quiz ended at 12:20 PM. What was saved until then is submitted." in text
    else:
        assert "This quiz closed on November 2, 2026, 12:20 PM Eastern Time, so this answer was not saved." in text
    assert f'href="/attempts/{timed.public_id}"' in text
    attempt = stored(session, timed)
    assert (attempt.score, attempt.passed, attempt.submitted_at) == (
        "6",
        True,
        NOON + 20 * MINUTE + timedelta(seconds=31),
    )
    assert "seals-log" not in kept(session, timed)
    result = phone.get(f"/attempts/{timed.public_id}")
    assert "85 %" in result.text
    assert "Closed on November 2, 2026, 12:20 PM Eastern Time" in result.text
    assert "None was given." in result.text
    assert send(phone, opened, fields, script=script).status_code == 409, "and stays refused"


def test_an_answer_on_its_way_when_the_time_ends_is_taken(
    session: Session, phone: Browser, timed: Sheet, clock: Traveller
) -> None:
    clock.shift(20 * MINUTE + timedelta(seconds=30))
    assert save(phone, timed, "seals-class", [1]).status_code == 200
    assert kept(session, timed) == {"seals-class": [1]}


def test_an_answer_that_stands_is_acknowledged_again_after_the_time(
    session: Session, phone: Browser, timed: Sheet, clock: Traveller
) -> None:
    """Its first acknowledgment was lost on the way. Saying "not saved" would be wrong."""
    opened, fields = phone.get(question_path(timed, "seals-class")), as_form(timed, "seals-class", [1])
    send(phone, opened, fields, script=True)
    clock.shift(30 * MINUTE)
    again = send(phone, opened, fields, script=True)
    assert again.status_code == 200
    assert "Saved at 12:00 PM" in again.get_data(as_text=True)
    assert stored(session, timed).submitted_at is None


@on_both
def test_an_attempt_past_its_time_can_only_be_submitted(
    session: Session, phone: Browser, timed: Sheet, clock: Traveller
) -> None:
    save(phone, timed, "seals-class", [1])
    clock.shift(25 * MINUTE)
    for path in (f"/attempts/{timed.public_id}", question_path(timed, "seals-class"), QUIZ):
        over = phone.get(path)
        assert over.h1 == "The time is over: Seals, shortly"
        assert "This quiz closed at 12:20 PM Eastern Time. 1 of 7 questions are answered" in over.text
        assert f"“{SENTENCE}”" in over.text
    assert stored(session, timed).submitted_at is None, "looking changes nothing"
    result = phone.submit(over)
    assert result.h1.startswith("Not yet")
    attempt = stored(session, timed)
    assert (attempt.score, attempt.acknowledgment) == ("1", SENTENCE)


def test_starting_again_after_the_time_submits_what_was_saved_first(
    session: Session, driver: Person, phone: Browser, clock: Traveller
) -> None:
    republish(session, TIMED, at=NOON)
    start = phone.get(QUIZ)
    public_id = phone.submit(start).path.split("/")[2]
    clock.shift(25 * MINUTE)
    result = phone.submit(start)
    assert result.path == f"/attempts/{public_id}"
    assert result.h1.startswith("Not yet")
    assert phone.submit(result).path != f"/attempts/{public_id}/questions/1"


# The acknowledgment


@on_both
def test_without_the_acknowledgment_nothing_is_submitted_and_nothing_is_lost(
    session: Session, phone: Browser, sheet: Sheet
) -> None:
    give(phone, sheet, "seals-class", [1])
    overview = phone.get(f"/attempts/{sheet.public_id}")
    assert SENTENCE in overview.text
    page = phone.submit(overview, status=422)
    assert page.h1 == overview.h1
    advice = "Tick the box that says you answered these questions yourself. Then submit."
    assert page.links()[advice] == "#acknowledged"
    assert "1 of 7 answered." in page.text
    assert stored(session, sheet).submitted_at is None
    assert kept(session, sheet) == {"seals-class": [1]}
    assert submit(phone, page).h1.startswith("Not yet")


@on_both
def test_the_record_keeps_the_sentence_that_was_accepted(session: Session, phone: Browser, sheet: Sheet) -> None:
    result = finish(phone, sheet, RIGHT)
    assert stored(session, sheet).acknowledgment == SENTENCE
    assert words(result.one("//dt[.='Acknowledgment']/following-sibling::dd[1]")) == SENTENCE


def test_the_record_keeps_the_sentence_of_its_day(session: Session, phone: Browser, sheet: Sheet) -> None:
    finish(phone, sheet, RIGHT)
    stored(session, sheet).acknowledgment = "The sentence of another year."
    session.commit()
    page = phone.get(f"/attempts/{sheet.public_id}")
    assert "The sentence of another year." in page.text
    assert SENTENCE not in page.text


# Two tabs, two clicks, the back button


@on_both
def test_two_starts_at_once_are_led_to_one_attempt(app: Flask, session: Session, driver: Person) -> None:
    tabs = [Browser(app).sign_in(driver) for _ in range(2)]
    session.rollback()
    pages = [tab.get(QUIZ) for tab in tabs]
    ready = Barrier(2)

    def click(tab: Browser, page: Page) -> str:
        ready.wait()
        return tab.client.post(QUIZ, data=page.form().values()).headers["Location"]

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(click, tabs, pages))) == 1
    assert count(session, Attempt) == 1


def test_a_second_tab_submits_nothing_a_second_time(session: Session, phone: Browser, sheet: Sheet) -> None:
    give(phone, sheet, "seals-class", [1])
    tab, other = phone.get(f"/attempts/{sheet.public_id}"), phone.get(f"/attempts/{sheet.public_id}")
    result = submit(phone, tab)
    before = stored(session, sheet).submitted_at
    assert phone.submit(other).text == result.text, "not even the acknowledgment is asked for again"
    assert stored(session, sheet).submitted_at == before


def test_the_back_button_after_a_submission_shows_no_open_question(phone: Browser, sheet: Sheet) -> None:
    """Pages are not stored, so going back asks for them anew; an old form that was kept all the same changes nothing."""
    old = phone.get(question_path(sheet, "seals-class"))
    assert old.response.headers["Cache-Control"] == "no-store"
    overview = phone.get(f"/attempts/{sheet.public_id}")
    finish(phone, sheet, WRONG)
    assert phone.get(old.path).path == f"/attempts/{sheet.public_id}"
    refused = phone.submit(old, status=409, **as_form(sheet, "seals-class", [1]))
    assert "so this answer was not saved" in refused.text
    assert "See the result" in refused.links()
    assert submit(phone, overview).h1.startswith("Not yet")
