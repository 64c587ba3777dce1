"""flask daily."""

import click
from flask.cli import with_appcontext

from . import daily as calendar


@click.command("daily")
@with_appcontext
def daily() -> None:
    """Do what the calendar asks for: end access whose last day is over, make refreshers due, and end what is no longer valid.

    A running worker does it by itself each day. Twice does no harm.
    """
    turned = calendar.turn()
    click.echo(f"Access that ended: {turned.ended}.")
    if turned.refreshers is None:
        raise click.ClickException("Nothing has been published yet. Run flask publish first.")
    click.echo(f"Refreshers that became due or late today: {turned.refreshers}.")


COMMANDS = (daily,)
