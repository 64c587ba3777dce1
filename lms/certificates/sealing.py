"""What is signed of certificates: the credential and the QR code of each, once and for ever, and which ones were revoked since."""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit
from lms.signing import jws
from lms.signing.keys import SigningKeys

from . import code, credential
from .models import Certificate, CertificateCredential, Revocation
from .rules import from_plain
from .status import ENTRIES, LISTS

TYPE = "vc+jwt"  # Securing Verifiable Credentials using JOSE and COSE, 3.1.1


def seal(
    session: Session, certificate: Certificate, keys: SigningKeys, *, site: str, now: datetime
) -> CertificateCredential:
    """What signs the certificate: stored already, or signed now with the keys in use. Whoever was faster is the answer."""
    if stored := session.get(CertificateCredential, certificate.id):
        return stored
    record = from_plain(certificate.record)
    stated = credential.payload(credential.compose(record, site=site, index=certificate.id))
    facts = code.compose(record)
    key_id, signature = jws.sign_bytes(facts, keys)
    made = CertificateCredential(
        certificate_id=certificate.id,
        jwt=jws.sign(stated, keys, typ=TYPE),
        code=code.fragment(facts, key_id, signature),
        key_id=key_id,
        signed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.get_one(CertificateCredential, certificate.id)
    audit.record(
        session,
        action="certificate.signed",
        subject=record.number,
        now=now,
        key=key_id,
        credential=hashlib.sha256(made.jwt.encode()).hexdigest(),
    )
    return made


def revoked_in(session: Session, number: int) -> list[int] | None:
    """The ids of revoked certificates of a list, in one statement; None for a list that no certificate is in."""
    if not 1 <= number <= LISTS:
        return None
    first, after = (number - 1) * ENTRIES, number * ENTRIES
    newest = select(func.max(Certificate.id).label("id")).subquery()
    here = Revocation.certificate_id.between(first, after - 1)
    rows = session.execute(
        select(newest.c.id, Revocation.certificate_id).outerjoin_from(newest, Revocation, here)
    ).all()
    if rows[0][0] is None or rows[0][0] < first:
        return None
    return [row.certificate_id for row in rows if row.certificate_id is not None]
