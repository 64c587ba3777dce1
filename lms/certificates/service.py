"""Issuing certificates: what a completion earns, and what somebody attended."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from random import SystemRandom
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.catalog.shelf import Published
from lms.content.course import Module
from lms.content.library import Library
from lms.core import audit, jobs
from lms.core.clock import program_day
from lms.core.language import LANGUAGES, translated, using
from lms.learning import service as learning
from lms.learning.models import Completion, Progress
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import Schedule
from lms.schedule.service import in_force

from .models import Certificate, Revocation
from .numbers import new_number
from .rules import (
    Former,
    Holder,
    Issue,
    Passed,
    Record,
    Required,
    Workshop,
    compose,
    compose_attendance,
    digest,
    earned,
    to_plain,
)

# The job that follows every certificate: its document drawn ahead of need, and mailed where that is wanted.
DELIVER = "certificate.deliver"


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

    Where the person had one of the same course, the new one renews it.
    The person's row is locked first: of two modules completed at the same moment, the later one sees both.
    """
    person = session.scalars(
        select(Person).where(Person.id == completion.person_id).with_for_update(key_share=True)
    ).one()
    required = _required(session, person)
    passed = _passed(session, person.id)
    completed_on = program_day(completion.completed_at)
    stands = {module for module, one in passed.items() if one.stands(program_day(now))} | {completion.module}
    holder = _holder(session, person, completion.organization_id)
    issued = []
    for category in earned({r.module: r.category for r in required}, passed.keys() & stands, completion.module):
        former = _followed(session, completion, category)
        record = compose(
            holder,
            category,
            required,
            passed,
            published.library,
            Issue(new_number(SystemRandom()), completion.revision_id, schedule.enforcement_date, completed_on, now),
            former=Former(former.number, former.valid_until) if former else None,
        )
        earned_by = {"category": category, "completion_id": completion.id}
        record = with_words(record, published.library)
        issued.append(_issue(session, person.id, completion.organization_id, record, former, earned_by))
    return issued


def issue_attendance(
    session: Session,
    *,
    person: Person,
    occasion: str,
    workshop: Workshop,
    criteria: Collection[str],
    held_on: date,
    published: Published,
    schedule: Schedule,
    now: datetime,
) -> Certificate:
    """The certificate of somebody who attended. `occasion` names the workshop for ever; asked again it answers the same."""
    holder = _holder(session, person, person.organization_id)
    issue = Issue(new_number(SystemRandom()), published.revision_id, schedule.enforcement_date, held_on, now)
    record = compose_attendance(holder, workshop, criteria, published.library, issue)
    record = with_words(record, published.library)
    return _issue(session, person.id, person.organization_id, record, None, {"occasion": occasion})


def with_words(record: Record, library: Library) -> Record:
    """The record with the names it holds in the other languages, as they are translated on this day."""
    titles = {module.title: key for key, module in library.modules.items()}
    words: dict[str, dict[str, str]] = {}
    for language in LANGUAGES[1:]:
        with using(language):
            for name in record.names:
                module = library.module(titles[name], language) if name in titles else None
                word = module.title if module else translated(name)
                if word != name:
                    words.setdefault(language, {})[name] = word
    return replace(record, words=words)


def _followed(session: Session, completion: Completion, category: int) -> Certificate | None:
    """The newest certificate of the same course that stands, and that an earlier completion earned."""
    theirs = select(Certificate).where(
        Certificate.person_id == completion.person_id,
        Certificate.category == category,
        Certificate.completion_id != completion.id,
        Certificate.id.not_in(select(Revocation.certificate_id)),
        Certificate.id.not_in(select(Certificate.renews_id).where(Certificate.renews_id.is_not(None))),
    )
    return session.scalars(theirs.order_by(Certificate.id.desc()).limit(1)).one_or_none()


def _required(session: Session, person: Person) -> list[Required]:
    columns = (ProfileRequirement.module, ProfileRequirement.category, ProfileRequirement.criteria)
    rows = session.execute(select(*columns).where(ProfileRequirement.profile_id == person.profile_id))
    return [Required(module, category, tuple(criteria)) for module, category, criteria in rows]


def _passed(session: Session, person_id: int) -> dict[str, Passed]:
    """What the person has completed, by module."""
    changed = and_(Progress.again_because == "change", Progress.completed_at.is_(None))
    rows = session.execute(
        select(Completion.module, func.max(Completion.percent), func.max(Completion.valid_until), Progress.person_id)
        .outerjoin(
            Progress,
            and_(Progress.person_id == Completion.person_id, Progress.module == Completion.module, changed),
        )
        .where(Completion.person_id == person_id)
        .group_by(Completion.module, Progress.person_id)
    )
    return {module: Passed(best, until, open_again is not None) for module, best, until, open_again in rows}


def _holder(session: Session, person: Person, organization_id: int | None) -> Holder:
    company = session.get(Organization, organization_id) if organization_id else None
    return Holder(person.name, company.name if company else "", company.entities if company else (), person.demo)


def _issue(
    session: Session,
    person_id: int,
    organization_id: int | None,
    record: Record,
    former: Certificate | None,
    earned_by: Mapping[str, Any],
) -> Certificate:
    """Store the record; the one that is there already for the same completion or workshop is the answer then (C1)."""
    certificate = Certificate(
        number=record.number,
        person_id=person_id,
        organization_id=organization_id,
        renews_id=former.id if former else None,
        record=to_plain(record),
        issued_at=record.issued_at,
        valid_until=record.valid_until,
        **earned_by,
    )
    try:
        with session.begin_nested():
            session.add(certificate)
    except IntegrityError:
        return session.scalars(select(Certificate).filter_by(person_id=person_id, **earned_by)).one()
    audit.record(
        session,
        action="certificate.issued",
        subject=record.number,
        actor_id=person_id,
        now=record.issued_at,
        record=digest(record),
        **{name.removesuffix("_id"): value for name, value in earned_by.items()},
    )
    arguments = {"certificate": certificate.id}
    jobs.enqueue(session, DELIVER, arguments, key=f"certificate:{certificate.id}", now=record.issued_at)
    return certificate
