"""The comparison behind the fault proofs finds what it is there to find."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bench.ledger import Run, Sent, compare
from lms.assessment.models import Answer, Attempt
from lms.certificates.models import Certificate
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.learning.models import Completion
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, begin_attempt, complete


@pytest.fixture
def runs(session: Session) -> list[Run]:
    """An attempt failed, one passed, which completed a module and a category, and one open, as their learner remembers them."""
    person = make_person(session, organization=make_organization(session))
    complete(session, person, SEALS)
    begin_attempt(session, person, WALK)
    remembered = []
    for attempt in session.scalars(select(Attempt).order_by(Attempt.id)):
        given = session.execute(select(Answer.question, Answer.response).where(Answer.attempt_id == attempt.id))
        answers = {row.question: [Sent(["earlier"], True), Sent(row.response, True)] for row in given}
        submitted = "acknowledged" if attempt.submitted_at else "no"
        remembered.append(Run(person.id, attempt.module, attempt.public_id, answers, submitted))
    return remembered


def test_what_fits_is_not_reported(session: Session, runs: list[Run]) -> None:
    assert [run.submitted for run in runs] == ["acknowledged", "acknowledged", "no"]
    assert session.scalars(select(Certificate)).all()
    assert compare(session, runs).all == []


FAILED, PASSED, OPEN = range(3)
THE_PASSED = select(Attempt.id).where(Attempt.passed.is_(True)).scalar_subquery()
AN_ANSWER = (Answer.attempt_id == THE_PASSED) & (Answer.question == "seals-iso")


def lose_an_answer(session: Session) -> None:
    session.execute(delete(Answer).where(AN_ANSWER))


def go_back_to_an_earlier_answer(session: Session) -> None:
    session.execute(update(Answer).where(AN_ANSWER).values(response=["earlier"]))


def open_again(session: Session) -> None:
    session.execute(update(Attempt).where(Attempt.id == THE_PASSED).values(submitted_at=None, passed=None))


@pytest.mark.parametrize("harm", [lose_an_answer, go_back_to_an_earlier_answer, open_again])
def test_what_is_lost_is_reported(session: Session, runs: list[Run], harm: Callable[[Session], None]) -> None:
    harm(session)
    (lost,) = compare(session, runs).lost
    assert runs[PASSED].public_id in lost


def test_an_attempt_that_is_gone_is_lost(session: Session, runs: list[Run]) -> None:
    session.execute(delete(Attempt).where(Attempt.submitted_at.is_(None)))
    assert compare(session, runs).lost == [f"attempt {runs[OPEN].public_id} was begun and is gone"]


def test_an_answer_sent_later_may_stand(session: Session, runs: list[Run]) -> None:
    runs[PASSED].answers["seals-iso"].append(Sent(["later"]))
    assert compare(session, runs).all == []
    session.execute(update(Answer).where(AN_ANSWER).values(response=["later"]))
    assert compare(session, runs).lost == []


def test_an_answer_that_was_never_acknowledged_may_be_missing(session: Session, runs: list[Run]) -> None:
    runs[OPEN].answers["walk-order"] = [Sent([0])]
    assert compare(session, runs).all == []


def test_an_attempt_that_nobody_began_is_doubled(session: Session, runs: list[Run]) -> None:
    assert compare(session, runs[:OPEN]).doubled == [f"attempt {runs[OPEN].public_id} was begun by nobody"]


def test_a_submission_counted_twice_is_doubled(session: Session, runs: list[Run]) -> None:
    told = select(AuditEntry).where(AuditEntry.subject == runs[PASSED].public_id)
    row = session.scalars(told).one()
    values = {c: getattr(row, c) for c in ("actor_id", "action", "subject", "details", "digest")}
    session.execute(insert(AuditEntry).values(at=now(), **values))
    assert compare(session, runs).doubled == [f"2 rows attempt.submitted of {runs[PASSED].public_id}"]


def test_a_second_certificate_is_doubled(session: Session, runs: list[Run]) -> None:
    first = session.scalars(select(Certificate)).one()
    again = {c.name: getattr(first, c.name) for c in Certificate.__table__.columns if c.name != "id"}
    open_one = session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_(None))).one()
    completion = session.get_one(Completion, first.completion_id)
    other = {c.name: getattr(completion, c.name) for c in Completion.__table__.columns if c.name != "id"}
    session.execute(insert(Completion).values(other | {"attempt_id": open_one}))
    second = session.scalars(select(Completion.id).where(Completion.attempt_id == open_one)).one()
    session.execute(insert(Certificate).values(again | {"number": "0" * 13, "completion_id": second}))
    assert [sentence.split(" of ")[0] for sentence in compare(session, runs).doubled] == [
        "2 completions",
        "2 certificates",
    ]


def change_a_score(session: Session) -> None:
    session.execute(update(Attempt).where(Attempt.id == THE_PASSED).values(score="1"))


def hide_from_the_audit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.action == "attempt.submitted").values(action="other"))


def take_the_certificate_away(session: Session) -> None:
    session.execute(delete(Certificate))


def take_the_completion_away(session: Session) -> None:
    take_the_certificate_away(session)
    session.execute(delete(Completion))


@pytest.mark.parametrize(
    "harm", [change_a_score, hide_from_the_audit, take_the_certificate_away, take_the_completion_away]
)
def test_what_does_not_add_up_is_wrong(session: Session, runs: list[Run], harm: Callable[[Session], None]) -> None:
    harm(session)
    found = compare(session, runs)
    assert found.wrong
    assert not found.lost + found.doubled
