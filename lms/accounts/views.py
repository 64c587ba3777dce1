"""Addresses of the accounts room that need no account: signing in and out, sign-in links, invitations."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, to_translate, translated
from lms.web.form import Errors

from . import (
    forms,
    inviting,
    mails,
    moving,
    passwords,
    rules,
    signing_in,
    views_account,
    views_admin,
    views_company,
    views_employment,
    views_functions,
    views_join,
    views_joining,
    views_language,
    views_organizations,
)
from .blueprint import Refused, admitted, afterwards, begin_session, bp, keep_reading, proved, refresh
from .guards import guard, me, public
from .identity import as_signed_in
from .inviting import InvitationSpent
from .models import Invitation
from .moving import NoWay, Way
from .people import AddressTaken, NoSuchPerson
from .permissions import ROLE_HOME, ROLE_NAMES, Permission
from .signing_in import BY_LINK, BY_PASSWORD, LinkSpent

__all__ = [
    "bp",
    "views_account",
    "views_admin",
    "views_company",
    "views_employment",
    "views_functions",
    "views_join",
    "views_joining",
    "views_language",
    "views_organizations",
]

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
        afterwards(response, link.language, lambda: mails.sign_in_link(link))
    return response


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
    way = moving.way_for(db.session, found.email, found.organization_id, current_user.id, now())
    return _invitation_page(token, found, found.name, Errors()) if way is Way.NEW else _moving_page(token, found, way)


@bp.post("/invitations/<token>")
@public
def accept(token: str) -> ResponseReturnValue:
    """Set an account up, or move with the one that there is."""
    moment = now()
    try:
        found = inviting.find(db.session, token, now=moment)
        if moving.way_for(db.session, found.email, found.organization_id, current_user.id, moment) is not Way.NEW:
            return _move(token, found)
        answer, errors = forms.accepted(request.form, found.email)
        if errors:
            return _invitation_page(token, found, answer.name, errors), 422
        kept = passwords.hashed(answer.password) if answer.password else None
        with transaction():
            person = inviting.accept(db.session, token, name=answer.name, password_hash=kept, now=moment)
            refresh(person.profile_id)
            keep_reading(person)
            who = as_signed_in(person)
    except InvitationSpent:
        return _invitation_spent()
    except AddressTaken:  # meanwhile
        return redirect(url_for("accounts.invitation", token=token))
    begin_session(who)
    return redirect(url_for("accounts.start"))


def _move(token: str, found: Invitation) -> ResponseReturnValue:
    """Raises InvitationSpent."""
    try:
        with transaction():
            person = inviting.move(db.session, token, viewer_id=current_user.id, now=now())
            refresh(person.profile_id)
            who = as_signed_in(person)
    except NoWay as error:
        return _moving_page(token, found, error.way), 409
    begin_session(who)
    flash(_("You belong to %(company)s now. Your record came with you.", company=who.organization))
    return redirect(url_for("accounts.start"))


def _moving_page(token: str, found: Invitation, way: Way) -> str:
    return render_template(
        "accounts/move.html",
        way=way if found.organization else Way.CLOSED,
        email=found.email,
        company=found.organization.name if found.organization else "",
        path=url_for("accounts.invitation", token=token),
    )


def _invitation_page(token: str, found: Invitation, name: str, errors: Errors) -> str:
    company = found.organization.name if found.organization else ""
    return render_template(
        "accounts/invitation.html", token=token, company=company, email=found.email, name=name, errors=errors
    )


def _invitation_spent() -> ResponseReturnValue:
    return render_template("accounts/invitation_spent.html", days=rules.INVITATION_LIFE.days), 410
