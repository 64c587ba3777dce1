"""Addresses with which administrators look after organizations."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.learning import whatif
from lms.schedule import preview
from lms.schedule import service as schedules
from lms.web.form import Errors, text
from lms.web.paging import page_of

from . import countries, forms, organizations, rules
from .blueprint import ID, bp, framework, offices, refresh
from .guards import guard, me
from .models import Organization
from .organizations import NumberTaken
from .people import NoSuchOrganization
from .permissions import Permission
from .rules import SIZE_NAMES, Facts

PAGE_SIZE = 50
# So many letters of a number that cannot be are shown again.
LONGEST_TYPED = 20
TAKEN = "Another organization has this number. Check it, or look for it in the list."


@bp.get("/admin/organizations/", endpoint="organizations")
@guard(Permission.MANAGE_PEOPLE)
def list_organizations() -> ResponseReturnValue:
    words = text(request.args, "q")[:200]
    page = page_of(request.args.get("page"), organizations.count(db.session, words), PAGE_SIZE)
    return render_template(
        "accounts/organizations.html",
        organizations=organizations.listed(db.session, words, offset=page.offset, limit=page.size),
        page=page,
        words=words,
        entities=framework().entities,
        offices=offices(framework().program),
        countries=countries.names(),
        sizes=SIZE_NAMES,
        size_of=rules.size_of,
    )


@bp.get("/admin/organizations/new")
@guard(Permission.MANAGE_PEOPLE)
def organization_new() -> ResponseReturnValue:
    return _page(Facts("", ""), Errors())


@bp.post("/admin/organizations/new")
@guard(Permission.MANAGE_PEOPLE)
def organization_create() -> ResponseReturnValue:
    facts, errors = _read()
    if errors:
        return _page(facts, errors), 422
    try:
        with transaction():
            organizations.create(db.session, facts, actor_id=me().id, now=now())
    except NumberTaken:
        errors.add("number", TAKEN)
        return _page(facts, errors), 409
    flash(f"{facts.name} is added. Invite its coordinator next.")
    return redirect(url_for("accounts.person_new"))


@bp.get(f"/admin/organizations/<{ID}:organization_id>")
@guard(Permission.MANAGE_PEOPLE)
def organization(organization_id: int) -> ResponseReturnValue:
    found = _found(organization_id)
    return _page(organizations.facts_of(found), Errors(), found)


@bp.post(f"/admin/organizations/<{ID}:organization_id>")
@guard(Permission.MANAGE_PEOPLE)
def organization_change(organization_id: int) -> ResponseReturnValue:
    """What would change for its people is shown first, then it is done."""
    found = _found(organization_id)
    facts, errors = _read(found.due_by)
    if errors:
        return _page(facts, errors, found), 422
    if rules.asks_for_other_modules(organizations.facts_of(found), facts) and "confirm" not in request.form:
        return _preview(found, facts)
    try:
        with transaction():
            refresh(*organizations.change(db.session, organization_id, facts, actor_id=me().id, now=now()))
    except NoSuchOrganization:
        abort(404)
    except NumberTaken:
        errors.add("number", TAKEN)
        return _page(facts, errors, _found(organization_id)), 409
    flash("Saved. The required modules of its people follow.")
    return redirect(url_for("accounts.organization", organization_id=organization_id))


def _preview(found: Organization, facts: Facts) -> str:
    """What other entity types, scopes and another own date do."""
    library = published(db.session).library
    schedule, today = schedules.current(db.session), program_day(now())
    phases = {phase.number: phase.date for phase in schedule.phases}
    effect = preview.of_facts(
        db.session,
        library,
        schedule,
        found,
        entities=facts.entities,
        declined=facts.declined,
        complete=whatif.complete_in(db.session, found.id),
    )
    return render_template(
        "accounts/organization_preview.html",
        organization=found,
        facts=facts,
        effect=effect,
        library=library,
        shifts=preview.of_dates(db.session, today, phases, organization_id=found.id, own=facts.due_by),
        turned=whatif.overdue(db.session, today, phases, organization_id=found.id, own=facts.due_by),
        sent=request.form,
    )


def _read(kept: date | None = None) -> tuple[Facts, Errors]:
    return forms.facts(
        request.form,
        known_entities=framework().entities,
        questions=_questions(),
        offices=offices(framework().program),
        countries=countries.names(),
        today=program_day(now()),
        kept=kept,
    )


def _found(organization_id: int) -> Organization:
    try:
        return organizations.get(db.session, organization_id)
    except NoSuchOrganization:
        abort(404)


def _questions() -> dict[str, str]:
    """The scopes about which an organization is asked."""
    return {s.slug: s.question for s in framework().scopes.values() if s.question}


def _page(facts: Facts, errors: Errors, found: Organization | None = None) -> str:
    return render_template(
        "accounts/organization.html",
        facts=facts,
        errors=errors,
        organization=found,
        entities=[(e.slug, e.name) for e in framework().entities.values()],
        questions=_questions(),
        offices=offices(framework().program).items(),
        countries=countries.names().items(),
        employees=request.form.get("employees", str(facts.employees or ""))[:LONGEST_TYPED],
    )
