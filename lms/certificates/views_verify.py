"""Addresses where everybody checks a certificate."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from lms.accounts.guards import public
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import to_translate, translated
from lms.signing.keys import published
from lms.web.form import Errors

from . import checking, known, throttle
from .blueprint import bp, settings
from .checking import Verdict
from .known import Known
from .numbers import parse_number
from .rules import REASONS
from .throttle import TooManyMisses
from .verdict import IN_SENTENCE, counts, told

NO_FILE = to_translate("Choose the PDF first.")
UNREADABLE = to_translate("This file is not a PDF that can be read. Choose the certificate as it was downloaded.")


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
    certificate = find_for_visitor(number) if canonical else None
    if certificate is None:
        return _answer(Verdict("unknown"), how="number", typed=number[:60]), 404
    return _answer(Verdict("genuine", certificate), how="number")


@bp.post("/verify/")
@public
def verify_pdf() -> ResponseReturnValue:
    """Whether an uploaded PDF is one of ours, byte for byte, and if not, what differs. The file is not kept."""
    moment = now()
    throttle.admit(db.session, _client(), now=moment)
    file = request.files.get("pdf")
    data = file.read() if file else b""
    keys = published(settings().signing_key_file)
    verdict = checking.find_by_pdf(db.session, data, keys=keys, today=program_day(moment))
    if verdict.kind == "unreadable":
        errors = Errors()
        errors.add("pdf", translated(UNREADABLE if data else NO_FILE))
        return _answer(Verdict("unknown"), how="nothing", errors=errors), 422
    if verdict.kind == "unknown":
        _missed()
    return _answer(verdict, how="pdf")


def find_for_visitor(number: str) -> Known | None:
    """The certificate with this whole number. One that we never issued is counted; raises TooManyMisses after many."""
    moment = now()
    throttle.admit(db.session, _client(), now=moment)
    certificate = known.find(db.session, number, today=program_day(moment))
    if certificate is None:
        _missed()
    return certificate


@bp.errorhandler(TooManyMisses)
def too_many_misses(error: TooManyMisses) -> Response:
    """The same for numbers that we issued and for others, so a guesser learns nothing."""
    minutes = -(-error.seconds // 60)
    response = make_response(_answer(Verdict("unknown"), how="throttled", minutes=minutes), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _missed() -> None:
    with transaction():
        throttle.miss(db.session, _client(), now=now())


def _client() -> str:
    return request.remote_addr or ""


def _answer(verdict: Verdict, *, how: str, typed: str = "", minutes: int = 0, errors: Errors | None = None) -> str:
    """The one page of all answers. `how` the question was put: nothing, number or pdf; throttled when it was not looked at."""
    moment = now()
    today, certificate = program_day(moment), verdict.certificate
    record = certificate.record if certificate else None
    stands = certificate and record and counts(certificate.standing, record.valid_until, today=today)
    return render_template(
        "certificates/verify.html",
        how=how,
        verdict=verdict,
        certificate=certificate,
        record=record,
        good=stands and verdict.kind == "genuine",
        reason=REASONS[certificate.reason] if certificate and certificate.reason else "",
        revoked_on=program_day(certificate.revoked_at) if certificate and certificate.revoked_at else None,
        differs=[translated(IN_SENTENCE[label]) for label in verdict.differs],
        told=told(verdict.signature, verdict.credential),
        moment=moment,
        checked_on=today,
        typed=typed,
        minutes=minutes,
        errors=errors,
    )
