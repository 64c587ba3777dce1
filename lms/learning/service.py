"""Recording how far people are, and deciding when a module is complete."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.catalog.shelf import Published
from lms.content.course import Module
from lms.core import audit

from .models import Completion, Progress, SectionReading
from .rules import all_opened


def _unless_there(session: Session, model: type[Progress] | type[SectionReading], **values: object) -> Insert:
    """INSERT that leaves an existing row alone: the first time counts, and clicking twice is no error."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model).values(**values).on_conflict_do_nothing()
    return sqlite.insert(model).values(**values).on_conflict_do_nothing()


def begin(session: Session, *, person_id: int, module: str, now: datetime) -> None:
    """The person has begun the module: a section opened or an attempt started."""
    session.execute(_unless_there(session, Progress, person_id=person_id, module=module, started_at=now))


def open_section(session: Session, *, person_id: int, module: str, section: str, now: datetime) -> None:
    """The person has opened the section. Progress only grows (P2)."""
    session.execute(
        _unless_there(session, SectionReading, person_id=person_id, module=module, section=section, opened_at=now)
    )
    begin(session, person_id=person_id, module=module, now=now)


def opened_sections(session: Session, *, person_id: int, module: str) -> frozenset[str]:
    rows = select(SectionReading.section).where(SectionReading.person_id == person_id, SectionReading.module == module)
    return frozenset(session.scalars(rows))


def settle(
    session: Session, *, person_id: int, module: Module, published: Published, now: datetime
) -> Completion | None:
    """The completion this moment brings: every section was opened and an attempt was passed. None when not yet, or already there."""
    if session.scalar(
        select(Progress.completed_at).where(Progress.person_id == person_id, Progress.module == module.key)
    ):
        return None
    attempt = session.scalar(
        select(Attempt)
        .where(Attempt.person_id == person_id, Attempt.module == module.key, Attempt.passed.is_(True))
        .order_by(Attempt.submitted_at)
        .limit(1)
    )
    if attempt is None or not all_opened(module, opened_sections(session, person_id=person_id, module=module.key)):
        return None
    return _complete(session, attempt, published, now)


def _complete(session: Session, attempt: Attempt, published: Published, now: datetime) -> Completion | None:
    begin(session, person_id=attempt.person_id, module=attempt.module, now=now)
    completion = Completion(
        person_id=attempt.person_id,
        organization_id=session.scalar(select(Person.organization_id).where(Person.id == attempt.person_id)),
        module=attempt.module,
        revision_id=published.revision_id,
        attempt_id=attempt.id,
        percent=int(100 * Fraction(attempt.score or "0") / (attempt.out_of or 1)),
        completed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(completion)
    except IntegrityError:  # another tab was faster with the same attempt
        return None
    session.execute(
        update(Progress)
        .where(Progress.person_id == attempt.person_id, Progress.module == attempt.module)
        .values(completed_at=now)
    )
    audit.record(
        session,
        action="module.completed",
        subject=attempt.module,
        actor_id=attempt.person_id,
        now=now,
        attempt=attempt.public_id,
        percent=completion.percent,
    )
    return completion
