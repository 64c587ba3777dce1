"""The schedule in force, and the requirements that follow from it."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import g
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.accounts.models import Profile
from lms.catalog.shelf import published
from lms.content.library import Library
from lms.core import audit

from .models import ProfileRequirement, ScheduleOverride
from .rules import Schedule, requirements, schedule_of


def current(session: Session) -> Schedule:
    """The schedule in force, read once a request. Raises NothingPublished."""
    if "schedule" not in g:
        g.schedule = in_force(session, published(session).library)
    return g.schedule  # type: ignore[no-any-return]


def in_force(session: Session, library: Library) -> Schedule:
    """program.yml's schedule unless other dates stand in its place."""
    return overridden(library, session.execute(OVERRIDE).one_or_none())


OVERRIDE = select(
    ScheduleOverride.enforcement_date, ScheduleOverride.phase_dates, ScheduleOverride.note, ScheduleOverride.steps
)


def overridden(library: Library, row: tuple[date, dict[str, str], str, dict[str, list[str]]] | None) -> Schedule:
    """The schedule with the override's row applied, where there is one."""
    program = library.framework.program
    if row is None:
        return schedule_of(program)
    enforcement, phases, note, steps = row
    spans = {slug: (date.fromisoformat(begins), date.fromisoformat(ends)) for slug, (begins, ends) in steps.items()}
    return schedule_of(program, enforcement, {int(n): date.fromisoformat(d) for n, d in phases.items()}, note, spans)


def override(session: Session) -> ScheduleOverride | None:
    """The dates that stand in place of program.yml's, None where it alone decides."""
    return session.get(ScheduleOverride, 1)


def move(
    session: Session,
    library: Library,
    *,
    enforcement: date,
    phases: dict[int, date],
    note: str,
    now: datetime,
    steps: Mapping[str, tuple[date, date]] | None = None,
    actor_id: int | None = None,
) -> None:
    """Put other dates in place of program.yml's, and say so on every page. Due dates follow at once.

    `steps` are first and last days by slug; a step that is not among them keeps those of program.yml.
    """
    dates = {str(n): d.isoformat() for n, d in phases.items()}
    spans = {slug: [begins.isoformat(), ends.isoformat()] for slug, (begins, ends) in (steps or {}).items()}
    row = ScheduleOverride(id=1, enforcement_date=enforcement, phase_dates=dates, steps=spans, note=note, set_at=now)
    session.merge(row)
    session.flush()
    refresh(session, library)
    details = {"enforcement": enforcement.isoformat(), "phases": dates, "steps": spans, "note": note}
    _record(session, "schedule.moved", actor_id, now, **details)


def restore(session: Session, library: Library, *, actor_id: int | None, now: datetime) -> None:
    """Go back to program.yml's dates. Due dates follow at once."""
    session.execute(delete(ScheduleOverride))
    refresh(session, library)
    _record(session, "schedule.restored", actor_id, now)


def _record(session: Session, action: str, actor_id: int | None, now: datetime, **details: object) -> None:
    audit.record(session, action=action, subject="schedule", actor_id=actor_id, now=now, **details)


def refresh(session: Session, library: Library, profile_ids: tuple[int, ...] | None = None) -> None:
    """Rewrite the requirements of these profiles (None: all), after a publication, a move of dates or a change of people.

    Completions are untouched: what was earned stays, whatever is required.
    """
    schedule = in_force(session, library)
    # Two rewrites of one profile at once wait for each other.
    chosen = select(Profile).order_by(Profile.id).with_for_update(key_share=True)
    if profile_ids is not None:
        chosen = chosen.where(Profile.id.in_(profile_ids))
    profiles = session.scalars(chosen).all()
    rows = [
        {
            "profile_id": p.id,
            "module": r.module,
            "category": r.category,
            "phase": r.phase,
            "due_on": r.due_on,
            "functions": list(r.functions),
            "criteria": list(r.criteria),
        }
        for p in profiles
        for r in requirements(
            library, schedule, entities=p.entities, declined=p.declined, functions=p.functions, exempt=p.exempt
        )
    ]
    former = delete(ProfileRequirement)
    if profile_ids is not None:
        former = former.where(ProfileRequirement.profile_id.in_(profile_ids))
    session.execute(former)
    if rows:
        session.execute(insert(ProfileRequirement), rows)
    stale.profiles(session, profile_ids)
