"""The credential of a certificate: Open Badges 3.0 under Verifiable Credentials 2.0, and the JSON it is written in. Pure.

What is signed is the credential in canonical JSON (sorted keys, no spaces, UTF-8), so the same record always gives the same bytes.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from lms.core.clock import day_begins

from . import status
from .rules import PROGRAM_TITLE, Record, from_plain, to_plain

ISSUER = "MSC Ready"
VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# Gives every member that the other two do not know, as `record`, a meaning, so that readers of linked data keep it.
UNDEFINED_TERMS = "https://www.w3.org/ns/credentials/undefined-terms/v2"
DATA = "data:application/vc+jwt,"
ENVELOPED = "EnvelopedVerifiableCredential"
LIMITS = "Not issued by U.S. Customs and Border Protection; it does not certify a company."


def compose(record: Record, *, site: str, index: int) -> dict[str, Any]:
    """The credential of a record. `index` is the id of the certificate: its place in the status lists.

    iss, jti, nbf and exp repeat issuer, id and days for readers of JWT (Open Badges 3.0, 8.2.4.1).
    """
    identifier = address(site, record.number)
    until = day_begins(record.valid_until + timedelta(days=1)) - timedelta(seconds=1)
    person = {"type": "IdentityObject", "identityType": "name", "identityHash": record.name, "hashed": False}
    return {
        "@context": [VC, OPEN_BADGES, UNDEFINED_TERMS],
        "id": identifier,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": site, "type": ["Profile"], "name": ISSUER, "url": site},
        "validFrom": moment(record.issued_at),
        "validUntil": moment(until),
        "name": _name(record),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [person],
            "achievement": _achievement(record, site),
        },
        "credentialStatus": status.entry(site, index),
        "record": to_plain(replace(record, words={})),
        "iss": site,
        "jti": identifier,
        "nbf": int(record.issued_at.timestamp()),
        "exp": int(until.timestamp()),
    }


def payload(credential: dict[str, Any]) -> bytes:
    """What is signed: canonical JSON."""
    return msgspec.json.encode(credential, order="sorted")


def enveloped(jwt: str) -> bytes:
    """The file in the PDF: the signed credential as JSON (Verifiable Credentials 2.0, 4.13)."""
    return msgspec.json.encode(envelope(jwt), order="sorted")


def envelope(jwt: str) -> dict[str, Any]:
    return {"@context": [VC], "id": DATA + jwt, "type": ENVELOPED}


def jwt_of(envelope: bytes) -> str:
    """The signed credential in such a file. Raises ValueError when there is none."""
    plain = _decoded(envelope)
    held = plain.get("id") if isinstance(plain, dict) and plain.get("type") == ENVELOPED else None
    if not isinstance(held, str) or not held.startswith(DATA):
        raise ValueError("no enveloped credential")
    return held.removeprefix(DATA)


def record_of(payload: bytes) -> Record:
    """The record that a credential states, without words. Raises ValueError when it states none."""
    plain = _decoded(payload)
    try:
        return from_plain(plain["record"])
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise ValueError("no record of ours") from error


def address(site: str, number: str) -> str:
    """Where the credential is served, and its id."""
    return f"{site}/verify/{number}.json"


def moment(at: datetime) -> str:
    """A moment in whole seconds of UTC, as XML Schema writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("no JSON") from error


def _name(record: Record) -> str:
    if record.kind == "category":
        return f"{PROGRAM_TITLE}, category {record.category}: {record.title}"
    return f"{PROGRAM_TITLE}, all required categories" if record.kind == "program" else record.title


def _achievement(record: Record, site: str) -> dict[str, Any]:
    framework = f"{PROGRAM_TITLE}, edition {record.edition}"
    stated = f"Training on the {framework}. {LIMITS}"
    kind = {} if record.kind == "attendance" else {"achievementType": "CertificateOfCompletion"}
    return {
        "id": _achievement_id(record, site),
        "type": ["Achievement"],
        "name": _name(record),
        "description": f"{stated} Demonstration: person and company are made up." if record.demonstration else stated,
        "criteria": {"narrative": _narrative(record)},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": name,
                "targetCode": code,
                "targetUrl": f"{site}/criteria/{fragment}",
                "targetFramework": framework,
            }
            for name, code, fragment in _targets(record)
        ],
        **kind,
    }


def _targets(record: Record) -> list[tuple[str, str, str]]:
    """Name, code and end of the address of what was taught: criteria, or categories where about a hundred would make the PDF heavy."""
    if record.kind == "program":
        return [(f"Category {p.number}: {p.name}", str(p.number), f"#category-{p.number}") for p in record.parts]
    return [(f"Criterion {c.id} ({c.level})", c.id, c.id) for c in record.criteria]


def _achievement_id(record: Record, site: str) -> str:
    """The same for everybody who earned the same; workshops have no page, so theirs is a UUID of site and title."""
    if record.kind == "attendance":
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{site}/workshops/{record.title}')}"
    return f"{site}/criteria/" + (f"#category-{record.category}" if record.kind == "category" else "")


def _narrative(record: Record) -> str:
    """What had to be done, in plain sentences."""
    if record.workshop:
        done = f"Attended the workshop on {_day(record.completed_on)}, {record.workshop.minutes} minutes."
    else:
        better = "" if record.percent == 100 else " or better"
        done = f"Read every required module and passed every quiz with {record.percent} %{better}."
    if record.kind == "program":
        return f"{done} Criteria taught: {len(record.criteria)}, which the record names."
    ids = ", ".join(criterion.id for criterion in record.criteria)
    return f"{done} Criteria taught: {ids}." if ids else done


def _day(value: date) -> str:
    return f"{value:%B} {value.day}, {value.year}"
