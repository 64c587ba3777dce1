"""The whole path of an update of the criteria, and where on it a day lies. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lms.content.framework import Phase, Step
from lms.core.language import to_translate

from .rules import Schedule

STEP_NAMES: Mapping[str, str] = {
    "socialization": to_translate("Socialization"),
    "refinement": to_translate("Refinement"),
    "publication": to_translate("Publication"),
    "training": to_translate("Training"),
}
STEP_CONTENT: Mapping[str, str] = {
    "socialization": to_translate("Members read the draft, comment on it, and go to workshops."),
    "refinement": to_translate("The program answers the comments and refines the draft."),
    "publication": to_translate("The final criteria are published, with a workbook for each kind of company."),
    "training": to_translate("Members learn the criteria before they have to meet them."),
}

When = Literal["over", "now", "ahead"]
Where = Literal["before", "step", "between", "phase", "all", "enforced"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the path a day lies.

    before: nothing has begun. step: `step` runs, no phase is in force yet. between: a step is over, nothing else has begun.
    phase: `phase` is the newest in force. all: every phase is in force, enforcement is ahead. enforced: it has begun.
    `next_step` and `next_phase` are what comes, None where nothing does.
    """

    where: Where
    step: Step | None
    next_step: Step | None
    phase: Phase | None
    next_phase: Phase | None


def place(schedule: Schedule, day: date) -> Place:
    """Phases say more than steps: once one is in force, it says how far the path has come."""
    step = next((one for one in reversed(schedule.steps) if when(one, day) == "now"), None)
    phase = next((one for one in reversed(schedule.phases) if one.date <= day), None)
    next_step = next((one for one in schedule.steps if when(one, day) == "ahead"), None)
    next_phase = next((one for one in schedule.phases if one.date > day), None)
    where: Where
    if schedule.enforcement_date <= day:
        where = "enforced"
    elif phase:
        where = "phase" if next_phase else "all"
    elif step:
        where = "step"
    else:
        where = "between" if any(when(one, day) == "over" for one in schedule.steps) else "before"
    return Place(where, step, next_step, phase, next_phase)


def when(step: Step, day: date) -> When:
    """Whether a step is over, runs, or is ahead."""
    if step.ends < day:
        return "over"
    return "now" if step.begins <= day else "ahead"
