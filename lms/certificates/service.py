"""Issuing certificates, keeping their documents, and answering whether one is ours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Literal

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.identity import SignedIn
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Permission
from lms.catalog.shelf import Published
from lms.content.course import Module
from lms.core import audit
from lms.core.clock import program_day
from lms.learning import service as learning
from lms.learning.models import Completion
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import Schedule
from lms.schedule.service import in_force

from .models import Certificate, CertificateDocument
from .reader import read
from .rules import (
    Holder,
    Record,
    Required,
    compose,
    digest,
    earned,
    from_plain,
    new_number,
    numbers_in,
    parse_number,
    to_plain,
)
from .sheet import missing_facts


def complete(
    session: Session, *, person_id: int, module: Module, published: Published, now: datetime
) -> Completion | None:
    """The completion this moment brings (see learning.service.settle), with the certificates that it earns; None for none."""
    completion = learning.settle(session, person_id=person_id, module=module, published=published, now=now)
    if completion:
        schedule = in_force(session, published.library)
        issue_earned(session, completion=completion, published=published, schedule=schedule, now=now)
    return completion


def issue_earned(
    session: Session, *, completion: Completion, published: Published, schedule: Schedule, now: datetime
) -> list[Certificate]:
    """The certificates that this completion earns: of its category, and of the program. Asked again it answers the same.

    The person's row is locked first: of two modules completed at the same moment, the later one sees both.
    """
    person = session.scalars(
        select(Person).where(Person.id == completion.person_id).with_for_update(key_share=True)
    ).one()
    required = _required(session, person)
    best = _best_percents(session, person.id)
    holder = _holder(session, person, completion)
    return [
        _issue(
            session,
            completion,
            compose(
                holder,
                category,
                required,
                best,
                published.library,
                number=new_number(SystemRandom()),
                revision=completion.revision_id,
                completed_on=program_day(completion.completed_at),
                enforcement_date=schedule.enforcement_date,
                issued_at=now,
            ),
        )
        for category in earned({r.module: r.category for r in required}, best, completion.module)
    ]


def _required(session: Session, person: Person) -> list[Required]:
    columns = (ProfileRequirement.module, ProfileRequirement.category, ProfileRequirement.criteria)
    rows = session.execute(select(*columns).where(ProfileRequirement.profile_id == person.profile_id))
    return [Required(module, category, tuple(criteria)) for module, category, criteria in rows]


def _best_percents(session: Session, person_id: int) -> dict[str, int]:
    """The best percent of each module the person has completed."""
    best = select(Completion.module, func.max(Completion.percent).label("percent")).where(
        Completion.person_id == person_id
    )
    return {row.module: row.percent for row in session.execute(best.group_by(Completion.module))}


def _holder(session: Session, person: Person, completion: Completion) -> Holder:
    company = session.get(Organization, completion.organization_id) if completion.organization_id else None
    return Holder(person.name, company.name if company else "", company.entities if company else (), person.demo)


def _issue(session: Session, completion: Completion, record: Record) -> Certificate:
    certificate = Certificate(
        number=record.number,
        person_id=completion.person_id,
        organization_id=completion.organization_id,
        category=record.category,
        completion_id=completion.id,
        record=to_plain(record),
        issued_at=record.issued_at,
        valid_until=record.valid_until,
    )
    try:
        with session.begin_nested():
            session.add(certificate)
    except IntegrityError:  # it is there already (C1)
        return session.scalars(
            select(Certificate).filter_by(
                person_id=completion.person_id, category=record.category, completion_id=completion.id
            )
        ).one()
    audit.record(
        session,
        action="certificate.issued",
        subject=record.number,
        actor_id=completion.person_id,
        now=record.issued_at,
        category=record.category,
        completion=completion.id,
        record=digest(record),
    )
    return certificate


def of_person(session: Session, person_id: int) -> Sequence[Certificate]:
    """A person's certificates, the newest first."""
    newest = select(Certificate).where(Certificate.person_id == person_id)
    return session.scalars(newest.order_by(Certificate.issued_at.desc(), Certificate.id.desc())).all()


def find(session: Session, typed: str) -> Certificate | None:
    """The certificate with a number as people type it."""
    number = parse_number(typed)
    return session.scalar(select(Certificate).where(Certificate.number == number)) if number else None


def with_document(session: Session, number: str) -> Row[int, int, int | None, bytes | None] | None:
    """Id, person, organization and stored PDF (None before it was first asked for) of a certificate, in one statement."""
    return session.execute(
        select(Certificate.id, Certificate.person_id, Certificate.organization_id, CertificateDocument.pdf)
        .outerjoin(CertificateDocument)
        .where(Certificate.number == number)
    ).one_or_none()


def may_open(viewer: SignedIn, *, person_id: int, organization_id: int | None) -> bool:
    """Its owner, the coordinator of the company it was earned at, and who sees the whole program."""
    if viewer.id == person_id or viewer.may(Permission.SEE_PROGRAM):
        return True
    return (
        viewer.may(Permission.RUN_COMPANY)
        and viewer.organization_id is not None
        and viewer.organization_id == organization_id
    )


def record_of(session: Session, certificate_id: int) -> Record:
    return from_plain(session.execute(select(Certificate.record).where(Certificate.id == certificate_id)).scalar_one())


def keep(session: Session, certificate_id: int, pdf: bytes, *, now: datetime) -> bytes:
    """Store the document just drawn, and answer what stands: the one drawn first, when somebody was faster."""
    drawn = CertificateDocument(
        certificate_id=certificate_id, digest=hashlib.sha256(pdf).hexdigest(), pdf=pdf, drawn_at=now
    )
    try:
        with session.begin_nested():
            session.add(drawn)
    except IntegrityError:
        return session.execute(
            select(CertificateDocument.pdf).where(CertificateDocument.certificate_id == certificate_id)
        ).scalar_one()
    return pdf


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a PDF is to us. `differs` names the facts of the record that a changed file does not show.

    genuine: the document we issued, byte for byte. changed: it bears a number of ours and is another file.
    unknown: no number of ours in it. unreadable: not a PDF, or one that cannot be read.
    """

    kind: Literal["genuine", "changed", "unknown", "unreadable"]
    certificate: Certificate | None = None
    differs: tuple[str, ...] = ()


def find_by_pdf(session: Session, data: bytes) -> Verdict:
    """Whether a PDF is a document of ours: by its SHA-256, else by the number it bears. The data is not kept."""
    fingerprint = hashlib.sha256(data).hexdigest()
    genuine = session.scalar(
        select(Certificate).join(CertificateDocument).where(CertificateDocument.digest == fingerprint)
    )
    if genuine:
        return Verdict("genuine", genuine)
    reading = read(data) if data.lstrip().startswith(b"%PDF-") else None
    if reading is None:
        return Verdict("unreadable")
    for number in (reading.number, *numbers_in(reading.text)):
        if certificate := find(session, number):
            return Verdict("changed", certificate, missing_facts(from_plain(certificate.record), reading.text))
    return Verdict("unknown")
