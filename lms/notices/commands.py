"""flask remind, flask bounces."""

import sys
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Unfinished
from lms.web.dates import day, plural

from . import bounces, running, service, switches


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="List who would get a reminder; write and send nothing.")
@click.option("--day", "of", type=click.DateTime(["%Y-%m-%d"]), help="With --dry-run: as of this day.")
@with_appcontext
def remind(*, dry_run: bool, of: datetime | None) -> None:
    """Write today's letters and send all that wait: reminders of what is due, and the digests of coordinators.

    A worker (flask work) does the same every day from 07:00 in America/New_York. Nobody gets a letter twice, however often and
    wherever this runs. Exit status 1 when the mail server does not answer; the letters wait then.
    """
    if of and not dry_run:
        raise click.UsageError("--day goes with --dry-run: a letter is of the day on which it is written.")
    try:
        if dry_run:
            _list(of.date() if of else program_day(now()))
            return
        running.write(lambda: None)
    except NothingPublished:
        raise click.ClickException("Nothing has been published yet. Run flask publish first.") from None
    try:
        ends = running.send(lambda: None)
    except Unfinished as error:
        waiting = switches.standing(db.session, today=program_day(now())).waiting
        raise click.ClickException(f"{error} {plural(waiting, 'letter')} wait.") from error
    click.echo(
        f"{plural(ends['sent'], 'letter')} sent, {ends['refused']} refused, {ends['dropped']} not needed any more."
    )


def _list(today: date) -> None:
    """A line for each letter: address, language, how many modules, the first due day; last how many."""
    program = published(db.session).library.framework.program
    after = many = 0
    while (upto := service.part(db.session, after)) is not None:
        for one in service.planned(db.session, program, after=after, upto=upto, today=today):
            click.echo(f"{one.email}\t{one.language}\t{plural(one.modules, 'module')}\t{one.first}")
            many += 1
        after = upto
    click.echo(f"{plural(many, 'reminder')} for {day(today)}. Nothing was written or sent.")


@click.command("bounces")
@with_appcontext
def returned() -> None:
    """Read a report of failed delivery (RFC 3464) from standard input and mark the address.

    For a pipe of the mail server: mail to the sender's address goes to it. Any other mail changes nothing.
    """
    person_id = bounces.returned(sys.stdin.buffer.read(), str(current_app.secret_key))
    if person_id is None:
        click.echo("This reports no letter of ours that failed for good. Nothing is changed.")
        return
    with transaction():
        new = switches.refuse(db.session, person_id, now=now())
    click.echo("The address is marked: no more reminders go there." if new else "The address was marked before.")


COMMANDS = (remind, returned)
