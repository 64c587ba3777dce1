"""Addresses of one's own account: name, password, sessions."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, translated
from lms.learning import rules as training
from lms.learning.standing import desk
from lms.web.form import Errors

from . import forms, letting_in, mails, passwords, people, signing_in
from .blueprint import Refused, begin_session, bp, function_names, proved
from .guards import guard, me
from .identity import as_signed_in
from .permissions import ROLE_NAMES, Permission


@bp.get("/account/")
@guard(Permission.LEARN)
def account() -> ResponseReturnValue:
    return _account_page(Errors(), me().name)


@bp.post("/account/name")
@guard(Permission.LEARN)
def rename() -> ResponseReturnValue:
    errors = Errors()
    name = forms.name(request.form, errors)
    if errors:
        return _account_page(errors, name), 422
    with transaction():
        people.rename(db.session, me().id, name, actor_id=me().id, now=now())
    flash(_("Your name is changed. Certificates you hold keep the name of their day."))
    return redirect(url_for("accounts.account"))


@bp.post("/account/certificates")
@guard(Permission.LEARN)
def mail_certificates() -> ResponseReturnValue:
    """Whether each new certificate is to be mailed."""
    wanted = "mail_certificates" in request.form
    with transaction():
        people.get(db.session, me().id).mail_certificates = wanted
    flash(_("Each new certificate is mailed to you.") if wanted else _("New certificates are not mailed to you."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/password")
@guard(Permission.LEARN)
def change_password() -> ResponseReturnValue:
    errors, person = Errors(), me()
    password = forms.new_password(request.form, errors, (person.name, person.email))
    if errors:
        return _account_page(errors, person.name), 422
    try:
        if signing_in.has_password(db.session, person.id):
            current = forms.password_typed(request.form, "current")
            proved(person.email, current, wrong=_("This is not your present password. Type it again."))
    except Refused as refused:
        errors.add("current", refused.sentence)
        return _account_page(errors, person.name), refused.status, refused.headers
    kept = passwords.hashed(password)
    with transaction():
        who = as_signed_in(signing_in.change_password(db.session, person.id, kept, now=now()))
    begin_session(who)
    mails.password_changed(who.email, who.name)
    flash(_("Your password is changed. Every other session is signed out."))
    return redirect(url_for("accounts.account"))


@bp.post("/account/sign-out-everywhere")
@guard(Permission.LEARN)
def sign_out_everywhere() -> ResponseReturnValue:
    with transaction():
        signing_in.sign_out_everywhere(db.session, me().id, now=now())
    logout_user()
    session.clear()
    flash(_("You are signed out on every phone and computer."))
    return redirect(url_for("accounts.login"))


def _account_page(errors: Errors, name: str) -> str:
    person, names = people.get(db.session, me().id), function_names()
    mine = desk(db.session, me()).standings.values()
    return render_template(
        "accounts/account.html",
        errors=errors,
        name=name,
        role=translated(ROLE_NAMES[person.role]),
        functions=[names.get(slug, slug) for slug in people.functions_of(person)],
        mail_certificates=person.mail_certificates,
        mail_reminders=person.mail_reminders,
        mail_refused_at=person.mail_refused_at,
        runs_company=me().may(Permission.RUN_COMPANY),
        has_password=person.password_hash is not None,
        due=next(iter(training.open_ones(mine)), None),
        valid_until=min((s.valid_until for s in mine if s.completed_at and s.valid_until), default=None),
        access_until=person.access_until,
        asked=letting_in.asked_by(db.session, person.id),
    )
