"""Tokens of one's own: make one, see which there are, revoke one."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms, rules, service, views_v1  # noqa: F401 - the import brings its addresses
from .blueprint import bp
from .forms import NewToken

PAGE_SIZE = 25


@bp.get("/program/tokens/")
@guard(Permission.SEE_PROGRAM)
def tokens() -> str:
    """The tokens there are, and how a program uses one."""
    return _page(NewToken("", rules.latest_end(program_day(now()))), Errors())


@bp.post("/program/tokens/")
@guard(Permission.SEE_PROGRAM)
def make_token() -> ResponseReturnValue:
    """Make a token. It is on this answer and nowhere else, so there is no redirect to a page that could not show it."""
    moment = now()
    value, errors = forms.new_token(request.form, program_day(moment))
    if errors or value.last_day is None:
        return _page(value, errors), 422
    with transaction():
        secret = service.make(db.session, me().id, value.name, value.last_day, now=moment)
    return _page(NewToken("", value.last_day), Errors(), secret=secret, made=value.name)


@bp.post("/program/tokens/<int(max=2147483647):token_id>/revoke")
@guard(Permission.SEE_PROGRAM)
def revoke_token(token_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            service.revoke(db.session, token_id, actor_id=me().id, everybodys=_everybodys(), now=now())
    except service.NoSuchToken:
        abort(404)
    flash("The token is revoked. Whoever has it is refused from now on.")
    return redirect(url_for(".tokens"), 303)


def _everybodys() -> bool:
    """Whether one looks after everybody's tokens."""
    return me().may(Permission.MANAGE_PEOPLE)


def _page(value: NewToken, errors: Errors, *, secret: str = "", made: str = "") -> str:
    moment, of = now(), None if _everybodys() else me().id
    page = page_of(request.args.get("page"), service.count(db.session, of), PAGE_SIZE)
    return render_template(
        "api/tokens.html",
        tokens=service.listed(db.session, of, now=moment, offset=page.offset, limit=page.size),
        page=page,
        everybodys=of is None,
        value=value,
        errors=errors,
        secret=secret,
        made=made,
        site=current_app.extensions["settings"].site_url,
        first_day=program_day(moment),
        latest=rules.latest_end(program_day(moment)),
    )
