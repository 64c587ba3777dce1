"""flask certificate verify."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.core.clock import now, program_day
from lms.core.database import db

from . import service
from .rules import Record, from_plain, grouped, lapsed, to_plain
from .sheet import day

SENTENCES = {
    "valid": "This PDF is the certificate we issued, to the last byte, and it is valid.",
    "lapsed": "This PDF is the certificate we issued. It lapsed: it was valid until {until}.",
    "changed": "The number is ours, but this file is not the one we issued. Trust the facts below, not the file.",
    "unknown": "We find no certificate of ours in this PDF.",
    "unreadable": "This file is not a PDF that can be read.",
}
AGREES = "The main facts it shows agree with the record; other bytes of it differ.\n"
EXIT = {"valid": 0, "lapsed": 1, "changed": 1, "unknown": 1, "unreadable": 2}


@click.group("certificate")
def certificate() -> None:
    """Certificates of completion."""


@certificate.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_appcontext
def verify(file: Path, style: str) -> None:
    """Say whether a PDF is a certificate of ours, unchanged and valid.

    Exit status 0 when it is, 1 when not, 2 when the file cannot be read.
    """
    verdict = service.find_by_pdf(db.session, file.read_bytes())
    record = from_plain(verdict.certificate.record) if verdict.certificate else None
    answer: str = verdict.kind
    if answer == "genuine" and record:
        answer = "lapsed" if lapsed(record, program_day(now())) else "valid"
    if style == "json":
        document = {
            "verdict": answer,
            "valid": answer == "valid",
            "differs": list(verdict.differs),
            "record": to_plain(record) if record else None,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(SENTENCES[answer].format(until=day(record.valid_until) if record else ""))
        if answer == "changed":
            click.echo(
                "".join(f"The file does not show the {d} of the record.\n" for d in verdict.differs) or AGREES, nl=False
            )
        click.echo("".join(f"{label:<14}{fact}\n" for label, fact in _facts(record)) if record else "", nl=False)
    raise SystemExit(EXIT[answer])


def _facts(record: Record) -> list[tuple[str, str]]:
    ahead = f", {record.days_ahead:,} days ahead of the enforcement date" if record.days_ahead else ""
    return [
        ("number", grouped(record.number)),
        ("name", record.name),
        ("organization", record.organization),
        ("title", record.title),
        ("completed", day(record.completed_on) + ahead),
        ("issued", f"{record.issued_at:%Y-%m-%d %H:%M} UTC"),
        ("stands until", day(record.valid_until)),
    ]


COMMANDS = (certificate,)
