"""Taking a paper test in: the sheet is found again, its attempt is like any other, and once is enough."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.assessment import first_attempts, onpaper, proctoring, service
from lms.assessment.choices import Forms
from lms.assessment.models import Answer, Attempt
from lms.assessment.proctoring import HasOpenAttempt, OtherAnswers, Proctored, TakenIn
from lms.assessment.proctoring import Test as PaperTest
from lms.catalog.shelf import published
from lms.core import audit
from lms.core.audit import AuditEntry
from lms.core.clock import day_begins, now, program_day
from lms.core.database import db, transaction
from tests.conftest import on_both
from tests.factories.library import republish
from tests.factories.people import make_person
from tests.races import race

from .answers import RIGHT, SEALS, WRONG, count
from .conftest import begin
from .taking import take

ENTITIES = ["highway-carriers-us-mexico"]
AT_ONCE = 4


@pytest.fixture
def boss(session: Session, driver: Person) -> int:
    """The id of the coordinator of the driver's company."""
    return make_person(session, "Casey Sample", role=Role.COORDINATOR, organization=driver.organization).id


def printed(session: Session, number: int = 1, entities: list[str] = ENTITIES) -> tuple[int, str]:
    """Number and code of a variant of the seals test, as they stand on its sheets."""
    shelf = published(session)
    made = onpaper.variant(shelf.library.modules[SEALS], shelf.documents[SEALS, "en"], entities, number)
    return made.number, made.code


def find(session: Session, name: tuple[int, str], entities: list[str] = ENTITIES) -> PaperTest | None:
    return proctoring.find_test(session, published(session), module=SEALS, name=name, entities=entities)


def take_in(
    session: Session,
    person_id: int,
    proctor_id: int,
    responses: Mapping[str, list[Any]] = RIGHT,
    *,
    number: int = 1,
    at: datetime | None = None,
) -> TakenIn:
    """A sheet of today typed in, not committed."""
    moment = at or now()
    test = find(session, printed(session, number))
    assert test is not None
    return proctoring.take_in(
        session, test, published(session), person_id=person_id, proctor_id=proctor_id,
        day=program_day(moment), responses=responses, now=moment,
    )  # fmt: skip


@on_both
def test_a_sheet_becomes_an_attempt_that_says_who_proctored(session: Session, driver: Person, boss: int) -> None:
    moment = now()
    with transaction():
        taken = take_in(session, driver.id, boss, at=moment)
    assert (taken.score.points, taken.score.passed, taken.before) == (7, True, False)
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.proctor_id, attempt.form, attempt.delta, attempt.closes_at) == (boss, 1, False, None)
    assert attempt.submitted_at == moment
    assert attempt.started_at == day_begins(program_day(moment))
    assert proctoring.proctored(session, taken.public_id) == Proctored("Casey Sample", program_day(moment), 1)
    sheet = service.find(session, public_id=taken.public_id, person_id=driver.id)
    assert service.responses(service.answers(session, sheet)) == RIGHT
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attempt.proctored")).one()
    assert (entry.actor_id, entry.subject) == (boss, taken.public_id)
    assert list(audit.broken(session)) == []


@on_both
def test_many_clicks_at_once_are_one_attempt(app: Flask, session: Session, driver: Person, boss: int) -> None:
    person = driver.id
    session.commit()
    answers = race(app, *[lambda: take_in(db.session, person, boss)] * AT_ONCE)
    assert [type(one) for one in answers] == [TakenIn] * AT_ONCE
    taken = [one for one in answers if isinstance(one, TakenIn)]
    assert sorted(one.before for one in taken) == [False, True, True, True]
    assert len({(one.public_id, one.score) for one in taken}) == 1
    assert (count(session, Attempt), count(session, Answer)) == (1, len(RIGHT))


@on_both
def test_a_sheet_typed_in_with_other_answers_changes_nothing(session: Session, driver: Person, boss: int) -> None:
    with transaction():
        first = take_in(session, driver.id, boss)
    with pytest.raises(OtherAnswers), transaction():
        take_in(session, driver.id, boss, WRONG)
    again = take_in(session, driver.id, boss)
    assert (again.public_id, again.score, again.before) == (first.public_id, first.score, True)
    assert count(session, Attempt) == 1


@on_both
def test_an_attempt_online_stops_a_sheet_and_stays_open(session: Session, driver: Person, boss: int) -> None:
    online = begin(session, driver.id, driver.organization_id)
    assert proctoring.has_open_attempt(session, person_id=driver.id, module=SEALS)
    assert not proctoring.has_open_attempt(session, person_id=boss, module=SEALS)
    with pytest.raises(HasOpenAttempt), transaction():
        take_in(session, driver.id, boss)
    assert session.scalars(select(Attempt.public_id)).one() == online.public_id
    assert session.scalars(select(Attempt.submitted_at)).one() is None


def test_the_wait_after_two_misses_holds_on_paper_and_ends(session: Session, driver: Person, boss: int) -> None:
    """One miss online and one on paper count together."""
    moment = now().replace(microsecond=0)
    take(session, driver, WRONG, moment - timedelta(minutes=2))
    with transaction():
        take_in(session, driver.id, boss, WRONG, at=moment)
    with pytest.raises(service.TooSoon) as refused, transaction():
        take_in(session, driver.id, boss, number=2, at=moment + timedelta(minutes=9))
    assert refused.value.until == moment + timedelta(minutes=10)
    with transaction():
        assert take_in(session, driver.id, boss, number=2, at=refused.value.until).score.passed


def test_what_was_left_empty_is_no_answer(session: Session, driver: Person, boss: int) -> None:
    with transaction():
        taken = take_in(session, driver.id, boss, {"seals-class": RIGHT["seals-class"]})
    assert (taken.score.points, taken.score.of, taken.score.passed) == (1, 7, False)
    assert session.scalars(select(Answer.question)).all() == ["seals-class"]


def test_a_sheet_is_found_by_its_number_alone(session: Session) -> None:
    for number in range(1, onpaper.MOST_VARIANTS + 1):
        found = find(session, printed(session, number))
        assert found is not None
        assert (found.variant.number, found.revision_id) == (number, 1)
    one, two = printed(session, 1), printed(session, 2)
    assert find(session, (1, two[1])) is None
    assert find(session, (2, one[1])) is None


def test_a_sheet_outlives_the_text_that_it_was_printed_from(session: Session) -> None:
    old = printed(session)
    republish(session, ("right after loading", "right before leaving"), at=now())
    new = printed(session)
    before, after = find(session, old), find(session, new)
    assert before is not None
    assert after is not None
    assert (before.revision_id, after.revision_id) == (1, 2)
    assert before.document != after.document


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 7, 1), datetime(2026, 7, 1, 4, tzinfo=UTC)),
        (date(2026, 12, 1), datetime(2026, 12, 1, 5, tzinfo=UTC)),
    ],
)
def test_the_day_of_a_test_begins_in_new_york(day: date, begins: datetime) -> None:
    assert day_begins(day) == begins
    assert program_day(day_begins(day)) == day


def test_an_attempt_made_on_the_site_was_not_proctored(session: Session, driver: Person) -> None:
    assert proctoring.proctored(session, take(session, driver, {})) is None


def test_item_analysis_counts_a_sheet_and_leaves_its_times_out(session: Session, driver: Person, boss: int) -> None:
    colleague = make_person(session, "Ana Ejemplo", organization=driver.organization)
    take(session, colleague, {})
    with transaction():
        take_in(session, driver.id, boss)
    module = published(session).library.modules[SEALS]
    today: dict[str, Forms] = {question.id: {"en": question} for question in module.questions}
    rows, _ = first_attempts.read(session, SEALS, today, first_attempts.entity_types(session))
    timed = [row.seconds is not None for row in rows if row.question == "seals-class"]
    assert sorted(timed) == [False, True]
    assert session.scalar(select(func.count(Attempt.id))) == 2
