"""What falls due once more: because a module's content changed, or because the validity of a completion comes to its end.

Both are written set by set, for everybody at once; completions themselves are never touched.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.assessment.models import Attempt
from lms.catalog.models import Revision, RevisionModule
from lms.catalog.shelf import load, pinned_module
from lms.content.course import Module
from lms.content.framework import Program
from lms.core import audit
from lms.core.clock import program_day
from lms.schedule.service import refresh

from .changes import delta
from .models import Completion, ModuleChange, Progress, SectionReading
from .rules import refresher_from


def follow(session: Session, revision: Revision, *, now: datetime) -> int:
    """What a publication brings about: the requirements, and who is due once more for having passed without a substantive change.

    Returns how many are, counted for each module. A module counts whose English file was changed in this revision and says
    `change: substantive`: its author decides. Where the change shows in no section and no question, the whole quiz is asked.
    """
    library = load(session, revision.id).library
    refresh(session, library)
    rows, program = 0, library.framework.program
    for before, after in _changed(session, revision.id):
        if after.change != "substantive":
            continue
        what = delta(before, after)
        change = ModuleChange(
            module=after.key,
            revision_id=revision.id,
            reason=after.reason,
            sections=list(what.sections),
            questions=list(what.questions),
            published_at=now,
        )
        session.add(change)
        session.flush()
        due = make_due(session, change, program, program_day(now))
        audit.record(
            session, action="module.changed", subject=after.key, actor_id=None, now=now, revision=revision.id, due=due
        )
        rows += due
    return rows


def _changed(session: Session, revision_id: int) -> Iterable[tuple[Module, Module]]:
    """English modules of which the revision has another file than the one before it: as they were, and as they are."""
    previous = session.scalar(select(func.max(Revision.id)).where(Revision.id < revision_id))
    documents = (
        dict(
            session.execute(
                select(RevisionModule.path, RevisionModule.document).where(RevisionModule.revision_id == number)
            ).all()
        )
        for number in (previous, revision_id)
    )
    old, new = documents
    for path in sorted(old.keys() & new.keys()):
        if old[path] == new[path]:
            continue
        before, after = pinned_module(session, old[path]), pinned_module(session, new[path])
        if after.language == "en" and before.digest != after.digest:
            yield before, after


def since(session: Session, module: str, revision_id: int) -> list[ModuleChange]:
    """The substantive changes of a module that a revision does not have, oldest first."""
    newer = select(ModuleChange).where(ModuleChange.module == module, ModuleChange.revision_id > revision_id)
    return list(session.scalars(newer.order_by(ModuleChange.revision_id)))


def make_due(
    session: Session, change: ModuleChange, program: Program, today: date, *, person_id: int | None = None
) -> int:
    """Make due once more who completed the module without this change, everybody or one person; how many.

    They have `retraining_days`. Whose refresher was due anyway keeps that reason, and the earlier of the two days. The
    sections that changed want opening again, unless they were opened since the change.
    """
    due_on = today + timedelta(days=program.retraining_days)
    concerned = and_(Progress.module == change.module, _without(change))
    reading = delete(SectionReading).where(
        SectionReading.module == change.module,
        SectionReading.section.in_(change.sections),
        SectionReading.opened_at < change.published_at,
        SectionReading.person_id.in_(select(Progress.person_id).where(concerned)),
    )
    if person_id is not None:
        concerned = and_(concerned, Progress.person_id == person_id)
        reading = reading.where(SectionReading.person_id == person_id)
    _run(session, reading)
    stale.people(session, select(Progress.person_id).where(concerned))
    return _run(
        session,
        update(Progress)
        .where(concerned)
        .values(
            completed_at=None,
            again_because=func.coalesce(Progress.again_because, "change"),
            again_on=case((Progress.again_on < due_on, Progress.again_on), else_=due_on),
        ),
    )


def _without(change: ModuleChange) -> ColumnElement[bool]:
    """Whether somebody completed the module, and never by an attempt at a revision that has the change."""
    mine = (Completion.person_id == Progress.person_id, Completion.module == change.module)
    newer = (
        exists()
        .where(Completion.attempt_id == Attempt.id, *mine, Attempt.revision_id >= change.revision_id)
        .correlate(Progress)
    )
    return and_(exists().where(*mine).correlate(Progress), ~newer)


def turn(session: Session, program: Program, *, today: date, person_id: int | None = None) -> int:
    """What the calendar makes due, for everybody or for one person; how many rows.

    A completion whose validity ends within the program's `refresher_days` still stands, and its refresher is due by that end.
    From the day after its end it stands no more; who had only a change to learn until then takes the whole quiz.
    """
    over = Progress.valid_until < today
    nears = and_(Progress.again_because.is_(None), Progress.valid_until <= refresher_from(today, program))
    ends = and_(over, or_(Progress.completed_at.is_not(None), Progress.again_because == "change"))
    concerned = or_(and_(Progress.completed_at.is_not(None), nears), ends)
    if person_id is not None:
        concerned = and_(concerned, Progress.person_id == person_id)
    stale.people(session, select(Progress.person_id).where(concerned))
    statement = (
        update(Progress)
        .where(concerned)
        .values(
            completed_at=case((over, null()), else_=Progress.completed_at),
            again_because="expiry",
            again_on=case((Progress.again_on < Progress.valid_until, Progress.again_on), else_=Progress.valid_until),
        )
    )
    return _run(session, statement)


def _run(session: Session, statement: Update | Delete) -> int:
    """How many rows it changed. The session holds none of them in memory."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], done).rowcount
