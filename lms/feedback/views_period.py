"""Addresses where staff open comment periods and change their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.web import dates
from lms.web.form import Errors, staff_day, text

from . import periods, rules
from .blueprint import bp
from .models import CommentPeriod

ID = "int(max=2147483647)"
LONGEST_PURPOSE = 300
# What the form proposes: 90 days, the first and the last included.
USUAL = timedelta(days=89)


@dataclass(frozen=True, slots=True)
class Opening:
    """A comment period as it was typed, and its days as they were read."""

    edition: str
    purpose: str
    begins_on: str
    ends_on: str
    first: date
    last: date


@bp.get("/program/rollout/comments/periods")
@guard(Permission.RUN_ROLLOUT)
def periods_list() -> str:
    today = program_day(now())
    last = today + USUAL
    return _page(Opening(_editions()[0], "", today.isoformat(), last.isoformat(), today, last), Errors())


@bp.post("/program/rollout/comments/periods")
@guard(Permission.RUN_ROLLOUT)
def period_open() -> ResponseReturnValue:
    value, errors = _typed(request.form)
    if errors:
        return _page(value, errors), 422
    try:
        with transaction():
            periods.add(
                db.session,
                edition=value.edition,
                purpose=value.purpose,
                begins_on=value.first,
                ends_on=value.last,
                by_id=me().id,
                now=now(),
            )
    except periods.Overlaps as error:
        errors.add("begins_on", _overlapping(error.other))
        return _page(value, errors), 409
    flash(f"Members can comment from {dates.day(value.first)} to {dates.day(value.last)}.")
    return redirect(url_for("feedback.periods_list"), 303)


@bp.get(f"/program/rollout/comments/periods/<{ID}:period_id>")
@guard(Permission.RUN_ROLLOUT)
def period(period_id: int) -> str:
    found = _known(period_id)
    return _end_page(found, found.ends_on.isoformat(), Errors())


@bp.post(f"/program/rollout/comments/periods/<{ID}:period_id>")
@guard(Permission.RUN_ROLLOUT)
def period_move(period_id: int) -> ResponseReturnValue:
    found, errors, typed = _known(period_id), Errors(), text(request.form, "ends_on")
    last = staff_day(typed, "ends_on", errors)
    earliest = max(program_day(now()), found.begins_on)
    if not errors and last != found.ends_on and last < earliest:
        errors.add("ends_on", f"Choose {dates.day(earliest)} or a later day. Comments of days that are over stay.")
    if errors:
        return _end_page(found, typed, errors), 422
    try:
        with transaction():
            periods.move_end(db.session, period_id, last, by_id=me().id, now=now())
    except periods.Overlaps as error:
        errors.add("ends_on", _overlapping(error.other))
        return _end_page(_known(period_id), typed, errors), 409
    flash(f"Members can comment until {dates.day(last)}.")
    return redirect(url_for("feedback.periods_list"), 303)


def _typed(form: Mapping[str, str]) -> tuple[Opening, Errors]:
    errors, today = Errors(), program_day(now())
    typed = {name: text(form, name) for name in ("edition", "begins_on", "ends_on")}
    purpose = " ".join(text(form, "purpose").split())
    if typed["edition"] not in _editions():
        errors.add("edition", "Choose the edition on which members comment.")
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        errors.add("purpose", f"Write what becomes of the comments, {LONGEST_PURPOSE} characters at most.")
    first, last = staff_day(typed["begins_on"], "begins_on", errors), staff_day(typed["ends_on"], "ends_on", errors)
    if first < today:
        errors.add("begins_on", "Choose today or a later day.")
    if last < first and "begins_on" not in errors.messages:
        errors.add("ends_on", "Choose the first day or a later one.")
    return Opening(**typed, purpose=purpose, first=first, last=last), errors


def _editions() -> list[str]:
    """Those that a period can be about, the one in force last: members comment on what is to come."""
    framework = published(db.session).library.framework
    return [*sorted(framework.editions, reverse=True), framework.program.edition]


def _known(period_id: int) -> CommentPeriod:
    try:
        return periods.get(db.session, period_id)
    except periods.NoSuchPeriod:
        abort(404)


def _overlapping(other: CommentPeriod) -> str:
    days = f"{dates.day(other.begins_on)} to {dates.day(other.ends_on)}"
    return f"There is a comment period of edition {other.edition} already, {days}. Choose days outside of it."


def _page(value: Opening, errors: Errors) -> str:
    found, today = periods.listed(db.session), program_day(now())
    return render_template(
        "feedback/program_periods.html",
        periods=found,
        running=[one for one, _ in found if rules.runs(one, today)],
        editions=[(name, name) for name in _editions()],
        value=value,
        errors=errors,
        runs=rules.runs,
    )


def _end_page(found: CommentPeriod, typed: str, errors: Errors) -> str:
    return render_template("feedback/program_period.html", period=found, typed=typed, errors=errors, runs=rules.runs)
