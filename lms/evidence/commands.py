"""flask evidence."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished
from lms.certificates.designs import PAPERS, Paper
from lms.certificates.pdf import CannotDraw
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import LANGUAGES, Language
from lms.signing.keys import published
from lms.signing.rules import BadKeys, PublicKeys

from . import making, packet, rules, service
from .checking import NoPacket, problems
from .gathering import NoSuchCompany, company_with
from .making import Question

DAY = click.DateTime(["%Y-%m-%d"])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("evidence")
@click.argument("org", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the ZIP file goes.")
@click.option("--since", type=DAY, help="First day of the period; twelve months before the last one if not given.")
@click.option("--until", type=DAY, help="Last day of the period; today if not given.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--paper", type=click.Choice(PAPERS), default="letter", show_default=True)
@click.option("--verify", "packet_file", type=A_FILE, help="Make nothing: check this packet.")
@click.option(
    "--keys", "key_file", type=A_FILE, help="With --verify: a saved copy of a site's /.well-known/jwks.json, not ours."
)
@with_appcontext
def evidence(
    org: str | None,
    output: Path | None,
    since: datetime | None,
    until: datetime | None,
    language: Language,
    paper: Paper,
    packet_file: Path | None,
    key_file: Path | None,
) -> None:
    """The training evidence of the company with the CTPAT number ORG as a ZIP file, or with --verify the check of one.

    Exit status 0 when it is written, or is as it was signed; 1 when it cannot be made, or was changed; 2 when what was asked
    for does not exist or cannot be read.
    """
    if packet_file is not None:
        _verify(packet_file, key_file)
        return
    if org is None or output is None:
        raise click.UsageError("Name the company by its CTPAT number, and a file: flask evidence NUMBER -o FILE.zip.")
    period = _period(since, until)
    try:
        company = company_with(db.session, org)
    except NoSuchCompany:
        raise click.UsageError(f"There is no company with the number {org}.") from None
    asked = Question(company.id, period, language, paper)
    try:
        body = making.make(db.session, asked, current_app.extensions["settings"], lambda: None)
    except (CannotDraw, NothingPublished) as error:
        raise click.ClickException(str(error) or "Nothing has been published yet. Run flask publish first.") from None
    _write(output, body)
    with transaction():
        service.note(db.session, asked, by_id=None, subject=org, now=now())
    click.echo(f"{output}: {packet.length(body):,} bytes, {period.since} to {period.until}.")


def _period(since: datetime | None, until: datetime | None) -> rules.Period:
    today = program_day(now())
    last = until.date() if until else today
    first = since.date() if since else rules.last_months(last).since
    if last > today:
        raise click.UsageError("--until lies ahead: today is the latest.")
    if first > last:
        raise click.UsageError("--since lies after --until.")
    return rules.Period(first, last)


def _write(output: Path, body: bytes) -> None:
    """The file appears whole or not at all."""
    half = output.with_name(f"{output.name}.part")
    try:
        with half.open("wb") as file:
            for piece in packet.stream(db.session, body):
                file.write(piece)
        half.replace(output)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise click.ClickException(f"{output} cannot be written ({error.strerror}).") from error


def _verify(path: Path, key_file: Path | None) -> None:
    try:
        found = problems(path, _keys(key_file))
    except NoPacket as error:
        raise click.UsageError(f"{path}: {error}") from error
    for problem in found:
        click.echo(problem)
    if found:
        click.echo("This packet is not as it was signed. Do not rely on it.")
        raise SystemExit(1)
    click.echo("Every file is as it was signed.")


def _keys(key_file: Path | None) -> PublicKeys:
    if key_file is None:
        return published(current_app.extensions["settings"].signing_key_file)
    try:
        return PublicKeys.from_jwks(json.loads(key_file.read_bytes()))
    except BadKeys as error:
        raise click.UsageError(f"{key_file}: {error}") from error
    except (ValueError, RecursionError):
        raise click.UsageError(f"{key_file}: This is no key file: it is not JSON.") from None


COMMANDS = (evidence,)
