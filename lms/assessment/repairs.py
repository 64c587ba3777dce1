"""Repairing questions that were asked already: who gains by it, and the records when it is done.

An attempt keeps its own score for good. A repair adds a `Remark` to each attempt whose score it raises; attempts that are
submitted later are marked with it at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, func, select, text
from sqlalchemy.orm import Session, aliased, join

from lms.accounts.models import Organization, Person
from lms.catalog.shelf import pinned_module
from lms.content.course import Module
from lms.core import audit

from .models import Answer, Attempt, Remark, Repair
from .paper import from_json
from .repair import Ruling
from .review import Score, score

# So many attempts are read at a time.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair that somebody thinks of. `accepts` is empty for a void question."""

    module: str
    question: str
    void: bool
    accepts: tuple[str, ...]
    from_at: datetime
    reason: str

    @property
    def ruling(self) -> Ruling:
        return Ruling(self.question, self.void, self.accepts, self.reason, self.from_at)

    @property
    def kind(self) -> str:
        return "void" if self.void else "accept"


@dataclass(frozen=True, slots=True)
class Change:
    """An attempt and what a repair makes of its result; `company` is the person's of today, "" for none.

    `reachable`: the person has access and a mail address. `told_at` is when the person was told of this change.
    """

    attempt_id: int
    public_id: str
    person_id: int
    person: str
    company: str
    reachable: bool
    submitted_at: datetime
    old: Score
    new: Score
    told_at: datetime | None = None

    @property
    def passes(self) -> bool:
        """From fail to pass."""
        return self.new.passed and not self.old.passed


@dataclass(frozen=True, slots=True)
class Outcome:
    """The submitted attempts that asked the question; new passes first, then other changes, each by name."""

    asked: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those whose result changes."""
        return tuple(change for change in self.asked if change.new != change.old)

    @property
    def passes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.asked if change.passes)


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a proposal did. `again`: it stood already, so nothing was changed."""

    repair_id: int
    outcome: Outcome
    again: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A repair in a list: who made it, how many results it raised, and how many people are still to be told."""

    repair: Repair
    by: str
    raised: int
    waiting: int


# Core, since every submission asks.
_RULINGS = select(Repair.question, Repair.kind, Repair.accepts, Repair.reason, Repair.from_at).order_by(Repair.id)


def rulings(session: Session, module: str) -> tuple[Ruling, ...]:
    """The repairs of a module's questions. A submission holds its attempt before it asks, see `apply`."""
    rows = session.connection().execute(_RULINGS.where(Repair.module == module))
    return tuple(Ruling(q, kind == "void", tuple(accepts), reason, at) for q, kind, accepts, reason, at in rows)


def result(session: Session, attempt: Attempt) -> Score:
    """What a submitted attempt is worth: its last remark, else its own score."""
    last = session.scalar(select(Remark).where(Remark.attempt_id == attempt.id).order_by(Remark.id.desc()).limit(1))
    one = last or attempt
    return Score(Fraction(one.score or 0), one.out_of or 0, bool(one.passed))


def outcome(session: Session, proposal: Proposal) -> Outcome:
    """What a repair would change, in submitted attempts; nothing is written."""
    every = (*rulings(session, proposal.module), proposal.ruling)
    found = []
    modules: dict[str, Module] = {}
    for rows in _asked(session, proposal):
        answers = _answers(session, [row.id for row in rows])
        for row in rows:
            if row.document not in modules:
                modules[row.document] = pinned_module(session, row.document)
            mine = [ruling for ruling in every if ruling.concerns(row.submitted_at)]
            old = _score(row)
            marked = score(modules[row.document], from_json(row.paper), answers[row.id], row.pass_mark, mine)
            found.append(_change(row, old, old.better(marked)))
    return Outcome(tuple(sorted(found, key=_order)))


def apply(session: Session, proposal: Proposal, *, by_id: int, now: datetime) -> Applied:
    """Record the repair and a remark for each attempt whose result it raises. The same repair a second time changes nothing.

    What is submitted meanwhile waits: it is either among these attempts or marked with the repair.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite there is one writer at a time anyway
        session.execute(text("LOCK TABLE attempt IN EXCLUSIVE MODE"))
    before = standing(session, proposal)
    if before is not None:
        return Applied(before, Outcome(()), again=True)
    found = outcome(session, proposal)
    made = Repair(
        module=proposal.module,
        question=proposal.question,
        kind=proposal.kind,
        accepts=list(proposal.accepts),
        from_at=proposal.from_at,
        reason=proposal.reason,
        by_id=by_id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    session.add_all(
        Remark(
            attempt_id=change.attempt_id,
            repair_id=made.id,
            score=str(change.new.points),
            out_of=change.new.of,
            passed=change.new.passed,
            created_at=now,
        )
        for change in found.changes
    )
    audit.record(
        session,
        action="question.repaired",
        subject=proposal.module,
        actor_id=by_id,
        now=now,
        repair=made.id,
        question=proposal.question,
        kind=proposal.kind,
        since=proposal.from_at.isoformat(),
        reason=proposal.reason,
        changed=len(found.changes),
        passed=len(found.passes),
    )
    return Applied(made.id, found, again=False)


def changes_of(session: Session, repair_id: int) -> tuple[Change, ...]:
    """What a repair changed when it was applied, in the order of `outcome`."""
    earlier = aliased(Remark)
    before = select(func.max(earlier.id)).where(earlier.attempt_id == Attempt.id, earlier.id < Remark.id)
    rows = session.execute(
        _read(before.correlate(Attempt, Remark).scalar_subquery(), join(Attempt, Remark))
        .add_columns(
            Remark.score.label("to"), Remark.out_of.label("to_of"), Remark.passed.label("to_passed"), Remark.told_at
        )
        .where(Remark.repair_id == repair_id)
    )
    found = [_change(row, _score(row), Score(Fraction(row.to), row.to_of, row.to_passed), row.told_at) for row in rows]
    return tuple(sorted(found, key=_order))


def one_each(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Of each person the change that a mail tells of: a new pass first, then the newest attempt."""
    ranked = sorted(changes, key=lambda change: (change.passes, change.new.passed, change.submitted_at))
    return tuple(sorted({change.person_id: change for change in ranked}.values(), key=_order))


def listed(session: Session, number: int | None = None) -> tuple[Entry, ...]:
    """Every repair, newest first; or the one of this id, where there is one."""
    owner = aliased(Person)
    waiting = func.count(owner.id.distinct()).filter(
        Remark.told_at.is_(None), owner.disabled_at.is_(None), owner.email != ""
    )
    statement = (
        select(Repair, Person.name, func.count(Remark.id), waiting)
        .join(Person, Person.id == Repair.by_id)
        .outerjoin(Remark, Remark.repair_id == Repair.id)
        .outerjoin(Attempt, Attempt.id == Remark.attempt_id)
        .outerjoin(owner, owner.id == Attempt.person_id)
        .group_by(Repair.id, Person.name)
        .order_by(Repair.id.desc())
    )
    if number is not None:
        statement = statement.where(Repair.id == number)
    return tuple(Entry(*row) for row in session.execute(statement))


def last_repairs(session: Session) -> dict[tuple[str, str], Repair]:
    """The newest repair of each question that was repaired, by module and question."""
    return {(repair.module, repair.question): repair for repair in session.scalars(select(Repair).order_by(Repair.id))}


def forms_asked(session: Session, module: str, question: str) -> Iterator[Module]:
    """The modules, as they were rendered, of which submitted attempts asked the question."""
    asked = (
        select(Attempt.document)
        .where(Attempt.module == module, Attempt.submitted_at.is_not(None), _drew(question))
        .distinct()
        .order_by(Attempt.document)
    )
    for digest in session.scalars(asked).all():
        yield pinned_module(session, digest)


def standing(session: Session, proposal: Proposal) -> int | None:
    """The id of the same repair, where it was made before; the reason may be another."""
    same = select(Repair.id, Repair.accepts).where(
        Repair.module == proposal.module,
        Repair.question == proposal.question,
        Repair.kind == proposal.kind,
        Repair.from_at == proposal.from_at,
    )
    wanted = sorted(proposal.accepts)
    return next((number for number, accepts in session.execute(same) if sorted(accepts) == wanted), None)


def _drew(question: str) -> ColumnElement[bool]:
    return cast(Attempt.paper, Text).contains(f'"{question}"', autoescape=True)


def _read(last: Any, attempts: Any = Attempt) -> Select[Any]:
    """Submitted attempts with whose they are and what they are worth; `last` is the id of the remark that counts."""
    counting = aliased(Remark)
    return (
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.document,
            Attempt.paper,
            Attempt.pass_mark,
            Attempt.submitted_at,
            Person.id.label("person_id"),
            Person.name.label("person"),
            and_(Person.disabled_at.is_(None), Person.email != "").label("reachable"),
            Organization.name.label("company"),
            func.coalesce(counting.score, Attempt.score).label("score"),
            func.coalesce(counting.out_of, Attempt.out_of).label("out_of"),
            func.coalesce(counting.passed, Attempt.passed).label("passed"),
        )
        .select_from(attempts)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .outerjoin(counting, counting.id == last)
    )


def _asked(session: Session, proposal: Proposal) -> Iterator[Sequence[Row[Any]]]:
    """The submitted attempts that a proposal concerns, some at a time."""
    remark = aliased(Remark)
    last = select(func.max(remark.id)).where(remark.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    statement = _read(last).where(
        Attempt.module == proposal.module, Attempt.submitted_at >= proposal.from_at, _drew(proposal.question)
    )
    seen = 0
    while rows := session.execute(statement.where(Attempt.id > seen).order_by(Attempt.id).limit(CHUNK)).all():
        seen = rows[-1].id
        yield rows


def _answers(session: Session, attempts: Sequence[int]) -> dict[int, dict[str, list[Any]]]:
    found: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    columns = (Answer.attempt_id, Answer.question, Answer.response)
    for attempt, question, response in session.execute(select(*columns).where(Answer.attempt_id.in_(attempts))):
        found[attempt][question] = response
    return found


def _score(row: Row[Any]) -> Score:
    return Score(Fraction(row.score), row.out_of, bool(row.passed))


def _change(row: Row[Any], old: Score, new: Score, told_at: datetime | None = None) -> Change:
    return Change(
        attempt_id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        person=row.person,
        company=row.company or "",
        reachable=bool(row.reachable),
        submitted_at=row.submitted_at,
        old=old,
        new=new,
        told_at=told_at,
    )


def _order(change: Change) -> tuple[bool, bool, str, int]:
    return not change.passes, change.new == change.old, change.person.casefold(), change.attempt_id
