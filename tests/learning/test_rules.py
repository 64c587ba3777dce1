"""How far somebody is, what comes next, what the first line says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.course import Module, Section
from lms.learning.rules import (
    Standing,
    category_states,
    due_order,
    headline,
    how_far,
    minutes_left,
    next_step,
    open_ones,
    rib_states,
    urgency,
)

TODAY = date(2026, 11, 24)
DONE = datetime(2026, 11, 20, tzinfo=UTC)
ANCHORS = ("one", "two", "three", "four")


def section(anchor: str, words: int = 100) -> Section:
    return Section(anchor=anchor, title=anchor.title(), html="", line=1, words=words)


MODULE = Module(
    key="seal-security/seals", path="x", language="en", title="Seals", category=6, slug="seals", criteria=("6.1",), entities=None,
    functions=None, level="personnel", minutes=20, pass_mark=80, change="editorial", reason="", owner="", opening="", summary="",
    sections=tuple(section(a) for a in ANCHORS), pools=(),
)  # fmt: skip
NEW = Standing("seal-security/seals", 6, 1, TODAY + timedelta(13), ("driver",), ("6.1",))

opened_sets = st.sets(st.sampled_from(ANCHORS)).map(frozenset)


@pytest.mark.parametrize(
    ("changes", "words", "address"),
    [
        ({}, "Start", "one/"),
        ({"opened": frozenset({"one"})}, "Continue with section 2", "two/"),
        ({"opened": frozenset({"one", "three"})}, "Continue with section 2", "two/"),
        ({"opened": frozenset(ANCHORS)}, "Take the quiz", "quiz"),
        ({"opened": frozenset({"one"}), "attempt": "abc"}, "Continue the quiz", "quiz"),
        ({"passed": True, "opened": frozenset({"one"})}, "Continue with section 2", "two/"),
        ({"passed": True, "opened": frozenset(ANCHORS), "completed_at": DONE}, "Read again", ""),
    ],
)
def test_one_button_leads_to_the_next_step(changes: dict[str, object], words: str, address: str) -> None:
    step = next_step(MODULE, replace(NEW, **changes))
    assert (step.words, step.address) == (words, f"/courses/seal-security/seals/{address}")


@given(opened_sets, st.booleans())
def test_time_left_shrinks_with_every_section_and_ends_at_nothing(opened: frozenset[str], passed: bool) -> None:
    left = minutes_left(MODULE, opened, passed=passed)
    assert 0 <= left <= MODULE.minutes
    assert (left == 0) == (passed and opened == frozenset(ANCHORS))
    for anchor in ANCHORS:
        assert minutes_left(MODULE, opened | {anchor}, passed=passed) <= left


@given(opened_sets, st.sampled_from(["", *ANCHORS]))
def test_ribs_say_one_state_a_section(opened: frozenset[str], current: str) -> None:
    states = dict(zip(ANCHORS, rib_states(MODULE, opened, current), strict=True))
    for anchor, state in states.items():
        assert state == ("half" if anchor == current else "done" if anchor in opened else "")


def test_how_far_in_words() -> None:
    assert how_far(MODULE, NEW) == "Not begun, 20 minutes"
    assert (
        how_far(MODULE, replace(NEW, opened=frozenset({"one", "two"}))) == "2 of 4 sections read, about 13 minutes left"
    )
    assert how_far(MODULE, replace(NEW, opened=frozenset(ANCHORS))) == "All 4 read, quiz open"
    assert how_far(MODULE, replace(NEW, attempt="a", opened=frozenset({"one"}))) == "Quiz begun, 1 of 4 sections read"
    assert (
        how_far(MODULE, replace(NEW, passed=True, opened=frozenset({"one"}))) == "Quiz passed, 3 of 4 sections to open"
    )
    assert how_far(MODULE, replace(NEW, passed=True, completed_at=DONE)) == "Complete"


standings = st.lists(
    st.builds(
        Standing,
        module=st.sampled_from(["a/a", "b/b", "c/c", "d/d"]),
        category=st.integers(1, 12),
        phase=st.integers(1, 4),
        due_on=st.dates(TODAY - timedelta(20), TODAY + timedelta(20)),
        functions=st.just(("driver",)),
        criteria=st.just(("6.1",)),
        started=st.booleans(),
        completed_at=st.sampled_from([None, DONE]),
    ),
    max_size=8,
)


@given(standings)
def test_the_first_line_counts_what_is_late_else_what_is_due_first(found: list[Standing]) -> None:
    line = headline(found, TODAY)
    late = [s for s in found if s.completed_at is None and s.due_on < TODAY]
    remaining = open_ones(found)
    if late:
        assert (line.late, line.count) == (True, len(late))
    elif remaining:
        assert line.day == min(s.due_on for s in remaining)
        assert line.count == sum(s.due_on == line.day for s in remaining)
    else:
        assert (line.count, line.day) == (0, None)


@given(standings)
def test_soonest_due_comes_first(found: list[Standing]) -> None:
    days = [s.due_on for s in due_order(found)]
    assert days == sorted(days)


@given(standings)
def test_a_category_is_done_only_when_all_its_modules_are(found: list[Standing]) -> None:
    for category, state in category_states(found).items():
        mine = [s for s in found if s.category == category]
        assert (state == "off") == (not mine)
        assert (state == "done") == (bool(mine) and all(s.completed_at for s in mine))


@pytest.mark.parametrize(("days", "expected"), [(-1, "due-late"), (0, "due-soon"), (14, "due-soon"), (15, "")])
def test_urgency(days: int, expected: str) -> None:
    assert urgency(TODAY + timedelta(days), TODAY, complete=False) == expected
    assert urgency(TODAY + timedelta(days), TODAY, complete=True) == "is-done"
