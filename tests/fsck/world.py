"""A small site with a history of every kind, and a hand that writes into its database past all rules."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Person
from lms.accounts.permissions import Role
from lms.assessment import repairs
from lms.assessment.models import Answer, Attempt, Remark
from lms.catalog.shelf import published
from lms.certificates import credential
from lms.certificates import service as certificates
from lms.certificates.documents import keep
from lms.certificates.models import Certificate
from lms.certificates.revoking import revoke
from lms.certificates.rules import Workshop, from_plain
from lms.certificates.sealing import seal
from lms.core.audit import AuditEntry
from lms.core.database import Base, db
from lms.learning.models import Completion
from lms.notices.models import Letter, Reminder
from lms.reporting import folding
from lms.schedule.service import in_force
from lms.settings import Settings
from lms.signing import jws
from lms.signing.keys import load
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, WALK, begin_attempt, complete, story

AT = datetime(2026, 10, 6, 15, tzinfo=UTC)
NOBODY = 99_999


@dataclass(frozen=True, slots=True)
class World:
    """Keys of what is in it: one person who has completed everything, one who failed, gained by a repair and is at it again,
    and one who has a renewed certificate. One of the first person's is signed and drawn, one revoked, one of a workshop.
    """

    done: int
    failed: int
    attempt: int
    public_id: str
    answered: str
    completion: int
    walk: int
    other: int
    opened: int
    repaired: int
    remark: int
    repair: int
    certificate: int
    number: str
    program: int
    forged: str
    worse: str
    renewed: int
    renewal: int
    revoked: int
    attended: int
    attended_number: str
    other_jwt: str
    unsigned_jwt: str
    document: str
    home: int
    profile: int
    employment: int
    letter: int
    digest: int
    audit: int


def make_world(session: Session) -> World:
    """Committed."""
    home = make_organization(session)
    done, failed, late = (make_person(session, name, organization=home) for name in ("Ana", "Ben", "Cho"))
    staff = make_person(session, "Sam", role=Role.STAFF)
    complete(session, done, SEALS, WALK, PASSWORDS, at=AT)
    teller = story(session, AT)
    seals = teller.shelf.library.modules[SEALS]
    teller.attempts(failed, seals, AT, right=0)
    teller.reads(failed, seals, 1, AT + timedelta(hours=1))
    session.commit()
    question = seals.questions[0].id
    proposal = repairs.Proposal(SEALS, question, True, (), AT - timedelta(days=1), "It cannot be answered.")
    repaired = repairs.apply(session, proposal, by_id=staff.id, now=AT + timedelta(days=1))
    teller.attempts(late, seals, AT + timedelta(days=2), right=0)  # marked with the repair at once
    session.commit()
    begin_attempt(session, failed, SEALS)
    again = make_person(session, "Dee", organization=home)
    complete(session, again, SEALS, at=AT)
    complete(session, again, SEALS, at=AT + timedelta(days=10))
    attended = attend(session, done)
    told = tell(session, done)
    session.commit()
    issued = {
        (c.person_id, c.category): c for c in session.scalars(select(Certificate).order_by(Certificate.id.desc()))
    }
    issued_to = {category: c for (person_id, category), c in issued.items() if person_id == done.id}
    renewed, renewal = session.scalars(
        select(Certificate).where(Certificate.person_id == again.id).order_by(Certificate.id)
    )
    revoke(session, issued_to[4].number, reason="wrong person", note="A note.", by_id=staff.id, now=AT)
    other, unsigned = sealed(session, issued_to[6])
    session.commit()
    folding.recount(session, lambda _done, _of: None)

    def one(statement: Any) -> Any:
        return session.scalars(statement.limit(1)).one()

    attempt = one(
        select(Attempt).where(Attempt.person_id == done.id, Attempt.module == SEALS, Attempt.passed.is_(True))
    )
    completed = {c.module: c.id for c in session.scalars(select(Completion).where(Completion.person_id == done.id))}
    remark = one(select(Remark))
    assert done.profile_id is not None
    return World(
        done=done.id,
        failed=failed.id,
        attempt=attempt.id,
        public_id=attempt.public_id,
        answered=one(select(Answer.question).where(Answer.attempt_id == attempt.id)),
        completion=completed[SEALS],
        walk=completed[WALK],
        other=one(select(Attempt.id).where(Attempt.person_id == done.id, Attempt.module == WALK)),
        opened=one(select(Attempt.id).where(Attempt.submitted_at.is_(None))),
        repaired=remark.attempt_id,
        remark=remark.id,
        repair=repaired.repair_id,
        certificate=issued_to[6].id,
        number=issued_to[6].number,
        program=issued_to[0].id,
        forged=json.dumps(issued_to[6].record | {"name": "Somebody Else"}),
        worse=json.dumps(issued_to[6].record | {"percent": 10}),
        renewed=renewed.id,
        renewal=renewal.id,
        revoked=issued_to[4].id,
        attended=attended.id,
        attended_number=attended.number,
        other_jwt=other,
        unsigned_jwt=unsigned,
        document=attempt.document,
        home=home.id,
        profile=done.profile_id,
        employment=one(select(Employment.id).where(Employment.person_id == done.id)),
        letter=told["reminder"],
        digest=told["digest"],
        audit=one(select(AuditEntry.id).where(AuditEntry.action == "module.completed").order_by(AuditEntry.id.desc())),
    )


def tell(session: Session, person: Person) -> dict[str, int]:
    """A letter of each kind to the person, the reminder caught up on the day after its own; ids by kind."""
    letters = [
        Letter(person_id=person.id, kind=kind, day=day, state="sent", created_at=AT, taken_at=AT, sent_at=AT)
        for kind, day in (("reminder", AT.date()), ("digest", AT.date() - timedelta(days=AT.weekday())))
    ]
    session.add_all(letters)
    session.flush()
    due_on = AT.date() + timedelta(days=6)
    session.add(Reminder(person_id=person.id, module=SEALS, due_on=due_on, days=7, letter_id=letters[0].id))
    return {letter.kind: letter.id for letter in letters}


def attend(session: Session, person: Person) -> Certificate:
    shelf = published(session)
    return certificates.issue_attendance(
        session,
        person=person,
        occasion="dock-2026",
        workshop=Workshop("Seals at the dock", "", 120),
        criteria=("6.2",),
        held_on=AT.date(),
        published=shelf,
        schedule=in_force(session, shelf.library),
        now=AT,
    )


def sealed(session: Session, certificate: Certificate) -> tuple[str, str]:
    """Sign and keep a document of it; the credential of a changed record, signed by us, and ours with the signature of that."""
    settings: Settings = current_app.extensions["settings"]
    keys = load(settings.signing_key_file)
    jwt = seal(session, certificate, keys, site=settings.site_url, now=AT).jwt
    keep(
        session,
        certificate.id,
        b"%PDF-1.7 as it was signed",
        language="en",
        paper="letter",
        unsigned=b"%PDF-1.7",
        now=AT,
    )
    record = replace(from_plain(certificate.record), name="Somebody Else")
    stated = credential.payload(credential.compose(record, site=settings.site_url, index=certificate.id))
    other = jws.sign(stated, keys, typ="vc+jwt")
    return other, f"{jwt.rpartition('.')[0]}.{other.rpartition('.')[2]}"


def copied(table: str, where: str, **changed: str) -> str:
    """INSERT of a row like another one, but for these columns (SQL)."""
    names = [column.name for column in Base.metadata.tables[table].columns]
    values = ", ".join(changed.get(name, name) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {where}"


def without_unique_keys(table: str, key: str) -> tuple[str, ...]:
    """Takes a unique key from a table."""
    if db.engine.dialect.name == "postgresql":
        return (f"ALTER TABLE {table} DROP CONSTRAINT {key}",)
    return (
        f"CREATE TABLE plain AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE plain RENAME TO {table}",
    )


def vandalize(*statements: str) -> None:
    """Run SQL with foreign keys off."""
    postgresql = db.engine.dialect.name == "postgresql"
    off, on = (
        ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        if postgresql
        else ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    )
    db.session.rollback()  # or it holds what is to be changed
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        for statement in (off, *statements, on):
            cursor.execute(statement)
        connection.commit()
    finally:
        connection.close()
