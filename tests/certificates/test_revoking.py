"""Revoking: once, with a reason, by staff, for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.certificates import known, revoking
from lms.certificates.models import Certificate, Revocation
from lms.certificates.revoking import AlreadyRevoked, NoSuchCertificate
from lms.certificates.rules import digest, from_plain
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

from .records import NOON, SEALS, TYPICAL, earn

LATER = NOON + timedelta(days=3)
TODAY = date(2019, 11, 20)
NOTE = "A colleague sat at the desk that day."


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return earn(session, make_person(session, organization=make_organization(session)), SEALS)[0]


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Specimen", role=Role.STAFF, email="sam@program.example")


def revoke(session: Session, number: str, staff: Person) -> Revocation:
    return revoking.revoke(session, number, reason="not own work", note=NOTE, by_id=staff.id, now=LATER)


def entries(session: Session) -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.revoked")))


@on_both
def test_it_no_longer_counts_and_nothing_is_lost(session: Session, certificate: Certificate, staff: Person) -> None:
    before = digest(from_plain(certificate.record))
    revoke(session, certificate.number, staff)
    session.commit()
    found = known.find(session, certificate.number, today=TODAY)
    assert found is not None
    assert (found.standing, found.reason, found.revoked_at) == ("revoked", "not own work", LATER)
    assert digest(found.record) == before
    (entry,) = entries(session)
    assert (entry.subject, entry.actor_id, entry.at) == (certificate.number, staff.id, LATER)
    assert entry.details == {"reason": "not own work", "note": NOTE}


def test_twice_changes_nothing(session: Session, certificate: Certificate, staff: Person) -> None:
    revoke(session, certificate.number, staff)
    session.commit()
    with pytest.raises(AlreadyRevoked):
        revoking.revoke(
            session, certificate.number, reason="wrong facts", note="Other", by_id=staff.id, now=LATER + timedelta(1)
        )
    session.commit()
    assert session.scalars(select(Revocation)).one().reason == "not own work"
    assert len(entries(session)) == 1


def test_a_number_that_was_never_issued(session: Session, staff: Person) -> None:
    with pytest.raises(NoSuchCertificate):
        revoke(session, TYPICAL.number, staff)


@on_both
def test_many_at_once_revoke_it_once(app: Flask, session: Session, certificate: Certificate, staff: Person) -> None:
    number, by_id, start = certificate.number, staff.id, Barrier(8)

    def request(_: int) -> bool:
        with app.app_context():
            start.wait(timeout=30)
            try:
                with transaction():
                    revoke(db.session, number, db.session.get_one(Person, by_id))
            except AlreadyRevoked:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(request, range(8))) == [False] * 7 + [True]
    assert len(entries(session)) == 1


def command(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["certificate", "revoke", *arguments])
    return result.exit_code, result.output


def test_the_command(app: Flask, session: Session, certificate: Certificate, staff: Person) -> None:
    typed = f"{certificate.number[:4].lower()}-{certificate.number[4:]}"
    said = ("--reason", "wrong-person", "--note", NOTE, "--by", "Sam@program.example")
    status, output = command(app, typed, *said)
    assert (status, "is revoked" in output) == (0, True)
    assert entries(session)[0].details == {"reason": "wrong person", "note": NOTE}
    status, output = command(app, typed, *said)
    assert (status, "was revoked before" in output) == (1, True)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"number": "0" * 13}, 1, "We issued no certificate with this number"),
        ({"--by": "nobody@program.example"}, 1, "Nobody signs in with nobody@program.example"),
        ({"--by": "learner@program.example"}, 1, "may not revoke"),
        ({"--reason": "dislike"}, 2, "Invalid value"),
        ({"--note": " "}, 2, "Say in a sentence or two"),
        ({"--note": "x" * 501}, 2, "501 characters"),
    ],
)
def test_the_command_refuses(
    app: Flask,
    session: Session,
    certificate: Certificate,
    staff: Person,
    change: dict[str, str],
    status: int,
    says: str,
) -> None:
    make_person(session, email="learner@program.example")
    words = {"--reason": "wrong-facts", "--note": NOTE, "--by": "sam@program.example"} | change
    number = words.pop("number", certificate.number)
    answer = command(app, number, *(part for pair in words.items() for part in pair))
    assert answer[0] == status
    assert says in answer[1]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Revocation)) == 0
