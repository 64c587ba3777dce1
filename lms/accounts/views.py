"""Addresses of the accounts room that need no account: signing in and out, sign-in links, invitations."""

from collections.abc import Callable

from flask import Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, current_language, known, to_translate, translated, using
from lms.web.form import Errors

from . import (
    forms,
    inviting,
    mails,
    passwords,
    rules,
    signing_in,
    views_account,
    views_admin,
    views_company,
    views_language,
    views_organizations,
)
from .blueprint import Refused, admitted, begin_session, bp, proved, refresh
from .guards import guard, me, public
from .identity import as_signed_in
from .inviting import InvitationSpent
from .models import Invitation
from .people import AddressTaken, NoSuchPerson
from .permissions import ROLE_HOME, ROLE_NAMES, Permission
from .signing_in import BY_LINK, BY_PASSWORD, Link, LinkSpent

__all__ = ["bp", "views_account", "views_admin", "views_company", "views_language", "views_organizations"]

WRONG = to_translate("This address and this password do not belong together. Check both, or ask for a sign-in link.")


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_onward())
    return _login_page(Errors())


@bp.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    email, onward, errors = forms.email_typed(request.form), _onward(), Errors()
    try:
        person_id = proved(email, forms.password_typed(request.form, "password"), wrong=translated(WRONG))
        with transaction():
            who = as_signed_in(signing_in.arrive(db.session, person_id, way=BY_PASSWORD, now=now()))
    except Refused as refused:
        errors.add("password", refused.sentence)
        return _login_page(errors), refused.status, refused.headers
    except NoSuchPerson:
        errors.add("password", translated(WRONG))
        return _login_page(errors), 422
    begin_session(who)
    return redirect(onward)


def _onward() -> str:
    """Where to go once signed in."""
    return rules.own_path(request.values.get("next", "")) or url_for("accounts.start")


def _login_page(errors: Errors) -> str:
    return render_template(
        "accounts/login.html",
        errors=errors,
        email=forms.email_typed(request.form),
        onward=rules.own_path(request.values.get("next", "")) or "",
        demo=[(p.email, translated(ROLE_NAMES[p.role])) for p in signing_in.demo_sign_ins(db.session)],
        demo_password=rules.DEMO_PASSWORD,
    )


@bp.get("/start")
@guard(Permission.LEARN)
def start() -> ResponseReturnValue:
    """The page for the work that the person's role came for."""
    return redirect(url_for(ROLE_HOME[me().role]))


@bp.get("/logout")
@public
def logout() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.login"))
    return render_template("accounts/logout.html")


@bp.post("/logout")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.login"))


@bp.get("/login/link")
@public
def ask_link() -> ResponseReturnValue:
    return render_template("accounts/ask_link.html", errors=Errors(), email="")


@bp.post("/login/link")
@public
def send_link() -> ResponseReturnValue:
    email, errors = forms.email_typed(request.form), Errors()
    try:
        admitted(BY_LINK, email)
    except Refused as refused:
        errors.add("email", refused.sentence)
        return render_template("accounts/ask_link.html", errors=errors, email=email), refused.status, refused.headers
    with transaction():
        link = signing_in.make_link(db.session, email, now=now())
    response = redirect(url_for("accounts.link_sent"))
    if link is not None:
        response.call_on_close(_mailing(link))
    return response


def _mailing(link: Link) -> Callable[[], None]:
    """Mails the link after the answer went out: else the time it takes would tell that the address is known."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    language = known(link.language) or current_language()

    def send() -> None:
        with app.app_context(), using(language):
            mails.sign_in_link(link)

    return send


@bp.get("/login/sent")
@public
def link_sent() -> ResponseReturnValue:
    return render_template("accounts/link_sent.html", minutes=rules.LINK_LIFE.seconds // 60)


@bp.get("/login/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """A page with a button: programs that look through mail open links, and must not use this one up."""
    if not signing_in.link_works(db.session, token, now=now()):
        return _link_spent()
    return render_template("accounts/link.html", token=token)


@bp.post("/login/link/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    try:
        with transaction():
            who = as_signed_in(signing_in.use_link(db.session, token, now=now()))
    except LinkSpent:
        return _link_spent()
    begin_session(who)
    return redirect(url_for("accounts.start"))


def _link_spent() -> ResponseReturnValue:
    return render_template("accounts/link_spent.html", minutes=rules.LINK_LIFE.seconds // 60), 410


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    try:
        found = inviting.find(db.session, token, now=now())
    except InvitationSpent:
        return _invitation_spent()
    return _invitation_page(token, found, found.name, Errors())


@bp.post("/invitations/<token>")
@public
def accept(token: str) -> ResponseReturnValue:
    moment = now()
    try:
        found = inviting.find(db.session, token, now=moment)
        answer, errors = forms.accepted(request.form, found.email)
        if errors:
            return _invitation_page(token, found, answer.name, errors), 422
        kept = passwords.hashed(answer.password) if answer.password else None
        with transaction():
            person = inviting.accept(db.session, token, name=answer.name, password_hash=kept, now=moment)
            refresh(person.profile_id)
            who = as_signed_in(person)
    except InvitationSpent:
        return _invitation_spent()
    except AddressTaken:
        return render_template("accounts/address_taken.html"), 409
    begin_session(who)
    return redirect(url_for("accounts.start"))


def _invitation_page(token: str, found: Invitation, name: str, errors: Errors) -> str:
    company = found.organization.name if found.organization else ""
    return render_template(
        "accounts/invitation.html", token=token, company=company, email=found.email, name=name, errors=errors
    )


def _invitation_spent() -> ResponseReturnValue:
    return render_template("accounts/invitation_spent.html", days=rules.INVITATION_LIFE.days), 410
