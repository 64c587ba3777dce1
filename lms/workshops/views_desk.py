"""Workshops as staff plan them: the list, a new one or a series, changes, cancelling."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.blueprint import offices
from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import NAMES
from lms.web.dates import day, plural
from lms.web.form import Errors
from lms.web.paging import page_of

from . import attendance, forms, planning, roster, rules, statistics, zones
from .blueprint import bp, the_workshop
from .forms import Typed
from .models import Workshop

ROWS = 30
TWICE = "A workshop of this title at this office is planned already, on {when}. Change the title, or the first day."
FIXED = "It is cancelled, or attendance is being taken. Nothing was changed."


@bp.get("/program/rollout/workshops/")
@guard(Permission.RUN_ROLLOUT)
def desk() -> str:
    """All workshops with their numbers, those to come first."""
    moment, named = now(), offices(published(db.session).library.framework.program)
    wanted = forms.wanted(request.args, named)
    page = page_of(request.args.get("page"), roster.count_workshops(db.session, wanted, moment), ROWS)
    return render_template(
        "workshops/desk.html",
        listed=roster.workshops(db.session, wanted, moment, offset=page.offset, limit=page.size),
        page=page,
        wanted=wanted,
        whens=forms.WHENS,
        offices=named,
        is_over=lambda one: rules.is_over(one, moment),
    )


@bp.get("/program/rollout/workshops/new")
@guard(Permission.RUN_ROLLOUT)
def plan() -> ResponseReturnValue:
    """An empty form, or that of a workshop `like` another."""
    like = request.args.get("like", "")
    return _form(forms.again(the_workshop(like)) if like else Typed(), Errors())


@bp.post("/program/rollout/workshops/new")
@guard(Permission.RUN_ROLLOUT)
def plan_made() -> ResponseReturnValue:
    typed, value, errors = forms.read(request.form, published(db.session).library, now())
    if value is None:
        return _form(typed, errors), 422
    try:
        with transaction():
            made = planning.plan(db.session, value, by_id=me().id, now=now())
            first = made[0].public_id
    except planning.PlannedAlready as error:
        errors.add("title", TWICE.format(when=day(rules.local_time(error.workshop).date())))
        return _form(typed, errors), 409
    flash(
        "The workshop is planned. People can register."
        if len(made) == 1
        else f"{plural(len(made), 'workshop')} are planned, one a week. People can register."
    )
    return redirect(url_for(".people", public_id=first) if len(made) == 1 else url_for(".desk"), 303)


@bp.get("/program/rollout/workshops/<public_id>/edit")
@guard(Permission.RUN_ROLLOUT)
def edit(public_id: str) -> ResponseReturnValue:
    found = the_workshop(public_id)
    return _form(forms.typed_of(found), Errors(), found)


@bp.post("/program/rollout/workshops/<public_id>/edit")
@guard(Permission.RUN_ROLLOUT)
def changed(public_id: str) -> ResponseReturnValue:
    """Another time or place is told to everybody who is registered."""
    found = the_workshop(public_id)
    typed, value, errors = forms.read(request.form, published(db.session).library, now())
    if value is None:
        return _form(typed, errors, found), 422
    try:
        with transaction():
            told = planning.change(db.session, found.id, value, by_id=me().id, now=now())
    except planning.SeatsTaken as refused:
        errors.add("seats", f"{plural(refused.taken, 'seat')} are taken. Write at least that number.")
        return _form(typed, errors, the_workshop(public_id)), 409
    except planning.Fixed:
        flash(FIXED, "error")
    else:
        flash(f"Saved. {plural(told, 'person', 'people')} will be told by mail." if told else "Saved.")
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.get("/program/rollout/workshops/<public_id>/cancel")
@guard(Permission.RUN_ROLLOUT)
def cancelling(public_id: str) -> ResponseReturnValue:
    return _cancel_page(the_workshop(public_id), "", Errors())


@bp.post("/program/rollout/workshops/<public_id>/cancel")
@guard(Permission.RUN_ROLLOUT)
def cancel(public_id: str) -> ResponseReturnValue:
    found, errors = the_workshop(public_id), Errors()
    because = forms.reason(request.form, errors)
    if errors:
        return _cancel_page(found, because, errors), 422
    try:
        with transaction():
            told = planning.cancel(db.session, found.id, because, by_id=me().id, now=now())
    except planning.Fixed:
        flash("It is cancelled already, or over. Nothing was changed.", "error")
    except planning.PeopleMarked:
        flash("People are marked as present, so it took place. Take the marks back first.", "error")
    else:
        mailed = f"{plural(told, 'person', 'people')} will be told by mail." if told else "Nobody is told by mail."
        flash(f"The workshop is cancelled. {mailed}")
    return redirect(url_for(".people", public_id=public_id), 303)


def _form(typed: Typed, errors: Errors, workshop: Workshop | None = None) -> str:
    library = published(db.session).library
    return render_template(
        "workshops/desk_form.html",
        typed=typed,
        errors=errors,
        workshop=workshop,
        fixed=workshop is not None
        and (workshop.cancelled_at is not None or now() >= attendance.marking_opens(workshop)),
        offices=offices(library.framework.program).items(),
        zones=zones.ZONES.items(),
        languages=NAMES.items(),
        entities=[entity.choice for entity in library.framework.entities.values()],
        categories=library.framework.categories,
        modules=library.modules,
        forms=forms,
    )


def _cancel_page(workshop: Workshop, because: str, errors: Errors) -> str:
    (counted,) = statistics.of_workshops(db.session, Workshop.id == workshop.id, order=(), now=now())
    return render_template(
        "workshops/desk_cancel.html",
        workshop=workshop,
        figures=counted.figures,
        is_open=rules.is_open(workshop, now()),
        because=because,
        errors=errors,
    )
