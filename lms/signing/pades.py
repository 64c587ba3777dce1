"""Signatures of PDFs: PAdES B-B with P-256, so that common readers of PDFs show a change. Made and read with pyHanko.

pyHanko takes half a second to import and much memory: it is imported where a PDF is signed or read, so web workers start without it.
"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from .keys import SigningKeys

if TYPE_CHECKING:
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.validation import EmbeddedPdfSignature

FIELD = "Issuer"
FIELD_IN_WORDS = "Signature of the issuer"
REASON = "Shows that this document was not changed after it was issued."
# Characters of hexadecimal kept free for the signature, which takes about 2,600 with the longest name. With a fixed
# number pyHanko needs no trial signature.
RESERVED = 4096

State = Literal["none", "whole", "broken", "changed_after"]


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """What the first signature of a PDF says of its bytes; whose it is, the caller decides by its certificate.

    whole: it covers every byte but its own, and none of them was changed. changed_after: what it covers is unchanged, and
    something was added behind, be it another signature. broken: what it covers was changed, or it covers not all before it.
    none: there is no signature, or no PDF that can be read.
    `certificate` is the SHA-256 of the signer's certificate in hexadecimal, "" where there is none.
    """

    state: State
    certificate: str


def sign_pdf(pdf: bytes, keys: SigningKeys, *, at: datetime) -> bytes:
    """The PDF with an invisible signature appended; the bytes before it stay as they are, so do tags and metadata.

    `at` is the moment it states. Every signature differs, so the signed document is kept and never signed again.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes  # noqa: PLC0415

    session = _signer(keys).init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    output = BytesIO()
    digested, _ = document.digest_tbs_document(output=output)
    signing = document.perform_signature(digested.document_digest, PdfCMSSignedAttributes(signing_time=at))
    with ThreadPoolExecutor(1) as apart:  # the thread that asks may have an event loop of its own
        apart.submit(asyncio.run, signing).result()
    return output.getvalue()


def read_signature(pdf: bytes) -> PdfSignature:
    """Whether a PDF is as it was signed. Only bytes are judged: no trust, no dates, no network. Raises nothing, whatever the file."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.fields import enumerate_sig_fields  # noqa: PLC0415

    state: State = "none"
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if any(value is not None for _, value, _ in enumerate_sig_fields(reader)):
            state = "broken"
            return _judged(pdf, reader.embedded_signatures[0])
    except Exception:  # noqa: S110 - a file that is made to break readers breaks them in any way
        pass
    return PdfSignature(state, "")


def _judged(pdf: bytes, signature: "EmbeddedPdfSignature") -> PdfSignature:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415

    certificate = hashlib.sha256(signature.signer_cert.dump()).hexdigest()
    fits, valid = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )
    if not (fits and valid and _only_the_signature_is_left_out(pdf, signature)):
        return PdfSignature("broken", certificate)
    _, _, behind, length = signature.byte_range
    return PdfSignature("whole" if behind + length == len(pdf) else "changed_after", certificate)


def _only_the_signature_is_left_out(pdf: bytes, signature: "EmbeddedPdfSignature") -> bool:
    """Between the two ranges that are signed stand the bytes of the signature, padded with zeros, and nothing else."""
    from asn1crypto.cms import ContentInfo  # noqa: PLC0415

    start, gap, behind, length = signature.byte_range
    der, written = ContentInfo.load(signature.pkcs7_content).dump(), signature.pkcs7_content.hex()
    return (
        start == 0
        and 0 < gap < behind <= behind + length <= len(pdf)
        and pdf[gap:behind] in (f"<{written}>".encode(), f"<{written.upper()}>".encode())
        and not signature.pkcs7_content[len(der) :].strip(b"\0")
    )


@lru_cache(maxsize=2)
def _signer(keys: SigningKeys) -> "PdfSigner":
    from asn1crypto.keys import PrivateKeyInfo  # noqa: PLC0415
    from asn1crypto.x509 import Certificate  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415
    from pyhanko.pdf_utils.writer import BasePdfFileWriter  # noqa: PLC0415
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner  # noqa: PLC0415
    from pyhanko_certvalidator.registry import CertificateStore, SimpleCertificateStore  # noqa: PLC0415

    class StaysAtItsVersion(PdfSigner):
        def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
            """PDF/UA-1 is for PDF 1.7; pyHanko would raise the version to 2.0, since P-256 stands in an extension of that one."""

    key = keys.document.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = Certificate.load(keys.certificate)
    store: CertificateStore = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    return StaysAtItsVersion(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=certificate.subject.native["common_name"],
            reason=REASON,
        ),
        signer=SimpleSigner(certificate, PrivateKeyInfo.load(key), store),
        new_field_spec=SigFieldSpec(
            FIELD,
            readable_field_name=FIELD_IN_WORDS,
            invis_sig_settings=InvisSigSettings(set_hidden_flag=True, set_print_flag=False),
        ),
    )
