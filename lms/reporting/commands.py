"""flask stats."""

import json
from collections.abc import Sequence
from datetime import date, datetime

import click
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.core.cells import Cell, csv_text
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.schedule.service import in_force

from . import folding, service, tables
from .counting import BeingCounted
from .filters import DIMENSIONS

# What the text form shows of tables.GROUP, and how wide.
TEXT = {"group": 44, "required": 10, "complete": 10, "on_time": 10, "overdue": 10, "percent_complete": 12}
PLANNED = {"percent_planned": 10}


@click.command("stats")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The figures of a past day, YYYY-MM-DD."
)
@click.option(
    "--by",
    "dimension",
    type=click.Choice(["category", *DIMENSIONS]),
    default="category",
    show_default=True,
    help="What the lines after the first one are.",
)
@click.option("--format", "style", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option("--recount", is_flag=True, help="First count everything that is kept anew.")
@with_appcontext
def stats(as_of: datetime | None, dimension: str, style: str, recount: bool) -> None:
    """What is required, complete, on time and overdue, in all and by category or from another side."""
    today = program_day(now())
    day = as_of.date() if as_of else today
    if day > today:
        raise click.BadParameter("This day is yet to come.", param_hint="--as-of")
    if recount:
        folding.recount(db.session, _tell)
    try:
        lines = _lines(day, today, dimension)
    except NothingPublished:
        raise click.ClickException("Nothing has been published yet. Run flask publish first.") from None
    except BeingCounted:
        raise click.ClickException(
            "These figures were not counted yet. Ask again in a minute, or with --recount when no flask work runs."
        ) from None
    click.echo(RENDER[style](lines, day), nl=False)


def _tell(done: int, of: int) -> None:
    click.echo(f"{done:,} of {of:,} companies counted", err=True)


def _lines(day: date, today: date, dimension: str) -> list[Sequence[Cell]]:
    library = published(db.session).library
    schedule = in_force(db.session, library)
    asked = service.question(db.session, {"day": day.isoformat()}, library, schedule, today=today)
    shown = service.overview(db.session, asked, schedule)
    lines = shown.categories
    if dimension != "category":
        lines = service.broken_down(db.session, asked, dimension, at_hand=shown.counts).lines
    return [*tables.group((shown.total,)), *tables.group(lines)]


def _text(lines: Sequence[Sequence[Cell]], day: date) -> str:
    widths = TEXT | (PLANNED if any(_cell(line, "percent_planned") is not None for line in lines[1:]) else {})
    titles = (day.isoformat(), "required", "complete", "on time", "overdue", "% complete", "% planned")
    rows: list[Sequence[str]] = [titles[: len(widths)]]
    rows += [[str(_cell(line, name)) for name in widths] for line in lines]
    return "".join(_aligned(row, tuple(widths.values())) + "\n" for row in rows)


def _cell(line: Sequence[Cell], name: str) -> Cell:
    return line[tables.GROUP.index(name)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = zip(row, widths, strict=True)
    return name[0].ljust(name[1]) + "".join(number.rjust(width) for number, width in numbers)


def _csv(lines: Sequence[Sequence[Cell]], _day: date) -> str:
    return "".join(csv_text(tables.GROUP, lines))


def _json(lines: Sequence[Sequence[Cell]], day: date) -> str:
    total, *groups = (dict(zip(tables.GROUP, line, strict=True)) for line in lines)
    document = {"day": day.isoformat(), "total": total, "groups": groups}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


RENDER = {"text": _text, "csv": _csv, "json": _json}

COMMANDS = (stats,)
