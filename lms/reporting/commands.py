"""flask stats."""

import json
from collections.abc import Sequence
from datetime import date

import click
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.core.cells import Cell, csv_text
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.schedule.service import in_force

from . import service, tables

# What the text form shows of tables.GROUP, and how wide.
TEXT = {"group": 44, "required": 10, "complete": 10, "overdue": 10, "percent_complete": 12, "percent_planned": 10}


@click.command("stats")
@click.option("--format", "style", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@with_appcontext
def stats(style: str) -> None:
    """Today's figures: what is required, complete and overdue, in all and by category."""
    today = program_day(now())
    try:
        library = published(db.session).library
    except NothingPublished:
        raise click.ClickException("Nothing has been published yet. Run flask publish first.") from None
    schedule = in_force(db.session, library)
    asked = service.question(db.session, {}, library, schedule, today=today)
    shown = service.overview(db.session, asked, schedule)
    lines = [*tables.group((shown.total,)), *tables.group(shown.categories)]
    click.echo(RENDER[style](lines, today), nl=False)


def _text(lines: Sequence[Sequence[Cell]], today: date) -> str:
    columns = [tables.GROUP.index(name) for name in TEXT]
    rows: list[tuple[str, ...]] = [(today.isoformat(), "required", "complete", "overdue", "% complete", "% planned")]
    rows += [tuple(str(line[column]) for column in columns) for line in lines]
    return "".join(_aligned(row) + "\n" for row in rows)


def _aligned(row: Sequence[str]) -> str:
    name, *numbers = zip(row, TEXT.values(), strict=True)
    return name[0].ljust(name[1]) + "".join(number.rjust(width) for number, width in numbers)


def _csv(lines: Sequence[Sequence[Cell]], _today: date) -> str:
    return "".join(csv_text(tables.GROUP, lines))


def _json(lines: Sequence[Sequence[Cell]], today: date) -> str:
    total, *categories = (dict(zip(tables.GROUP, line, strict=True)) for line in lines)
    document = {"day": today.isoformat(), "total": total, "categories": categories}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


RENDER = {"text": _text, "csv": _csv, "json": _json}

COMMANDS = (stats,)
