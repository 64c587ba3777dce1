"""The room's blueprint, and how the API asks for a token and answers: JSON, problems of RFC 9457, never a cookie."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lms.accounts.permissions import Permission
from lms.catalog.shelf import NothingPublished
from lms.certificates import throttle
from lms.certificates.throttle import TooManyMisses
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.reporting.counting import BeingCounted
from lms.web.problems import problem

from . import rules, service
from .addresses import BASE, Address
from .answers import Answer, Waiting

bp = Blueprint("api", __name__)

# How soon a program should ask again for figures that are being counted.
AGAIN = "5"
CHALLENGE = 'Bearer realm="MSC Ready"'


class Refused(Exception):
    """The request is answered with a problem."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def serves(address: Address) -> Callable[[Callable[..., Answer]], Callable[..., ResponseReturnValue]]:
    """A view of the API: whoever has a token that works gets the answer. It reads no session and sets no cookie."""

    def wear(view: Callable[..., Answer]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def served(**parts: str) -> Response:
            _admit()
            _understood(address)
            return _sent(view(**parts))

        served.permission = Permission.SEE_PROGRAM  # type: ignore[attr-defined]
        bp.add_url_rule(BASE + address.path, address.name, served, methods=["GET"])
        return served

    return wear


def _admit() -> None:
    """Let a token that works through. Raises Refused; wrong ones are counted, and after many of them the client has to wait."""
    moment, client = now(), request.remote_addr or ""
    token = rules.token_of(request.headers.get("Authorization", ""))
    if token is None:
        detail = "Send a token as Authorization: Bearer. Staff make one on /program/tokens/."
        raise Refused(401, detail, WWW_Authenticate=CHALLENGE)
    found = service.holder(db.session, token, now=moment)
    if found is None:
        throttle.admit(db.session, client, now=moment)
        with transaction():
            throttle.miss(db.session, client, now=moment)
        detail = "This token does not work: it is not one of ours, has ended, or its owner may not see the figures."
        raise Refused(401, detail, WWW_Authenticate=f'{CHALLENGE}, error="invalid_token"')
    token_id, used_on = found
    if used_on != (today := program_day(moment)):
        with transaction():
            service.used(db.session, token_id, today)


def _understood(address: Address) -> None:
    """Raises Refused for a parameter that the address does not take, or that is given twice."""
    for name, values in request.args.lists():
        if name not in address.takes:
            raise Refused(
                400, f"This address takes no parameter {shown(name)}. The OpenAPI description names those it takes."
            )
        if len(values) > 1:
            raise Refused(400, f"Give the parameter {name} once.")


def shown(text: str) -> str:
    """What somebody sent, as far as it may be repeated."""
    return "“" + "".join(c for c in text if c.isprintable())[:60] + "”"


def _sent(answer: Answer) -> Response:
    """The answer, or 304 where the asker has the same figures. The time of the count alone is no difference."""
    facts = msgspec.json.encode((type(answer).__name__, msgspec.structs.replace(answer, counted_at=answer.day)))
    response = Response(msgspec.json.encode(answer), mimetype="application/json")
    response.set_etag(hashlib.sha256(facts).hexdigest()[:32], weak=True)
    response.cache_control.no_store = True
    response.make_conditional(request)
    return response


def _refused(error: Refused) -> Response:
    return problem(error.status, error.detail, error.headers)


def _too_many(error: TooManyMisses) -> Response:
    return problem(
        429,
        f"Too many tokens that do not work. Ask again in {error.seconds} seconds.",
        {"Retry-After": str(error.seconds)},
    )


def _being_counted(_error: BeingCounted) -> Response:
    body = Waiting("being counted", f"These figures are being counted. Ask again in {AGAIN} seconds.")
    return Response(msgspec.json.encode(body), 202, {"Retry-After": AGAIN}, mimetype="application/json")


def _nothing(_error: NothingPublished) -> Response:
    return problem(503, "Nothing has been published yet, so there is nothing to count.")


HANDLERS: dict[type[Exception], Callable[[Any], Response]] = {
    Refused: _refused,
    TooManyMisses: _too_many,
    BeingCounted: _being_counted,
    NothingPublished: _nothing,
}
for kind, handler in HANDLERS.items():
    bp.register_error_handler(kind, handler)
