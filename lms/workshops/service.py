"""Finding workshops, and telling of a change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session

from lms.notices.kinds import post

from .models import Registration, Workshop
from .rules import LONGEST, Choice, is_over

MOVED = "moved"


class NoSuchWorkshop(Exception):
    """There is no workshop with this id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A workshop in a list, how many seats are left, and what the reader has there."""

    workshop: Workshop
    left: int
    mine: str | None


def find(session: Session, public_id: str) -> Workshop:
    """Raises NoSuchWorkshop."""
    found = session.scalar(select(Workshop).where(Workshop.public_id == public_id))
    if found is None:
        raise NoSuchWorkshop
    return found


def count(session: Session, choice: Choice, *, past: bool, now: datetime) -> int:
    return session.scalar(select(func.count(Workshop.id)).where(*_fitting(choice, past, now))) or 0


def listed(
    session: Session, choice: Choice, *, past: bool, now: datetime, person_id: int | None, offset: int, limit: int
) -> Sequence[Listed]:
    """Those ahead, the next one first; or those that have begun, the latest first."""
    order = (Workshop.starts_at.desc(), Workshop.id.desc()) if past else (Workshop.starts_at, Workshop.id)
    chosen = select(Workshop).where(*_fitting(choice, past, now)).order_by(*order).offset(offset).limit(limit)
    return _listed(session, session.scalars(chosen).all(), person_id)


def of_person(session: Session, person_id: int, *, now: datetime) -> Sequence[Listed]:
    """Those that are not over in which the person has a seat or waits for one, the next one first."""
    theirs = (
        select(Workshop)
        .join(Registration, Registration.workshop_id == Workshop.id)
        .where(
            Registration.person_id == person_id,
            Registration.state != "cancelled",
            Workshop.starts_at > now - LONGEST,
        )
        .order_by(Workshop.starts_at, Workshop.id)
    )
    found = [one for one in session.scalars(theirs) if not is_over(one, now)]
    return _listed(session, [one for one in found if one.cancelled_at is None or one.starts_at > now], person_id)


def moved(session: Session, workshop: Workshop, *, now: datetime) -> int:
    """Time or place of a workshop changed, or it is cancelled: its entry in calendars is replaced, and everybody with a seat or in
    the waiting list is written to; how many. Called once a change, in the transaction that changes it."""
    workshop.sequence += 1
    told = select(Registration.person_id).where(
        Registration.workshop_id == workshop.id, Registration.state.in_(("seat", "waiting"))
    )
    people = session.scalars(told).all()
    post(session, MOVED, about=about(workshop), people=people, now=now)
    session.flush()
    return len(people)


def about(workshop: Workshop) -> str:
    """What a letter about the last change of a workshop is about."""
    return f"{workshop.public_id} {workshop.sequence}"


def _fitting(choice: Choice, past: bool, now: datetime) -> list[ColumnElement[bool]]:
    """What is asked of a workshop in the list. One that is cancelled is only listed to those who are registered for it."""
    asked = [Workshop.cancelled_at.is_(None), Workshop.starts_at <= now if past else Workshop.starts_at > now]
    if choice.office:
        asked.append(Workshop.office == choice.office)
    if choice.language:
        asked.append(Workshop.language == choice.language)
    if choice.how:
        asked.append(Workshop.link.is_not(None) if choice.how == "online" else Workshop.link.is_(None))
    if choice.entity:
        types = cast(Workshop.entities, String)
        asked.append(or_(types == "[]", types.contains(f'"{choice.entity}"', autoescape=True)))
    return asked


def _listed(session: Session, workshops: Sequence[Workshop], person_id: int | None) -> Sequence[Listed]:
    ids = [one.id for one in workshops]
    taken = _counted(session, ids)
    mine: dict[int, str] = {}
    if person_id is not None:
        theirs = select(Registration.workshop_id, Registration.state).where(
            Registration.workshop_id.in_(ids), Registration.person_id == person_id, Registration.state != "cancelled"
        )
        mine = dict(session.execute(theirs).all())
    return [Listed(one, max(one.seats - taken.get(one.id, 0), 0), mine.get(one.id)) for one in workshops]


def _counted(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """How many seats are taken, of the workshops with any."""
    seats = select(Registration.workshop_id, func.count()).where(
        Registration.workshop_id.in_(ids), Registration.state == "seat"
    )
    return dict(session.execute(seats.group_by(Registration.workshop_id)).all())
