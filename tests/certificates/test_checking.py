"""What the findings in a PDF mean, and each wrong file's right no."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy.orm import Session

from lms.certificates import revoking
from lms.certificates.checking import Verdict, find_by_pdf
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.rules import from_plain, to_plain
from lms.certificates.verdict import (
    judge_credential,
)
from lms.core.language import LANGUAGES
from lms.signing.keys import SigningKeys
from lms.signing.pades import sign_pdf
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

from . import papers
from .records import NOON, PASSWORDS, PROGRAM, SEALS, earn

TODAY = date(2019, 11, 19)


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return earn(session, make_person(session, organization=make_organization(session)), SEALS)[0]


@pytest.fixture
def document(session: Session, certificate: Certificate, signing_keys: SigningKeys) -> bytes:
    return papers.keep(session, certificate, signing_keys)


@pytest.fixture
def check(session: Session, signing_keys: SigningKeys) -> Callable[[bytes], Verdict]:
    return lambda data: find_by_pdf(session, data, keys=signing_keys.public, today=TODAY)


Check = Callable[[bytes], Verdict]


@on_both
def test_ours_is_genuine(check: Check, certificate: Certificate, document: bytes) -> None:
    verdict = check(document)
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == ("genuine", (), "ours", "ours")
    assert verdict.certificate
    assert verdict.certificate.record.number == certificate.number


def test_a_changed_byte_anywhere_is_not_genuine(check: Check, document: bytes) -> None:
    whole = 0
    for part in (0.001, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.95, 0.99, 1):
        changed = bytearray(document)
        changed[int((len(document) - 1) * part)] ^= 1
        verdict = check(bytes(changed))
        assert verdict.kind != "genuine"
        whole += verdict.signature == "ours"
    assert whole == 0


def test_what_was_added_behind_is_told(check: Check, document: bytes) -> None:
    verdict = check(papers.added_to(document))
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == (
        "changed",
        (),
        "changed_after",
        "ours",
    )


def test_what_another_program_saved_no_longer_fits(check: Check, document: bytes) -> None:
    verdict = check(papers.saved_again(document))
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == ("changed", (), "broken", "ours")


def test_a_changed_name_is_named(
    check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    record = from_plain(certificate.record)
    forged = papers.draw(replace(record, name="Robin Muestra"), signing_keys, jwt=papers.jwt_of(record, signing_keys))
    verdict = check(forged)
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == (
        "changed",
        ("name",),
        "none",
        "ours",
    )


def test_a_name_changed_in_an_update_is_named(
    check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    other = papers.draw(replace(from_plain(certificate.record), name="Robin Muestra"), signing_keys)
    writer = PdfWriter(BytesIO(document), incremental=True)
    writer.insert_page(PdfReader(BytesIO(other)).pages[0], 0)
    del writer.pages[1]
    saved = BytesIO()
    writer.write(saved)
    assert saved.getvalue().startswith(document)
    verdict = check(saved.getvalue())
    assert (verdict.kind, verdict.differs, verdict.signature) == ("changed", ("name",), "changed_after")


def test_a_name_changed_in_the_credential_is_named(
    check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    text = papers.with_payload(
        papers.envelope(from_plain(certificate.record), signing_keys),
        lambda record: record.update(name="Robin Muestra"),
    )

    def change(opened: pikepdf.Pdf) -> None:
        papers.credential_stream(opened).write(text.encode())

    verdict = check(papers.saved_again(document, change))
    assert (verdict.kind, verdict.differs, verdict.credential) == ("changed", ("name",), "broken")


def test_a_foreign_key_makes_no_certificate(
    check: Check, certificate: Certificate, document: bytes, foreign: SigningKeys
) -> None:
    verdict = check(papers.sign(from_plain(certificate.record), foreign))
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == (
        "changed",
        (),
        "foreign",
        "foreign",
    )


def test_ours_signed_again_by_others_is_told(
    check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys, foreign: SigningKeys
) -> None:
    drawn = papers.draw(from_plain(certificate.record), signing_keys)
    verdict = check(sign_pdf(drawn, foreign, at=NOON))
    assert (verdict.kind, verdict.signature, verdict.credential) == ("changed", "foreign", "ours")


def test_the_credential_of_another_certificate_is_told(
    session: Session, check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    somebody = make_person(session, "Robin Muestra", organization=make_organization(session, "Other Lines"))
    (other,) = earn(session, somebody, PASSWORDS)
    theirs = papers.jwt_of(from_plain(other.record), signing_keys)
    verdict = check(papers.draw(from_plain(certificate.record), signing_keys, jwt=theirs))
    assert verdict.certificate
    assert verdict.certificate.record.number == certificate.number
    assert verdict.credential == "other"
    assert {"number", "name", "organization", "criteria"} <= set(verdict.differs)


def test_ours_that_we_do_not_keep_is_told_as_it_is(
    check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    verdict = check(papers.sign(from_plain(certificate.record), signing_keys))
    assert (verdict.kind, verdict.differs, verdict.signature, verdict.credential) == ("changed", (), "ours", "ours")


def test_a_record_changed_in_the_database_differs_from_what_was_signed(
    session: Session, check: Check, certificate: Certificate, document: bytes
) -> None:
    certificate.record = certificate.record | {"name": "Robin Muestra", "revision": 7}
    session.commit()
    verdict = check(document + b"\n")
    assert (verdict.differs, verdict.credential) == (("name", "revision"), "ours")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_of_any_language_shows_its_facts(
    check: Check, certificate: Certificate, signing_keys: SigningKeys, language: Any
) -> None:
    assert check(papers.draw(from_plain(certificate.record), signing_keys, language=language)).differs == ()


def test_a_revoked_number_is_told_for_the_genuine_file_too(
    session: Session, check: Check, certificate: Certificate, document: bytes
) -> None:
    staff = make_person(session, "Staff")
    revoking.revoke(session, certificate.number, reason="wrong person", note="Told by mail.", by_id=staff.id, now=NOON)
    session.commit()
    for data in (document, document + b"\n"):
        known = check(data).certificate
        assert known
        assert (known.standing, known.reason) == ("revoked", "wrong person")


def test_a_stranger_s_file_is_unknown(
    session: Session, check: Check, certificate: Certificate, document: bytes
) -> None:
    session.execute(CertificateDocument.__table__.delete())
    session.execute(Certificate.__table__.delete())
    session.commit()
    verdict = check(document)
    assert (verdict.kind, verdict.certificate, verdict.signature, verdict.credential) == (
        "unknown",
        None,
        "ours",
        "ours",
    )
    assert check(b"%PDF-1.7").kind == check(b"hello").kind == check(b"").kind == "unreadable"


def test_of_several_numbers_the_one_it_shows_most_of_is_meant(
    session: Session, check: Check, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    somebody = make_person(session, "Robin Muestra", organization=make_organization(session, "Other Lines"))
    (other,) = earn(session, somebody, PASSWORDS)
    data = papers.draw(from_plain(certificate.record), signing_keys)

    def claim(opened: pikepdf.Pdf) -> None:
        opened.docinfo["/CertificateNumber"] = other.number

    verdict = check(papers.saved_again(data, claim))
    assert verdict.certificate
    assert verdict.certificate.record.number == certificate.number


def test_the_record_survives_its_credential(signing_keys: SigningKeys) -> None:
    stated = judge_credential(papers.envelope(PROGRAM, signing_keys), signing_keys.public).record
    assert stated
    assert to_plain(stated) == to_plain(PROGRAM)
