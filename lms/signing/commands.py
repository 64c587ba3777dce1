"""flask keys."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms.core import audit
from lms.core.clock import day_begins, now
from lms.core.database import db, transaction
from lms.settings import Settings

from . import keys as keyring
from .rules import KeysError, PublicKey

USES = {"EdDSA": "credentials", "ES256": "PDFs"}


@click.group("keys")
def keys() -> None:
    """The keys that certificates are signed with."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _named(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    name = value.strip()
    if not name or not name.isprintable() or len(name.encode()) > keyring.LONGEST_NAME:
        raise click.BadParameter(f"Use 1 to {keyring.LONGEST_NAME} printed characters; those with accents count twice.")
    return name


@keys.command("new")
@click.option("--name", callback=_named, help="Who signs, as readers of PDFs show it. Without it: MSC Ready at HOST.")
@click.option("--if-none", is_flag=True, help="Only where there are no keys yet.")
@with_appcontext
def new(name: str | None, if_none: bool) -> None:
    """Make the keys that certificates are signed with from now on.

    Keys made before are retired: what they signed stays good, and their private halves are deleted.
    """
    path, moment = _settings().signing_key_file, now()
    name = name or f"MSC Ready at {urlsplit(_settings().site_url).hostname}"[: keyring.LONGEST_NAME]
    try:
        known = keyring.new(path, name=name, now=moment, first=if_none).public.keys
    except keyring.HasKeys:
        click.echo(f"{path} holds signing keys already. Nothing was made.")
        return
    except (KeysError, OSError) as error:
        raise click.ClickException(f"No keys were made. {_said(error)}") from None
    made = [key for key in known if key.until is None]
    retired = [key for key in known if key.until == made[0].since]
    click.echo(f"Signing keys were made in {path}. Keep a copy of this file apart from the database.")
    for key in (*made, *retired):
        click.echo(_line(key))
    _audit("keys.made", made, moment)
    _audit("keys.retired", retired, moment)


@keys.command("list")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_appcontext
def list_(style: str) -> None:
    """Every key that the site ever signed with, oldest first. Public halves only."""
    try:
        known = keyring.public(_settings().signing_key_file)
    except KeysError as error:
        raise click.ClickException(_said(error)) from None
    if style == "json":
        click.echo(json.dumps([_plain(key) for key in known.keys], indent=2))
        return
    for key in known.keys:
        click.echo(_line(key))


@keys.command("revoke", context_settings={"ignore_unknown_options": True})  # a key may begin with a hyphen
@click.argument("kid", metavar="KEY")
@click.option(
    "--from",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The first day on which somebody else may have had it.",
)
@with_appcontext
def revoke(kid: str, day: datetime) -> None:
    """Say that somebody else may have a retired key: what it signed is no longer ours, unless the site keeps a copy of it.

    A key in use is retired first: flask keys new.
    """
    moment = now()
    leaked = day_begins(day.date())
    if leaked > moment:
        raise click.BadParameter("This day is still to come.", param_hint="--from")
    try:
        key = keyring.revoke(_settings().signing_key_file, kid, moment=leaked)
    except (KeysError, OSError) as error:
        raise click.ClickException(f"Nothing was revoked. {_said(error)}") from None
    click.echo(_line(key))
    _audit("keys.revoked", [key], moment, since=_day(leaked))


def _audit(action: str, known: list[PublicKey], moment: datetime, **details: Any) -> None:
    """Keys live outside the database, so they are made also where there is none yet."""
    try:
        with transaction():
            for key in known:
                audit.record(
                    db.session, action=action, subject=f"key {key.id}", now=moment, algorithm=key.algorithm, **details
                )
    except (OperationalError, ProgrammingError):
        click.echo(f"The audit has no row {action}: the database has no tables yet.", err=True)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    return str(error)


def _plain(key: PublicKey) -> Mapping[str, Any]:
    return {
        "id": key.id,
        "algorithm": key.algorithm,
        "since": _text(key.since),
        "until": _text(key.until),
        "revoked": _text(key.revoked),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _line(key: PublicKey) -> str:
    until = f"until {_day(key.until)}" if key.until else "in use"
    revoked = f", revoked from {_day(key.revoked)} on" if key.revoked else ""
    return f"{key.id}  {key.algorithm}  for {USES[key.algorithm]}, since {_day(key.since)}, {until}{revoked}"


COMMANDS = (keys,)
