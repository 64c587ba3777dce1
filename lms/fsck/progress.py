"""P3: what is derived equals its recount. P5: one open attempt a person and module."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, null, select

from lms.accounts.models import Profile
from lms.assessment.models import Attempt
from lms.catalog.shelf import NothingPublished, published
from lms.learning.models import Completion, ModuleChange, Progress, SectionReading
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import requirements as required
from lms.schedule.service import in_force

from .reading import Reading
from .rules import Broken, Change, Completed, Stored, Traces, side_by_side, wrong_progress

_PROGRESS = select(
    Progress.person_id,
    Progress.module,
    Progress.started_at,
    Progress.completed_at,
    Progress.valid_until,
    Progress.again_because,
    Progress.again_on,
).order_by(Progress.person_id)
_OPENED = select(SectionReading.person_id, SectionReading.module, SectionReading.opened_at).order_by(
    SectionReading.person_id
)
_STARTED = select(
    Attempt.person_id,
    Attempt.module,
    Attempt.started_at,
    case((Attempt.proctor_id.is_not(None), Attempt.submitted_at), else_=Attempt.started_at),
).order_by(Attempt.person_id)
_COMPLETED = (
    select(
        Completion.person_id, Completion.module, Completion.completed_at, Completion.valid_until, Attempt.revision_id
    )
    .join(Attempt, Attempt.id == Completion.attempt_id)
    .order_by(Completion.person_id, Completion.completed_at, Completion.id)
)
_OF_ALL = case((ModuleChange.entities.is_(null()), ModuleChange.revision_id), else_=0)
_CHANGES = select(
    ModuleChange.module,
    func.max(ModuleChange.revision_id),
    func.max(ModuleChange.published_at),
    func.max(_OF_ALL),
)
_REQUIRED = select(
    ProfileRequirement.profile_id,
    ProfileRequirement.module,
    ProfileRequirement.category,
    ProfileRequirement.phase,
    ProfileRequirement.due_on,
    ProfileRequirement.functions,
    ProfileRequirement.criteria,
).order_by(ProfileRequirement.profile_id)
_PROFILES = select(Profile.id, Profile.entities, Profile.declined, Profile.functions, Profile.exempt).order_by(
    Profile.id
)


def progress(read: Reading) -> Iterator[Broken]:
    """Each row of progress follows from readings, attempts and completions, and is there when these are."""
    changes = {module: Change(*newest) for module, *newest in read.stream(_CHANGES.group_by(ModuleChange.module))}
    streams = (read.stream(statement) for statement in (_PROGRESS, _OPENED, _STARTED, _COMPLETED))
    for person, (stored, opened, started, completed) in side_by_side(*streams):
        kept = {row.module: Stored(*row[2:]) for row in stored}
        traces = _traces(opened, started, completed)
        for module in sorted(kept.keys() | traces.keys()):
            if what := wrong_progress(kept.get(module), traces.get(module), changes.get(module)):
                yield Broken("progress", {"person_id": person, "module": module}, what)


def _traces(opened: Sequence[Any], started: Sequence[Any], completed: Sequence[Any]) -> Mapping[str, Traces]:
    """By module."""
    begun: dict[str, list[Any]] = defaultdict(list)
    complete: dict[str, list[Completed]] = defaultdict(list)
    for _, module, at in opened:
        begun[module].append((at, at))
    for _, module, at, recorded in started:
        begun[module].append((at, recorded or at))
    for _, module, *facts in completed:
        complete[module].append(Completed(*facts))
    return {module: Traces(begun[module], complete[module]) for module in begun.keys() | complete.keys()}


def requirements(read: Reading) -> Iterator[Broken]:
    """Each profile has the requirements that follow from what is published and the schedule in force."""
    try:
        library = published(read.session).library
    except NothingPublished:
        for row in read.stream(_REQUIRED):
            yield Broken("profile_requirement", _of(row.profile_id, row.module), "nothing has been published")
        return
    schedule = in_force(read.session, library)
    for profile, (facts, stored) in side_by_side(read.stream(_PROFILES), read.stream(_REQUIRED)):
        kept = {row.module: (*row[2:5], tuple(row.functions), tuple(row.criteria)) for row in stored}
        counted = {
            r.module: (r.category, r.phase, r.due_on, r.functions, r.criteria)
            for _, entities, declined, functions, exempt in facts
            for r in required(
                library, schedule, entities=entities, declined=declined, functions=functions, exempt=exempt
            )
        }
        for module in sorted(kept.keys() | counted.keys()):
            if kept.get(module) != counted.get(module):
                yield Broken("profile_requirement", _of(profile, module), _differ(kept, counted, module))


def _of(profile: int, module: str) -> Mapping[str, Any]:
    return {"profile_id": profile, "module": module}


def _differ(kept: Mapping[str, Any], counted: Mapping[str, Any], module: str) -> str:
    if module not in counted:
        return "the module is not required of this profile"
    if module not in kept:
        return "there is no row, though the module is required of this profile"
    names = ("category", "phase", "due_on", "functions", "criteria")
    return "; ".join(
        f"{name} is {_plain(one)}, recounted {_plain(other)}"
        for name, one, other in zip(names, kept[module], counted[module], strict=True)
        if one != other
    )


def _plain(value: Any) -> str:
    return ", ".join(value) or "nothing" if isinstance(value, tuple) else str(value)


def open_attempts(read: Reading) -> Iterator[Broken]:
    """No person has two open attempts at a module."""
    read.whole(Attempt)
    newest = func.max(Attempt.id)
    doubled = (
        select(newest, Attempt.person_id, Attempt.module)
        .where(Attempt.submitted_at.is_(None))
        .group_by(Attempt.person_id, Attempt.module)
        .having(func.count() > 1)
        .order_by(newest)
    )
    for attempt, person, module in read.odd(doubled):
        yield Broken("attempt", {"id": attempt}, f"person {person} has another open attempt at {module}")
