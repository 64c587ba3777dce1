"""When will it be complete? For the staff of the program."""

from flask import Response, render_template, request

from lms.accounts.guards import guard
from lms.accounts.permissions import Permission
from lms.core.database import db
from lms.schedule.service import current
from lms.web.dates import day

from . import counting, forecast_charts, forecasts
from .blueprint import Figures, asked, bp, counted, csv, figures_page
from .filters import LABELS
from .forecasts import Outlook
from .rules import percent
from .service import Question


@bp.get("/program/forecast")
@guard(Permission.SEE_PROGRAM)
def program_forecast() -> str:
    """Will each phase be complete by its day, at the present rate; and what would we have said on a past day?"""
    figures = figures_page("reporting/parts/forecast.html", _forecast)
    return render_template("reporting/forecast.html", figures=figures)


def _forecast() -> Figures:
    question, shown = _outlook()
    return Figures(
        counting.steady(db.session, question.part),
        {
            "asked": question,
            "shown": shown,
            "drawings": forecast_charts.drawings(shown.points, shown.told, shown.target.name),
            "says": forecast_charts.says(shown.points, shown.told),
            "sides": forecasts.SIDES,
            "targets": [(target.key, f"{target.name}, {day(target.day)}") for target, _ in shown.every],
            "amount": forecasts.amount,
            "percent": percent,
            "counted": counted(shown.counted_at),
        },
    )


@bp.get("/program/forecast.csv")
@guard(Permission.SEE_PROGRAM)
def program_forecast_csv() -> Response:
    question, shown = _outlook()
    return csv("forecast", (shown.target.key,), forecasts.COLUMNS, forecasts.lines(shown), question.day)


def _outlook() -> tuple[Question, Outlook]:
    question = asked(*LABELS)
    return question, forecasts.outlook(db.session, question, current(db.session), request.args.get("target", ""))
