"""Comments from a filled-in workbook: hand it in, see row by row what would be sent, send it."""

import secrets

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language, ngettext, number
from lms.roster.told import Told, Unreadable
from lms.web.form import Errors
from lms.workbooks import layout
from lms.workbooks.layout import Filled

from . import forms, importing, rules, service
from .blueprint import bp
from .commenting import desk_of, running
from .models import CommentPeriod
from .rules import Words
from .service import Author


@bp.get("/feedback/workbook")
@guard(Permission.LEARN)
def workbook() -> str:
    """How comments come out of a workbook, and the file to hand in."""
    return _workbook(Errors())


@bp.post("/feedback/workbook")
@guard(Permission.LEARN)
def read_workbook() -> ResponseReturnValue:
    """What the file would send. Nothing is sent yet, and nothing of the file is kept here: the page carries it."""
    body, errors = forms.read_file(request.files)
    if not errors:
        try:
            return _preview(layout.rows(body))
        except Unreadable as error:
            errors.add("file", said(error.told))
    return _workbook(errors), 422


@bp.post("/feedback/workbook/send")
@guard(Permission.LEARN)
def send_workbook() -> ResponseReturnValue:
    """Send what the preview showed, all at once; what was sent before stays as it is."""
    try:
        period_id, rows = _signer().loads(request.form.get("rows", ""))
    except BadData:
        abort(400)
    period = db.session.get(CommentPeriod, period_id) or abort(404)
    moment = now()
    try:
        with transaction():
            many = service.send_all(
                db.session,
                [Words(*row) for row in rows],
                period=period,
                author=Author(me().id, me().organization_id, current_language()),
                public_ids=[secrets.token_urlsafe(16) for _row in rows],
                today=program_day(moment),
                now=moment,
            )
    except service.Closed:
        flash(_("The comment period has ended, so nothing was sent."), "warning")
        return redirect(url_for(".index"), 303)
    flash(
        ngettext("%(num)s comment is sent.", "%(num)s comments are sent.", many)
        if many
        else _("All of these comments were sent before. Nothing was sent again.")
    )
    return redirect(url_for(".index", show="sent"), 303)


def said(told: Told) -> str:
    """A sentence in the reader's language, with numbers as the reader writes them."""
    message, parts = told
    return _(message, **{name: number(part) if isinstance(part, int) else str(part) for name, part in parts.items()})


def _preview(filled: Filled) -> str:
    """Raises Unreadable where the workbook as a whole cannot be taken."""
    open_ones = running(db.session)
    period = next((p for p in open_ones if p.edition == filled.edition), None)
    if period is None:
        raise Unreadable(importing.NO_PERIOD, edition=filled.edition)
    desk = desk_of(period)
    rows = importing.read(
        filled,
        criteria=desk.criteria,
        entities=desk.entities,
        sent_before=service.sent_before(db.session, period_id=period.id, person_id=me().id),
    )
    new = [row.words for row in rows if row.told is None]
    return render_template(
        "feedback/workbook_preview.html",
        period=period,
        entity=desk.entities[filled.entity],
        criteria=desk.criteria,
        rows=rows,
        new=len(new),
        problems=sum(row.problem for row in rows),
        carried=_signer().dumps([period.id, [(w.criterion, w.entity, w.kind, w.text) for w in new]]),
        said=said,
        kinds=rules.KIND_NAMES,
    )


def _workbook(errors: Errors) -> str:
    open_ones = running(db.session)
    return render_template(
        "feedback/workbook.html",
        errors=errors,
        period=open_ones[0] if open_ones else None,
        entities=desk_of(open_ones[0]).entities if open_ones else {},
    )


def _signer() -> URLSafeSerializer:
    """For what a preview carries to the one who handed the file in, and to nobody else."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"workbook comments {me().id}")
