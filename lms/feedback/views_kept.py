"""Words that came when nobody was signed in any more are handed back: nothing that was typed is lost, with or without a script."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from lms.web.errors import stale
from lms.web.form import LONGEST_TEXT

from . import rules
from .blueprint import bp

TYPED = ("feedback.begin", "feedback.save")


@bp.errorhandler(CSRFError)
def stale_words(_error: CSRFError) -> ResponseReturnValue:
    """Words whose sign-in has ended, or was renewed in another tab."""
    return _handed_back(400) if request.endpoint in TYPED and "X-Typed" not in request.headers else stale()


@bp.before_request
def words_of_nobody() -> ResponseReturnValue | None:
    """Words whose sign-in was ended from elsewhere: the form is whole, but nobody is there."""
    typed = request.method == "POST" and request.endpoint in TYPED and "X-Typed" not in request.headers
    return _handed_back(401) if typed and not current_user.is_authenticated else None


def _handed_back(status: int) -> ResponseReturnValue:
    return render_template(
        "feedback/handed_back.html",
        text=rules.tidy(request.form.get("text", "")[:LONGEST_TEXT]),
        onward=request.path,
    ), status
