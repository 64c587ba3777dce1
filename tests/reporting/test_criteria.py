"""Which criteria people answer worst at the first try: counted piece by piece, equal to a count from nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.assessment import repairs
from lms.assessment.models import Attempt
from lms.assessment.repairs import Proposal
from lms.core.database import transaction
from lms.reporting import criteria, folding
from lms.reporting.criteria import Answered
from lms.reporting.models import CountState, CriterionFigure
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.quizzes import sit
from tests.factories.training import SEALS, WALK

from .histories import NOON


def answers(session: Session, **right: bool) -> dict[str, list[Any]]:
    """Responses to two questions of the seals, about 6.1 and 6.2, right or wrong."""
    given = {True: {"first": [0], "second": [1]}, False: {"first": [1], "second": [0]}}
    return {QUESTIONS[name]: given[well][name] for name, well in right.items()}


QUESTIONS = {"first": "seals-read", "second": "seals-class"}


@pytest.fixture
def people(session: Session) -> list[Person]:
    carrier = make_organization(session, entities=("highway-carriers-us-mexico", "importers"))
    importer = make_organization(session, "Muestra Imports", entities=("importers",))
    return [make_person(session, f"Ana {n}", organization=(carrier, importer)[n % 2]) for n in range(4)]


def figures(session: Session) -> dict[tuple[str, str], tuple[int, int]]:
    return {(r.criterion, r.entity): (r.asked, r.right) for r in session.scalars(select(CriterionFigure))}


def recounted(session: Session) -> dict[tuple[str, str], tuple[int, int]]:
    every = session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_not(None))).all()
    return {key: (asked, right) for key, (asked, right) in criteria.tallied(session, every).items()}


def count(session: Session, **how: Any) -> None:
    session.commit()
    while criteria.count(session, **how):
        pass


@on_both
@pytest.mark.parametrize("most", [1, 2, 1000])
def test_first_attempts_are_counted_once_whenever_they_are_submitted(
    session: Session, people: list[Person], most: int
) -> None:
    one, two, three, four = people
    session.commit()
    folding.fold(session, NOON)
    left_open = sit(session, one.id, SEALS, answers(session, first=True, second=True), submitted=False)
    sit(session, two.id, SEALS, answers(session, first=False, second=True))
    sit(session, two.id, SEALS, answers(session, first=True, second=True), at=NOON)  # not the first one
    sit(session, three.id, SEALS, answers(session, first=False, second=False))
    count(session, most=most)
    before = figures(session)
    assert before == recounted(session)
    assert before["6.1", ""] == before["6.1", "importers"]
    assert before["6.1", ""][0] == 2
    assert before["6.1", "highway-carriers-us-mexico"][0] == 1

    session.execute(
        update(Attempt).where(Attempt.id == left_open).values(submitted_at=NOON, score="2", out_of=2, passed=True)
    )
    sit(session, four.id, SEALS, answers(session, first=True, second=True))
    assert criteria.waiting(session)
    count(session, most=most)
    assert figures(session) == recounted(session)
    assert figures(session)["6.1", ""][0] == 4
    assert not criteria.waiting(session)


@on_both
def test_a_repair_has_all_counted_again(session: Session, people: list[Person]) -> None:
    session.commit()
    folding.fold(session, NOON)
    for person in people:
        sit(session, person.id, SEALS, answers(session, first=False, second=False))
    count(session)
    wrong = figures(session)["6.2", ""]
    assert wrong[0] == 4
    assert wrong[1] == 0
    trainer = make_person(session, "Terry Sample", role=Role.TRAINER)
    since = NOON - timedelta(days=4000)
    with transaction():
        repairs.apply(session, Proposal(SEALS, "seals-class", True, (), since, "Unclear."), by_id=trainer.id, now=NOON)
    assert criteria.counted(session) is None
    count(session)
    assert figures(session)["6.2", ""] == (4, 4)
    assert figures(session) == recounted(session)
    assert criteria.counted(session) == (session.scalar(select(Attempt.id).order_by(Attempt.id.desc())), frozenset())


def test_two_workers_count_once(session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    session.commit()
    folding.fold(session, NOON)
    sit(session, people[0].id, SEALS, answers(session, first=True))
    session.commit()
    plain, met = criteria.tallied, []

    def slow(*given: Any) -> Any:
        """Another worker counts the same attempts between reading and writing."""
        if not met:
            met.append(given)
            criteria.count(session)
        return plain(*given)

    monkeypatch.setattr(criteria, "tallied", slow)
    count(session)
    assert met
    assert figures(session) == recounted(session)


def test_nothing_is_counted_before_the_figures_were(session: Session, people: list[Person]) -> None:
    sit(session, people[0].id, SEALS, answers(session, first=True))
    session.commit()
    assert criteria.count(session) == 0
    assert not criteria.waiting(session)
    folding.recount(session, lambda _done, _of: None)
    assert session.scalar(select(CountState.attempts_until)) == 1
    assert figures(session) == recounted(session) != {}


def test_the_worst_come_first_and_rare_ones_not_at_all(session: Session, people: list[Person]) -> None:
    session.commit()
    folding.fold(session, NOON)
    for person in people[:3]:
        sit(session, person.id, SEALS, answers(session, first=person is people[0], second=True))
    sit(session, people[3].id, WALK, {"walk-begin": [3]})
    count(session)
    assert criteria.worst(session) == [
        Answered("5.3", 1, 0),
        Answered("6.1", 3, figures(session)["6.1", ""][1]),
        Answered("6.2", 3, figures(session)["6.2", ""][1]),
    ]
    assert [one.criterion for one in criteria.worst(session, least=2)] == ["6.1", "6.2"]
    assert [one.asked for one in criteria.worst(session, "highway-carriers-us-mexico")] == [2, 2]
