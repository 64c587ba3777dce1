"""What staff plan: workshops and series of them, changes, and cancelling one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit

from . import service
from .attendance import marking_opens
from .models import Attendance, Workshop
from .rules import is_over
from .seats import hold, promote, seats_taken

# A change of one of these is told to everybody who is registered.
MOVES = ("starts_at", "minutes", "zone", "place", "link")


@dataclass(frozen=True, slots=True)
class Plan:
    """A workshop to be, or a series: one at each of the moments in `starts`. Either `place` is "" or `link` is None."""

    title: str
    about: str
    office: str
    place: str
    link: str | None
    zone: str
    starts: tuple[datetime, ...]
    minutes: int
    seats: int
    language: str
    criteria: tuple[str, ...]
    entities: tuple[str, ...]
    reads: tuple[str, ...]

    @property
    def facts(self) -> Mapping[str, Any]:
        """What each workshop of it has alike."""
        names = ("title", "about", "office", "place", "link", "zone", "minutes", "seats", "language")
        lists = ("criteria", "entities", "reads")
        return {name: getattr(self, name) for name in names} | {name: list(getattr(self, name)) for name in lists}


class Fixed(Exception):
    """It is cancelled, or over, or attendance is being taken: it stays as it is."""


class SeatsTaken(Exception):
    """More people have a seat than there would be. `taken` is how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class PlannedAlready(Exception):
    """The same title begins at the same office at this moment already: a form that was sent twice. `workshop` is the one there."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop.public_id)
        self.workshop = workshop


class PeopleMarked(Exception):
    """People are marked as present, so it took place."""


def plan(session: Session, plan: Plan, *, by_id: int, now: datetime) -> Sequence[Workshop]:
    """The workshops, one a moment, recorded. Raises PlannedAlready."""
    audit.hold(session)  # of two at the same moment the second one sees the first
    twin = select(Workshop).where(
        Workshop.title == plan.title,
        Workshop.office == plan.office,
        Workshop.starts_at.in_(plan.starts),
        Workshop.cancelled_at.is_(None),
    )
    if (there := session.scalar(twin.limit(1))) is not None:
        raise PlannedAlready(there)
    made = [
        Workshop(
            **plan.facts,
            public_id=token_urlsafe(16),
            code=token_urlsafe(16),
            starts_at=starts_at,
            by_id=by_id,
            created_at=now,
        )
        for starts_at in plan.starts
    ]
    session.add_all(made)
    session.flush()
    for workshop in made:
        _record(session, "workshop.planned", workshop, by_id, now, **_plain(workshop))
    return made


def change(session: Session, workshop_id: int, plan: Plan, *, by_id: int, now: datetime) -> int:
    """The workshop as planned now, at the first moment of the plan; how many people are told that it moved. More seats go to the
    waiting list at once. Raises Fixed, SeatsTaken."""
    workshop = hold(session, workshop_id)
    if workshop.cancelled_at is not None or now >= marking_opens(workshop):
        raise Fixed
    taken = seats_taken(session, workshop_id)
    if plan.seats < taken:
        raise SeatsTaken(taken)
    before = _plain(workshop)
    for name, value in {**plan.facts, "starts_at": plan.starts[0]}.items():
        setattr(workshop, name, value)
    after = _plain(workshop)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changed:
        return 0
    session.flush()
    told = 0
    if any(name in changed for name in MOVES):
        told = service.moved(session, workshop, now=now)
    promote(session, workshop, now=now)
    _record(session, "workshop.changed", workshop, by_id, now, **changed)
    return told


def cancel(session: Session, workshop_id: int, because: str, *, by_id: int, now: datetime) -> int:
    """It does not take place; how many people are told by mail, which nobody is of one that has begun. Raises Fixed, PeopleMarked."""
    workshop = hold(session, workshop_id)
    if workshop.cancelled_at is not None or is_over(workshop, now):
        raise Fixed
    there = select(func.count()).where(Attendance.workshop_id == workshop_id, Attendance.withdrawn_at.is_(None))
    if session.scalar(there):
        raise PeopleMarked
    workshop.cancelled_at, workshop.cancelled_because = now, because
    session.flush()
    told = service.moved(session, workshop, now=now)
    _record(session, "workshop.cancelled", workshop, by_id, now, because=because)
    return told if now < workshop.starts_at else 0


def _plain(workshop: Workshop) -> dict[str, Any]:
    """Its facts as the audit keeps them."""
    names = (
        "title", "about", "office", "place", "link", "zone", "minutes", "seats", "language", "criteria", "entities", "reads",
    )  # fmt: skip
    return {name: getattr(workshop, name) for name in names} | {"starts_at": workshop.starts_at.isoformat()}


def _record(session: Session, action: str, workshop: Workshop, by_id: int, now: datetime, **details: Any) -> None:
    subject = f"workshop {workshop.public_id}"
    audit.record(session, action=action, subject=subject, actor_id=by_id, now=now, **details)
