"""Addresses where the dates are set: the program's by staff, a company's own by its coordinator. Each shows first what it does."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import countries, organizations
from lms.accounts import forms as account_forms
from lms.accounts.guards import guard, me
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.accounts.rules import SIZE_NAMES, size_of
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, translated
from lms.learning import whatif
from lms.web import dates as words
from lms.web.form import Errors

from . import forms, preview, service
from .blueprint import bp
from .forms import Dates
from .path import STEP_NAMES
from .rules import Schedule, schedule_of

# What the button sends that puts program.yml's dates back.
PLAN = "plan"


@bp.get("/program/dates")
@guard(Permission.SET_REQUIREMENTS)
def program_dates() -> ResponseReturnValue:
    schedule = service.current(db.session)
    return _program_page(schedule, forms.dates_of(schedule), Errors())


@bp.post("/program/dates")
@guard(Permission.SET_REQUIREMENTS)
def program_move() -> ResponseReturnValue:
    """Other dates, or program.yml's again: shown first, then done."""
    library, schedule = published(db.session).library, service.current(db.session)
    back, errors = PLAN in request.form, Errors()
    if back:
        value = forms.dates_of(schedule_of(library.framework.program))
    else:
        value, errors = forms.dates(request.form, schedule)
    if errors:
        return _program_page(schedule, value, errors), 422
    if "confirm" not in request.form:
        return _program_preview(schedule, value)
    with transaction():
        if back:
            service.restore(db.session, library, actor_id=me().id, now=now())
        else:
            service.move(
                db.session,
                library,
                enforcement=value.enforcement,
                phases=dict(value.phases),
                steps=value.spans,
                note=value.note,
                actor_id=me().id,
                now=now(),
            )
    flash("The plan's dates are in force again." if back else "The dates are moved. Every page says so.")
    return redirect(url_for("schedule.program_dates"))


def _program_page(schedule: Schedule, value: Dates, errors: Errors) -> str:
    return render_template(
        "schedule/program_dates.html",
        schedule_now=schedule,
        override=service.override(db.session),
        plan=schedule_of(published(db.session).library.framework.program),
        value=value,
        errors=errors,
        phase_field=forms.phase_field,
        step_fields=forms.step_fields,
        step_names=STEP_NAMES,
    )


def _program_preview(schedule: Schedule, value: Dates) -> str:
    day = program_day(now())
    shifts = preview.of_dates(db.session, day, value.phases)
    crosses = any(shift.crosses for shift in shifts.values())
    return render_template(
        "schedule/program_dates_preview.html",
        schedule_now=schedule,
        value=value,
        shifts=shifts,
        step_names=STEP_NAMES,
        turned=whatif.overdue(db.session, day, value.phases) if crosses else whatif.Turned(),
        past=[day_set for day_set in (*value.phases.values(), value.enforcement) if day_set < day],
        sent=request.form,
    )


@bp.get("/company/dates")
@guard(Permission.RUN_COMPANY)
def company_dates() -> ResponseReturnValue:
    company = _company()
    return _company_page(company, company.due_by.isoformat() if company.due_by else "", Errors())


@bp.post("/company/dates")
@guard(Permission.RUN_COMPANY)
def company_move() -> ResponseReturnValue:
    """The company's own date, or none: shown first, then done."""
    company, errors, schedule = _company(), Errors(), service.current(db.session)
    day = account_forms.own_day(request.form, errors, program_day(now()), company.due_by)
    if day is not None and day >= schedule.enforcement_date:
        latest = words.day(schedule.enforcement_date)
        errors.add("due_by", _("Set a day before %(day)s, when the criteria are enforced.", day=latest))
    if errors:
        return _company_page(company, request.form.get("due_by", ""), errors), 422
    if "confirm" not in request.form:
        return _company_preview(company, day, schedule)
    with transaction():
        organizations.set_own_date(db.session, company.id, day, actor_id=me().id, now=now())
    flash(
        _("Your company's date is %(day)s.", day=words.day(day)) if day else _("Your company has no date of its own.")
    )
    return redirect(url_for("schedule.company_dates"))


def _company() -> Organization:
    return organizations.get(db.session, me().organization_id or abort(404))


def _company_page(company: Organization, typed: str, errors: Errors) -> str:
    framework = published(db.session).library.framework
    office = next((o.name for o in framework.program.field_offices if o.slug == company.field_office), None)
    size = SIZE_NAMES.get(size_of(company.employees))
    return render_template(
        "schedule/company_dates.html",
        company=company,
        typed=typed,
        errors=errors,
        office=office,
        country=countries.names_of([company.country])[company.country] if company.country else None,
        size=translated(size) if size else None,
        entities=[translated(framework.entities[e].name) for e in company.entities if e in framework.entities],
    )


def _company_preview(company: Organization, day: date | None, schedule: Schedule) -> str:
    today, phases = program_day(now()), {phase.number: phase.date for phase in schedule.phases}
    return render_template(
        "schedule/company_dates_preview.html",
        company=company,
        own=day,
        schedule_now=schedule,
        shifts=preview.of_dates(db.session, today, phases, organization_id=company.id, own=day),
        turned=whatif.overdue(db.session, today, phases, organization_id=company.id, own=day),
        sent=request.form,
    )
