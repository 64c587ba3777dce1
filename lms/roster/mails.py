"""Addresses of a roster that have an account elsewhere: their holders are invited, as anybody would be (U4)."""

from typing import cast

from lms.accounts import inviting
from lms.accounts import mails as letters
from lms.accounts.inviting import Letter
from lms.accounts.models import Person
from lms.accounts.people import AddressTaken
from lms.accounts.permissions import Role
from lms.accounts.rules import Standing
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Unfinished, handles
from lms.core.language import Language, using

from .models import RosterImport, RosterRow
from .service import ASK

UNSENT = "The mail server does not answer. Check MAIL_URL."


@handles(ASK)
def ask(arguments: Arguments, _beat: Beat) -> None:
    """Invite one of them. Tried again, it sends a new link, and the one before works no more; what is done has no row any more."""
    place = arguments["roster"], arguments["line"]
    row = db.session.get(RosterRow, place)
    if row is None:
        return
    language = cast(Language, row.values.get("language", "en"))
    try:
        with transaction():
            letter, inviter = _invitation(*place)
    except AddressTaken:
        return  # of the company by now
    with using(language):
        if not letters.invitation(letter, inviter):
            raise Unfinished(UNSENT)
    with transaction():
        db.session.delete(db.session.get_one(RosterRow, place))


def _invitation(roster_id: int, line: int) -> tuple[Letter, str]:
    """The invitation, and the name of whoever handed the roster in. Raises AddressTaken."""
    roster, row = db.session.get_one(RosterImport, roster_id), db.session.get_one(RosterRow, (roster_id, line))
    inviter = db.session.get_one(Person, roster.by_id)
    letter = inviting.invite(
        db.session,
        row.values["name"],
        row.values["email"],
        Standing(Role.LEARNER, roster.organization_id, tuple(row.values.get("functions", ()))),
        inviter_id=inviter.id,
        inviter_role=Role.COORDINATOR,
        now=now(),
    )
    return letter, inviter.name
