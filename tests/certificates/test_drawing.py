"""The document of a certificate: sealed, drawn and signed once for each language and paper, and stored."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pikepdf
import pytest
from flask import Flask
from pdfua.validator import Validator
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from lms.certificates import drawing
from lms.certificates.code import address
from lms.certificates.credential import enveloped, jwt_of
from lms.certificates.designs import PAPERS, Paper
from lms.certificates.models import Certificate, CertificateCredential, CertificateDocument
from lms.certificates.pdf import CannotDraw, Seal, draw
from lms.certificates.rules import from_plain
from lms.core.database import db
from lms.core.language import LANGUAGES, Language
from lms.signing import jws
from lms.signing.keys import SigningKeys
from lms.signing.pades import read_signature
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

from .records import NOON, SEALS, SITE, earn

LARGEST = 25 * 1024  # bytes before signing


@dataclass(frozen=True)
class Settings:
    signing_key_file: Path
    site_url: str = SITE


@pytest.fixture
def settings(key_file: Path) -> Settings:
    return Settings(key_file)


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return earn(session, make_person(session, organization=make_organization(session)), SEALS)[0]


def document(settings: Settings, certificate_id: int, language: Language = "en", paper: Paper = "letter") -> bytes:
    return drawing.document(db.session, certificate_id, language=language, paper=paper, settings=settings, now=NOON)


def rows(session: Session, model: type[Any]) -> int:
    session.rollback()
    return session.scalars(select(func.count()).select_from(model)).one()


@on_both
def test_it_is_sealed_drawn_signed_and_kept(
    session: Session, certificate: Certificate, settings: Settings, signing_keys: SigningKeys
) -> None:
    data = document(settings, certificate.id)
    signature = read_signature(data)
    assert signature.state == "whole"
    assert signature.certificate == hashlib.sha256(signing_keys.certificate).hexdigest()
    with pikepdf.open(BytesIO(data)) as pdf:
        inside: Any = pdf.attachments["credential.json"].get_file().read_bytes()
    stored = session.scalars(select(CertificateDocument)).one()
    credential = session.get_one(CertificateCredential, certificate.id)
    assert jwt_of(inside) == credential.jwt
    assert json.loads(jws.verify(credential.jwt, signing_keys.public))["record"]["name"] == "Marisol Ejemplo"
    assert (stored.pdf, stored.digest) == (data, hashlib.sha256(data).hexdigest())
    assert (stored.language, stored.paper, stored.drawn_at) == ("en", "letter", NOON)


def test_drawn_again_before_the_signature_it_is_what_was_signed(
    session: Session, certificate: Certificate, settings: Settings
) -> None:
    """The signature is appended: what stands before it is the document that the stored digest tells of."""
    for language, paper in ((language, paper) for language in LANGUAGES for paper in PAPERS):
        data = document(settings, certificate.id, language, paper)
        stored = session.get_one(CertificateDocument, (certificate.id, language, paper))
        credential = session.get_one(CertificateCredential, certificate.id)
        record = from_plain(certificate.record)
        code = address(SITE, record.number, credential.code)
        seal = Seal(SITE, code, enveloped(credential.jwt))
        again = draw(record, seal, language=language, paper=paper)
        assert hashlib.sha256(again).hexdigest() == stored.unsigned_digest
        assert data.startswith(again)
        assert len(again) <= LARGEST


def test_it_is_made_once_for_each_language_and_paper(
    session: Session, certificate: Certificate, settings: Settings
) -> None:
    first = {(language, paper): document(settings, certificate.id, language, paper) for language, paper in FORMS}
    assert len(set(first.values())) == len(FORMS)
    again = {(language, paper): document(settings, certificate.id, language, paper) for language, paper in FORMS}
    assert again == first
    assert (rows(session, CertificateDocument), rows(session, CertificateCredential)) == (len(FORMS), 1)


FORMS: list[tuple[Language, Paper]] = [("en", "letter"), ("en", "a4"), ("es", "letter"), ("fr", "a4")]


def test_what_was_signed_is_still_tagged(certificate: Certificate, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(document(settings, certificate.id, "es", "a4"))
    report = Validator().validate(str(file))
    assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []


@on_both
def test_whoever_was_faster_is_the_answer(
    app: Flask, session: Session, certificate: Certificate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All have found none stored before the first one draws."""
    certificate_id, start, real = certificate.id, Barrier(4), drawing.draw
    session.rollback()

    def together(*arguments: Any, **more: Any) -> bytes:
        start.wait(timeout=30)
        return real(*arguments, **more)

    def request(_: int) -> bytes:
        with app.app_context():
            return document(settings, certificate_id)

    monkeypatch.setattr(drawing, "draw", together)
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(request, range(4)))
    assert len(answers) == 1
    assert session.scalars(select(CertificateDocument.pdf)).all() == list(answers)
    assert rows(session, CertificateCredential) == 1


def test_drawing_and_signing_hold_no_transaction(
    certificate: Certificate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    scoped: Any = db.session

    def watched(real: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            held.append(scoped().in_transaction())
            return real(*arguments, **more)

        return call

    monkeypatch.setattr(drawing, "draw", watched(drawing.draw))
    monkeypatch.setattr(drawing.pades, "sign_pdf", watched(drawing.pades.sign_pdf))
    document(settings, certificate.id)
    assert held == [False, False]


def test_a_drawing_that_fails_leaves_the_next_one_free(
    session: Session, certificate: Certificate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> bytes:
        raise CannotDraw("No font here has x.")

    with monkeypatch.context() as patched:
        patched.setattr(drawing, "draw", fails)
        with pytest.raises(CannotDraw):
            document(settings, certificate.id)
    assert rows(session, CertificateDocument) == 0
    assert read_signature(document(settings, certificate.id)).state == "whole"


def test_without_keys_it_says_what_makes_them(
    session: Session, certificate: Certificate, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(CannotDraw, match="flask keys new"):
        document(Settings(tmp_path / "missing.json"), certificate.id)
    assert rows(session, CertificateCredential) == 0
    kept = document(settings, certificate.id)
    assert document(Settings(tmp_path / "missing.json"), certificate.id) == kept


def test_a_certificate_that_is_none_has_no_document(session: Session, settings: Settings) -> None:
    with pytest.raises(NoResultFound):
        document(settings, 1)
