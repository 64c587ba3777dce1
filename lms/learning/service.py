"""Recording how far people are, and deciding when a module is complete."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, case, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.accounts.models import Person
from lms.assessment import rules as marking
from lms.assessment.models import PASSED, Attempt
from lms.assessment.repairs import result
from lms.catalog.models import Revision
from lms.catalog.shelf import Published
from lms.content.course import Module
from lms.core import audit
from lms.core.clock import program_day
from lms.core.database import insert_into

from . import retraining
from .models import Completion, ModuleChange, Progress, SectionReading
from .rules import all_opened, valid_until


def _unless_there(session: Session, model: type[Progress] | type[SectionReading], **values: object) -> Any:
    """INSERT that leaves an existing row alone: the first time counts, and clicking twice is no error."""
    return insert_into(session, model).values(**values).on_conflict_do_nothing()


def begin(session: Session, *, person_id: int, module: str, now: datetime) -> None:
    """The person has begun the module: a section opened or an attempt started."""
    new = session.execute(_unless_there(session, Progress, person_id=person_id, module=module, started_at=now))
    if cast(CursorResult[Any], new).rowcount:
        stale.person(session, person_id)


def open_section(session: Session, *, person_id: int, module: str, section: str, now: datetime) -> None:
    """The person has opened the section. Progress only grows (P2)."""
    session.execute(
        _unless_there(session, SectionReading, person_id=person_id, module=module, section=section, opened_at=now)
    )
    begin(session, person_id=person_id, module=module, now=now)


def opened_sections(session: Session, *, person_id: int, module: str) -> frozenset[str]:
    rows = select(SectionReading.section).where(SectionReading.person_id == person_id, SectionReading.module == module)
    return frozenset(session.scalars(rows))


def delta_questions(session: Session, *, person_id: int, module: str) -> frozenset[str]:
    """What somebody is asked whom only a change made due once more: the questions of all that concern the person since then.

    Empty for everybody else, and where no question is about one of these changes: then the whole quiz is asked.
    """
    because = select(Progress.again_because).where(Progress.person_id == person_id, Progress.module == module)
    if session.scalar(because) != "change":
        return frozenset()
    passed = (
        select(func.max(Attempt.revision_id))
        .join(Completion, Completion.attempt_id == Attempt.id)
        .where(Completion.person_id == person_id, Completion.module == module)
        .scalar_subquery()
    )
    changes = select(ModuleChange.questions).where(
        ModuleChange.module == module, ModuleChange.revision_id > passed, retraining.concerning(person_id)
    )
    asked = session.scalars(changes).all()
    return frozenset(question for questions in asked for question in questions) if all(asked) else frozenset()


def settle(
    session: Session, *, person_id: int, module: Module, published: Published, now: datetime
) -> Completion | None:
    """The completion this moment brings, None when there is none: every section was opened and an attempt was passed.

    After a completion only a later pass counts, of a revision that has the newest substantive change. While that completion
    still stands, such a pass renews it. A first pass counts whatever its revision: it is true, and where the module changed
    since, the person is due once more at once.
    """
    attempt = _next_pass(session, person_id, module.key)
    if attempt is None:
        return None
    mine = select(Progress.completed_at, Progress.valid_until).where(
        Progress.person_id == person_id, Progress.module == module.key
    )
    stands_since, former = session.execute(mine).one_or_none() or (None, None)
    opened = opened_sections(session, person_id=person_id, module=module.key)
    if stands_since is None and not all_opened(module, opened):
        return None
    return _complete(session, attempt, module, published, former, now)


def _next_pass(session: Session, person_id: int, module: str) -> Attempt | None:
    """The earliest passed attempt that no completion rests on or is later than; one that has the newest change comes first."""
    newest = (
        select(func.max(ModuleChange.revision_id))
        .where(ModuleChange.module == module, retraining.concerning(person_id))
        .scalar_subquery()
    )
    completed = (
        select(func.max(Completion.completed_at))
        .where(Completion.person_id == person_id, Completion.module == module)
        .scalar_subquery()
    )
    current = Attempt.revision_id >= func.coalesce(newest, 0)
    return session.scalar(
        select(Attempt)
        .where(
            Attempt.person_id == person_id,
            Attempt.module == module,
            PASSED,
            or_(completed.is_(None), and_(Attempt.submitted_at > completed, current)),
        )
        .order_by(case((current, 0), else_=1), Attempt.submitted_at)
        .limit(1)
    )


def _complete(
    session: Session, attempt: Attempt, module: Module, published: Published, former: date | None, now: datetime
) -> Completion | None:
    begin(session, person_id=attempt.person_id, module=attempt.module, now=now)
    # A publication waits for this completion, or is seen below: nobody slips between a change and its retraining.
    audit.hold(session)
    newest = select(Revision.id).order_by(Revision.id.desc()).limit(1)
    session.execute(newest.with_for_update(read=True))
    missed = retraining.since(session, attempt.module, attempt.revision_id, person_id=attempt.person_id)
    program, today = published.library.framework.program, program_day(now)
    score = result(session, attempt)
    completion = Completion(
        person_id=attempt.person_id,
        organization_id=session.scalar(select(Person.organization_id).where(Person.id == attempt.person_id)),
        module=attempt.module,
        revision_id=attempt.revision_id if missed else published.revision_id,
        attempt_id=attempt.id,
        percent=marking.percent(score.points, score.of),
        completed_at=now,
        valid_until=valid_until(module, program, today, former, delta=attempt.delta),
    )
    try:
        with session.begin_nested():
            session.add(completion)
    except IntegrityError:  # another tab was faster with the same attempt
        return None
    session.execute(
        update(Progress)
        .where(Progress.person_id == attempt.person_id, Progress.module == attempt.module)
        .values(completed_at=now, valid_until=completion.valid_until, again_because=None, again_on=None)
    )
    stale.person(session, attempt.person_id)
    audit.record(
        session,
        action="module.completed",
        subject=attempt.module,
        actor_id=attempt.person_id,
        now=now,
        attempt=attempt.public_id,
        percent=completion.percent,
    )
    for change in missed:
        retraining.make_due(session, change, program, today, person_id=attempt.person_id)
    return completion
