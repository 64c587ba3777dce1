"""The document of a certificate, from the store or made now: sealed, drawn, signed, kept. For requests and for jobs."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from lms.core.database import transaction
from lms.core.language import Language
from lms.signing import keys, pades
from lms.signing.rules import KeysError

from . import documents
from .code import address
from .credential import enveloped
from .designs import Paper
from .models import Certificate
from .pdf import CannotDraw, Seal, draw
from .rules import from_plain
from .sealing import seal


class Place(Protocol):
    """What of the settings a document needs: the address that checks it, and what signs it."""

    @property
    def site_url(self) -> str: ...

    @property
    def signing_key_file(self) -> Path: ...


def document(
    session: Session, certificate_id: int, *, language: Language, paper: Paper, settings: Place, now: datetime
) -> bytes:
    """The document in a language and on a paper: the stored one, or the one made now. Raises CannotDraw.

    Drawing and signing take longest, so they stand between two transactions and never in one: that of the seal, which is made
    once for all documents of a certificate, and that which keeps the document. Two that make the same one both get the first.
    """
    if found := documents.stored(session, certificate_id, language=language, paper=paper):
        return found
    try:
        signing = keys.load(settings.signing_key_file)
    except KeysError as error:
        raise CannotDraw(str(error)) from error
    with transaction():
        certificate = session.get_one(Certificate, certificate_id)
        record = from_plain(certificate.record)
        credential = seal(session, certificate, signing, site=settings.site_url, now=now)
        site = settings.site_url
        made = Seal(site, address(site, record.number, credential.code), enveloped(credential.jwt))
    unsigned = draw(record, made, language=language, paper=paper)
    signed = pades.sign_pdf(unsigned, signing, at=now)
    with transaction():
        return documents.keep(
            session, certificate_id, signed, language=language, paper=paper, unsigned=unsigned, now=now
        )
