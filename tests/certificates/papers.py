"""Documents as the site makes them, and what others make of them."""

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name
from pypdf import PdfWriter
from sqlalchemy.orm import Session

from lms.certificates import credential, pdf
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.pdf import Seal
from lms.certificates.rules import Record, from_plain
from lms.core.language import Language
from lms.signing import jws
from lms.signing.keys import SigningKeys
from lms.signing.pades import sign_pdf
from lms.signing.rules import from_base64url, to_base64url

from .records import NOON, SITE


def jwt_of(record: Record, keys: SigningKeys) -> str:
    return jws.sign(credential.payload(credential.compose(record, site=SITE, index=1)), keys, typ="vc+jwt")


def draw(record: Record, keys: SigningKeys, *, jwt: str = "", language: Language = "en") -> bytes:
    """The document before it is signed, with the credential of the record, or with another."""
    inside = credential.enveloped(jwt or jwt_of(record, keys))
    address = f"{SITE}/verify/{record.number}"
    return pdf.draw(record, Seal(SITE, address, inside), language=language, paper="letter")


def sign(record: Record, keys: SigningKeys, *, jwt: str = "", language: Language = "en") -> bytes:
    """The document, signed."""
    return sign_pdf(draw(record, keys, jwt=jwt, language=language), keys, at=NOON)


def keep(session: Session, certificate: Certificate, keys: SigningKeys) -> bytes:
    """The stored document of a certificate, committed."""
    data = sign(from_plain(certificate.record), keys)
    digest = hashlib.sha256(data).hexdigest()
    session.add(
        CertificateDocument(
            certificate_id=certificate.id,
            language="en",
            paper="letter",
            digest=digest,
            unsigned_digest=digest,
            pdf=data,
            drawn_at=NOON,
        )
    )
    session.commit()
    return data


def saved_again(data: bytes, change: Callable[[pikepdf.Pdf], None] = lambda _: None) -> bytes:
    """As another program saves it, after a change."""
    saved = BytesIO()
    with pikepdf.open(BytesIO(data)) as document:
        change(document)
        document.save(saved)
    return saved.getvalue()


def added_to(data: bytes) -> bytes:
    """An update appended as readers do that add a note: every former byte stays."""
    writer = PdfWriter(BytesIO(data), incremental=True)
    writer.add_metadata({"/Note": "added later"})
    saved = BytesIO()
    writer.write(saved)
    return saved.getvalue()


def credential_stream(document: pikepdf.Pdf) -> pikepdf.Object:
    """The stream of credential.json."""
    (found,) = [
        o
        for o in document.objects
        if isinstance(o, pikepdf.Dictionary) and o.get("/UF", o.get("/F")) == "credential.json"
    ]
    return found.EF[Name.F]


def envelope(record: Record, signed_by: SigningKeys) -> str:
    return credential.enveloped(jwt_of(record, signed_by)).decode()


def with_payload(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The envelope with its record changed, the signature left as it was."""
    head, payload, signature = credential.jwt_of(text.encode()).split(".")
    plain = json.loads(from_base64url(payload))
    change(plain["record"])
    return credential.enveloped(f"{head}.{to_base64url(json.dumps(plain).encode())}.{signature}").decode()
