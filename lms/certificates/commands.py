"""flask certificate verify."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.core.clock import now, program_day
from lms.core.database import db
from lms.settings import Settings
from lms.signing.keys import published
from lms.signing.rules import BadKeys, PublicKeys
from lms.web.dates import day

from . import checking
from .checking import Verdict
from .commands_revoke import revoke
from .known import Known
from .numbers import grouped
from .reader import read
from .rules import REASONS, TEMPLATE, Record, to_plain
from .sheet import missing_facts
from .verdict import (
    IN_SENTENCE,
    SIGNATURES,
    Credential,
    Offline,
    Signature,
    Stated,
    counts,
    judge_credential,
    judge_offline,
    judge_signature,
    told,
)

GENUINE = "This PDF is the certificate we issued, to the last byte"
SENTENCES = {
    "valid": f"{GENUINE}, and it is valid.",
    "renewed": f"{GENUINE}. It was renewed.",
    "expired": f"{GENUINE}. It lapsed: it was valid until {{until}}.",
    "revoked": f"{GENUINE}. It was revoked. Do not rely on it.",
    "changed": "The number is ours, but this file is not the one we issued. Trust the facts below, not the file.",
    "unknown": "We find no certificate of ours in this PDF.",
    "unreadable": "This file is not a PDF that can be read.",
}
OFFLINE: Mapping[Offline, str] = {
    "valid": "This PDF is signed with the keys of the key file, nothing in it was changed, and its days are not over.",
    "expired": "This PDF is signed with the keys of the key file, and nothing in it was changed. It lapsed: it was valid until {until}.",
    "changed": "This PDF is not as it was signed. Do not rely on it.",
    "foreign": "This PDF is not signed with a key of the key file that counts. Do not rely on it.",
    "unknown": "This PDF carries neither a signature nor a record of ours.",
}
LIMITS = "This was checked without the site: whether the certificate was revoked or renewed since, only the site knows."
AGREES = "The main facts it shows agree with the record; other bytes of it differ."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a file, `sentences` in their order. `later` is what was said of the certificate after its issue."""

    verdict: str
    valid: bool
    sentences: tuple[str, ...]
    signature: Signature = "none"
    credential: Credential = "none"
    differs: tuple[str, ...] = ()
    record: Record | None = None
    later: Mapping[str, str] = field(default_factory=dict)


@click.group("certificate")
def certificate() -> None:
    """Certificates of completion."""


@certificate.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--offline",
    "key_file",
    metavar="KEYFILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ask no database: check the signatures with a saved copy of the site's /.well-known/jwks.json.",
)
@with_appcontext
def verify(file: Path, style: str, key_file: Path | None) -> None:
    """Say whether a PDF is a certificate of ours that counts today.

    Exit status 0 when it is, also where it was renewed and its own days are not over; 1 when not; 2 when the file or the key
    file cannot be read.

    JSON: `verdict` is valid, renewed, expired, revoked, changed, unknown or unreadable; offline it is valid, expired, changed,
    foreign, unknown or unreadable. `valid` says whether it counts today. `signature` (of the PDF) and `credential` (the signed
    record inside it) are ours, withdrawn, foreign, broken or none; the first also changed_after, the second also other.
    `differs` names the facts that the file shows otherwise. `record` holds every fact, or null. `renewed_by`, `revoked_on` and
    `reason` are there where they are so. `sentences` say all of it in words.
    """
    data, today = file.read_bytes(), program_day(now())
    answer = _offline(data, _keys(key_file), today) if key_file else _online(data, today)
    click.echo((_json if style == "json" else _text)(answer))
    raise SystemExit(2 if answer.verdict == "unreadable" else 0 if answer.valid else 1)


def _keys(path: Path) -> PublicKeys:
    """Exits with 2 and a sentence when the file holds no keys."""
    try:
        return PublicKeys.from_jwks(json.loads(path.read_bytes()))
    except BadKeys as error:
        said = str(error)
    except (ValueError, RecursionError):
        said = "This is no key file: it is not JSON."
    raise click.UsageError(f"{path}: {said} Save the site's /.well-known/jwks.json and name that.")


def _online(data: bytes, today: date) -> Answer:
    settings: Settings = current_app.extensions["settings"]
    keys = published(settings.signing_key_file)
    verdict = checking.find_by_pdf(db.session, data, keys=keys, today=today)
    known = verdict.certificate
    if known is None:
        found = () if verdict.signature == "none" else told(verdict.signature, verdict.credential)
        return Answer(verdict.kind, False, (SENTENCES[verdict.kind], *found), verdict.signature, verdict.credential)
    genuine = verdict.kind == "genuine"
    said = known.standing if genuine else verdict.kind
    first = SENTENCES[said].format(until=day(known.record.valid_until))
    return Answer(
        said,
        genuine and counts(known.standing, known.record.valid_until, today=today),
        (first,) if genuine else (first, *_differences(verdict)),
        verdict.signature,
        verdict.credential,
        verdict.differs,
        known.record,
        _later(known),
    )


def _differences(verdict: Verdict) -> tuple[str, ...]:
    return (*(_not_shown(verdict.differs) or (AGREES,)), *told(verdict.signature, verdict.credential))


def _not_shown(differs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"The file does not show {IN_SENTENCE[fact]} of the record." for fact in differs)


def _later(known: Known) -> dict[str, str]:
    said = {"renewed_by": known.renewed_by} if known.renewed_by else {}
    if known.revoked_at and known.reason:
        said |= {"revoked_on": program_day(known.revoked_at).isoformat(), "reason": REASONS[known.reason]}
    return said


def _offline(data: bytes, keys: PublicKeys, today: date) -> Answer:
    reading = read(data)
    if reading is None:
        return Answer("unreadable", False, (SENTENCES["unreadable"],))
    signature, stated = judge_signature(reading.signature, keys), judge_credential(reading.credential, keys)
    differs = _not_as_stated(stated, reading.text)
    said = judge_offline(signature, stated, differs, today=today)
    until = day(stated.record.valid_until) if stated.record else ""
    sentences = (OFFLINE[said].format(until=until), *_not_shown(differs))
    if said in ("valid", "expired"):
        sentences += (LIMITS,)
    elif said != "unknown":  # the sentence of a whole signature speaks of the files that the site keeps
        sentences += tuple(s for s in told(signature, stated.credential) if s != SIGNATURES["ours"])
    # What a record states that we did not sign is no fact to pass on.
    record = stated.record if stated.credential == "ours" else None
    return Answer(said, said == "valid", sentences, signature, stated.credential, differs, record)


def _not_as_stated(stated: Stated, text: str) -> tuple[str, ...]:
    """What a PDF does not show of the record inside it; nothing for a design that this copy of the program does not have."""
    record = stated.record
    return missing_facts(record, text) if record and 1 <= record.template <= TEMPLATE else ()


def _json(answer: Answer) -> str:
    plain = {
        "verdict": answer.verdict,
        "valid": answer.valid,
        "signature": answer.signature,
        "credential": answer.credential,
        "differs": list(answer.differs),
        "record": to_plain(answer.record) if answer.record else None,
        **answer.later,
        "sentences": list(answer.sentences),
    }
    return json.dumps(plain, ensure_ascii=False, indent=2)


def _text(answer: Answer) -> str:
    facts = _facts(answer.record, answer.later) if answer.record else {}
    return "\n".join([*answer.sentences, *(f"{label:<14}{fact}" for label, fact in facts.items())])


def _facts(record: Record, later: Mapping[str, str]) -> dict[str, str]:
    ahead = f", {record.days_ahead:,} days ahead of the enforcement date" if record.days_ahead else ""
    return {
        "number": grouped(record.number),
        "name": record.name,
        "organization": record.organization,
        "title": record.title,
        "completed": day(record.completed_on) + ahead,
        "issued": day(program_day(record.issued_at)),
        "stands until": day(record.valid_until),
        **{label.replace("_", " "): fact for label, fact in later.items()},
    }


certificate.add_command(revoke)

COMMANDS = (certificate,)
