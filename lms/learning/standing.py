"""Where a person stands, read in one statement: the hot path of the dashboard and of every module page.

The plain ORM twin in tests/learning/ proves that both give the same.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from flask import g
from sqlalchemy import BindParameter, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.orm import Session

from lms.accounts import identity
from lms.accounts.identity import SignedIn
from lms.accounts.models import Organization, Person, Profile
from lms.assessment.models import PASSED, Attempt
from lms.catalog.models import Revision
from lms.catalog.shelf import Published, published
from lms.core.prepared import Prepared
from lms.schedule.models import ProfileRequirement, ScheduleOverride
from lms.schedule.rules import Schedule, due
from lms.schedule.service import overridden

from .models import Progress, SectionReading
from .oncemore import since_completion
from .rules import Standing

_PERSON: BindParameter[int] = bindparam("person", None)
_SEPARATOR = " "  # anchors are slugs and hold no space
# Plain Core on tables: these statements never make an ORM object.
_REQUIREMENT, _PROGRESS, _READING = (m.__table__ for m in (ProfileRequirement, Progress, SectionReading))
_ATTEMPT, _OVERRIDE = Attempt.__table__, ScheduleOverride.__table__
_ORGANIZATION, _PROFILE, _REVISION = (m.__table__ for m in (Organization, Profile, Revision))


@dataclass(frozen=True, slots=True)
class Desk:
    """What a signed-in page needs: revision, schedule, the person's standings by module key, the company's entity types.

    `exempt` are the keys of modules that the person need not take, `access_until` is the last day of his or her access.
    """

    published: Published
    schedule: Schedule
    standings: dict[str, Standing]
    entities: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    access_until: date | None = None


class SessionEnded(Exception):
    """The person's sessions were ended between two statements of one request."""


def _statement(*, one_module: bool) -> Select[Any]:
    """The person of a live session, and a row a requirement of his or hers; exactly one row when there is none.

    `one_module` asks for that module alone.
    """
    wanted = bindparam("module", None) if one_module else _REQUIREMENT.c.module
    own = _REQUIREMENT.c.profile_id == _PROFILE.c.id
    opened = select(func.aggregate_strings(_READING.c.section, _SEPARATOR)).where(
        _READING.c.person_id == _PERSON, _READING.c.module == wanted
    )
    attempt = select(_ATTEMPT.c.public_id).where(
        _ATTEMPT.c.person_id == _PERSON, _ATTEMPT.c.module == wanted, _ATTEMPT.c.submitted_at.is_(None)
    )
    passed = select(func.count(_ATTEMPT.c.id)).where(
        _ATTEMPT.c.person_id == _PERSON, _ATTEMPT.c.module == wanted, PASSED
    )
    return (
        select(
            *identity.COLUMNS,
            select(func.max(_REVISION.c.id)).scalar_subquery(),
            _OVERRIDE.c.enforcement_date,
            cast(_OVERRIDE.c.phase_dates, Text),
            _OVERRIDE.c.note,
            _ORGANIZATION.c.due_by,
            _REQUIREMENT.c.module,
            _REQUIREMENT.c.category,
            _REQUIREMENT.c.phase,
            _REQUIREMENT.c.due_on,
            cast(_REQUIREMENT.c.functions, Text),
            cast(_REQUIREMENT.c.criteria, Text),
            _PROGRESS.c.started_at.is_not(None),
            _PROGRESS.c.completed_at,
            opened.scalar_subquery(),
            attempt.scalar_subquery(),
            passed.scalar_subquery(),
            _PROGRESS.c.valid_until,
            _PROGRESS.c.again_because,
            _PROGRESS.c.again_on,
            cast(_PROFILE.c.entities, Text),
            cast(_PROFILE.c.exempt, Text),
            Person.__table__.c.access_until,
            cast(_OVERRIDE.c.steps, Text),
        )
        .select_from(identity.SOURCE)
        .outerjoin(_OVERRIDE, _OVERRIDE.c.id == 1)
        .outerjoin(_PROFILE, _PROFILE.c.id == Person.__table__.c.profile_id)
        .outerjoin(_REQUIREMENT, and_(own, _REQUIREMENT.c.module == wanted) if one_module else own)
        .outerjoin(_PROGRESS, and_(_PROGRESS.c.person_id == _PERSON, _PROGRESS.c.module == wanted))
        .where(identity.LIVE)
    )


_HEAD = len(identity.COLUMNS)
_ALL = Prepared(_statement(one_module=False))
_ONE = Prepared(_statement(one_module=True))


def arrive(session: Session, session_id: str, module: str = "") -> tuple[SignedIn, Desk] | None:
    """The person behind a session cookie with a desk: all that is required, or one module alone, required or not.

    None when the session has been ended. A module nobody asked for is never due. Raises NothingPublished.
    """
    values = identity.values_of(session_id)
    if values is None:
        return None
    rows = _ONE.read(**values, module=module) if module else _ALL.read(**values)
    if not rows:
        return None
    person, facts = identity.signed_in(rows[0][:_HEAD]), [row[_HEAD:] for row in rows]
    shelf, schedule = _surroundings(session, facts[0])
    known = shelf.library.modules
    standings = {row[5]: _standing(row) for row in facts if row[5] in known}
    if module in known and module not in standings:
        standings[module] = _voluntary(facts[0], module, known[module].category, schedule)
    entities, exempt = (_slugs(text or "[]") for text in facts[0][19:21])
    return person, Desk(shelf, schedule, _once_more(session, person, standings), entities, exempt, facts[0][21])


def desk(session: Session, person: SignedIn, module: str = "") -> Desk:
    """The desk of somebody who has arrived already. Raises SessionEnded."""
    found = arrive(session, person.get_id(), module)
    if found is None:
        raise SessionEnded
    return found[1]


def _once_more(session: Session, person: SignedIn, standings: dict[str, Standing]) -> dict[str, Standing]:
    """With what a page says about those that are due once more: a second statement, for those few people alone."""
    again = [module for module, standing in standings.items() if standing.again]
    for module, more in since_completion(session, person.id, again).items() if again else ():
        standings[module] = replace(
            standings[module], trained_on=more.trained_on, changes=more.changes, passed=more.passed
        )
    return standings


def _surroundings(session: Session, row: Any) -> tuple[Published, Schedule]:
    shelf = published(session, row[0])
    schedule = _schedule(shelf, row[1], row[2], row[3], row[22])
    g.schedule = schedule  # the page's frame asks for it too
    return shelf, schedule


_in_force: dict[object, Schedule] = {}


def _schedule(shelf: Published, enforcement: date | None, phases: str, note: str, steps: str) -> Schedule:
    """The schedule in force. It changes some times a year, so the last one is kept."""
    key = (shelf.revision_id, enforcement, phases, note, steps)
    schedule = _in_force.get(key)
    if schedule is None:
        row = (enforcement, json.loads(phases), note, json.loads(steps)) if enforcement else None
        schedule = overridden(shelf.library, row)
        _in_force.clear()
        _in_force[key] = schedule
    return schedule


@lru_cache(maxsize=4096)
def _slugs(text: str) -> tuple[str, ...]:
    """A JSON list as a tuple. The same few texts come again in every row."""
    return tuple(json.loads(text))


def _standing(row: Any) -> Standing:
    return Standing(
        module=row[5],
        category=row[6],
        phase=row[7],
        due_on=row[18] or due(row[8], row[4]),
        functions=_slugs(row[9]),
        criteria=_slugs(row[10]),
        **_progress(row),
    )


def _voluntary(row: Any, module: str, category: int, schedule: Schedule) -> Standing:
    phase = schedule.phase_of(category)
    return Standing(
        module=module,
        category=category,
        phase=phase.number,
        due_on=row[18] or phase.date,
        functions=(),
        criteria=(),
        **_progress(row),
    )


def _progress(row: Any) -> dict[str, Any]:
    return {
        "started": bool(row[11]),
        "completed_at": row[12],
        "opened": frozenset((row[13] or "").split()),
        "attempt": row[14] or "",
        "passed": bool(row[15]),
        "valid_until": row[16],
        "again": row[17],
    }
