"""An answer that came when nobody was signed in any more, kept on the device until its question is opened again.

It waits in a signed cookie of its own, for the address of its question alone: not in the session, since a form of a foreign
page could then end somebody's session by sending nonsense here. What it brings back is shown in the form, never saved by itself.
"""

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .forms import LONGEST_ANSWER
from .service import FIELD

COOKIE = "unsent"
DAY = 24 * 3600
MOST_FIELDS = 50
MOST_BYTES = 3500  # browsers keep cookies of 4 KB


def keep(response: Response) -> Response:
    """Let the browser keep the answer of this request; one that is too large for that is left out."""
    fields = [
        (name, value[:LONGEST_ANSWER]) for name, value in request.form.items(multi=True) if name.startswith(FIELD)
    ]
    kept = _signer().dumps(fields[:MOST_FIELDS])
    if len(kept) <= MOST_BYTES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        kept_for = {"max_age": DAY, "path": request.path}
        response.set_cookie(COOKIE, str(kept), secure=secure, httponly=True, samesite="Lax", **kept_for)  # type: ignore[arg-type]
    return response


def found() -> MultiDict[str, str] | None:
    """The fields that wait for the question of this request, None for none."""
    try:
        return MultiDict(_signer().loads(request.cookies[COOKIE], max_age=DAY)) if COOKIE in request.cookies else None
    except BadData:
        return None


def forget(response: Response) -> Response:
    """Nothing waits any more for the question of this request."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path=request.path)
    return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="unsent answer")
