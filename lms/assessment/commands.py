"""flask items and repairs."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.content.folder import read_folder
from lms.content.grammar.text import did_you_mean
from lms.core.database import db
from lms.settings import Settings

from . import mails
from .analysis import analyses
from .item_report import Format, report


@click.command("items")
@click.option("--module", "key", metavar="KEY", help="One module, such as seal-security/seals; all without it.")
@click.option("--format", "style", type=click.Choice(["text", "csv", "github"]), default="text", show_default=True)
@with_appcontext
def items(key: str | None, style: Format) -> None:
    """Which questions fail: facility, discrimination and time of each, from 20 first attempts on, and flags with their rule.

    Places are path:line in the courses folder. github prints a workflow warning for each flagged question and nothing else.
    Names nobody. Exit status 0, flags or not; 2 for wrong use.
    """
    try:
        shelf = published(db.session)
    except NothingPublished:
        click.echo("Nothing has been published yet. Run flask publish first.", err=True)
        return
    modules = shelf.library.modules
    if key is not None and key not in modules:
        raise click.BadParameter(did_you_mean(key, modules, "Use the key of a module."), param_hint="--module")
    settings: Settings = current_app.extensions["settings"]
    folder = settings.courses_dir
    files = read_folder(folder).files if folder.is_dir() else {}
    chosen = [modules[key]] if key else modules.values()
    click.echo(report(analyses(db.session, shelf, chosen), style, files, prefix=_way_to(folder)), nl=False)


def _way_to(folder: Path) -> str:
    """How to name a folder from here: by the shorter way where it lies below."""
    here, there = Path.cwd(), folder.resolve()
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else str(folder)


@click.group("repairs")
def repairs() -> None:
    """Questions that were repaired after they were asked, see /studio/repairs/."""


@repairs.command("tell")
@with_appcontext
def tell() -> None:
    """Mail everybody whose result a repair raised and who was not told yet. Safe to run twice.

    Exit status 0 when nobody is left, 1 when the mail server does not answer or refuses an address.
    """
    told = mails.tell()
    if told.down:
        raise click.ClickException(
            f"The mail server does not answer: {told.sent} told, {told.left} still to tell. Check MAIL_URL, then run this again."
        )
    if told.left:
        raise click.ClickException(f"{told.sent} told. The mail server refuses the address of {told.left} more.")
    click.echo(f"Told {told.sent}. Nobody is left to tell.")


COMMANDS = (items, repairs)
