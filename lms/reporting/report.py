"""The report of the program as a PDF: what the overview shows, for people who meet around a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from flask import current_app

from lms.certificates import reports
from lms.schedule.rules import Schedule

from . import charts
from .filters import DIMENSIONS
from .service import Line, Overview, Question

STYLE = Path(__file__).resolve().parents[2] / "templates" / "reporting" / "report.css"


def draw(
    asked: Question, shown: Overview, sides: Mapping[str, Sequence[Line]], schedule: Schedule, *, counted_at: datetime
) -> bytes:
    """On Letter, PDF/UA-1. `sides` are the lines by dimension. The same figures give the same bytes with the same libraries and
    fonts. Raises CannotDraw."""
    wide, _ = charts.drawings(shown.curve, schedule, past=asked.past)
    html = current_app.jinja_env.get_template("reporting/report.html").render(
        asked=asked,
        shown=shown,
        sides={DIMENSIONS[dimension]: lines for dimension, lines in sides.items() if lines},
        drawing=wide,
        says=charts.says(shown.curve),
        schedule=schedule,
        counted_at=counted_at,
    )
    return reports.draw(html, STYLE.read_text(encoding="utf-8"), made=counted_at)
