"""Whether a PDF that somebody brings is one of ours."""

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.signing.rules import PublicKeys

from .known import Known, find
from .models import Certificate, CertificateDocument
from .numbers import numbers_in
from .reader import Reading, read
from .sheet import missing_facts
from .verdict import (
    Credential,
    Signature,
    Stated,
    about,
    all_different,
    judge_credential,
    judge_signature,
    stated_otherwise,
)

# A document shows two, its own and that of the certificate it follows. A file full of numbers is no way to try many at once.
MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a PDF is to us.

    genuine: a document that we keep, byte for byte. changed: it bears a number of ours and is none of the files that we keep; then
    `signature` and `credential` say what is in it, and `differs` names the facts of the record that it does not show or states
    otherwise. unknown: no number of ours in it. unreadable: not a PDF, or one that cannot be read.
    """

    kind: Literal["genuine", "changed", "unknown", "unreadable"]
    certificate: Known | None = None
    differs: tuple[str, ...] = ()
    signature: Signature = "none"
    credential: Credential = "none"


def find_by_pdf(session: Session, data: bytes, *, keys: PublicKeys, today: date) -> Verdict:
    """Whether a PDF is a document of ours: by its SHA-256, else by the numbers it bears. The data is not kept."""
    fingerprint = hashlib.sha256(data).hexdigest()
    number = session.scalar(
        select(Certificate.number).join(CertificateDocument).where(CertificateDocument.digest == fingerprint)
    )
    if number:
        return Verdict("genuine", find(session, number, today=today), signature="ours", credential="ours")
    reading = read(data)
    if reading is None:
        return Verdict("unreadable")
    signature, stated = judge_signature(reading.signature, keys), judge_credential(reading.credential, keys)
    borne = _borne(session, reading, stated, today)
    if not borne:
        return Verdict("unknown", None, (), signature, stated.credential)
    # What people read decides which one is meant, whatever else is in the file.
    compared = ((missing_facts(certificate.record, reading.text), certificate) for certificate in borne)
    missing, certificate = min(compared, key=lambda found: len(found[0]))
    differs = all_different(missing, stated_otherwise(stated.record, certificate.record))
    return Verdict("changed", certificate, differs, signature, about(stated, certificate.record))


def _borne(session: Session, reading: Reading, stated: Stated, today: date) -> list[Known]:
    """The certificates whose numbers the file bears, the likeliest first."""
    claimed = (reading.number, stated.record.number if stated.record else "")
    numbers = dict.fromkeys((*claimed, *islice(numbers_in(reading.text), MOST_NUMBERS)))
    found = (find(session, number, today=today) for number in numbers)
    return [certificate for certificate in found if certificate]
