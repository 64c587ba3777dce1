"""The register of certificates for staff of the program: search it, open one, revoke one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms, register, revoking
from .blueprint import bp
from .forms import Revoking
from .register import Entry
from .rules import REASONS

ROWS = 50


@bp.get("/program/certificates/")
@guard(Permission.SEE_PROGRAM)
def staff_list() -> str:
    """Every certificate there is, or those that pass what was chosen."""
    today = program_day(now())
    wanted, errors = forms.wanted(request.args)
    total = register.count(db.session, wanted, today=today)
    page = page_of(request.args.get("page"), total, ROWS)
    return render_template(
        "certificates/staff_list.html",
        wanted=wanted,
        errors=errors,
        page=page,
        certificates=register.listed(db.session, wanted, today=today, offset=page.offset, limit=page.size),
        categories=published(db.session).library.framework.categories,
    )


@bp.get("/program/certificates/<number>")
@guard(Permission.SEE_PROGRAM)
def staff_certificate(number: str) -> str:
    """All that is known of one certificate."""
    may_revoke = me().may(Permission.REVOKE_CERTIFICATES)
    return render_template(
        "certificates/staff_certificate.html", entry=_entry(number), reasons=REASONS, may_revoke=may_revoke
    )


@bp.get("/program/certificates/<number>/revoke")
@guard(Permission.REVOKE_CERTIFICATES)
def revoke_form(number: str) -> ResponseReturnValue:
    """Say why; nothing is changed yet."""
    entry = _entry(number)
    if entry.revoked:
        return redirect(url_for(".staff_certificate", number=number))
    return _form(entry, Revoking(None, ""), Errors())


@bp.post("/program/certificates/<number>/revoke")
@guard(Permission.REVOKE_CERTIFICATES)
def revoke(number: str) -> ResponseReturnValue:
    """Revoke the certificate for good."""
    entry = _entry(number)
    value, errors = forms.revoking(request.form, entry.known.record.number)
    if errors or value.reason is None:
        return _form(entry, value, errors), 422
    try:
        with transaction():
            revoking.revoke(db.session, number, reason=value.reason, note=value.note, by_id=me().id, now=now())
        flash("The certificate is revoked. Everybody who checks it reads so from now on.")
    except revoking.AlreadyRevoked:
        flash("It was revoked before; nothing was changed a second time.", "warning")
    return redirect(url_for(".staff_certificate", number=number), 303)


def _entry(number: str) -> Entry:
    entry = register.entry(db.session, number, today=program_day(now()))
    return entry if entry and entry.known.record.number == number else abort(404)


def _form(entry: Entry, value: Revoking, errors: Errors) -> str:
    return render_template(
        "certificates/staff_revoke.html",
        entry=entry,
        value=value,
        errors=errors,
        reasons=REASONS,
        confirming=forms.CONFIRMING,
    )
