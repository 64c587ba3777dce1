"""Addresses for programs that check certificates, and the page that checks a QR code without this site."""

import json
from typing import Any

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import public
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.signing import jws, keys
from lms.signing.rules import KeysError

from . import offline, sealing, status
from .blueprint import bp, settings
from .credential import envelope
from .known import Known
from .models import Certificate, CertificateCredential
from .numbers import parse_number
from .rules import to_plain
from .throttle import TooManyMisses
from .views_verify import find_for_visitor

FILE = "msc-ready-check.html"


@bp.get("/verify/<number>.json")
@public
def verify_json(number: str) -> ResponseReturnValue:
    """What everybody may know of a certificate, with its signed credential; signed now if nobody asked before."""
    canonical = parse_number(number)
    if canonical and canonical != number:
        return redirect(url_for(".verify_json", number=canonical))
    try:
        known = find_for_visitor(number) if canonical else None
        if known is None:
            return _problem(404, "We issued no certificate with this number.")
        jwt = _signed(known.id)
    except TooManyMisses as error:
        answer = _problem(429, f"Too many numbers that we never issued. Ask again in {error.seconds} seconds.")
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except KeysError as error:
        current_app.logger.error("Certificate %s cannot be signed: %s", number, error)
        return _problem(503, "The certificate is ours, but it cannot be signed at the moment. Ask again later.")
    return _answer(json.dumps(_document(known, jwt), ensure_ascii=False), "application/json")


@bp.get("/verify/status/<int:number>.json")
@public
def status_list(number: int) -> ResponseReturnValue:
    """A status list as a signed credential, a JWT. A copy may be used for a while; revocations show when it is asked for again."""
    revoked = sealing.revoked_in(db.session, number)
    if revoked is None:
        return _problem(404, "There is no list with this number.")
    try:
        signing = keys.load(settings().signing_key_file)
    except KeysError as error:
        current_app.logger.error("Status list %s cannot be signed: %s", number, error)
        return _problem(503, "The list cannot be signed at the moment. Ask again later.")
    token = jws.sign(status.payload(settings().site_url, number, revoked, now=now()), signing, typ=sealing.TYPE)
    answer = _answer(token, "application/vc+jwt")
    answer.cache_control.public = True
    answer.cache_control.max_age = int(status.FRESH.total_seconds())
    return answer


@bp.get("/verify/offline")
@public
def offline_check() -> Response:
    """A file to keep: it verifies the QR code of a certificate with the keys of this day, in a browser, without any server."""
    try:
        public_keys = keys.public(settings().signing_key_file)
    except KeysError as error:
        current_app.logger.error("The offline check has no keys: %s", error)
        return _problem(503, "There are no keys to check with yet. Ask again later.")
    answer = Response(
        offline.page(public_keys, site=settings().site_url, today=program_day(now())), mimetype="text/html"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return answer


def _signed(certificate_id: int) -> str:
    """The signed credential, stored or made now. Raises KeysError."""
    if stored := db.session.get(CertificateCredential, certificate_id):
        return stored.jwt
    signing = keys.load(settings().signing_key_file)
    with transaction():
        certificate = db.session.get_one(Certificate, certificate_id)
        return sealing.seal(db.session, certificate, signing, site=settings().site_url, now=now()).jwt


def _document(known: Known, jwt: str) -> dict[str, Any]:
    record = {name: fact for name, fact in to_plain(known.record).items() if name != "words"}
    return {
        "number": known.record.number,
        "standing": known.standing,
        "revoked_at": known.revoked_at.isoformat() if known.revoked_at else None,
        "reason": known.reason,
        "renewed_by": known.renewed_by or None,
        "checked_at": now().isoformat(timespec="seconds"),
        "record": record,
        "credential": envelope(jwt),
        "status_list": status.address(settings().site_url, status.place(known.id)[0]),
    }


def _problem(code: int, title: str) -> Response:
    """What went wrong, for programs (RFC 9457). It repeats nothing of what was asked."""
    answer = _answer(json.dumps({"title": title, "status": code}), "application/problem+json")
    answer.status_code = code
    return answer


def _answer(text: str, media: str) -> Response:
    """Public data: pages of other sites may read it."""
    answer = Response(text, mimetype=media)
    answer.access_control_allow_origin = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
