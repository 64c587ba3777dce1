"""The room's blueprint, and what several of its views do alike."""

from flask import Blueprint, abort, request

from lms.accounts.guards import me
from lms.core.database import db

from . import service
from .hot import Purpose
from .paper import AskedQuestion
from .service import Sheet

bp = Blueprint("assessment", __name__)


def own(public_id: str, to: Purpose = "read") -> Sheet:
    """The attempt of the person signed in; 404 for any other."""
    try:
        return service.find(db.session, public_id=public_id, person_id=me().id, to=to)
    except service.NoSuchAttempt:
        abort(404)


def asked_at(sheet: Sheet, number: int) -> AskedQuestion:
    """The question at a place of the paper without its key; 404 where there is none."""
    try:
        return sheet.asked(number)
    except service.NotDrawn:
        abort(404)


def by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"
