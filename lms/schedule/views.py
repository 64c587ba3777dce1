"""The timeline of the program."""

from flask import render_template

from lms.accounts.guards import public
from lms.catalog.shelf import published
from lms.core.database import db

from . import views_dates, views_exemptions  # noqa: F401 - the imports bring their addresses
from .blueprint import bp


@bp.get("/timeline")
@public
def timeline() -> str:
    """Four phases, then enforcement."""
    return render_template("schedule/timeline.html", framework=published(db.session).library.framework)
