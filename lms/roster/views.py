"""Addresses of the roster room: hand one in, see row by row what it would do, apply it or withdraw it."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core import working
from lms.core.cells import csv_text
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, number, pgettext, translated
from lms.web import dates
from lms.web.form import Errors
from lms.web.paging import page_of

from . import checking, columns, forms, mails, reading, rules, service  # noqa: F401 - the imports register what does the jobs
from .models import RosterImport
from .told import Told, Unreadable, day_of

bp = Blueprint("roster", __name__)

ROWS = 50
BESIDE_THE_FILE = 64 * 1024  # bytes of a request that are not the file's


@bp.url_value_preprocessor
def large_files(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """A roster of 100,000 rows is larger than what other addresses take."""
    if current_user.may(Permission.RUN_COMPANY):
        request.max_content_length = reading.LARGEST + BESIDE_THE_FILE


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    errors = Errors()
    errors.add("file", _(reading.TOO_LARGE, most=reading.LARGEST // 1024 // 1024))
    return _index(errors), 413


@bp.get("/company/roster/")
@guard(Permission.RUN_COMPANY)
def index() -> str:
    """Hand a roster in; those handed in before."""
    return _index(Errors())


@bp.post("/company/roster/")
@guard(Permission.RUN_COMPANY)
def hand_in() -> ResponseReturnValue:
    """A file that is no roster is refused at once; a small one is checked at once too."""
    sent, errors = forms.upload(request.files, request.form)
    small = False
    if not errors:
        try:
            small = reading.is_short(sent.body, rules.AT_ONCE)
        except Unreadable as error:
            errors.add("file", said(error.told))
    if errors:
        return _index(errors), 422
    with transaction():
        roster = service.hand_in(
            db.session,
            sent.body,
            file_name=sent.name,
            organization_id=_company(),
            by_id=me().id,
            whole=sent.whole,
            now=now(),
        )
        public_id, job = roster.public_id, service.ask_check(db.session, roster, now=now())
    if small:
        working.run(job)
    return redirect(url_for(".roster", public_id=public_id), 303)


@bp.get("/company/roster/template.csv")
@guard(Permission.RUN_COMPANY)
def template() -> Response:
    """The columns, to fill in. The byte order mark tells a spreadsheet to keep the letters."""
    response = Response("\ufeff" + "".join(csv_text(columns.FIELDS, ())), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="roster-template.csv")
    return response


@bp.get("/company/roster/<public_id>")
@guard(Permission.RUN_COMPANY)
def roster(public_id: str) -> ResponseReturnValue:
    """How far it is; what it would do, row by row; what it did. The part that changes stands alone where a script asks for it."""
    found = _own(public_id)
    if "HX-Request" in request.headers:
        ended = found.state not in ("checking", "applying")
        return render_template("roster/progress.html", roster=found), {"HX-Refresh": "true"} if ended else {}
    tabs = _tabs(found)
    shown = next(
        (outcome for outcome, _count in tabs if outcome == request.args.get("show")), tabs[0][0] if tabs else ""
    )
    page = page_of(request.args.get("page"), found.counts.get(shown, 0), ROWS)
    return render_template(
        "roster/roster.html",
        roster=found,
        tabs=tabs,
        shown=shown,
        page=page,
        rows=service.rows(db.session, found, shown, offset=page.offset, limit=page.size),
        problems=found.counts.get("problem", 0),
        failure=service.failure(db.session, found),
        nothing=rules.nothing_to_do(found.counts),
        said=said,
    )


@bp.post("/company/roster/<public_id>/apply")
@guard(Permission.RUN_COMPANY)
def apply(public_id: str) -> ResponseReturnValue:
    try:
        with transaction():
            found = _own(public_id)
            rows = found.rows
            job = service.ask_apply(db.session, found, leave_out=forms.leaves_out(request.form), now=now())
    except service.NotReady:
        flash(_("Some rows have problems. Correct them in the file, or tick that they are left out."), "warning")
    except service.NotNow:
        flash(_("This roster is not waiting any more. Here is how it stands."), "warning")
    else:
        if rows <= rules.AT_ONCE:
            working.run(job)
    return redirect(url_for(".roster", public_id=public_id), 303)


@bp.post("/company/roster/<public_id>/again")
@guard(Permission.RUN_COMPANY)
def again(public_id: str) -> ResponseReturnValue:
    """Try once more what failed."""
    try:
        with transaction():
            service.again(db.session, _own(public_id), now=now())
    except service.NotNow:
        flash(_("This roster is not waiting any more. Here is how it stands."), "warning")
    return redirect(url_for(".roster", public_id=public_id), 303)


@bp.post("/company/roster/<public_id>/withdraw")
@guard(Permission.RUN_COMPANY)
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        with transaction():
            service.withdraw(db.session, _own(public_id))
    except service.NotNow:
        flash(_("This roster is not waiting any more. Here is how it stands."), "warning")
        return redirect(url_for(".roster", public_id=public_id), 303)
    flash(_("The roster is withdrawn. Nothing was changed."))
    return redirect(url_for(".index"), 303)


def said(told: Told) -> str:
    """A sentence in the reader's language, its parts as the reader writes them."""
    message, parts = told
    return _(message, **{name: _part(part) for name, part in parts.items()})


def _part(part: object) -> str:
    if isinstance(part, list):
        return ", ".join(_functions().get(slug, slug) for slug in part) or pgettext("job functions", "none")
    if isinstance(part, dict):
        return dates.day(day_of(part))
    return number(part) if isinstance(part, int) else str(part)


def _functions() -> Mapping[str, str]:
    functions = published(db.session).library.framework.functions
    return {slug: translated(function.name) for slug, function in functions.items()}


def _tabs(found: RosterImport) -> list[tuple[rules.Outcome, int]]:
    """What can be looked at row by row: of a roster that is applied, what was left out."""
    if found.state == "checked":
        return service.tabs(found.counts)
    return [tab for tab in service.tabs(found.counts) if found.state == "applied" and tab[0] == "problem"]


def _company() -> int:
    return me().organization_id or abort(404)


def _own(public_id: str) -> RosterImport:
    return service.find(db.session, public_id, _company()) or abort(404)


def _index(errors: Errors) -> str:
    return render_template(
        "roster/index.html",
        errors=errors,
        recent=service.recent(db.session, _company()),
        functions={slug: name for slug, name in _functions().items() if slug != "everyone"},
    )
