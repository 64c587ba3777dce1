"""Addresses of the certificates room."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me, public
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import to_translate, translated
from lms.settings import Settings
from lms.web.form import Errors

from . import service
from .pdf import CannotDraw, draw
from .rules import from_plain, lapsed, parse_number
from .service import Verdict

bp = Blueprint("certificates", __name__)

NO_FILE = to_translate("Choose the PDF first.")
UNREADABLE = to_translate("This file is not a PDF that can be read. Choose the certificate as it was downloaded.")


@bp.get("/certificates/")
@guard(Permission.LEARN)
def mine() -> str:
    """The certificates of the person signed in."""
    records = [from_plain(c.record) for c in service.of_person(db.session, me().id)]
    today = program_day(now())
    return render_template("certificates/mine.html", records=records, lapsed=lambda record: lapsed(record, today))


@bp.get("/certificates/<number>.pdf")
@guard(Permission.LEARN)
def document(number: str) -> ResponseReturnValue:
    """The PDF, drawn when it is first asked for. Somebody else's answers like none."""
    found = service.with_document(db.session, number)
    if found is None or not service.may_open(me(), person_id=found.person_id, organization_id=found.organization_id):
        abort(404)
    try:
        pdf = found.pdf or _first_drawing(found.id)
    except CannotDraw as error:
        current_app.logger.error("Certificate %s cannot be drawn: %s", number, error)
        return render_template("certificates/cannot_draw.html", number=number, advice=str(error)), 503
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="msc-ready-{number}.pdf"'
    return response


def _first_drawing(certificate_id: int) -> bytes:
    """Drawing takes longest, so it is done before the transaction that keeps the document."""
    settings: Settings = current_app.extensions["settings"]
    record = service.record_of(db.session, certificate_id)
    db.session.rollback()
    pdf = draw(record, settings.site_url)
    with transaction():
        return service.keep(db.session, certificate_id, pdf, now=now())


@bp.get("/verify/")
@public
def verify() -> ResponseReturnValue:
    """The forms; with a number in the query, the page of that number."""
    typed = request.args.get("number", "").strip()
    if not typed:
        return _answer(Verdict("unknown"), how="nothing")
    number = parse_number(typed)
    if number is None:
        return _answer(Verdict("unknown"), how="number", typed=typed[:60]), 404
    return redirect(url_for(".verify_number", number=number))


@bp.get("/verify/<number>")
@public
def verify_number(number: str) -> ResponseReturnValue:
    """What we know of a number: every printed fact, or that we issued none. Numbers cannot be guessed, so nothing is hidden."""
    canonical = parse_number(number)
    if canonical and canonical != number:
        return redirect(url_for(".verify_number", number=canonical))
    certificate = service.find(db.session, number)
    if certificate is None:
        return _answer(Verdict("unknown"), how="number", typed=number[:60]), 404
    return _answer(Verdict("genuine", certificate), how="number")


@bp.post("/verify/")
@public
def verify_pdf() -> ResponseReturnValue:
    """Whether an uploaded PDF is one of ours, byte for byte. The file is not kept."""
    file = request.files.get("pdf")
    data = file.read() if file else b""
    errors = Errors()
    verdict = service.find_by_pdf(db.session, data)
    if verdict.kind == "unreadable":
        errors.add("pdf", translated(UNREADABLE if data else NO_FILE))
        return _answer(Verdict("unknown"), how="nothing", errors=errors), 422
    return _answer(verdict, how="pdf")


def _answer(verdict: Verdict, *, how: str, typed: str = "", errors: Errors | None = None) -> str:
    """The one page of all answers. `how` the question was put: nothing, number or pdf."""
    record = from_plain(verdict.certificate.record) if verdict.certificate else None
    moment = now()
    return render_template(
        "certificates/verify.html",
        how=how,
        verdict=verdict,
        record=record,
        is_lapsed=record is not None and lapsed(record, program_day(moment)),
        moment=moment,
        checked_on=program_day(moment),
        typed=typed,
        errors=errors,
    )
