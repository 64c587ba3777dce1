"""The report of the program as a document."""

from flask import Response, render_template

from lms.accounts.guards import guard
from lms.accounts.permissions import Permission
from lms.certificates.pdf import CannotDraw
from lms.core.database import db
from lms.schedule.service import current

from . import exports, report, service
from .blueprint import asked, bp

# The sides that a report shows beside the parts of the criteria.
SIDES = ("entity", "office", "size", "function")


@bp.get("/program/report.pdf")
@guard(Permission.SEE_PROGRAM)
def program_report() -> Response:
    """What the overview shows, to print."""
    question, schedule = asked("status"), current(db.session)
    shown = service.overview(db.session, question, schedule)
    sides = service.sides(db.session, question, SIDES, shown.counts)
    try:
        data = report.draw(question, shown, sides, schedule, counted_at=shown.counted_at)
    except CannotDraw as problem:
        return Response(render_template("reporting/cannot_draw.html", problem=problem), 503)
    response = Response(data, mimetype="application/pdf")
    name = exports.file_name("report", question.part.filters.chosen.values(), question.day, "pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
