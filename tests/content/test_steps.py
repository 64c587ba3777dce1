"""The steps that lead up to the phases, in program.yml."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.framework import STEPS, Step, steps_amiss
from lms.content.reference import read_framework

from .samples import REFERENCE

PROGRAM = REFERENCE["program.yml"].decode()


def program(text: str) -> dict[str, bytes]:
    return {**REFERENCE, "program.yml": text.encode()}


def test_the_shipped_plan_names_every_step_in_order() -> None:
    framework, _ = read_framework(REFERENCE)
    assert framework is not None
    assert tuple(step.slug for step in framework.program.steps) == STEPS
    assert framework.program.steps[0] == Step("socialization", date(2018, 8, 1), date(2018, 10, 31))
    assert framework.program.steps[-1].ends < framework.program.enforcement_date


def test_a_program_needs_no_steps() -> None:
    before, rest = PROGRAM.split("steps:\n")
    framework, problems = read_framework(program(before + rest[rest.index("phases:") :]))
    assert problems == ()
    assert framework is not None
    assert framework.program.steps == ()


def test_steps_come_in_their_order_wherever_they_stand() -> None:
    first = "  - slug: socialization\n    from: 2018-08-01\n    until: 2018-10-31\n"
    assert first in PROGRAM
    moved = PROGRAM.replace(first, "").replace("phases:\n", f"{first}phases:\n")
    framework, problems = read_framework(program(moved))
    assert problems == ()
    assert framework is not None
    assert framework.program.steps[0].slug == "socialization"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("slug: refinement", "slug: ¦refining", "F020"),
        ("slug: refinement", "slug: ¦socialization", "F012"),
        ("from: 2018-11-01", "from: ¦November", "F015"),
        ("from: 2018-11-01", "from: ¦2018-07-31", "F016"),
        ("until: 2018-12-14", "until: ¦2018-10-30", "F016"),
        ("  - slug: refinement\n", "  - slug: refinement\n    ¦place: Newark\n", "F013"),
    ],
)
def test_what_is_wrong_has_its_place(old: str, new: str, code: str) -> None:
    assert PROGRAM.count(old) == 1
    text = PROGRAM.replace(old, new)
    before = text[: text.index("¦")]
    framework, problems = read_framework(program(text.replace("¦", "")))
    assert framework is None
    place = (code, before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert place in [(p.code, p.line, p.column) for p in problems]


DAYS = st.integers(0, 60).map(lambda n: date(2027, 1, 1) + timedelta(n))


@given(st.lists(st.tuples(DAYS, DAYS), min_size=4, max_size=4))
def test_steps_are_in_order_when_first_and_last_days_are_and_no_step_ends_before_it_begins(
    spans: list[tuple[date, date]],
) -> None:
    steps = [Step(slug, *span) for slug, span in zip(STEPS, spans, strict=True)]
    firsts, lasts = zip(*spans, strict=True)
    fine = (
        list(firsts) == sorted(firsts)
        and list(lasts) == sorted(lasts)
        and all(first <= last for first, last in zip(firsts, lasts, strict=True))
    )
    assert (steps_amiss(steps) == ()) == fine


@given(st.lists(st.tuples(DAYS, DAYS), min_size=2, max_size=2))
def test_the_first_day_that_could_be_is_one(spans: list[tuple[date, date]]) -> None:
    """Whoever follows what each problem says, in the order in which they are told, ends with none."""
    steps = [Step(slug, *span) for slug, span in zip(STEPS[:2], spans, strict=True)]
    for _round in range(4):
        for slug, which, first in steps_amiss(steps)[:1]:
            steps = [
                Step(s.slug, *((first, s.ends) if which == "begins" else (s.begins, first))) if s.slug == slug else s
                for s in steps
            ]
    assert steps_amiss(steps) == ()
