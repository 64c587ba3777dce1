"""flask faq."""

import click
from flask.cli import with_appcontext

from lms.core.database import db, transaction
from lms.web.dates import plural

from . import service


@click.group("faq")
def group() -> None:
    """The FAQ: reindex."""


@group.command("reindex")
@with_appcontext
def reindex() -> None:
    """Write what the search of the FAQ reads anew, from the entries: for when flask fsck finds it wrong. Twice does no harm."""
    with transaction():
        entries = service.reindex(db.session)
    click.echo(f"The search knows {plural(entries, 'entry', 'entries')}.")


COMMANDS = (group,)
