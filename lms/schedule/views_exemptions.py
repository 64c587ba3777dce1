"""Addresses with which staff exempt people and companies from a module, and end it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import false

from lms.accounts import organizations, people
from lms.accounts.guards import guard, me
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.certificates import settling
from lms.content.library import Library
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.learning import whatif
from lms.web.form import Errors
from lms.web.paging import page_of

from . import exemptions, forms, service
from .blueprint import bp
from .exemptions import AlreadyEnded, AlreadyExempt, Known, NoSuchExemption
from .forms import Exempting

PAGE_SIZE = 50
ID = "int(max=2147483647)"


@bp.get("/program/exemptions/")
@guard(Permission.SET_REQUIREMENTS)
def exemptions_list() -> ResponseReturnValue:
    library = _library()
    wanted = forms.wanted(request.args, library.modules)
    page = page_of(request.args.get("page"), exemptions.count(db.session, wanted), PAGE_SIZE)
    return render_template(
        "schedule/exemptions.html",
        exemptions=exemptions.listed(db.session, wanted, offset=page.offset, limit=page.size),
        page=page,
        wanted=wanted,
        library=library,
    )


@bp.get("/program/exemptions/new")
@guard(Permission.SET_REQUIREMENTS)
def exemption_new() -> ResponseReturnValue:
    return _form(Exempting(), Errors())


@bp.post("/program/exemptions/new")
@guard(Permission.SET_REQUIREMENTS)
def exemption_give() -> ResponseReturnValue:
    """Shown first, then done."""
    library = _library()
    value, errors = forms.exempting(request.form, library.modules)
    person, company = (None, None) if errors else _whom(value, errors)
    if errors:
        return _form(value, errors), 422
    if "confirm" not in request.form:
        return _preview(value, person, company)
    whom = {"person_id": person.id if person else None, "organization_id": company.id if company else None}
    category, moment = library.modules[value.module].category, now()
    try:
        with transaction():
            made, profiles = exemptions.exempt(
                db.session, module=value.module, reason=value.reason, by_id=me().id, now=moment, **whom
            )
            service.refresh(db.session, library, profiles)
            key = f"exemption:{made.id}"
            settling.ask(db.session, key=key, module=value.module, category=category, now=moment, **whom)
    except AlreadyExempt:
        errors.add("module", "This exemption is there already. Look for it in the list.")
        return _form(value, errors), 409
    flash("The exemption is in force. Requirements and figures follow.")
    return redirect(url_for("schedule.exemptions_list"))


@bp.get(f"/program/exemptions/<{ID}:exemption_id>")
@guard(Permission.SET_REQUIREMENTS)
def exemption(exemption_id: int) -> ResponseReturnValue:
    return _page(_known(exemption_id), "", Errors())


@bp.post(f"/program/exemptions/<{ID}:exemption_id>")
@guard(Permission.SET_REQUIREMENTS)
def exemption_end(exemption_id: int) -> ResponseReturnValue:
    found, errors = _known(exemption_id), Errors()
    reason = forms.reason(request.form, errors)
    if errors:
        return _page(found, reason, errors), 422
    try:
        with transaction():
            profiles = exemptions.end(db.session, exemption_id, reason=reason, by_id=me().id, now=now())
            service.refresh(db.session, _library(), profiles)
    except AlreadyEnded:
        flash("Somebody ended it before you. Nothing was changed.", "warning")
    else:
        flash("The exemption is ended. The module is required again.")
    return redirect(url_for("schedule.exemption", exemption_id=exemption_id))


def _library() -> Library:
    return published(db.session).library


def _known(exemption_id: int) -> Known:
    try:
        return exemptions.known(db.session, exemption_id)
    except NoSuchExemption:
        abort(404)


def _whom(value: Exempting, errors: Errors) -> tuple[Person | None, Organization | None]:
    person = people.by_email(db.session, value.email) if value.email else None
    company = organizations.by_number(db.session, value.number) if value.number else None
    if value.email and person is None:
        errors.add("email", "Nobody has an account with this address. Check its spelling.")
    if value.number and company is None:
        errors.add("number", "No company has this number. Check it.")
    return person, company


def _form(value: Exempting, errors: Errors) -> str:
    library = _library()
    return render_template(
        "schedule/exemption_new.html",
        value=value,
        errors=errors,
        modules=[(key, f"{m.category} {m.title}") for key, m in library.modules.items()],
    )


def _preview(value: Exempting, person: Person | None, company: Organization | None) -> str:
    library = _library()
    module = library.modules[value.module]
    concerned = Person.id == person.id if person else Person.organization_id == company.id if company else false()
    return render_template(
        "schedule/exemption_preview.html",
        value=value,
        sent=request.form,
        person=person,
        company=company,
        module=module,
        category=library.framework.categories[module.category],
        relief=whatif.relief(db.session, module.key, module.category, concerned),
    )


def _page(found: Known, reason: str, errors: Errors) -> str:
    module = _library().modules.get(found.module)
    return render_template("schedule/exemption.html", one=found, module=module, reason=reason, errors=errors)
