"""What falls due once more: because a module or the criteria behind it changed, or because a validity comes to its end.

Both are written set by set, for everybody at once; completions themselves are never touched.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from typing import cast as typed

import msgspec
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Text,
    Update,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.accounts.models import OrganizationEntity, Person
from lms.assessment.models import Attempt
from lms.catalog.models import Document, Revision, RevisionModule
from lms.catalog.shelf import load, pinned_module
from lms.content.course import Module
from lms.content.framework import Framework, Program
from lms.content.library import Library
from lms.core import audit
from lms.core.clock import program_day
from lms.schedule.service import refresh

from .changes import Delta, delta
from .models import Completion, ModuleChange, Progress, SectionReading
from .renewing import Renewal, renewals
from .rules import refresher_from


def follow(session: Session, revision: Revision, *, now: datetime) -> int:
    """What a publication brings about: the requirements, and who is due once more for having passed without a substantive change.

    Returns how many are, counted for each module. A module counts whose English file was changed in this revision and says
    `change: substantive`: its author decides. Where the change shows in no section and no question, the whole quiz is asked.
    Where the revision puts another edition of the criteria in force, those modules count as well that teach a criterion which
    changed, for whoever works in a company of an entity type for which it did.
    """
    library = load(session, revision.id).library
    refresh(session, library)
    previous = session.scalar(select(func.max(Revision.id)).where(Revision.id < revision.id))
    if previous is None:
        return 0
    changes = {r.module.key: _by_edition(r) for r in _renewals(session, previous, library)}
    for before, after in _changed(session, previous, revision.id):
        if after.change == "substantive":
            changes[after.key] = _by_author(after, delta(before, after), changes.get(after.key))
    rows = 0
    for key in sorted(changes):
        change = changes[key]
        change.revision_id, change.published_at = revision.id, now
        session.add(change)
        session.flush()
        due = make_due(session, change, library.framework.program, program_day(now))
        details = {"revision": revision.id, "due": due} | ({"entities": change.entities} if change.entities else {})
        audit.record(session, action="module.changed", subject=key, actor_id=None, now=now, **details)
        rows += due
    return rows


def _renewals(session: Session, previous: int, library: Library) -> tuple[Renewal, ...]:
    """What the edition asks for; the former library is read only where it had another one."""
    stored = select(Document.body).join(Revision, Revision.framework == Document.digest).where(Revision.id == previous)
    framework = msgspec.json.decode(session.execute(stored).scalar_one(), type=Framework)
    if framework.program.edition == library.framework.program.edition:
        return ()
    return renewals(load(session, previous).library, library)


def _by_edition(renewal: Renewal) -> ModuleChange:
    return ModuleChange(
        module=renewal.module.key,
        reason=renewal.reason,
        sections=list(renewal.sections),
        questions=list(renewal.questions),
        entities=list(renewal.entities) if renewal.entities else None,
    )


def _by_author(module: Module, what: Delta, beside: ModuleChange | None) -> ModuleChange:
    """The author's change, together with that of the edition where the revision has both: then it is everybody's.

    Where either asks the whole quiz, both do.
    """
    sections, questions, reason = list(what.sections), list(what.questions), module.reason
    if beside:
        sections = [s.anchor for s in module.sections if s.anchor in {*sections, *beside.sections}]
        asked = {*questions, *beside.questions} if questions and beside.questions else set()
        questions, reason = [q.id for q in module.questions if q.id in asked], f"{reason} {beside.reason}"[:500]
    return ModuleChange(module=module.key, reason=reason, sections=sections, questions=questions)


def _changed(session: Session, previous: int, revision_id: int) -> Iterable[tuple[Module, Module]]:
    """English modules of which the revision has another file than the one before it: as they were, and as they are."""
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


def since(session: Session, module: str, revision_id: int, *, person_id: int) -> list[ModuleChange]:
    """The substantive changes of a module that a revision does not have and that concern a person, oldest first."""
    newer = select(ModuleChange).where(
        ModuleChange.module == module, ModuleChange.revision_id > revision_id, concerning(person_id)
    )
    return list(session.scalars(newer.order_by(ModuleChange.revision_id)))


def concerning(person_id: int) -> ColumnElement[bool]:
    """Of a row of changes: whether it is everybody's, or that of an entity type of the company that the person works for."""
    quoted = (
        literal('%"').concat(OrganizationEntity.entity).concat('"%')
    )  # slugs hold no sign that LIKE reads otherwise
    theirs = (
        exists()
        .where(
            Person.id == person_id,
            OrganizationEntity.organization_id == Person.organization_id,
            cast(ModuleChange.entities, Text).like(quoted),
        )
        .correlate(ModuleChange)
    )
    return or_(ModuleChange.entities.is_(null()), theirs)


def make_due(
    session: Session, change: ModuleChange, program: Program, today: date, *, person_id: int | None = None
) -> int:
    """Make due once more who completed the module without this change, everybody it concerns or one person; how many.

    They have `retraining_days`. Whose refresher was due anyway keeps that reason, and the earlier of the two days. The
    sections that changed want opening again, unless they were opened since the change.
    """
    due_on = today + timedelta(days=program.retraining_days)
    concerned = due_by(change.module, change.entities, change.revision_id)
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


def due_by(module: str, entities: Collection[str] | None, revision_id: int) -> ColumnElement[bool]:
    """Of a row of progress: whether it is of the module, the person completed it, never by an attempt at this revision or a later
    one, and works for a company of one of these entity types (None: for any, or for none)."""
    mine = (Completion.person_id == Progress.person_id, Completion.module == module)
    newer = (
        exists()
        .where(Completion.attempt_id == Attempt.id, *mine, Attempt.revision_id >= revision_id)
        .correlate(Progress)
    )
    which = [Progress.module == module, exists().where(*mine).correlate(Progress), ~newer]
    if entities is not None:
        theirs = select(Person.id).join(
            OrganizationEntity, OrganizationEntity.organization_id == Person.organization_id
        )
        which.append(Progress.person_id.in_(theirs.where(OrganizationEntity.entity.in_(entities))))
    return and_(*which)


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
    return typed(CursorResult[Any], done).rowcount
