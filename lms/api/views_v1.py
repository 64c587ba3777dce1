"""The figures for programs: the same as on the pages, from the same services."""

from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict

from flask import Response, current_app, request

from lms.accounts.guards import public
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.reporting import counting, criteria, forecasts, kept, service, tables
from lms.reporting.filters import DIMENSIONS, read_order
from lms.reporting.rows import Place, Row, read_place, rows
from lms.reporting.rules import on_time
from lms.reporting.service import Line, Overview, Question
from lms.schedule.service import current

from . import addresses, answers, openapi
from .addresses import LONGEST_PAGE, USUAL_PAGE
from .blueprint import Refused, bp, serves, shown


@bp.get(openapi.PATH)
@public
def openapi_document() -> Response:
    """What the API has, for programs that read descriptions."""
    return Response(openapi.document(current_app.extensions["settings"].site_url), mimetype="application/json")


@serves(addresses.FIGURES)
def figures() -> answers.FiguresAnswer:
    asked, found = _overview()
    return answers.FiguresAnswer(
        **_head(asked, found.counted_at),
        figures=answers.figures(found.total.figures),
        planned_percent=found.total.plan,
    )


@serves(addresses.BY)
def by(dimension: str) -> answers.GroupsAnswer:
    if dimension not in addresses.SIDES:
        raise Refused(404, f"There is no dimension {shown(dimension)}. There are: {', '.join(addresses.SIDES)}.")
    if dimension in DIMENSIONS:
        asked = _asked()
        found = service.broken_down(db.session, asked, dimension)
        lines, counted_at = found.lines, found.counted_at
    else:
        asked, whole = _overview()
        parts = {"category": whole.categories, "focus_area": whole.focus_areas, "phase": whole.phases}
        lines, counted_at = parts[dimension], whole.counted_at
    return answers.GroupsAnswer(
        **_head(asked, counted_at), dimension=dimension, groups=[_group(line, dimension) for line in lines]
    )


@serves(addresses.TREND)
def trend() -> answers.TrendAnswer:
    asked, found = _overview()
    weeks = [answers.Week(p.day, p.required, p.complete, p.percent, p.plan_percent) for p in found.curve.points]
    return answers.TrendAnswer(**_head(asked, found.counted_at), weeks=weeks)


@serves(addresses.COMPANIES)
def companies() -> answers.CompaniesAnswer:
    """Pages follow each other by how many companies came before, as they do on the page of companies."""
    asked, limit = _asked(), _limit()
    before = _whole(request.args.get("after", "0"), "after", 0, 10**9)
    _, counted_at = service.total(db.session, asked.part)
    found = counting.companies(db.session, asked.part, order=read_order(request.args), limit=limit + 1, offset=before)
    return answers.CompaniesAnswer(
        **_head(asked, counted_at),
        companies=[_company(c) for c in found[:limit]],
        next=str(before + limit) if len(found) > limit else None,
    )


@serves(addresses.ROWS)
def requirement_rows() -> answers.RowsAnswer:
    asked, limit = _asked(), _limit()
    found = list(rows(db.session, asked.part, after=_place(), limit=limit + 1))
    return answers.RowsAnswer(
        **_head(asked, now()),
        rows=[_row(row, asked) for row in found[:limit]],
        next=str(found[limit - 1].place) if len(found) > limit else None,
    )


@serves(addresses.FORECAST)
def forecast() -> answers.ForecastAnswer:
    asked, wanted, schedule = _asked(), request.args.get("target", ""), current(db.session)
    if wanted and wanted not in (keys := [target.key for target in forecasts.targets(schedule)]):
        raise Refused(400, f"There is no target {shown(wanted)}. There are: {', '.join(keys)}.")
    found = forecasts.outlook(db.session, asked, schedule, wanted)
    sides = {side: [_told(line) for line in lines] for side, lines in found.sides.items()}
    return answers.ForecastAnswer(
        **_head(asked, found.counted_at),
        targets=[answers.TargetForecast(t.key, t.name, answers.forecast(told)) for t, told in found.every],
        target=found.target.key,
        entities=sides["entity"],
        offices=sides["office"],
    )


@serves(addresses.CRITERIA)
def worst_criteria() -> answers.CriteriaAnswer:
    asked, moment = _asked(), now()
    counted = kept.stored(db.session)
    known = asked.library.framework.criteria
    return answers.CriteriaAnswer(
        **_head(asked, counted.counted_at if counted else moment),
        criteria=[
            answers.Criterion(
                one.criterion,
                known[one.criterion].level,
                known[one.criterion].title,
                one.asked,
                one.right,
                one.percent,
            )
            for one in criteria.worst(db.session, asked.part.filters.entity)
            if one.criterion in known
        ],
    )


def _asked() -> Question:
    """The question of this address. Raises Refused for what means nothing, where a page would go on without it."""
    asked = service.question(
        db.session, request.args, published(db.session).library, current(db.session), today=program_day(now())
    )
    for name in addresses.FILTERED:
        if request.args.get(name, "").strip() and name not in asked.part.filters.chosen:
            raise Refused(400, f"The filter {name} has no value {shown(request.args[name])}.")
    if request.args.get("day", "").strip() not in ("", asked.day.isoformat()):
        raise Refused(400, f"{shown(request.args['day'])} is no day up to today. Write it like 2026-11-02.")
    return asked


def _overview() -> tuple[Question, Overview]:
    asked = _asked()
    return asked, service.overview(db.session, asked, current(db.session))


class Head(TypedDict):
    """What every answer says first."""

    day: date
    counted_at: datetime
    filters: dict[str, str]


def _head(asked: Question, counted_at: datetime) -> Head:
    return {"day": asked.day, "counted_at": counted_at, "filters": asked.part.filters.chosen}


def _limit() -> int:
    return _whole(request.args.get("limit", str(USUAL_PAGE)), "limit", 1, LONGEST_PAGE)


def _whole(text: str, name: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 11 and least <= int(text) <= most:
        return int(text)
    raise Refused(400, f"Give {name} as a whole number from {least:,} to {most:,}.")


def _place() -> Place | None:
    text = request.args.get("after", "")
    place = read_place(text)
    if text and place is None:
        raise Refused(400, "Give after as the next of the page before.")
    return place


def _group(line: Line, dimension: str) -> answers.Group:
    return answers.Group(line.filters.chosen[dimension], line.name, answers.figures(line.figures))


def _company(of: counting.Company) -> answers.Company:
    return answers.Company(of.number, of.name, of.entities, answers.figures(replace(of.figures, companies=1)))


def _told(line: forecasts.Line) -> answers.GroupForecast:
    return answers.GroupForecast(line.value, line.name, answers.forecast(line.told))


def _row(row: Row, asked: Question) -> answers.Row:
    return answers.Row(
        person=row.person,
        email=row.email,
        company=row.company,
        company_number=row.company_number,
        module=row.module,
        title=tables.title(asked.library, row.module),
        category=row.category,
        phase=row.phase,
        due=row.due,
        status=row.status,
        started_at=row.started_at,
        completed_at=row.completed_at,
        on_time=None if row.completed_at is None else on_time(row.completed_at, row.due),
    )
