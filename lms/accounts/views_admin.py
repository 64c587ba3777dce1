"""Addresses with which administrators look after people."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.web.form import Errors, text
from lms.web.paging import page_of

from . import employment, forms, inviting, organizations, people, rules
from .blueprint import (
    ACCESS_ENDED,
    ACCESS_GIVEN,
    EXTRA_TIME_SAVED,
    ID,
    bp,
    extra_times,
    function_names,
    invite,
    refresh,
    tell_invited,
)
from .forms import NOBODY, Invited
from .guards import guard, me
from .inviting import InvitationSpent
from .models import Person
from .people import AddressTaken, LastAdmin, NoSuchPerson, NotYours
from .permissions import ROLE_NAMES, Permission, Role
from .rules import Standing
from .views_preview import asks_first, preview_page

PAGE_SIZE = 50
TAKEN = "Somebody has an account with this address already. Look for it in the list of people."
LAST_ADMIN = "This is the last administrator with access. Make somebody else an administrator first."


@bp.get("/admin/", endpoint="people")
@guard(Permission.MANAGE_PEOPLE)
def list_people() -> ResponseReturnValue:
    words = text(request.args, "q")[:200]
    role = next((r for r in Role if r.value == request.args.get("role")), None)
    page = page_of(request.args.get("page"), people.count(db.session, words, role), PAGE_SIZE)
    return render_template(
        "accounts/people.html",
        people=people.listed(db.session, words, role, offset=page.offset, limit=page.size),
        page=page,
        words=words,
        role=role,
        role_names=ROLE_NAMES,
    )


@bp.get("/admin/people/new")
@guard(Permission.MANAGE_PEOPLE)
def person_new() -> ResponseReturnValue:
    return _new_page(NOBODY, Errors())


@bp.post("/admin/people/new")
@guard(Permission.MANAGE_PEOPLE)
def person_invite() -> ResponseReturnValue:
    value, errors = forms.invited_anywhere(
        request.form, known_functions=function_names(), organizations=dict(organizations.choices(db.session))
    )
    if errors:
        return _new_page(value, errors), 422
    try:
        letter = invite(value)
    except AddressTaken:
        errors.add("email", TAKEN)
        return _new_page(value, errors), 409
    tell_invited(letter)
    return redirect(url_for("accounts.person_new"))


@bp.post(f"/admin/invitations/<{ID}:invitation_id>/withdraw")
@guard(Permission.MANAGE_PEOPLE)
def invitation_withdraw(invitation_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            inviting.withdraw(db.session, invitation_id, actor_id=me().id, now=now())
    except InvitationSpent:
        abort(404)
    flash("The invitation is withdrawn. Its link no longer works.")
    return redirect(url_for("accounts.person_new"))


@bp.get(f"/admin/people/<{ID}:person_id>")
@guard(Permission.MANAGE_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    try:
        found = people.get(db.session, person_id)
    except NoSuchPerson:
        abort(404)
    return person_page(found, people.standing_of(found), Errors())


@bp.post(f"/admin/people/<{ID}:person_id>")
@guard(Permission.MANAGE_PEOPLE)
def person_assign(person_id: int) -> ResponseReturnValue:
    companies = dict(organizations.choices(db.session))
    value, errors = forms.assigned(request.form, known_functions=function_names(), organizations=companies)
    try:
        if errors:
            return person_page(people.get(db.session, person_id), value, errors), 422
        found = people.get(db.session, person_id)
        company = people.organization_of(db.session, value.role, value.organization_id)
        if asks_first(found, company, value.functions):
            return preview_page(found, company, value.functions, back="accounts.person")
        with transaction():
            changed = people.assign(db.session, person_id, value, actor_id=me().id, now=now())
            refresh(changed.profile_id)
    except NoSuchPerson:
        abort(404)
    except LastAdmin:
        errors.add("role", LAST_ADMIN)
        return person_page(people.get(db.session, person_id), value, errors), 409
    flash("Saved. The required modules follow the organization and the job functions.")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post(f"/admin/people/<{ID}:person_id>/extra-time")
@guard(Permission.MANAGE_PEOPLE)
def person_extra_time(person_id: int) -> ResponseReturnValue:
    percent = forms.extra_time(request.form)
    if percent is None:
        abort(400)
    try:
        with transaction():
            person = people.get(db.session, person_id)
            people.grant_extra_time(db.session, person, percent, actor_id=me().id, now=now())
    except NoSuchPerson:
        abort(404)
    flash(EXTRA_TIME_SAVED)
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post(f"/admin/people/<{ID}:person_id>/access")
@guard(Permission.MANAGE_PEOPLE)
def person_access(person_id: int) -> ResponseReturnValue:
    """End somebody's access, or give it back."""
    change = people.enable if request.form.get("access") == "give" else people.disable
    try:
        with transaction():
            change(db.session, person_id, actor_id=me().id, actor_role=me().role, now=now())
    except NoSuchPerson:
        abort(404)
    except NotYours:
        abort(403)
    except LastAdmin:
        flash(LAST_ADMIN, "error")
    else:
        flash(ACCESS_GIVEN if change is people.enable else ACCESS_ENDED)
    return redirect(url_for("accounts.person", person_id=person_id))


def _new_page(value: Invited, errors: Errors) -> str:
    return render_template(
        "accounts/person_new.html",
        value=value,
        errors=errors,
        functions=function_names(),
        roles=[(role.value, ROLE_NAMES[role]) for role in rules.invites(me().role)],
        organizations=organizations.choices(db.session),
        waiting=inviting.waiting(db.session, now=now()),
        role_names=ROLE_NAMES,
    )


def person_page(found: Person, standing: Standing, errors: Errors) -> str:
    """The person's page with what was typed, and what is wrong with it."""
    return render_template(
        "accounts/person.html",
        person=found,
        standing=standing,
        errors=errors,
        functions=function_names(),
        extra_times=extra_times(),
        roles=list(ROLE_NAMES.items()),
        organizations=organizations.choices(db.session),
        may_end=rules.may_end_access(me().role, found.role, oneself=found.id == me().id),
        times=employment.history(db.session, found.id),
    )
