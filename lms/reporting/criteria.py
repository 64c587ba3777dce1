"""How often questions about a criterion were answered right at the first try, so that staff see what people do not know yet.

Counted by entity type of the company that the person was with when it was counted. Each first submitted attempt of a person at
a module counts; what repairs made right counts as right.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Insert, Text, and_, cast, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import OrganizationEntity, Person
from lms.assessment import repair
from lms.assessment.models import Answer, Attempt, Repair
from lms.assessment.paper import from_json
from lms.assessment.repair import Ruling
from lms.assessment.repairs import rulings
from lms.catalog.shelf import pinned_module
from lms.content.course import Question
from lms.core.database import transaction

from .models import CountState, CriterionFigure

# So many attempts are marked at a time.
ATTEMPTS = 2_000
EVERYBODY = ""
# What reading an attempt raises whose row was spoilt. It counts for nothing.
UNREADABLE = (msgspec.MsgspecError, LookupError, TypeError, ValueError)

_FIGURE: Any = CriterionFigure.__table__
_IDS = msgspec.msgpack.Decoder(list[int])

# Criterion and entity type: asked, right.
Tally = dict[tuple[str, str], list[int]]


def _adding(new: Any) -> Insert:
    return new.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["criterion", "entity"],
        set_={name: _FIGURE.c[name] + new.excluded[name] for name in ("asked", "right")},
    )


_ADD = {"sqlite": _adding(sqlite.insert(_FIGURE)), "postgresql": _adding(postgresql.insert(_FIGURE))}


@dataclass(frozen=True, slots=True)
class Answered:
    """A criterion, in how many first tries it was asked, and how many of these were right."""

    criterion: str
    asked: int
    right: int

    @property
    def percent(self) -> int:
        return self.right * 100 // self.asked


def worst(session: Session, entity: str = EVERYBODY, *, least: int = 1) -> list[Answered]:
    """Every criterion that was asked so often at least, the one with the smallest share right first."""
    rows = session.execute(
        select(CriterionFigure.criterion, CriterionFigure.asked, CriterionFigure.right).where(
            CriterionFigure.entity == entity, CriterionFigure.asked >= least
        )
    )
    found = (Answered(*row) for row in rows)
    return sorted(
        found, key=lambda one: (one.right / one.asked, -one.asked, [int(n) for n in one.criterion.split(".")])
    )


def count(session: Session, *, most: int = ATTEMPTS) -> int:
    """Count some attempts that were not counted yet, and commit; how many ids were looked at, 0 when there are none.

    Where a question was repaired since, all are counted from the first.
    """
    with transaction():
        state = _state(session)
        if state is None:
            return 0
        last, repaired = _newest(session)
    if repaired != state.repairs_until:
        with transaction():
            session.execute(delete(CriterionFigure))
            session.execute(
                update(CountState).values(
                    attempts_until=0, attempts_open=b"", repairs_until=repaired, folds=CountState.folds + 1
                )
            )
        return 1
    begun, until = state.attempts_until, min(last, state.attempts_until + most)
    known = _ids(state.attempts_open)
    new = list(session.scalars(select(Attempt.id).where(Attempt.id > begun, Attempt.id <= until)))
    left = set(session.scalars(_OPEN.where(Attempt.id <= until)))
    ready = [number for number in (*known, *new) if number not in left]
    if not ready and until == begun:
        return 0
    tally = tallied(session, ready)
    with transaction():
        now = _state(session, lock=True)
        if now != state:
            return len(ready)  # another worker was faster
        _add(session, tally)
        still = msgspec.msgpack.encode(sorted(left))
        session.execute(
            update(CountState).values(
                attempts_until=until, attempts_open=still, folds=CountState.folds + (1 if tally else 0)
            )
        )
    return max(len(ready), int(until - begun))


def waiting(session: Session) -> bool:
    """Whether attempts were begun since the last count. What is submitted meanwhile is counted along with these."""
    until = session.scalar(select(CountState.attempts_until))
    return until is not None and until < (session.scalar(select(func.max(Attempt.id))) or 0)


def counted(session: Session) -> tuple[int, frozenset[int]] | None:
    """Up to which id attempts are counted, and which of these not; None where a repair has them all counted again."""
    state = _state(session)
    repaired = session.scalar(select(func.max(Repair.id))) or 0
    if state is None or state.repairs_until != repaired:
        return None
    return state.attempts_until, frozenset(_ids(state.attempts_open))


_OPEN = select(Attempt.id).where(Attempt.submitted_at.is_(None))
_STATE = select(CountState.attempts_until, CountState.attempts_open, CountState.repairs_until)


def _state(session: Session, *, lock: bool = False) -> Any:
    return session.execute(_STATE.with_for_update() if lock else _STATE).one_or_none()


def _newest(session: Session) -> tuple[int, int]:
    """The last ids of attempts and repairs. No smaller one comes after: whoever writes is waited for."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE attempt IN SHARE MODE"))
    attempts = session.scalar(select(func.max(Attempt.id))) or 0
    return attempts, session.scalar(select(func.max(Repair.id))) or 0


def _ids(packed: bytes) -> list[int]:
    return _IDS.decode(packed) if packed else []


def tallied(session: Session, attempts: Sequence[int]) -> Tally:
    """What those of these submitted attempts come to that are the first of their person at their module."""
    tally: Tally = {}
    marking = _Marking(session)
    for start in range(0, len(attempts), ATTEMPTS):
        ids = attempts[start : start + ATTEMPTS]
        rows = session.execute(_first(ids)).all()
        answers = _answers(session, [row.id for row in rows])
        types = _types(session, {row.organization_id for row in rows})
        for row in rows:
            try:
                marked = list(marking.marked(row, answers.get(row.id, {})))
            except UNREADABLE:
                continue  # `flask fsck` names it
            for criterion, right in marked:
                for entity in (EVERYBODY, *types.get(row.organization_id, ())):
                    one = tally.setdefault((criterion, entity), [0, 0])
                    one[0] += 1
                    one[1] += right
    return tally


class _Marking:
    """Marks answers by the site's own rules, the same answer to the same question once: most people give one of a few."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._questions: dict[str, dict[str, Question]] = {}
        self._repairs: dict[str, tuple[Ruling, ...]] = {}
        self._right: dict[tuple[str, str, str, tuple[Ruling, ...]], bool] = {}

    def marked(self, attempt: Any, responses: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
        """Each criterion of each question that was asked, and whether the answer was fully right."""
        document = attempt.document
        if document not in self._questions:
            module = pinned_module(self._session, document)
            self._questions[document] = {question.id: question for question in module.questions}
        if attempt.module not in self._repairs:
            self._repairs[attempt.module] = rulings(self._session, attempt.module)
        mine = tuple(one for one in self._repairs[attempt.module] if one.concerns(attempt.submitted_at))
        for drawn in from_json(attempt.paper).drawn:
            question, response = self._questions[document][drawn.question], responses.get(drawn.question, "[]")
            key = document, question.id, response, mine
            if key not in self._right:
                self._right[key] = repair.mark(question, json.loads(response), mine).right
            for criterion in question.criteria:
                yield criterion, self._right[key]


def _first(ids: Collection[int]) -> Any:
    earlier = aliased(Attempt)
    before = exists().where(
        earlier.person_id == Attempt.person_id,
        earlier.module == Attempt.module,
        or_(
            earlier.submitted_at < Attempt.submitted_at,
            and_(earlier.submitted_at == Attempt.submitted_at, earlier.id < Attempt.id),
        ),
    )
    return (
        select(
            Attempt.id, Attempt.module, Attempt.document, Attempt.paper, Attempt.submitted_at, Person.organization_id
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(ids), Attempt.submitted_at.is_not(None), ~before)
    )


def _answers(session: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By attempt and question, as JSON."""
    found: dict[int, dict[str, str]] = {}
    given = select(Answer.attempt_id, Answer.question, cast(Answer.response, Text)).where(Answer.attempt_id.in_(ids))
    for attempt, question, response in session.execute(given):
        found.setdefault(attempt, {})[question] = response
    return found


def _types(session: Session, companies: Collection[int | None]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    own = [number for number in companies if number is not None]
    kinds = select(OrganizationEntity.organization_id, OrganizationEntity.entity)
    for number, entity in session.execute(kinds.where(OrganizationEntity.organization_id.in_(own))):
        found.setdefault(number, []).append(entity)
    return found


def _add(session: Session, tally: Tally) -> None:
    rows = [
        {"criterion": criterion, "entity": entity, "asked": asked, "right": right}
        for (criterion, entity), (asked, right) in sorted(tally.items())
    ]
    if rows:
        connection = session.connection()
        connection.execute(_ADD[connection.dialect.name], rows)
