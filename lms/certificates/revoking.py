"""Revoking a certificate, for good: the record stays, and everybody who checks it reads why it no longer counts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit

from .models import Certificate, Revocation
from .rules import Reason


class NoSuchCertificate(Exception):
    """We issued no certificate with this number."""


class AlreadyRevoked(Exception):
    """The certificate was revoked before; what was said then stands."""


def revoke(session: Session, number: str, *, reason: Reason, note: str, by_id: int, now: datetime) -> Revocation:
    """The certificate no longer counts. Nothing takes that back; a new one comes with a new completion.

    `note` is for staff alone. Raises NoSuchCertificate and AlreadyRevoked.
    """
    certificate_id = session.scalar(select(Certificate.id).where(Certificate.number == number))
    if certificate_id is None:
        raise NoSuchCertificate(number)
    revocation = Revocation(certificate_id=certificate_id, reason=reason, note=note, by_id=by_id, revoked_at=now)
    try:
        with session.begin_nested():
            session.add(revocation)
    except IntegrityError:
        raise AlreadyRevoked(number) from None
    audit.record(
        session, action="certificate.revoked", subject=number, actor_id=by_id, now=now, reason=reason, note=note
    )
    return revocation
