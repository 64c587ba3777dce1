"""The job that makes a packet."""

from flask import current_app

from lms.certificates.pdf import CannotDraw
from lms.core.clock import now
from lms.core.database import db
from lms.core.jobs import Arguments, Beat, Unfinished, handles

from . import service


@handles(service.MAKE)
def work(arguments: Arguments, beat: Beat) -> None:
    """Make the packet, unless that is done."""
    settings = current_app.extensions["settings"]
    try:
        service.make(db.session, arguments["packet"], settings, beat, now=now())
    except CannotDraw as error:
        raise Unfinished(str(error)) from error
