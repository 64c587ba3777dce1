"""Statistics of workshops: by office, by week, and the people behind each number."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.blueprint import offices
from lms.accounts.guards import guard
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.reporting.blueprint import csv
from lms.web.paging import page_of

from . import forms, statistics
from .blueprint import bp
from .rules import local_time

ROWS = 50
HEADER = (
    "Office",
    "Week of",
    "Workshops",
    "Seats",
    "Registered",
    "Attended",
    "Of them without a seat",
    "No-shows",
    "Waiting",
)
PEOPLE = ("Name", "Company", "Workshop", "Day", "Office")
NAMES = {
    "registered": "Registered",
    "attended": "Attended",
    "walk-ins": "Came without a seat",
    "no-shows": "No-shows",
    "waiting": "Waiting for a seat",
}


@bp.get("/program/rollout/workshops/figures")
@guard(Permission.RUN_ROLLOUT)
def figures() -> str:
    """The answer, then by office, by week and by workshop."""
    named = _offices()
    period = forms.period(request.args, named, program_day(now()))
    found = statistics.counted(db.session, period, now())
    page = page_of(request.args.get("page"), len(found), ROWS)
    return render_template(
        "workshops/desk_figures.html",
        period=period,
        offices=named,
        total=statistics.total(found),
        by_office=statistics.folded(
            sorted(found, key=lambda one: one.workshop.office), lambda one: one.workshop.office
        ),
        by_week=statistics.folded(sorted(found, key=lambda one: one.week), lambda one: one.week),
        listed=found[page.offset : page.offset + page.size],
        page=page,
    )


@bp.get("/program/rollout/workshops/figures.csv")
@guard(Permission.RUN_ROLLOUT)
def figures_csv() -> Response:
    named = _offices()
    period = forms.period(request.args, named, program_day(now()))
    found = statistics.counted(db.session, period, now())
    cells = statistics.folded(
        sorted(found, key=lambda one: (one.workshop.office, one.week)), lambda one: (one.workshop.office, one.week)
    )
    lines = [
        (
            named.get(office, office), week.isoformat(), f.workshops, f.seats, f.registered, f.attended, f.walk_ins, f.no_shows,
            f.waiting,
        )
        for (office, week), f in cells.items()
    ]  # fmt: skip
    return csv("workshops", period.chosen.values(), HEADER, lines)


@bp.get("/program/rollout/workshops/figures/<what>")
@guard(Permission.RUN_ROLLOUT)
def figures_people(what: str) -> ResponseReturnValue:
    """Who is behind a number."""
    asked = next((one for one in statistics.WHATS if one == what), None) or abort(404)
    named, moment = _offices(), now()
    period = forms.period(request.args, named, program_day(moment))
    found = statistics.counted(db.session, period, moment)
    page = page_of(request.args.get("page"), statistics.total(found).of(asked), ROWS)
    return render_template(
        "workshops/desk_figures_people.html",
        what=asked,
        name=NAMES[asked],
        period=period,
        offices=named,
        rows=statistics.people(db.session, found, asked, moment, offset=page.offset, limit=page.size),
        page=page,
        local_time=local_time,
    )


@bp.get("/program/rollout/workshops/figures/<what>.csv")
@guard(Permission.RUN_ROLLOUT)
def figures_people_csv(what: str) -> Response:
    asked = next((one for one in statistics.WHATS if one == what), None) or abort(404)
    named, moment = _offices(), now()
    period = forms.period(request.args, named, program_day(moment))
    found = statistics.counted(db.session, period, moment)
    lines = (
        (
            row.name,
            row.company,
            row.workshop.title,
            local_time(row.workshop).date().isoformat(),
            named.get(row.workshop.office, row.workshop.office),
        )
        for row in statistics.people(db.session, found, asked, moment)
    )
    return csv(f"workshops {asked}", period.chosen.values(), PEOPLE, lines)


def _offices() -> dict[str, str]:
    return offices(published(db.session).library.framework.program)
