"""Addresses for a person's time with the company: its end, the last day of access, and everybody who left."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _
from lms.web import dates
from lms.web.form import Errors
from lms.web.paging import page_of

from . import access, employment, forms, people
from .blueprint import ID, bp
from .guards import guard, me
from .people import NoSuchPerson, NotYours, standing_of
from .permissions import Permission
from .views_admin import person_page
from .views_company import colleague_page

PAGE_SIZE = 50


@bp.get("/company/people/left")
@guard(Permission.RUN_COMPANY)
def company_left() -> str:
    """Everybody who left the company."""
    company = me().organization_id or abort(404)
    page = page_of(request.args.get("page"), employment.count_former(db.session, company), PAGE_SIZE)
    former = employment.former(db.session, company, offset=page.offset, limit=page.size)
    return render_template("accounts/left.html", page=page, former=former)


@bp.post(f"/company/people/<{ID}:person_id>/employment")
@guard(Permission.RUN_COMPANY)
def company_end_employment(person_id: int) -> ResponseReturnValue:
    """The colleague left."""
    errors, today = Errors(), program_day(now())
    try:
        person = people.colleague(db.session, person_id, me().organization_id)
        running = employment.current(db.session, person_id)
        first = running.began_on if running else date.min
        day = forms.last_day(request.form, errors, "ended_on", earliest=first, latest=today) or today
        if errors:
            return colleague_page(person, errors), 422
        with transaction():
            people.colleague(db.session, person_id, me().organization_id)
            people.leave(db.session, person_id, on=day, actor_id=me().id, actor_role=me().role, now=now())
    except NoSuchPerson:
        abort(404)
    except NotYours:
        abort(403)
    flash(_("The employment has ended, and access with it. What was completed with your company stays in its record."))
    return redirect(url_for("accounts.company_person", person_id=person_id))


@bp.post(f"/company/people/<{ID}:person_id>/access-until")
@guard(Permission.RUN_COMPANY)
def company_access_until(person_id: int) -> ResponseReturnValue:
    """The last day on which the colleague may sign in."""
    errors = Errors()
    day = _last_day(errors)
    try:
        person = people.colleague(db.session, person_id, me().organization_id)
        if errors:
            return colleague_page(person, errors), 422
        with transaction():
            person = people.colleague(db.session, person_id, me().organization_id)
            access.set_until(db.session, person, day, actor_id=me().id, actor_role=me().role, now=now())
    except NoSuchPerson:
        abort(404)
    except NotYours:
        abort(403)
    flash(_("Access ends after %(day)s.", day=dates.day(day)) if day else _("Access has no last day."))
    return redirect(url_for("accounts.company_person", person_id=person_id))


@bp.post(f"/admin/people/<{ID}:person_id>/access-until")
@guard(Permission.MANAGE_PEOPLE)
def person_access_until(person_id: int) -> ResponseReturnValue:
    errors = Errors()
    day = _last_day(errors)
    try:
        person = people.get(db.session, person_id)
        if errors:
            return person_page(person, standing_of(person), errors), 422
        with transaction():
            person = people.get(db.session, person_id)
            access.set_until(db.session, person, day, actor_id=me().id, actor_role=me().role, now=now())
    except NoSuchPerson:
        abort(404)
    except NotYours:
        abort(403)
    flash(f"Access ends after {dates.day(day)}." if day else "Access has no last day.")
    return redirect(url_for("accounts.person", person_id=person_id))


def _last_day(errors: Errors) -> date | None:
    return forms.last_day(request.form, errors, "access_until", earliest=program_day(now()), latest=None)
