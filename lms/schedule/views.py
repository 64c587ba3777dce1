"""The timeline of the program."""

from flask import Blueprint, render_template

from lms.accounts.guards import public
from lms.catalog.shelf import published
from lms.core.database import db

bp = Blueprint("schedule", __name__)


@bp.get("/timeline")
@public
def timeline() -> str:
    """Four phases, then enforcement."""
    return render_template("schedule/timeline.html", framework=published(db.session).library.framework)
