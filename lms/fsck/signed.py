"""C5: what was signed and drawn is kept to the byte. C6: what everybody is told of a certificate agrees with its rows."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Text, and_, cast, exists, select

from lms.certificates import credential, status
from lms.certificates.models import Certificate, CertificateCredential, CertificateDocument, Revocation
from lms.certificates.rules import REASONS, Record
from lms.core.audit import AuditEntry
from lms.signing import jws
from lms.signing.rules import PublicKeys, from_base64url

from .reading import FEW, Reading
from .rules import Broken


def documents(read: Reading) -> Iterator[Broken]:
    """PDFs as they were drawn first (C5)."""
    key = (CertificateDocument.certificate_id, CertificateDocument.language, CertificateDocument.paper)
    statement = select(*key, CertificateDocument.digest, CertificateDocument.pdf).order_by(*key)
    for certificate, language, paper, digest, pdf in read.stream(statement, at_a_time=FEW):
        found = sha256(pdf).hexdigest()
        if found != digest:
            row = {"certificate_id": certificate, "language": language, "paper": paper}
            yield Broken("certificate_document", row, f"its SHA-256 is {found}, not {digest}")


def credentials(read: Reading) -> Iterator[Broken]:
    """What was signed is the record, once (C5), and the signatures are those of the key it names, where the site's keys are there.

    A key that was revoked later still shows whether its signature is whole.
    """
    keys = read.keys and PublicKeys(tuple(replace(key, revoked=None) for key in read.keys.keys))
    statement = (
        select(
            CertificateCredential.certificate_id,
            CertificateCredential.jwt,
            CertificateCredential.code,
            CertificateCredential.key_id,
            AuditEntry.details,
            cast(Certificate.record, Text).label("record"),
        )
        .join(Certificate, Certificate.id == CertificateCredential.certificate_id)
        .outerjoin(AuditEntry, _noted("certificate.signed"))
        .order_by(CertificateCredential.certificate_id)
    )
    for row in read.stream(statement):
        try:
            what = _wrong_credential(row, keys)
        except (ValueError, LookupError, TypeError) as error:
            what = f"it cannot be read ({error})"
        if what:
            yield Broken("certificate_credential", {"certificate_id": row.certificate_id}, what)


def _wrong_credential(row: Any, keys: PublicKeys | None) -> str:
    header, payload, _ = row.jwt.split(".")
    kid = msgspec.json.decode(from_base64url(header))["kid"]
    if kid != row.key_id:
        return f"key_id is {row.key_id}, in the credential {kid}"
    record = msgspec.json.decode(row.record, type=Record)
    stated = from_base64url(payload)
    if credential.record_of(stated) != replace(record, words={}):
        return "the record in it is not that of the certificate"
    listed, place = msgspec.json.decode(stated)["credentialStatus"], status.entry("", row.certificate_id)
    if listed["statusListIndex"] != place["statusListIndex"]:
        return f"its place in the status list is {listed['statusListIndex']}, not {place['statusListIndex']}"
    facts, _, signature = row.code.split(".")
    if (coded := msgspec.json.decode(from_base64url(facts))[1]) != record.number:
        return f"its code is that of {coded}"
    if keys and (what := _wrong_signature(row, from_base64url(facts), from_base64url(signature), keys)):
        return what
    if row.details is None:
        return "the audit has no row of it"
    digest = sha256(row.jwt.encode()).hexdigest()
    sealed = row.details.get("credential")
    return "" if digest == sealed else f"its SHA-256 is {digest}, when it was signed {sealed}"


def _wrong_signature(row: Any, facts: bytes, signature: bytes, keys: PublicKeys) -> str:
    try:
        jws.verify(row.jwt, keys)
        jws.verify_bytes(facts, row.key_id, signature, keys)
    except (jws.NotOurs, jws.Unreadable) as error:
        return f"it is not signed by us ({error})"
    return ""


def _noted(action: str) -> ColumnElement[bool]:
    return and_(AuditEntry.action == action, AuditEntry.subject == Certificate.number)


def revocations(read: Reading) -> Iterator[Broken]:
    """Each revocation is as the audit noted it, and what the audit noted still stands (C6)."""
    noted = _noted("certificate.revoked")
    statement = (
        select(
            Revocation.certificate_id,
            Revocation.reason,
            Revocation.note,
            Revocation.by_id,
            Revocation.revoked_at,
            AuditEntry.actor_id,
            AuditEntry.at,
            AuditEntry.details,
        )
        .join(Certificate, Certificate.id == Revocation.certificate_id)
        .outerjoin(AuditEntry, noted)
        .order_by(Revocation.certificate_id)
    )
    for row in read.stream(statement):
        if what := _wrong_revocation(row):
            yield Broken("revocation", {"certificate_id": row.certificate_id}, what)
    gone = (
        select(Certificate.id)
        .join(AuditEntry, noted)
        .where(~exists().where(Revocation.certificate_id == Certificate.id))
        .order_by(Certificate.id)
    )
    for certificate in read.odd(gone):
        yield Broken(
            "certificate", {"id": certificate.id}, "the audit says that it was revoked, but no revocation is there"
        )


def _wrong_revocation(row: Any) -> str:
    if row.details is None:
        return "the audit has no row of it"
    pairs = {
        "reason": (row.reason, row.details.get("reason")),
        "note": (row.note, row.details.get("note")),
        "by_id": (row.by_id, row.actor_id),
        "revoked_at": (row.revoked_at, row.at),
    }
    for name, (column, noted) in pairs.items():
        if column != noted:
            return f"{name} is {column}, in the audit {noted}"
    return "" if row.reason in REASONS else f"reason is {row.reason}"
