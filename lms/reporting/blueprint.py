"""The room's blueprint, and what several of its views need."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, current_app, render_template, request, send_file, stream_with_context
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.catalog.shelf import published
from lms.content.library import Library
from lms.core.cells import Cell, csv_text
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import current_language
from lms.schedule.service import current
from lms.web.dates import at_time

from . import exports, kept, service
from .counting import BeingCounted
from .exports import Table
from .kept import Page
from .service import Question

bp = Blueprint("reporting", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Figures that are no older were counted for the page itself.
NOW = timedelta(seconds=5)


def the_library() -> Library:
    return published(db.session).library


def asked(*without: str) -> Question:
    """The question of this address."""
    return service.question(
        db.session, request.args, the_library(), current(db.session), today=program_day(now()), without=without
    )


def counted(at: datetime) -> str:
    """When figures were counted, in words."""
    return "Counted now" if now() - at < NOW else f"Counted {at_time(at, now())}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the template of a page's figures is given. `steady`: all of it follows from the address, the program's day, the
    library, the schedule and figures that stay the same until the next fold."""

    steady: bool
    values: Mapping[str, object]


def figures_page(template: str, count: Callable[[], Figures], *also: Hashable) -> Page:
    """The figures of the page of this address. Where steady ones are held, nothing is counted and nothing rendered.

    `also` is whatever else the figures depend on. The template sets `headline`.
    """
    held = kept.stored(db.session)
    day, when = program_day(now()), counted(held.counted_at) if held else ""
    key = request.full_path, current_language(), day, when, held and held.revision, current(db.session), also
    page = held.page(key) if held else None
    if page is None:
        figures = count()
        rendered = current_app.jinja_env.get_template(template).make_module(dict(figures.values))
        page = Page(str(rendered.headline), Markup(rendered))  # type: ignore[attr-defined]  # noqa: S704 - a template's own output
        # A company that somebody looks for may be there soon, with nothing to count.
        if held and figures.steady and not request.args.get("organization"):
            held.keep(key, page)
    return page


@bp.errorhandler(BeingCounted)
def being_counted(_waiting: BeingCounted) -> ResponseReturnValue:
    """The page that stands in for another one until its figures are counted. It comes again by itself."""
    response = Response(render_template("reporting/being_counted.html", asked=asked()), 202)
    response.headers["Cache-Control"] = "no-store"
    return response


def csv(
    what: str, chosen: Iterable[str], header: Sequence[str], lines: Iterable[Sequence[Cell]], day: date | None = None
) -> Response:
    """A CSV file, sent while it is read from the database. `day` is the one it is of, None for today."""
    response = Response(stream_with_context(csv_text(header, lines)), mimetype="text/csv")
    name = exports.file_name(what, chosen, day or program_day(now()), "csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def xlsx(what: str, chosen: Iterable[str], sheets: Iterable[Table], day: date | None = None) -> Response:
    name = exports.file_name(what, chosen, day or program_day(now()), "xlsx")
    response = send_file(exports.workbook(sheets, now()), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"  # send_file's own is for our static files
    return response
