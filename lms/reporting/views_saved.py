"""Keep a page of the program under a name, and forget it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.accounts.rules import own_path
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.web.form import text

from . import saved
from .blueprint import bp


@bp.post("/program/views")
@guard(Permission.SEE_PROGRAM)
def keep_view() -> ResponseReturnValue:
    path = text(request.form, "path")
    try:
        with transaction():
            view = saved.keep(db.session, me().id, text(request.form, "name"), path, now=now())
            kept = f"This view is kept as “{view.name}”. You find it on the overview."
    except saved.CannotKeep as problem:
        flash(str(problem), "error")
    else:
        flash(kept)
    return redirect(own_path(path) or url_for("reporting.program"), 303)


@bp.post("/program/views/<int(max=2147483647):view_id>/delete")
@guard(Permission.SEE_PROGRAM)
def forget_view(view_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            saved.forget(db.session, me().id, view_id)
    except saved.NoSuchView:
        abort(404)
    flash("The view is no longer kept. Its figures are where they were.")
    return redirect(url_for("reporting.program"), 303)
