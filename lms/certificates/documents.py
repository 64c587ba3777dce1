"""The stored documents of certificates: one for each language and paper, kept when first drawn and never changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.language import Language
from lms.core.prepared import Prepared

from .designs import Paper
from .models import Certificate, CertificateDocument

_ITS = and_(
    CertificateDocument.certificate_id == Certificate.id,
    CertificateDocument.language == bindparam("language"),
    CertificateDocument.paper == bindparam("paper"),
)
_WITH_DOCUMENT = Prepared(
    select(Certificate.id, Certificate.person_id, Certificate.organization_id, CertificateDocument.pdf)
    .outerjoin(CertificateDocument, _ITS)
    .where(Certificate.number == bindparam("number"))
)


def with_document(number: str, *, language: Language, paper: Paper) -> Sequence[Any] | None:
    """Id, person, organization and stored PDF (None before it was first asked for) of a certificate; None for no such number."""
    return next(iter(_WITH_DOCUMENT.read(number=number, language=language, paper=paper)), None)


def stored(session: Session, certificate_id: int, *, language: Language, paper: Paper) -> bytes | None:
    """The document as it was signed, None before it was first drawn."""
    its = select(CertificateDocument.pdf).filter_by(certificate_id=certificate_id, language=language, paper=paper)
    return session.execute(its).scalar_one_or_none()


def keep(
    session: Session,
    certificate_id: int,
    pdf: bytes,
    *,
    language: Language,
    paper: Paper,
    unsigned: bytes,
    now: datetime,
) -> bytes:
    """Store the document just signed, and answer what stands: the one made first, when somebody was faster.

    The digest of the `unsigned` bytes stays too: drawn again, on any day, the record gives the same.
    """
    made = CertificateDocument(
        certificate_id=certificate_id,
        language=language,
        paper=paper,
        unsigned_digest=hashlib.sha256(unsigned).hexdigest(),
        digest=hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
        drawn_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        first = stored(session, certificate_id, language=language, paper=paper)
        if first is None:
            raise
        return first
    return pdf
