"""The figures that pages show: counted when they are asked for in a small program, else those that are kept (folding).

The status of a filter narrows nothing here: how many requirements have it is one of the figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, OrganizationEntity, Person
from lms.core.clock import now
from lms.core.database import transaction

from . import folding, questions
from .facts import Reading
from .filters import Filters, Order
from .kept import Kept, stored
from .ledger import ALL, CompanyFacts, Days, Group, Series, days_of
from .models import CompanyFigure
from .requirements import Slice, of_companies, of_people
from .rules import Figures

# With so many people with access at most, figures are counted when a page asks for them.
LIVE = 500
# So many companies are named by one statement.
AT_ONCE = 5_000
DIMENSIONS = ("entity", "office", "country", "size", "function", "language", "level")
TOPICS = {"category": "category", "phase": "phase", "focus_area": "area"}

_SHOWN = [f.name for f in fields(Figures) if f.name != "companies"]


class BeingCounted(Exception):
    """No figures are kept for this question, and they are too many to count while a page waits: see `ask`."""

    def __init__(self, key: str) -> None:
        self.key = key


class Source(Protocol):
    """Where the series of an answer come from."""

    def topics(self) -> Mapping[str, Series]: ...

    def values(self, dimension: str, topic: str) -> Mapping[str, Series]: ...


@dataclass(frozen=True, slots=True)
class Counts:
    """The answer to one question, for every day. `counted_at` is when it was counted."""

    counted_at: datetime
    source: Source

    def total(self, topic: str = ALL, *, day: date) -> Figures:
        return self.series(topic).at(day)

    def by(self, dimension: str, topic: str = ALL, *, day: date) -> dict[str, Figures]:
        """The figures of each value of the dimension that has any on the day."""
        return _there(self.source.values(dimension, topic), day)

    def topics(self, *, day: date) -> dict[str, Figures]:
        """The figures of every topic that has any on the day."""
        return _there(self.source.topics(), day)

    def series(self, topic: str = ALL, *, dimension: str = "", value: str = "") -> Series:
        found = self.source.values(dimension, topic).get(value) if dimension else self.source.topics().get(topic)
        return found or Series({})


def _there(series: Mapping[str, Series], day: date) -> dict[str, Figures]:
    figures = {key: one.at(day) for key, one in series.items()}
    return {key: one for key, one in figures.items() if one.required}


@dataclass(frozen=True, slots=True)
class Company:
    """The figures of one company; `entities` are slugs in their alphabetical order."""

    number: str
    name: str
    entities: tuple[str, ...]
    figures: Figures


def topic_of(filters: Filters) -> str:
    """The topic of the part of the criteria that is chosen: the narrowest one."""
    chosen = filters.chosen
    return next((f"{topic}:{chosen[name]}" for name, topic in TOPICS.items() if name in chosen), ALL)


def kept(filters: Filters, by: str = "") -> tuple[str, str] | None:
    """The dimension and value for which figures are kept, None where they are not: two sides at once, or a module alone."""
    chosen = {name: value for name, value in filters.chosen.items() if name != "status"}
    topics = [name for name in chosen if name in TOPICS]
    sides = [(name, value) for name, value in chosen.items() if name not in TOPICS]
    if len(topics) > 1 or len(sides) > 1 or any(name not in DIMENSIONS for name, _ in sides):
        return None
    if not sides:
        return ALL, ""
    return sides[0] if by in ("", sides[0][0]) else None


def counts(session: Session, part: Slice, *, by: str = "") -> Counts:
    """The figures of a part, to be broken down by a dimension, "" for none.

    Raises BeingCounted where a worker has to count first: it is told to, in a transaction of its own.
    """
    moment, filters = now(), part.filters
    large = _large(session, part.today)
    if large is None and Reading(session, part.framework, part.today).with_access(LIVE + 1) <= LIVE:
        return Counts(moment, Live(questions.counted(session, part), filters))
    side = kept(filters, by)
    if large and side:
        return Counts(large.counted_at, large.of(*side))
    reading = Reading(session, part.framework, part.today, filters)
    if filters.organization or reading.with_access(LIVE + 1) <= LIVE:
        return Counts(moment, Live(questions.counted(session, part), filters))
    if large:
        found = questions.answer(session, questions.key_of(filters, by), since=large.counted_at, now=moment)
        if found:
            return Counts(found[0], Live(found[1], filters))
    with transaction():
        key = questions.ask(session, filters, by, moment) if large else folding.ask(session, moment)
    raise BeingCounted(key)


def steady(session: Session, part: Slice, *, by: str = "") -> bool:
    """Whether the answer is read from what is kept, so that it stays the same until the next fold."""
    return kept(part.filters, by) is not None and _large(session, part.today) is not None


def _large(session: Session, today: date) -> Kept | None:
    """What is kept, in a program that is not counted for each page."""
    found = stored(session)
    return found if found and found.topics().get(ALL, Series({})).at(today).people > LIVE else None


@dataclass(frozen=True, slots=True)
class Live:
    """An answer that was counted just now."""

    groups: Mapping[Group, Days]
    filters: Filters

    def topics(self) -> Mapping[str, Series]:
        return {topic: Series(days) for (side, _, topic), days in self.groups.items() if side == ALL}

    def values(self, dimension: str, topic: str) -> Mapping[str, Series]:
        """Where one value is chosen, only that one: a company of several types does not bring the others."""
        chosen = self.filters.chosen.get(dimension)
        return {
            value: Series(days)
            for (side, value, of), days in self.groups.items()
            if side == dimension and of == topic and chosen in (None, value)
        }


def companies(
    session: Session, part: Slice, *, order: Order = "behind", limit: int | None = None, offset: int = 0
) -> list[Company]:
    """Furthest behind first (or ahead) by the share complete, larger ones first among equals; `limit` None: all.

    In a large program this order is kept for sides of a company and one part of the criteria: with other filters companies
    stand by name, and are counted now.
    """
    large = _large(session, part.today)
    if large and of_whole_companies(part.filters):
        return _kept_companies(session, part.filters, order, limit, offset)
    if large:
        return _named(session, _by_name(session, part, limit, offset))
    reading = Reading(session, part.framework, part.today, part.filters)
    found = [(number, _figures(facts, part.today)) for number, facts in reading.companies()]
    found = sorted((one for one in found if one[1].required), key=lambda one: _place(one[1], order, one[0]))
    return _named(session, found[offset : None if limit is None else offset + limit])


def of_whole_companies(filters: Filters) -> bool:
    """Whether the filters choose whole companies, and one part of the criteria at most."""
    chosen = filters.but(entity="", office="", country="", size="", organization="")
    return kept(chosen) == (ALL, "")


def _kept_companies(session: Session, filters: Filters, order: Order, limit: int | None, offset: int) -> list[Company]:
    share = CompanyFigure.share
    rows = (
        select(CompanyFigure.organization_id, *(getattr(CompanyFigure, name) for name in _SHOWN))
        .where(CompanyFigure.topic == topic_of(filters))
        .order_by(
            share if order == "behind" else share.desc(), CompanyFigure.required.desc(), CompanyFigure.organization_id
        )
        .limit(limit)
        .offset(offset)
    )
    conditions = list(of_companies(filters))
    if conditions:
        rows = rows.join(Organization, Organization.id == CompanyFigure.organization_id).where(*conditions)
    found = session.execute(rows).all()
    return _named(session, [(row[0], Figures(**dict(zip(_SHOWN, row[1:], strict=True)))) for row in found])


def _by_name(session: Session, part: Slice, limit: int | None, offset: int) -> list[tuple[int, Figures]]:
    """Companies that have people of the part, some of them perhaps without any of its modules."""
    reading = Reading(session, part.framework, part.today, part.filters)
    people = exists().where(Person.organization_id == Organization.id, *of_people(part.filters))
    named = select(Organization.id).where(people.correlate(Organization), *of_companies(part.filters))
    ids = session.scalars(named.order_by(Organization.name, Organization.id).limit(limit).offset(offset)).all()
    found = dict(reading.some(ids))
    return [(number, _figures(found[number], part.today)) for number in ids if number in found]


def _figures(company: CompanyFacts, day: date) -> Figures:
    return Series(days_of(company).get((ALL, "", ALL), {})).at(day)


def _place(figures: Figures, order: Order, number: int) -> tuple[int, int, int]:
    share = folding.share_of(figures)
    return (share if order == "behind" else -share, -figures.required, number)


def _named(session: Session, found: Sequence[tuple[int, Figures]]) -> list[Company]:
    known: dict[int, Any] = {}
    types: dict[int, list[str]] = {}
    numbers = [number for number, _ in found]
    for start in range(0, len(numbers), AT_ONCE):
        piece = numbers[start : start + AT_ONCE]
        named = select(Organization.id, Organization.number, Organization.name).where(Organization.id.in_(piece))
        known |= {row.id: row for row in session.execute(named)}
        kinds = select(OrganizationEntity.organization_id, OrganizationEntity.entity)
        for number, entity in session.execute(kinds.where(OrganizationEntity.organization_id.in_(piece))):
            types.setdefault(number, []).append(entity)
    return [
        Company(known[number].number, known[number].name, tuple(sorted(types.get(number, ()))), figures)
        for number, figures in found
    ]
