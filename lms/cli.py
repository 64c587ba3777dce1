"""Joins the rooms' commands into `flask`."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import demo, health
from lms.accounts import commands as accounts
from lms.assessment import commands as assessment
from lms.backup import commands as backup
from lms.catalog import commands as catalog
from lms.certificates import commands as certificates
from lms.core import commands as jobs
from lms.editions import commands as editions
from lms.evidence import commands as evidence
from lms.faq import commands as faq
from lms.fsck import commands as fsck
from lms.learning import commands as learning
from lms.migrations import commands as migrations
from lms.notices import commands as notices
from lms.reporting import commands as reporting
from lms.roster import commands as roster
from lms.signing import commands as signing

ROOMS = (
    catalog,
    accounts,
    assessment,
    learning,
    signing,
    certificates,
    reporting,
    evidence,
    editions,
    roster,
    notices,
    faq,
    fsck,
    migrations,
    jobs,
    backup,
    demo,
)


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


def _plain(command: click.Command) -> click.Command:
    """The command, telling in a sentence and not by a trace when the database is not there or has no tables."""
    plain = copy(command)
    if isinstance(plain, click.Group):
        plain.commands = {name: _plain(below) for name, below in plain.commands.items()}
    elif plain.callback is not None:
        plain.callback = _told(plain.callback)
    return plain


def _told(work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return work(*args, **kwargs)
        except (OperationalError, ProgrammingError) as error:
            said = str(error.orig).strip().split("\n")[0]
            raise click.ClickException(f"The database says: {said}. Type flask doctor to see what to mend.") from error

    return told


def init(app: Flask) -> None:
    for room in ROOMS:
        for command in room.COMMANDS:
            app.cli.add_command(_plain(command))
    app.cli.add_command(doctor)
