"""The overview of the program for its staff, and its exports. The room's other addresses come with the imports."""

from flask import Response, render_template, request

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.core.database import db
from lms.schedule.service import current

from . import (
    charts,
    counting,
    saved,
    service,
    tables,
    views_by,  # noqa: F401 - this import and those below bring their addresses
    views_company,  # noqa: F401
    views_criteria,  # noqa: F401
    views_forecast,  # noqa: F401
    views_report,  # noqa: F401
    views_rows,  # noqa: F401
    views_saved,  # noqa: F401
)
from .blueprint import Figures, asked, bp, counted, csv, figures_page, xlsx
from .exports import Table
from .filters import DIMENSIONS, read_order
from .service import Question


@bp.get("/program/")
@guard(Permission.SEE_PROGRAM)
def program() -> str:
    """Will everybody be trained before the date, and where not?"""
    figures = figures_page("reporting/parts/program.html", _overview)
    return render_template("reporting/program.html", figures=figures, views=saved.of(db.session, me().id))


def _overview() -> Figures:
    question, schedule = asked("status"), current(db.session)
    shown = service.overview(db.session, question, schedule)
    return Figures(
        counting.steady(db.session, question.part, by="entity"),
        {
            "asked": question,
            "filters": question.part.filters,
            "shown": shown,
            "drawings": charts.drawings(shown.curve, schedule, past=question.past),
            "bar": charts.bar,
            "says": charts.says(shown.curve),
            "dimensions": DIMENSIONS,
            "counted": counted(shown.counted_at),
        },
    )


@bp.get("/program/export.csv")
@guard(Permission.SEE_PROGRAM)
def program_csv() -> Response:
    question = asked("status")
    header, lines = tables.one(_tables(question))
    return csv("figures", question.part.filters.chosen.values(), header, lines, question.day)


@bp.get("/program/export.xlsx")
@guard(Permission.SEE_PROGRAM)
def program_xlsx() -> Response:
    question = asked("status")
    return xlsx("figures", question.part.filters.chosen.values(), _tables(question), question.day)


def _tables(question: Question) -> list[Table]:
    """Every table that there is of the question. Companies are those of today, so that a past day goes without them."""
    shown = service.overview(db.session, question, current(db.session))
    sides = service.sides(db.session, question, DIMENSIONS, shown.counts)
    found = list(tables.overview(shown, sides))
    if not question.past:
        companies = counting.companies(db.session, question.part, order=read_order(request.args))
        found.append(tables.companies(companies))
    return found
