"""The address that chooses a language: for this browser, and for the account of whoever is signed in."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.database import db, transaction
from lms.core.language import known
from lms.web import languages

from . import people, rules
from .blueprint import bp
from .guards import me, public


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Answer in this language from now on, and lead back. A plain link, so that it works from any page and without a form."""
    chosen = known(code) or abort(404)
    if current_user.is_authenticated:
        with transaction():
            people.speak(db.session, me().id, chosen)
    back = rules.own_path(request.args.get("next", "")) or url_for("learning.home")
    return languages.remember(redirect(back), chosen)
