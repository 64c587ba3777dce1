"""Migrations and models agree, and go forwards and back, on both databases."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from lms.certificates.documents import keep
from lms.certificates.models import Certificate
from lms.certificates.revoking import revoke
from lms.core.clock import now
from lms.core.database import db
from lms.core.language import Language
from lms.migrations.commands import check, downgrade, upgrade
from tests.certificates.test_renewals import attend
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, complete

PDF, LATER_PDF = b"%PDF-1.7 as it was drawn first", b"%PDF-1.7 as it was drawn in Spanish"


@on_both
def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        check()  # raises when a migration is missing
        assert "person" in inspect(db.engine).get_table_names()


@on_both
def test_migrations_go_back_and_forwards_with_data(app: Flask) -> None:
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names())
        downgrade("base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == tables


@on_both
def test_certificates_and_their_first_documents_survive_the_version_before_signatures(session: Session) -> None:
    """0005 goes back with what 0004 can hold: no attendance, and one document a certificate, to the byte."""
    person = make_person(session, organization=make_organization(session))
    complete(session, person, SEALS, WALK)
    complete(session, person, SEALS, at=now() + timedelta(minutes=50))
    attended = attend(session, person)
    session.flush()
    seals, _, renewal, _ = session.query(Certificate).order_by(Certificate.id)
    draw(session, seals, "en", PDF)
    draw(session, seals, "es", LATER_PDF, days=1)
    draw(session, attended, "en", b"%PDF-1.7 of a workshop")
    revoke(session, renewal.number, reason="wrong facts", note="x", by_id=person.id, now=now())
    session.commit()
    numbers = rows("SELECT number FROM certificate WHERE occasion IS NULL ORDER BY id")

    downgrade("0004")
    assert rows("SELECT number FROM certificate ORDER BY id") == numbers
    digest = hashlib.sha256(PDF).hexdigest()
    assert rows("SELECT certificate_id, digest, pdf FROM certificate_document") == [(1, digest, PDF)]
    upgrade()
    check()
    assert rows("SELECT number FROM certificate ORDER BY id") == numbers
    columns = "certificate_id, language, paper, digest, unsigned_digest, pdf"
    stored = (1, "en", "letter", digest, digest, PDF)
    assert rows(f"SELECT {columns} FROM certificate_document") == [stored]
    assert rows("SELECT count(*) FROM revocation") == [(0,)]


def draw(session: Session, certificate: Certificate, language: Language, pdf: bytes, *, days: int = 0) -> None:
    at = now() + timedelta(days=days)
    keep(session, certificate.id, pdf, language=language, paper="letter", unsigned=pdf[:8] + pdf, now=at)


def rows(statement: str) -> list[tuple[Any, ...]]:
    db.session.rollback()
    with db.engine.connect() as connection:
        return [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in connection.execute(text(statement))
        ]
