"""Keeping the figures: companies of which something changed are counted anew, and the difference is added to what is kept.

All is read and counted first and written in one short transaction, so that nobody who learns waits for it. Two folds at once
do no harm: the slower one finds that what it has read has changed, and writes nothing.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, cast

import msgspec
from sqlalchemy import Insert, Table, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.models import Person, StaleFigures
from lms.catalog.shelf import NothingPublished, published
from lms.content.framework import Framework
from lms.core import clock
from lms.core.clock import program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, handles, regularly, repeat

from . import criteria
from .facts import Reading
from .ledger import ALL, FIELDS, CompanyFacts, Days, Delta, Group, Series, days_of, unpack
from .models import CompanyCount, CompanyFigure, CountState, CriterionFigure, FigureDay
from .rules import Figures

KIND = "figures.fold"
# A fold takes companies until they have so many people, and so many rows that say what is stale.
PEOPLE, STALE = 20_000, 20_000
# A recount takes more of them, since each fold writes most of the days anew.
ALL_PEOPLE = 100_000
# Changes wait so long, that what comes together is counted together.
EVERY = timedelta(minutes=1)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(CompanyFacts)
_LOCK = 6_000_001  # of PostgreSQL's advisory locks
_DAY = cast(Table, FigureDay.__table__)
_KEY = ("dimension", "value", "topic", "day")


def _adding(new: Any) -> Insert:
    return new.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=_KEY, set_={field: _DAY.c[field] + new.excluded[field] for field in FIELDS}
    )


_ADD = {"sqlite": _adding(sqlite.insert(_DAY)), "postgresql": _adding(postgresql.insert(_DAY))}
_EMPTY = delete(_DAY).where(
    *(_DAY.c[name] == bindparam(name, type_=_DAY.c[name].type) for name in _KEY),
    *(_DAY.c[field] == 0 for field in FIELDS),
)
_SHOWN = [c.name for c in cast(Table, CompanyFigure.__table__).c if c.name in FIELDS]

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a fold has found. `before` are the stored facts as they were read, `changes` the difference by group and day."""

    stale: Sequence[int]
    companies: Sequence[int]
    before: Mapping[int, bytes]
    after: Mapping[int, bytes]
    changes: Mapping[Group, Mapping[int, Delta]]
    rows: Sequence[dict[str, Any]]
    next_changes: Mapping[int, date | None]


def fold(session: Session, now: datetime, *, people: int = PEOPLE) -> int:
    """Count anew some companies that want it, of about so many people together, and commit. How many companies; 0: none does.

    Raises NothingPublished.
    """
    framework = published(session).library.framework
    session.rollback()
    counted = _count(session, framework, program_day(now), people)
    if not counted.companies and _begun(session):
        return 0
    with transaction():
        _alone(session)
        if _stored(session, counted.companies) != counted.before:
            return len(counted.companies)  # another fold was faster: what is still stale is taken up next
        _write(session, counted, now)
        _note(session, now)
    return len(counted.companies)


def recount(session: Session, tell: Tell, *, now: Callable[[], datetime] = clock.now) -> None:
    """Forget every figure and count all anew, and commit piece by piece. `tell` hears how many companies are done, of how many.

    Where it is broken off, workers carry on. Until it is done, pages of large programs have no figures.
    """
    with transaction():
        _alone(session)
        for model in (FigureDay, CompanyFigure, CompanyCount, CountState, CriterionFigure, StaleFigures):
            session.execute(delete(model))
    of = session.scalar(select(func.count(Person.organization_id.distinct())).where(_IN_COMPANY)) or 0
    done = 0
    while some := fold(session, now(), people=ALL_PEOPLE):
        done += some
        tell(min(done, of), of)
    while criteria.count(session):
        pass


def waiting(session: Session, today: date) -> bool:
    """Whether any company wants to be counted."""
    stale, due, never = exists(select(StaleFigures.id)), exists().where(_due(today)), exists(_uncounted())
    return any(session.scalar(select(one)) for one in ((stale, due) if _begun(session) else (stale, due, never)))


def ask(session: Session, now: datetime) -> str:
    """Have a worker count what wants it; the key of the job."""
    repeat(session, KIND, {}, key=KIND, now=now)
    return KIND


@regularly
def keep_counted(session: Session, now: datetime) -> None:
    """Ask for a fold where a company wants it, a minute after the last one at the earliest."""
    last = session.scalar(select(CountState.counted_at))
    if last and last + EVERY > now:
        return
    if waiting(session, program_day(now)) or criteria.waiting(session):
        ask(session, now)


@handles(KIND)
def _fold_all(_arguments: Arguments, beat: Beat) -> None:
    try:
        while fold(db.session, clock.now()):
            beat()
        while criteria.count(db.session):
            beat()
    except NothingPublished:
        return


_IN_COMPANY = and_(Person.organization_id.is_not(None), Person.profile_id.is_not(None))


def _begun(session: Session) -> bool:
    return session.scalar(select(CountState.id)) is not None


def _due(today: date) -> Any:
    return CompanyCount.next_change_on <= today


def _uncounted() -> Any:
    """The companies that were never counted."""
    counted = exists().where(CompanyCount.organization_id == Person.organization_id)
    return select(Person.organization_id).where(_IN_COMPANY, ~counted).distinct()


def _count(session: Session, framework: Framework, today: date, most: int) -> _Counted:
    """Read what is stale first and the facts after it: what changes meanwhile is stale again."""
    rows = session.execute(
        select(StaleFigures.id, StaleFigures.organization_id).order_by(StaleFigures.id).limit(STALE)
    ).all()
    wanted = dict.fromkeys(company for _, company in rows)
    wanted |= dict.fromkeys(session.scalars(select(CompanyCount.organization_id).where(_due(today)).limit(STALE)))
    if not _begun(session):
        wanted |= dict.fromkeys(session.scalars(_uncounted().order_by(Person.organization_id).limit(STALE)))
    companies = _some(session, list(wanted), most)
    before = _stored(session, companies)
    changes: dict[Group, dict[int, Delta]] = {}
    after: dict[int, bytes] = {}
    figures: list[dict[str, Any]] = []
    ahead: dict[int, date | None] = {}
    for number, facts in Reading(session, framework, today).some(companies):
        groups = days_of(facts)
        after[number] = _packed(facts)
        figures += company_rows(number, groups, today)
        ahead[number] = Series(groups.get((ALL, "", ALL), {})).next_change(today)
        if after[number] != before.get(number):
            _take(changes, groups, 1)
            _forget(changes, before.get(number))
    for number in before.keys() - after.keys():
        _forget(changes, before[number])
    chosen = set(companies)
    return _Counted(
        [row for row, company in rows if company in chosen], companies, before, after, changes, figures, ahead
    )


def _some(session: Session, wanted: Sequence[int], most: int) -> list[int]:
    """The first of these companies, at least one, until they have so many people."""
    sizes = select(Person.organization_id, func.count()).where(Person.organization_id.in_(wanted))
    of = dict(session.execute(sizes.group_by(Person.organization_id)).all())
    chosen: list[int] = []
    people = 0
    for number in wanted:
        people += of.get(number, 0)
        if chosen and people > most:
            break
        chosen.append(number)
    return chosen


def _stored(session: Session, companies: Sequence[int]) -> dict[int, bytes]:
    kept = select(CompanyCount.organization_id, CompanyCount.facts).where(CompanyCount.organization_id.in_(companies))
    return dict(session.execute(kept).all())


def _packed(facts: CompanyFacts) -> bytes:
    return zlib.compress(_ENCODER.encode(facts), 1)


def unpacked(facts: bytes) -> CompanyFacts:
    """The facts that a company was counted with."""
    return _DECODER.decode(zlib.decompress(facts))


def _forget(changes: dict[Group, dict[int, Delta]], former: bytes | None) -> None:
    if former is not None:
        _take(changes, days_of(unpacked(former)), -1)


def _take(changes: dict[Group, dict[int, Delta]], groups: Mapping[Group, Mapping[int, Delta]], sign: int) -> None:
    for group, days in groups.items():
        into = changes.setdefault(group, {})
        for day, delta in days.items():
            into[day] = into.get(day, 0) + sign * delta


def company_rows(number: int, groups: Mapping[Group, Days], today: date) -> Iterator[dict[str, Any]]:
    """The rows of company_figure."""
    for (dimension, _, topic), days in groups.items():
        if dimension == ALL:
            figures = Series(days).at(today)
            if figures.required:
                share = share_of(figures)
                counts = {name: getattr(figures, name) for name in _SHOWN}
                yield {"organization_id": number, "topic": topic, "share": share, **counts}


def share_of(figures: Figures) -> int:
    """Complete of required in millionths, by which companies stand in order."""
    return figures.complete * 1_000_000 // figures.required


def _alone(session: Session) -> None:
    """One fold writes at a time; on SQLite there is one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _write(session: Session, counted: _Counted, now: datetime) -> None:
    connection = session.connection()
    for ids in _pieces(counted.stale):
        connection.execute(delete(StaleFigures).where(StaleFigures.id.in_(ids)))
    for numbers in _pieces(counted.companies):
        for model in (CompanyFigure, CompanyCount):
            connection.execute(delete(model).where(model.organization_id.in_(numbers)))
    add = _ADD[connection.dialect.name]
    for rows in _pieces(_rows(counted.changes)):
        connection.execute(add, rows)
        if counted.before:  # else nothing was taken away
            connection.execute(_EMPTY, [{name: row[name] for name in _KEY} for row in rows])
    if counted.rows:
        connection.execute(insert(CompanyFigure), counted.rows)
    kept = [
        {"organization_id": n, "facts": facts, "counted_at": now, "next_change_on": counted.next_changes[n]}
        for n, facts in counted.after.items()
    ]
    if kept:
        connection.execute(insert(CompanyCount), kept)


def _rows(changes: Mapping[Group, Mapping[int, Delta]]) -> Iterator[dict[str, Any]]:
    """Rows of figure_day to add, in the order of their key."""
    for (dimension, value, topic), days in sorted(changes.items()):
        for day, delta in sorted(days.items()):
            if delta:
                key = {"dimension": dimension, "value": value, "topic": topic, "day": date.fromordinal(day)}
                yield key | dict(zip(FIELDS, unpack(delta), strict=True))


def _pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while piece := list(islice(rows, 5_000)):
        yield piece


def _note(session: Session, now: datetime) -> None:
    """Say when it was counted: for the first time when no company is left that was never counted."""
    values = {"counted_at": now, "day": program_day(now)}
    if _begun(session):
        session.execute(update(CountState).values(folds=CountState.folds + 1, **values))
    elif not session.scalar(select(exists(_uncounted()))):
        session.execute(insert(CountState).values(id=1, **values))
