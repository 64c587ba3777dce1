"""flask certificate verify."""

import json
from collections.abc import Sequence
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
AGREES = "The main facts it shows agree with the record; other bytes of it differ."
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
    click.echo((_json if style == "json" else _text)(answer, verdict.differs, record))
    raise SystemExit(EXIT[answer])


def _json(answer: str, differs: Sequence[str], record: Record | None) -> str:
    plain = to_plain(record) if record else None
    document = {"verdict": answer, "valid": answer == "valid", "differs": list(differs), "record": plain}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _text(answer: str, differs: Sequence[str], record: Record | None) -> str:
    if record is None:
        return SENTENCES[answer]
    lines = [SENTENCES[answer].format(until=day(record.valid_until))]
    if answer == "changed":
        lines += [f"The file does not show the {fact} of the record." for fact in differs] or [AGREES]
    ahead = f", {record.days_ahead:,} days ahead of the enforcement date" if record.days_ahead else ""
    facts = {
        "number": grouped(record.number),
        "name": record.name,
        "organization": record.organization,
        "title": record.title,
        "completed": day(record.completed_on) + ahead,
        "issued": day(program_day(record.issued_at)),
        "stands until": day(record.valid_until),
    }
    return "\n".join([*lines, *(f"{label:<14}{fact}" for label, fact in facts.items())])


COMMANDS = (certificate,)
