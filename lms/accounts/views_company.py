"""Addresses with which a coordinator looks after the people of his or her own company."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, translated
from lms.schedule import exemptions
from lms.schedule.exemptions import Known
from lms.web.form import Errors

from . import employment, forms, inviting, people, rules
from .blueprint import (
    ACCESS_ENDED,
    ACCESS_GIVEN,
    EXTRA_TIME_SAVED,
    ID,
    bp,
    extra_times,
    function_names,
    invite,
    tell_invited,
)
from .forms import NOBODY, Invited
from .guards import guard, me
from .inviting import InvitationSpent
from .models import Person
from .people import AddressTaken, NoSuchPerson, NotYours
from .permissions import ROLE_NAMES, Permission


@bp.get("/company/people/new")
@guard(Permission.RUN_COMPANY)
def company_invite() -> ResponseReturnValue:
    return _invite_page(NOBODY, Errors())


@bp.post("/company/people/new")
@guard(Permission.RUN_COMPANY)
def company_send_invitation() -> ResponseReturnValue:
    value, errors = forms.invited(
        request.form, roles=rules.invites(me().role), known_functions=function_names(), own=_company()
    )
    if errors:
        return _invite_page(value, errors), 422
    try:
        letter = invite(value)
    except AddressTaken:
        errors.add("email", _("This person has an account already. Look for the address in the roster."))
        return _invite_page(value, errors), 409
    tell_invited(letter)
    return redirect(url_for("accounts.company_invite"))


@bp.post(f"/company/invitations/<{ID}:invitation_id>/withdraw")
@guard(Permission.RUN_COMPANY)
def company_withdraw(invitation_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            inviting.withdraw(db.session, invitation_id, organization_id=_company(), actor_id=me().id, now=now())
    except InvitationSpent:
        abort(404)
    flash(_("The invitation is withdrawn. Its link no longer works."))
    return redirect(url_for("accounts.company_invite"))


@bp.get(f"/company/people/<{ID}:person_id>")
@guard(Permission.RUN_COMPANY)
def company_person(person_id: int) -> ResponseReturnValue:
    try:
        person = people.colleague(db.session, person_id, _company())
    except NoSuchPerson:
        abort(404)
    return colleague_page(person, Errors())


def colleague_page(person: Person, errors: Errors) -> str:
    """A colleague's page, with what is wrong with what was typed."""
    return render_template(
        "accounts/company_person.html",
        person=person,
        errors=errors,
        role=translated(ROLE_NAMES[person.role]),
        functions=function_names(),
        chosen=people.functions_of(person),
        extra_times=extra_times(),
        may_end=rules.may_end_access(me().role, person.role, oneself=person.id == me().id),
        times=employment.with_company(db.session, person.id, _company()),
        exemptions=_exemptions(person),
        library=published(db.session).library,
    )


def _exemptions(person: Person) -> list[Known]:
    """What the person is exempt from, and was since he or she came to the company."""
    running = employment.current(db.session, person.id)
    since = running.began_on if running else program_day(person.created_at)
    return [
        *exemptions.of_person(db.session, person.id, _company()),
        *exemptions.ended_for(db.session, person.id, _company(), since),
    ]


@bp.post(f"/company/people/<{ID}:person_id>/extra-time")
@guard(Permission.RUN_COMPANY)
def company_extra_time(person_id: int) -> ResponseReturnValue:
    percent = forms.extra_time(request.form)
    if percent is None:
        abort(400)
    try:
        with transaction():
            person = people.colleague(db.session, person_id, _company())
            people.grant_extra_time(db.session, person, percent, actor_id=me().id, now=now())
    except NoSuchPerson:
        abort(404)
    flash(translated(EXTRA_TIME_SAVED))
    return redirect(url_for("accounts.company_person", person_id=person_id))


@bp.post(f"/company/people/<{ID}:person_id>/access")
@guard(Permission.RUN_COMPANY)
def company_access(person_id: int) -> ResponseReturnValue:
    """End a colleague's access, or give it back."""
    change = people.enable if request.form.get("access") == "give" else people.disable
    try:
        with transaction():
            people.colleague(db.session, person_id, _company())
            change(db.session, person_id, actor_id=me().id, actor_role=me().role, now=now())
    except NoSuchPerson:
        abort(404)
    except NotYours:
        abort(403)
    flash(translated(ACCESS_GIVEN if change is people.enable else ACCESS_ENDED))
    return redirect(url_for("accounts.company_person", person_id=person_id))


def _company() -> int:
    return me().organization_id or abort(404)


def _invite_page(value: Invited, errors: Errors) -> str:
    return render_template(
        "accounts/company_invite.html",
        value=value,
        errors=errors,
        functions=function_names(),
        roles=[(role.value, translated(ROLE_NAMES[role])) for role in rules.invites(me().role)],
        waiting=inviting.waiting(db.session, organization_id=_company(), now=now()),
    )
