"""A certificate is signed once, whoever asks and however often; the list of the revoked is read from the rows."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.certificates import code, credential, revoking
from lms.certificates.models import Certificate, CertificateCredential
from lms.certificates.rules import from_plain
from lms.certificates.sealing import revoked_in, seal
from lms.certificates.status import ENTRIES
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from lms.signing import jws, keys
from lms.signing.keys import SigningKeys
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

from .records import NOON, SEALS, SITE, earn


@pytest.fixture
def certificate(session: Session) -> Certificate:
    driver = make_person(session, organization=make_organization(session))
    return earn(session, driver, SEALS)[0]


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, role=Role.ADMIN)


def test_it_signs_the_record_and_the_code(
    session: Session, certificate: Certificate, signing_keys: SigningKeys
) -> None:
    made = seal(session, certificate, signing_keys, site=SITE, now=NOON)
    record = from_plain(certificate.record)
    assert credential.record_of(jws.verify(made.jwt, signing_keys.public)).name == record.name
    assert made.code.startswith(code.fragment(code.compose(record), signing_keys.badge_id, b""))
    assert (made.key_id, made.signed_at) == (signing_keys.badge_id, NOON)


@on_both
def test_signed_once_it_stays(
    session: Session, certificate: Certificate, signing_keys: SigningKeys, tmp_path: Path
) -> None:
    first = seal(session, certificate, signing_keys, site=SITE, now=NOON)
    session.commit()
    jwt, said = first.jwt, first.code
    keys.new(tmp_path / "keys.json", name="Another", now=NOON)
    session.expire_all()
    again = seal(
        session,
        certificate,
        keys.load(tmp_path / "keys.json"),
        site="https://elsewhere.example",
        now=NOON + timedelta(1),
    )
    assert (again.jwt, again.code, again.signed_at) == (jwt, said, NOON)
    (noted,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.signed"))
    assert noted.subject == certificate.number
    assert noted.details == {"key": signing_keys.badge_id, "credential": hashlib.sha256(jwt.encode()).hexdigest()}


@on_both
def test_many_at_once_get_the_same(app: Flask, certificate: Certificate, signing_keys: SigningKeys) -> None:
    number, start = certificate.id, Barrier(8)

    def ask(minute: int) -> str:
        with app.app_context():
            start.wait()
            with transaction():
                asked = db.session.get_one(Certificate, number)
                now = NOON + timedelta(minutes=minute)
                return seal(db.session, asked, signing_keys, site=f"https://{minute}.example", now=now).jwt

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CertificateCredential)) == 1
        signed = select(func.count()).where(AuditEntry.action == "certificate.signed")
        assert db.session.scalar(signed) == 1


# The list of the revoked


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_without_certificates_there_is_no_list(session: Session) -> None:
    assert revoked_in(session, 1) is None


@on_both
def test_the_revoked_of_a_list_in_one_statement(session: Session, certificate: Certificate, staff: Person) -> None:
    assert revoked_in(session, 1) == []
    revoking.revoke(session, certificate.number, reason="wrong facts", note="A note.", by_id=staff.id, now=NOON)
    with counting(session) as statements:
        assert revoked_in(session, 1) == [certificate.id]
    assert len(statements) == 1
    assert [revoked_in(session, n) for n in (0, 2, 10**15)] == [None, None, None]


def test_a_certificate_beyond_the_first_list_is_in_the_second(
    session: Session, certificate: Certificate, staff: Person
) -> None:
    number, by = certificate.number, staff.id
    session.execute(update(Certificate).where(Certificate.number == number).values(id=ENTRIES))
    session.expunge_all()
    revoking.revoke(session, number, reason="wrong facts", note="A note.", by_id=by, now=NOON)
    assert [revoked_in(session, n) for n in (1, 2, 3)] == [[], [ENTRIES], None]
