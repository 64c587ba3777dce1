"""Register for a workshop, and give the seat up."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _

from . import seats
from .blueprint import bp, the_workshop


@bp.post("/workshops/<public_id>/register")
@guard(Permission.LEARN)
def register(public_id: str) -> ResponseReturnValue:
    """A seat, or the last place in the waiting list."""
    workshop_id = the_workshop(public_id).id
    try:
        with transaction():
            mine = seats.register(db.session, workshop_id, me().id, now=now())
            seated, number = mine.state == "seat", seats.place(db.session, mine)
    except seats.Closed:
        flash(_("Registration is closed. Nothing was changed."), "error")
    else:
        if seated:
            flash(_("You have a seat. Put the workshop into your calendar."))
        else:
            flash(_("You are number %(number)s in the waiting list.", number=number), "warning")
    return redirect(url_for(".workshop", public_id=public_id), 303)


@bp.post("/workshops/<public_id>/leave")
@guard(Permission.LEARN)
def leave(public_id: str) -> ResponseReturnValue:
    """Give up the seat, or the place in the waiting list."""
    workshop_id = the_workshop(public_id).id
    try:
        with transaction():
            seats.leave(db.session, workshop_id, me().id, now=now())
    except seats.Closed:
        flash(_("The workshop has begun or is cancelled. Nothing was changed."), "error")
    else:
        flash(_("You are no longer registered."))
    return redirect(url_for(".workshop", public_id=public_id), 303)
