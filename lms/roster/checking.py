"""The jobs of the room: check a roster, apply one. Both may run twice, at the same time too (J4)."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, handles

from . import service
from .models import RosterImport
from .told import Unreadable

Progress = Callable[[int], None]


@handles(service.CHECK, priority=lambda _: 1)
def check(arguments: Arguments, beat: Beat) -> None:
    """Read the file, telling how far it is, and write down what it would do."""
    roster_id: int = arguments["roster"]
    body, whole, organization_id = _waiting(roster_id, "checking")
    if not body:
        return
    library = published(db.session).library

    def progress(count: int) -> None:
        with transaction():
            service.turn(db.session, roster_id, "checking", "checking", rows=count)
        beat()

    try:
        read = service.read(body, library.framework, program_day(now()), progress)
    except Unreadable as error:
        with transaction():
            service.refuse(db.session, roster_id, error.told)
        return
    found = service.plans(db.session, organization_id, read, whole=whole, today=program_day(now()))
    beat()
    with transaction():
        service.store_preview(db.session, db.session.get_one(RosterImport, roster_id), read, found, now=now())


@handles(service.APPLY, priority=lambda _: 1)
def apply(arguments: Arguments, beat: Beat) -> None:
    """Read the file again, then do it all in one transaction. Where the preview no longer holds, there is a new one to look at."""
    roster_id: int = arguments["roster"]
    body, _, _ = _waiting(roster_id, "applying")
    if not body:
        return
    library = published(db.session).library
    db.session.rollback()
    read = service.read(body, library.framework, program_day(now()), lambda _: beat())
    beat()
    moment = now()
    try:
        with transaction():
            roster = db.session.get_one(RosterImport, roster_id)
            service.apply(db.session, roster, read, library, today=program_day(moment), now=moment)
    except service.NotNow:
        return
    except (service.Changed, IntegrityError):
        with transaction():
            service.look_again(db.session, db.session.get_one(RosterImport, roster_id), now=now())


def _waiting(roster_id: int, state: str) -> tuple[bytes, bool, int]:
    """The file of a roster in this state, whether it has everybody, and whose it is; no file where it is in another state."""
    db.session.rollback()  # what was read before is older than the job
    roster = db.session.get_one(RosterImport, roster_id)
    found = (roster.body if roster.state == state else b"", bool(roster.options["whole"]), roster.organization_id)
    db.session.rollback()
    return found
