"""Addresses of the members: their announcements, and that one is read."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language

from . import mails, service, views_desk  # noqa: F401 - the imports bring their addresses and letters
from .blueprint import bp
from .service import Mine, NoSuchAnnouncement

__all__ = ["bp", "of_mine"]


def of_mine() -> list[Mine]:
    """What the dashboard of whoever is signed in shows: what is not read yet."""
    if not current_user.is_authenticated:
        return []
    mine = service.of_person(db.session, me().id, current_language(), today=program_day(now()), shown=True)
    return [one for one in mine if one.read_at is None]


@bp.get("/announcements/")
@guard(Permission.LEARN)
def index() -> str:
    """Everything the program announced to the reader, the newest first."""
    mine = service.of_person(db.session, me().id, current_language(), today=program_day(now()), shown=False)
    return render_template("announcements/index.html", announcements=mine)


@bp.get("/announcements/<public_id>")
@guard(Permission.LEARN)
def announcement(public_id: str) -> str:
    try:
        one = service.one_of_person(db.session, me().id, public_id, current_language(), today=program_day(now()))
    except NoSuchAnnouncement:
        abort(404)
    return render_template("announcements/announcement.html", one=one)


@bp.post("/announcements/<public_id>")
@guard(Permission.LEARN)
def read(public_id: str) -> ResponseReturnValue:
    """I have read this."""
    try:
        service.one_of_person(db.session, me().id, public_id, current_language(), today=program_day(now()))
    except NoSuchAnnouncement:
        abort(404)
    with transaction():
        service.read(db.session, me().id, public_id, now=now())
    flash(_("Marked as read. You find it again under Announcements."))
    return redirect(url_for("learning.home"))
