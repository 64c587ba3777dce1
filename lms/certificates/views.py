"""Addresses of the certificates room."""

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import NAMES, current_language
from lms.core.language import known as known_language

from . import documents, drawing, known, settling, views_open, views_staff, views_verify  # noqa: F401 - they bring addresses and jobs
from .blueprint import bp, settings
from .designs import PAPER_NAMES, PAPERS
from .designs import known as known_paper
from .pdf import CannotDraw
from .rules import REASONS


@bp.get("/certificates/")
@guard(Permission.LEARN)
def mine() -> str:
    """The certificates of the person signed in."""
    certificates = known.of_person(db.session, me().id, today=program_day(now()))
    newest = next((one for one in certificates if one.standing == "valid"), None)
    return render_template(
        "certificates/mine.html",
        certificates=certificates,
        newest=newest,
        reasons=REASONS,
        languages=NAMES.items(),
        papers=PAPER_NAMES.items(),
    )


@bp.get("/certificates/<number>.pdf")
@guard(Permission.LEARN)
def document(number: str) -> ResponseReturnValue:
    """The PDF in a language and on a paper, drawn when it is first asked for. Somebody else's answers like none."""
    language = known_language(request.args.get("language", current_language()))
    paper = known_paper(request.args.get("paper", PAPERS[0]))
    if language is None or paper is None:
        abort(404)
    found = documents.with_document(number, language=language, paper=paper)
    if found is None:
        abort(404)
    certificate_id, person_id, organization_id, pdf = found
    if not known.may_open(me(), person_id=person_id, organization_id=organization_id):
        abort(404)
    try:
        pdf = pdf or drawing.document(
            db.session, certificate_id, language=language, paper=paper, settings=settings(), now=now()
        )
    except CannotDraw as error:
        current_app.logger.error("Certificate %s cannot be drawn: %s", number, error)
        return render_template("certificates/cannot_draw.html", number=number, advice=str(error)), 503
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="msc-ready-{number}.pdf"'
    return response
