"""flask daily."""

import click
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction

from . import retraining


@click.command("daily")
@with_appcontext
def daily() -> None:
    """Do what the calendar asks for: make refreshers due, and end what is no longer valid. Run it once a day; twice does no harm."""
    with transaction():
        try:
            program = published(db.session).library.framework.program
        except NothingPublished:
            raise click.ClickException("Nothing has been published yet. Run flask publish first.") from None
        rows = retraining.turn(db.session, program, today=program_day(now()))
    click.echo(f"Refreshers that became due or late today: {rows}.")


COMMANDS = (daily,)
