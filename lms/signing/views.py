"""Addresses of the signing room."""

from flask import Blueprint, Response, current_app, json, request

from lms.accounts.guards import public
from lms.settings import Settings

from . import keys

bp = Blueprint("signing", __name__)

AN_HOUR = 3600  # seconds


@bp.get("/.well-known/jwks.json")
@public
def jwks() -> Response:
    """The public keys with their dates, for anybody who checks a signature, on whatever site."""
    settings: Settings = current_app.extensions["settings"]
    known = keys.published(settings.signing_key_file)
    response = Response(json.dumps(known.to_jwks()), mimetype="application/jwk-set+json")
    response.cache_control.public = True
    response.cache_control.max_age = AN_HOUR
    response.access_control_allow_origin = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
