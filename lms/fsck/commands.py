"""flask fsck."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.core.database import db
from lms.settings import Settings
from lms.signing import keys
from lms.signing.rules import KeysError, PublicKeys
from lms.web.dates import plural

from . import service
from .service import Finding

# Seconds between two signs of life.
PATIENCE = 2.0


@click.command("fsck")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_appcontext
def fsck(style: str) -> None:
    """Hold the database to what the site promises; name the first row that breaks a promise, of each one.

    Reads only, beside the running site. Exit status 0 when nothing is wrong, 1 when something is.
    """
    raise SystemExit(1 if told(style) else 0)


def told(style: str = "text") -> int:
    """Go through the database and say what is found; how much is wrong."""
    findings: list[Finding] = []
    rows = 0
    for found in service.check(db.session, _signs_of_life() if sys.stderr.isatty() else _silence, _keys()):
        if isinstance(found, int):
            rows = found
            continue
        findings.append(found)
        if style == "text":
            click.echo(f"{found.invariant}  {_place(found)}: {found.broken.what}.")
    click.echo(_json(rows, findings) if style == "json" else _last_line(rows, len(findings)))
    return len(findings)


def _keys() -> PublicKeys | None:
    """The site's public keys; None where it has none yet."""
    settings: Settings = current_app.extensions["settings"]
    try:
        return keys.public(settings.signing_key_file)
    except KeysError:
        return None


def _place(found: Finding) -> str:
    return " ".join((found.broken.table, *(f"{name}={value}" for name, value in found.broken.key.items())))


def _last_line(rows: int, wrong: int) -> str:
    return f"{plural(rows, 'row')} looked at, {plural(wrong, 'finding') if wrong else 'nothing wrong'}."


def _json(rows: int, findings: Sequence[Finding]) -> str:
    listed = [{"invariant": found.invariant, **asdict(found.broken)} for found in findings]
    return json.dumps({"rows": rows, "findings": listed}, ensure_ascii=False, indent=2)


def _signs_of_life() -> Callable[[str, int], None]:
    """Says every few seconds where the check is, on one line of the terminal."""
    last = time.monotonic()

    def tell(invariant: str, rows: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PATIENCE:
            last = time.monotonic()
            click.echo(f"\r{invariant}, {plural(rows, 'row')} ... ", err=True, nl=False)

    return tell


def _silence(_invariant: str, _rows: int) -> None:
    """Nobody is watching."""


COMMANDS = (fsck,)
