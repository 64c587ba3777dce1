"""Addresses for people who come by themselves: ask to join, prove the address, and go in or wait."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _
from lms.web.form import Errors

from . import forms, joining, mails, moving, signing_in
from .blueprint import Refused, admitted, afterwards, begin_session, bp, function_names, keep_reading, refresh
from .guards import public
from .identity import SignedIn, as_signed_in
from .joining import Outcome, Proof, RequestSpent
from .models import JoinRequest, Person
from .moving import NoWay, Way
from .people import AddressTaken
from .rules import Wish
from .signing_in import BY_JOIN


@bp.get("/join")
@public
def join() -> ResponseReturnValue:
    known = Wish(current_user.name, current_user.email, "") if current_user.is_authenticated else Wish("", "", "")
    return _join_page(known, Errors())


@bp.post("/join")
@public
def ask_to_join() -> ResponseReturnValue:
    """The same answer whatever is known of the address and the number."""
    wish, errors = forms.wished(request.form, known_functions=function_names())
    if errors:
        return _join_page(wish, errors), 422
    try:
        admitted(BY_JOIN, wish.email)
    except Refused as refused:
        errors.add("email", refused.sentence)
        return _join_page(wish, errors), refused.status, refused.headers
    with transaction():
        letter = joining.ask(db.session, wish, now=now())
    response = redirect(url_for("accounts.join_sent"))
    if letter is not None:
        afterwards(response, None, lambda: mails.join(letter))
    return response


@bp.get("/join/sent")
@public
def join_sent() -> str:
    return render_template("accounts/join_sent.html")


@bp.get("/join/waiting")
@public
def join_waiting() -> str:
    return render_template("accounts/join_waiting.html")


@bp.get("/join/<token>")
@public
def join_link(token: str) -> ResponseReturnValue:
    """A page with a button: programs that look through mail open links, and must not use this one up."""
    try:
        return _link_page(token, joining.find(db.session, token, now=now()))
    except RequestSpent:
        return _spent()


@bp.post("/join/<token>")
@public
def prove_address(token: str) -> ResponseReturnValue:
    """The address is proved; a number that no company has may be corrected once."""
    errors = Errors()
    try:
        asked = joining.find(db.session, token, now=now())
        number = forms.number(request.form, errors) if asked.proved_at else ""
        if errors:
            return _link_page(token, asked, errors=errors), 422
        with transaction():
            proof = joining.prove(db.session, token, viewer_id=current_user.id, number=number, now=now())
            who = _bound(proof.person)
    except RequestSpent:
        return _spent()
    except NoWay as error:
        return _link_page(token, joining.find(db.session, token, now=now()), error.way), 409
    except AddressTaken:  # meanwhile
        return redirect(url_for("accounts.join_link", token=token))
    if who is not None:
        begin_session(who)
    return _onward(token, proof)


def _bound(person: Person | None) -> SignedIn | None:
    """Whoever is to be signed in for having proved the address: nobody while access is ended."""
    if person is None:
        return None
    signing_in.forget_tries(db.session, BY_JOIN, person.email)
    refresh(person.profile_id)
    keep_reading(person)
    return as_signed_in(person) if person.disabled_at is None else None


def _onward(token: str, proof: Proof) -> ResponseReturnValue:
    match proof.outcome:
        case Outcome.NUMBER:
            return redirect(url_for("accounts.join_link", token=token))
        case Outcome.NO_COMPANY:
            return render_template("accounts/join_no_company.html"), 410
        case Outcome.WAITS:
            return redirect(url_for("accounts.join_waiting"))
        case Outcome.JOINED:
            flash(_("You belong to %(company)s now.", company=proof.company))
        case Outcome.MEMBER:
            flash(_("You belong to %(company)s already.", company=proof.company))
    return redirect(url_for("accounts.start"))


def _join_page(wish: Wish, errors: Errors) -> str:
    return render_template("accounts/join.html", wish=wish, errors=errors, functions=function_names())


def _link_page(token: str, asked: JoinRequest, way: Way | None = None, errors: Errors | None = None) -> str:
    company = joining.company_of(db.session, asked)
    return render_template(
        "accounts/join_link.html",
        asked=asked,
        company=company.name if company else "",
        way=way or moving.way_for(db.session, asked.email, company.id if company else None, current_user.id, now()),
        path=url_for("accounts.join_link", token=token),
        errors=errors or Errors(),
    )


def _spent() -> ResponseReturnValue:
    return render_template("accounts/join_spent.html"), 410
