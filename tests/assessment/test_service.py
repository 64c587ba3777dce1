from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.models import Answer, Attempt
from lms.assessment.paper import from_json
from lms.assessment.service import Sheet
from lms.catalog import service as catalog
from lms.catalog.shelf import published
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db, transaction
from tests.conftest import on_both
from tests.factories.library import small_courses
from tests.factories.people import make_organization, make_person

from .answers import RIGHT, SEALS, WALK, numbers
from .conftest import begin


def answer(session: Session, sheet: Sheet, question: str, response: list[object]) -> None:
    with transaction():
        mine = service.find(session, public_id=sheet.public_id, person_id=sheet.person_id, to="save")
        service.save_answer(session, mine, number=numbers(sheet)[question], response=response, now=now())


def submit(session: Session, sheet: Sheet, at: datetime | None = None, acknowledgment: str | None = None) -> bool:
    with transaction():
        mine = service.find(session, public_id=sheet.public_id, person_id=sheet.person_id, to="submit")
        return service.submit(session, mine, now=at or now(), acknowledgment=acknowledgment) is not None


def stored(session: Session, sheet: Sheet) -> Attempt:
    session.rollback()
    return session.scalars(select(Attempt).where(Attempt.public_id == sheet.public_id)).one()


def republish(session: Session, files: dict[str, bytes]) -> None:
    base = published(session).revision_id
    with transaction():
        catalog.publish(session, files, base=base, author="trainer", message="An edit", now=now())


def test_an_attempt_pins_what_it_was_drawn_from(session: Session, sheet: Sheet) -> None:
    attempt = stored(session, sheet)
    assert attempt.document == published(session).documents[SEALS, "en"]
    assert attempt.pass_mark == 80
    assert sorted(d["question"] for d in attempt.paper["drawn"]) == sorted(RIGHT)
    assert len(attempt.public_id) == 22
    assert attempt.submitted_at is attempt.score is attempt.passed is None


def test_starting_again_goes_on_with_the_open_attempt(session: Session, driver: Person, sheet: Sheet) -> None:
    again = begin(session, driver.id, driver.organization_id, seed=99)
    assert (again.public_id, again.paper) == (sheet.public_id, sheet.paper)


@on_both
def test_sixteen_starts_at_once_make_one_attempt(app: Flask, session: Session, driver: Person) -> None:
    person, organization = driver.id, driver.organization_id
    session.rollback()
    ready = Barrier(16)

    def start(seed: int) -> str:
        ready.wait()
        with app.app_context():
            return begin(db.session, person, organization, seed=seed).public_id

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(start, range(16)))) == 1
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


@on_both
def test_the_database_itself_refuses_a_second_open_attempt(session: Session, sheet: Sheet) -> None:
    first = stored(session, sheet)
    kept = ("person_id", "module", "language", "revision_id", "document", "paper", "pass_mark", "started_at")
    session.add(Attempt(public_id="x" * 22, **{name: getattr(first, name) for name in kept}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_questions_not_seen_before_come_first(session: Session, driver: Person) -> None:
    person, organization = driver.id, driver.organization_id
    for seed in range(5):
        at = now() + timedelta(hours=seed)
        first = begin(session, person, organization, WALK, seed=seed, at=at)
        submit(session, first, at)
        at += timedelta(minutes=30)
        second = begin(session, person, organization, WALK, seed=seed, at=at)
        submit(session, second, at)
        if seed == 0:
            assert set(numbers(first)).isdisjoint(numbers(second))


def test_a_quiz_without_a_question_for_the_company_does_not_start(session: Session, driver: Person) -> None:
    files = small_courses()
    path = "06-seal-security/seals.md"
    narrow = files[path].decode().replace("entities: all", "entities: [consolidators]")
    narrow = narrow.replace("` `criteria: 6.", "` `entities: consolidators` `criteria: 6.")
    republish(session, files | {path: narrow.encode()})
    with pytest.raises(service.NothingToAsk):
        begin(session, driver.id, driver.organization_id)
    other = make_person(session, organization=make_organization(session, entities=["consolidators"]))
    assert len(begin(session, other.id, other.organization_id).paper.drawn) == 7


@on_both
def test_the_last_answer_stands(session: Session, sheet: Sheet) -> None:
    answer(session, sheet, "seals-class", [0])
    answer(session, sheet, "seals-class", [1])
    kept = service.answers(session, sheet)
    assert {q: saved.response for q, saved in kept.items()} == {"seals-class": [1]}


@pytest.mark.parametrize("number", [0, -1, 8, 10**9])
def test_only_drawn_questions_can_be_answered(session: Session, sheet: Sheet, number: int) -> None:
    with pytest.raises(service.NotDrawn):
        service.save_answer(session, sheet, number=number, response=[1], now=now())


def test_somebody_elses_attempt_is_missing(session: Session, sheet: Sheet) -> None:
    other = make_person(session)
    with pytest.raises(service.NoSuchAttempt):
        service.find(session, public_id=sheet.public_id, person_id=other.id)
    with pytest.raises(service.NoSuchAttempt):
        service.find(session, public_id="no-such-attempt", person_id=sheet.person_id)


@on_both
def test_a_submission_is_marked_exactly(session: Session, sheet: Sheet) -> None:
    for question, response in RIGHT.items():
        answer(session, sheet, question, [0] if question == "seals-log" else response)
    assert submit(session, sheet)
    attempt = stored(session, sheet)
    assert (attempt.score, attempt.out_of, attempt.passed) == ("13/2", 7, True)
    assert service.marked(session, sheet).points * 2 == 13


def test_an_empty_attempt_may_be_submitted_and_is_not_passed(session: Session, sheet: Sheet) -> None:
    assert submit(session, sheet)
    attempt = stored(session, sheet)
    assert (attempt.score, attempt.out_of, attempt.passed) == ("0", 7, False)


def test_a_second_submission_changes_nothing(session: Session, sheet: Sheet) -> None:
    assert submit(session, sheet)
    first = stored(session, sheet).submitted_at
    assert not submit(session, sheet)
    assert stored(session, sheet).submitted_at == first
    assert session.scalar(select(func.count()).where(AuditEntry.action == "attempt.submitted")) == 1


@on_both
def test_sixteen_submissions_at_once_have_one_effect(app: Flask, session: Session, sheet: Sheet) -> None:
    answer(session, sheet, "seals-class", [1])
    session.rollback()
    ready = Barrier(16)

    def one(_: int) -> bool:
        ready.wait()
        with app.app_context():
            return submit(db.session, sheet)

    with ThreadPoolExecutor(16) as threads:
        assert sorted(threads.map(one, range(16))) == [False] * 15 + [True]
    assert session.scalar(select(func.count()).where(AuditEntry.action == "attempt.submitted")) == 1


@on_both
def test_answers_and_a_submission_at_once_leave_a_score_that_can_be_recomputed(
    app: Flask, session: Session, sheet: Sheet
) -> None:
    """Whichever answers came in before the submission count, and none comes in after it (S2)."""
    session.rollback()
    ready = Barrier(len(RIGHT) + 1)

    def late(question: str) -> bool:
        ready.wait()
        with app.app_context():
            try:
                answer(db.session, sheet, question, RIGHT[question])
            except service.AlreadySubmitted:
                return False
            return True

    def close(_: str) -> bool:
        ready.wait()
        with app.app_context():
            return submit(db.session, sheet)

    with ThreadPoolExecutor(len(RIGHT) + 1) as threads:
        saved = [threads.submit(late, question) for question in RIGHT]
        assert threads.submit(close, "").result()
    attempt = stored(session, sheet)
    assert service.marked(session, sheet).points == sum(s.result() for s in saved)
    assert str(service.marked(session, sheet).points) == attempt.score


def test_an_answer_after_submission_is_refused_unless_it_stands(session: Session, sheet: Sheet) -> None:
    answer(session, sheet, "seals-class", [1])
    standing = service.answers(session, sheet)["seals-class"].at
    submit(session, sheet)
    with pytest.raises(service.AlreadySubmitted):
        answer(session, sheet, "seals-class", [0])
    with pytest.raises(service.AlreadySubmitted):
        answer(session, sheet, "seals-iso", ["17712"])
    answer(session, sheet, "seals-class", [1])
    assert {q: s.at for q, s in service.answers(session, sheet).items()} == {"seals-class": standing}


def test_a_later_revision_changes_neither_the_questions_nor_the_key(session: Session, sheet: Sheet) -> None:
    files = small_courses()
    path = "06-seal-security/seals.md"
    changed = (
        files[path]
        .decode()
        .replace("Which class letter", "Which of the class letters")
        .replace("The weather", "The clouds")
    )
    republish(session, files | {path: changed.encode()})
    mine = service.find(session, public_id=sheet.public_id, person_id=sheet.person_id)
    assert mine.published.revision_id != sheet.published.revision_id
    assert mine.module == sheet.module
    assert mine.lesson != sheet.module
    for question, response in RIGHT.items():
        answer(session, sheet, question, response)
    assert submit(session, sheet)
    assert stored(session, sheet).score == "7"


@on_both
def test_the_hot_statements_read_and_write_what_the_orm_does(session: Session, sheet: Sheet) -> None:
    for question, response in RIGHT.items():
        answer(session, sheet, question, response)
    session.rollback()
    kept = {a.question: (a.response, a.saved_at) for a in session.scalars(select(Answer))}
    assert kept == {q: (s.response, s.at) for q, s in service.answers(session, sheet).items()}
    submit(session, sheet)
    attempt, mine = stored(session, sheet), service.find(session, public_id=sheet.public_id, person_id=sheet.person_id)
    assert (mine.id, mine.submitted_at, mine.pass_mark, mine.passed) == (
        attempt.id,
        attempt.submitted_at,
        attempt.pass_mark,
        attempt.passed,
    )
    assert mine.paper == from_json(attempt.paper)
    assert (attempt.score, attempt.out_of, attempt.passed) == ("7", 7, True)


def test_history_counts_submitted_attempts_in_their_order(session: Session, driver: Person, sheet: Sheet) -> None:
    person, organization = driver.id, driver.organization_id
    assert service.history(session, person_id=person, module=SEALS) == ()
    submit(session, sheet)
    second = begin(session, person, organization)
    for question, response in RIGHT.items():
        answer(session, second, question, response)
    submit(session, second)
    begin(session, person, organization)
    past = service.history(session, person_id=person, module=SEALS)
    assert [p.number for p in past] == [1, 2]
    assert [p.public_id for p in past] == [sheet.public_id, second.public_id]
    assert [p.score.passed for p in past] == [False, True]


def test_saving_takes_two_statements(session: Session, sheet: Sheet) -> None:
    seen: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    answer(session, sheet, "seals-class", [1])
    assert [s.split()[0] for s in seen if not s.startswith("BEGIN")] == ["SELECT", "INSERT"]
