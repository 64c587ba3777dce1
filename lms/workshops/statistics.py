"""How many people had seats and came: by office, by week, and who they are. Cancelled workshops count nowhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeVar, get_args

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.clock import day_begins

from .models import Attendance, Registration, Workshop
from .rules import is_over, local_time

Key = TypeVar("Key")
# The numbers that stand for people.
What = Literal["registered", "attended", "walk-ins", "no-shows", "waiting"]
WHATS: tuple[What, ...] = get_args(What)
# A day in one zone may begin so much earlier or later than in ours.
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over workshops. `registered` have a seat; `attended` are all who were there, of them `walk_ins` without a seat;
    `no_shows` had a seat in one that is over and were not there; `expected` are the seats given in those that are over."""

    workshops: int = 0
    seats: int = 0
    registered: int = 0
    attended: int = 0
    walk_ins: int = 0
    no_shows: int = 0
    waiting: int = 0
    expected: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def of(self, what: What) -> int:
        """The number of people that goes by this name."""
        number: int = getattr(self, what.replace("-", "_"))
        return number


@dataclass(frozen=True, slots=True)
class Counted:
    """A workshop with its figures."""

    workshop: Workshop
    figures: Figures

    @property
    def week(self) -> date:
        """The Monday of its week, by the calendar of its place."""
        return monday(local_time(self.workshop).date())


@dataclass(frozen=True, slots=True)
class Period:
    """Which workshops: of an `office`, "" for all, that begin from `since` to `until` by the calendars of their places."""

    since: date
    until: date | None = None
    office: str = ""

    @property
    def chosen(self) -> Mapping[str, str]:
        """As an address says it."""
        said = {"office": self.office, "since": self.since.isoformat(), "until": self.until and self.until.isoformat()}
        return {name: word for name, word in said.items() if word}

    def of_office(self, slug: str) -> "Period":
        return replace(self, office=slug)

    def of_week(self, week: date) -> "Period":
        """The part of it in the week of this Monday."""
        last = week + timedelta(days=6)
        return replace(self, since=max(self.since, week), until=min(self.until, last) if self.until else last)


@dataclass(frozen=True, slots=True)
class Row:
    """A person behind a number."""

    name: str
    company: str
    workshop: Workshop


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def counted(session: Session, period: Period, now: datetime) -> list[Counted]:
    """The workshops of a period, the first one first."""
    chosen = [Workshop.cancelled_at.is_(None), Workshop.starts_at >= day_begins(period.since) - A_DAY]
    if period.until:
        chosen.append(Workshop.starts_at < day_begins(period.until) + 2 * A_DAY)
    if period.office:
        chosen.append(Workshop.office == period.office)
    order = (Workshop.starts_at, Workshop.id)
    return [one for one in of_workshops(session, *chosen, order=order, now=now) if _within(one.workshop, period)]


def of_workshops(
    session: Session,
    *which: ColumnElement[bool],
    order: Iterable[ColumnElement[Any] | Any],
    now: datetime,
    offset: int = 0,
    limit: int | None = None,
) -> list[Counted]:
    """Workshops with their figures."""
    rows = session.execute(_COUNTS.where(*which).order_by(*order).offset(offset).limit(limit))
    return [Counted(row[0], _figures(row[0], row[1:], now)) for row in rows]


def folded(found: Iterable[Counted], key: Callable[[Counted], Key]) -> dict[Key, Figures]:
    """The sums by a key, in the order in which keys come."""
    sums: dict[Key, Figures] = {}
    for one in found:
        sums[key(one)] = sums.get(key(one), Figures()) + one.figures
    return sums


def total(found: Iterable[Counted]) -> Figures:
    return sum((one.figures for one in found), Figures())


def people(
    session: Session, found: Sequence[Counted], what: What, now: datetime, *, offset: int = 0, limit: int | None = None
) -> Sequence[Row]:
    """The people behind a number of these workshops, those of the first workshop first; as many as the number says."""
    workshops = {one.workshop.id: one.workshop for one in found if what != "no-shows" or is_over(one.workshop, now)}
    chosen = _PEOPLE[what].where(Workshop.id.in_(workshops))
    order = (Workshop.starts_at, Workshop.id, func.lower(Person.name), Person.id)
    rows = session.execute(chosen.order_by(*order).offset(offset).limit(limit))
    return [Row(name, company, workshops[workshop]) for name, company, workshop in rows]


def _within(workshop: Workshop, period: Period) -> bool:
    day = local_time(workshop).date()
    return period.since <= day and (period.until is None or day <= period.until)


def _figures(workshop: Workshop, numbers: Sequence[int], now: datetime) -> Figures:
    registered, waiting, attended, seated = numbers
    over = is_over(workshop, now)
    return Figures(
        workshops=1,
        seats=workshop.seats,
        registered=registered,
        attended=attended,
        walk_ins=attended - seated,
        no_shows=registered - seated if over else 0,
        waiting=waiting,
        expected=registered if over else 0,
    )


_SEAT = and_(
    Registration.workshop_id == Attendance.workshop_id,
    Registration.person_id == Attendance.person_id,
    Registration.state == "seat",
)
_THERE = Attendance.withdrawn_at.is_(None)


def _registered(state: str) -> Any:
    theirs = select(func.count()).where(Registration.workshop_id == Workshop.id, Registration.state == state)
    return theirs.correlate(Workshop).scalar_subquery()


def _attended(*also: ColumnElement[bool]) -> Any:
    theirs = select(func.count()).where(Attendance.workshop_id == Workshop.id, _THERE, *also)
    return theirs.correlate(Workshop).scalar_subquery()


_COUNTS = select(
    Workshop,
    _registered("seat"),
    _registered("waiting"),
    _attended(),
    _attended(exists().where(_SEAT).correlate(Attendance)),
)


def _rows(model: type[Registration] | type[Attendance], *which: ColumnElement[bool]) -> Select[str, str, int]:
    return (
        select(Person.name, func.coalesce(Organization.name, ""), Workshop.id)
        .select_from(model)
        .join(Workshop, Workshop.id == model.workshop_id)
        .join(Person, Person.id == model.person_id)
        .outerjoin(Organization, Organization.id == model.organization_id)
        .where(*which)
    )


_PEOPLE: Mapping[What, Select[str, str, int]] = {
    "registered": _rows(Registration, Registration.state == "seat"),
    "attended": _rows(Attendance, _THERE),
    "walk-ins": _rows(Attendance, _THERE, ~exists().where(_SEAT).correlate(Attendance)),
    "no-shows": _rows(
        Registration, Registration.state == "seat", ~exists().where(_SEAT, _THERE).correlate(Registration)
    ),
    "waiting": _rows(Registration, Registration.state == "waiting"),
}
