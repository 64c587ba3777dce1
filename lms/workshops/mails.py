"""The letters of the room, composed when each is sent: of a seat, of a workshop that is near, of one that changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.accounts.mails import address
from lms.core.clock import now
from lms.core.database import db
from lms.notices.kinds import Taken, Values, letters_of

from . import chores, seats, service
from .models import Registration, Workshop
from .rules import is_open, is_to_remind

# What it tells is of use until the workshop begins, which is looked at when it is sent.
OF_USE = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter says of a workshop. `link` is where an online one is joined, "" for whoever has no seat."""

    title: str
    starts_at: datetime
    minutes: int
    zone: str
    cancelled_at: datetime | None
    cancelled_because: str
    place: str
    link: str


@letters_of(seats.SEAT, of_use=OF_USE)
def _seat(letter: Taken) -> Values | None:
    """You have a seat. None when it is given up by now, or the workshop has begun."""
    found = db.session.scalar(select(Registration).where(Registration.public_id == letter.about.split()[0]))
    if found is None or found.state != "seat" or seats.about(found) != letter.about:
        return None
    return _values(found.workshop, found) if is_open(found.workshop, now()) else None


@letters_of(chores.REMINDER)
def _reminder(letter: Taken) -> Values | None:
    """The workshop is near. None when that is not so any more, or the person has no seat."""
    workshop, mine = _of(letter)
    if chores.about(workshop) != letter.about or not is_to_remind(workshop, now()):
        return None
    return _values(workshop, mine) if mine and mine.state == "seat" else None


@letters_of(service.MOVED, of_use=OF_USE)
def _moved(letter: Taken) -> Values | None:
    """What the workshop is now, or that it is cancelled. None when it changed once more since, or would have begun."""
    workshop, mine = _of(letter)
    if service.about(workshop) != letter.about or mine is None or mine.state == "cancelled":
        return None
    return _values(workshop, mine) if workshop.starts_at > now() else None


def _of(letter: Taken) -> tuple[Workshop, Registration | None]:
    workshop = service.find(db.session, letter.about.split()[0])
    return workshop, seats.of(db.session, workshop.id, letter.person_id)


def _values(workshop: Workshop, mine: Registration) -> Values:
    told = Told(
        workshop.title,
        workshop.starts_at,
        workshop.minutes,
        workshop.zone,
        workshop.cancelled_at,
        workshop.cancelled_because or "",
        workshop.place,
        (workshop.link or "") if mine.state == "seat" else "",
    )
    page = address("workshops.workshop", public_id=workshop.public_id)
    workshops = address("workshops.index")
    seated = mine.state == "seat"
    return {"workshop": told, "page": page, "calendar": f"{page}.ics", "workshops": workshops, "seated": seated}
