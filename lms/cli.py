"""Joins the rooms' commands into `flask`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from lms import demo, health
from lms.accounts import commands as accounts
from lms.catalog import commands as catalog
from lms.certificates import commands as certificates
from lms.migrations import commands as migrations
from lms.reporting import commands as reporting

ROOMS = (catalog, accounts, certificates, reporting, migrations, demo)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is well and what to mend. Exit status 0 when all is well, 1 when not."""
    found = health.findings(current_app._get_current_object())  # type: ignore[attr-defined]
    for finding in found:
        click.echo(
            f"{'fine' if finding.fine else 'MEND'}  {finding.name}{': ' + finding.advice if finding.advice else ''}"
        )
    raise SystemExit(0 if all(f.fine for f in found) else 1)


def init(app: Flask) -> None:
    for room in ROOMS:
        for command in room.COMMANDS:
            app.cli.add_command(command)
    app.cli.add_command(doctor)
