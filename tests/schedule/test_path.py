"""Where on the path a day lies."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.framework import STEPS, Phase, Step
from lms.schedule.path import place, when
from lms.schedule.rules import Schedule

DAY = date(2027, 2, 22)


def before(days: int) -> date:
    return DAY - timedelta(days)


SCHEDULE = Schedule(
    DAY,
    (Phase(1, before(77), (4, 5, 6)), Phase(2, before(14), (1, 2, 3))),
    steps=(
        Step("socialization", before(330), before(240)),
        Step("refinement", before(239), before(180)),
        Step("publication", before(170), before(165)),
        Step("training", before(164), DAY),
    ),
)


@pytest.mark.parametrize(
    ("days", "where", "step", "phase"),
    [
        (331, "before", None, None),
        (330, "step", "socialization", None),
        (240, "step", "socialization", None),
        (239, "step", "refinement", None),
        (175, "between", None, None),
        (78, "step", "training", None),
        (77, "phase", "training", 1),
        (15, "phase", "training", 1),
        (14, "all", "training", 2),
        (1, "all", "training", 2),
        (0, "enforced", "training", 2),
        (-1, "enforced", None, 2),
    ],
)
def test_each_day_has_one_place(days: int, where: str, step: str | None, phase: int | None) -> None:
    found = place(SCHEDULE, before(days))
    assert found.where == where
    assert (found.step.slug if found.step else None) == step
    assert (found.phase.number if found.phase else None) == phase


def test_what_comes_is_named() -> None:
    found = place(SCHEDULE, before(175))
    assert found.next_step == SCHEDULE.steps[2]
    assert found.next_phase == SCHEDULE.phases[0]
    found = place(SCHEDULE, before(14))
    assert (found.next_step, found.next_phase) == (None, None)


def test_without_steps_the_first_phase_is_waited_for() -> None:
    found = place(replace(SCHEDULE, steps=()), before(300))
    assert (found.where, found.step, found.next_step) == ("before", None, None)
    assert found.next_phase == SCHEDULE.phases[0]


ORDER = ("before", "step", "between", "phase", "all", "enforced")


@given(st.lists(st.integers(-60, 400), min_size=11, max_size=11), st.integers(-70, 410))
def test_days_never_go_back_on_the_path(days: list[int], today: int) -> None:
    """For any dates in order: once a phase is in force no earlier place comes again; and what has begun is not ahead."""
    found = sorted(days, reverse=True)
    steps = tuple(Step(s, before(found[2 * n]), before(found[2 * n + 1])) for n, s in enumerate(STEPS))
    schedule = Schedule(
        before(found[10]), (Phase(1, before(found[8]), (4,)), Phase(2, before(found[9]), (1,))), "", steps
    )
    now, later = place(schedule, before(today)), place(schedule, before(today - 1))
    if now.where in ("phase", "all", "enforced"):
        assert ORDER.index(later.where) >= ORDER.index(now.where)
    assert now.where != "before" or all(when(step, before(today)) == "ahead" for step in steps)
    assert now.next_step is None or now.next_step.begins > before(today)
    assert now.step is None or now.step.begins <= before(today) <= now.step.ends
