"""What the findings in a PDF mean. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from lms.core.language import to_translate
from lms.signing import jws
from lms.signing.jws import BrokenSignature, ForeignKey, Unreadable
from lms.signing.pades import PdfSignature
from lms.signing.rules import PublicKey, PublicKeys, from_base64url

from .credential import jwt_of, record_of
from .rules import Record, Standing, standing

# ours: whole, by a key of ours. withdrawn: whole, by a key of ours that was revoked, or was no longer in use on the day of issue.
# foreign: by another key. broken: it does not fit, whoever made it.
Signature = Literal["ours", "changed_after", "withdrawn", "foreign", "broken", "none"]
# other: ours, and about another certificate.
Credential = Literal["ours", "other", "withdrawn", "foreign", "broken", "none"]

# What may differ: by the name of the fact in a record, in words; and the same in a sentence.
LABELS: Mapping[str, str] = {
    "number": "number",
    "name": "name",
    "organization": "organization",
    "entities": "entity types",
    "category": "category",
    "parts": "categories",
    "edition": "edition",
    "criteria": "criteria",
    "modules": "modules",
    "revision": "revision",
    "percent": "score",
    "completed_on": "day of completion",
    "issued_at": "moment of issue",
    "valid_until": "last valid day",
    "days_ahead": "days ahead",
    "enforcement_date": "enforcement date",
    "demonstration": "note of a demonstration",
    "template": "design",
    "renews": "certificate it follows",
    "workshop": "workshop",
}
IN_SENTENCE: Mapping[str, str] = {
    "number": to_translate("the number"),
    "name": to_translate("the name"),
    "organization": to_translate("the organization"),
    "title": to_translate("the title"),
    "entity types": to_translate("the entity types"),
    "category": to_translate("the category"),
    "categories": to_translate("the categories"),
    "edition": to_translate("the edition"),
    "criteria": to_translate("the criteria"),
    "modules": to_translate("the modules"),
    "revision": to_translate("the revision"),
    "score": to_translate("the score"),
    "day of completion": to_translate("the day of completion"),
    "moment of issue": to_translate("the moment of issue"),
    "last valid day": to_translate("the last valid day"),
    "days ahead": to_translate("the days ahead of the enforcement date"),
    "enforcement date": to_translate("the enforcement date"),
    "note of a demonstration": to_translate("the note of a demonstration"),
    "design": to_translate("the design"),
    "certificate it follows": to_translate("the certificate that it follows"),
    "workshop": to_translate("the workshop"),
}
# What is told of a file that is none of those we keep.
SIGNATURES: Mapping[Signature, str] = {
    "ours": to_translate(
        "It carries our signature, and nothing that we signed was changed; yet it is none of the files that we keep."
    ),
    "changed_after": to_translate("It carries our signature, and it was changed afterwards."),
    "withdrawn": to_translate("It is signed with a key of ours that no longer counts."),
    "foreign": to_translate("It is signed, and not by us."),
    "broken": to_translate("It carries a signature that does not fit: something was changed after it was signed."),
    "none": to_translate("It carries no signature."),
}
# What needs no words is left out.
CREDENTIALS: Mapping[Credential, str] = {
    "other": to_translate("The record inside the file belongs to another certificate."),
    "withdrawn": to_translate("The record inside the file is signed with a key of ours that no longer counts."),
    "foreign": to_translate("The record inside the file is not signed by us."),
    "broken": to_translate("The record inside the file was changed."),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What the credential inside a PDF states, and whether the one who signed it is us. `record` is None where none can be read."""

    credential: Credential
    record: Record | None


def judge_signature(read: PdfSignature, keys: PublicKeys) -> Signature:
    """Whose the signature of a PDF is, and whether it fits. One of a stranger is foreign, whether it fits or not."""
    if read.state == "none" or (read.state == "broken" and not read.certificate):
        return read.state
    key = keys.find_certificate(read.certificate)
    if key is None:
        return "foreign"
    if read.state != "whole":
        return read.state
    return "withdrawn" if key.revoked else "ours"


def judge_credential(envelope: str, keys: PublicKeys) -> Stated:
    """What a credential.json states; its record is read also where the signature does not fit, to say what differs."""
    if not envelope:
        return Stated("none", None)
    try:
        jwt = jwt_of(envelope.encode())
        head, payload, _ = (from_base64url(part) for part in jwt.split("."))
        record = record_of(payload)
        key = keys.find(json.loads(head)["kid"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return Stated("broken", None)
    try:
        jws.verify(jwt, keys)
    except ForeignKey:
        return Stated("withdrawn" if key and key.revoked else "foreign", record)
    except (BrokenSignature, Unreadable):
        return Stated("broken", record)
    return Stated("withdrawn" if key and _after(record, key) else "ours", record)


def _after(record: Record, key: PublicKey) -> bool:
    """Whether it was issued when the key was retired already; dates of keys are whole seconds."""
    return key.until is not None and record.issued_at.replace(microsecond=0) > key.until


def about(stated: Stated, record: Record) -> Credential:
    """What a credential is to the record of a certificate."""
    if stated.credential == "ours" and stated.record and stated.record.number != record.number:
        return "other"
    return stated.credential


def stated_otherwise(stated: Record | None, record: Record) -> tuple[str, ...]:
    """The facts that a credential states in another way than the record, in words."""
    if stated is None:
        return ()
    return tuple(
        LABELS[f.name]
        for f in fields(Record)
        if f.name in LABELS and getattr(stated, f.name) != getattr(record, f.name)
    )


def all_different(*found: tuple[str, ...]) -> tuple[str, ...]:
    """The facts that differ in one way or another, each once, in the order of a record."""
    named = {label for labels in found for label in labels}
    return tuple(label for label in IN_SENTENCE if label in named)


def told(signature: Signature, credential: Credential) -> tuple[str, ...]:
    """What both signatures say, in sentences to translate."""
    return (SIGNATURES[signature], *([CREDENTIALS[credential]] if credential in CREDENTIALS else []))


def counts(standing: Standing, valid_until: date, *, today: date) -> bool:
    """Whether a certificate may be relied on today: a newer one takes nothing from the days of the former."""
    return standing == "valid" or (standing == "renewed" and today <= valid_until)


# Without a database: what a file and a key file alone can say.
Offline = Literal["valid", "expired", "changed", "foreign", "unknown"]


def judge_offline(signature: Signature, stated: Stated, missing: tuple[str, ...], *, today: date) -> Offline:
    """A file is ours when both its signatures are, and it shows what its credential states.

    unknown: nothing in it claims to be ours. foreign: signed, and by no key of ours that counts. changed: one of both does not fit.
    """
    found = (signature, stated.credential)
    if found == ("none", "none"):
        return "unknown"
    if "foreign" in found or "withdrawn" in found:
        return "foreign"
    if found != ("ours", "ours") or missing or stated.record is None:
        return "changed"
    lapsed = standing(stated.record.valid_until, revoked=False, renewed=False, today=today) == "expired"
    return "expired" if lapsed else "valid"
