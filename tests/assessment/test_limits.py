"""When an attempt may begin, and when it closes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.limits import GRACE, closes_at, may_begin_at, minutes_allowed, over, whole_minute

NOON = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)

outcomes = st.lists(st.booleans(), max_size=8)
waits = st.integers(0, 24 * 60)


def at_noon_and_after(*passed: bool) -> list[tuple[datetime, bool]]:
    """One submission an hour."""
    return [(NOON + timedelta(hours=hour), result) for hour, result in enumerate(passed)]


@pytest.mark.parametrize(
    ("passed", "wait_from"),
    [
        ((), None),
        ((False,), None),
        ((True,), None),
        ((False, False), 1),
        ((False, False, False), 2),
        ((False, True, False), None),
        ((True, False, False), 2),
        ((False, False, True), None),
        ((False, False, True, False), None),
        ((False, False, True, False, False), 4),
    ],
)
def test_the_second_failure_in_a_row_makes_one_wait_from_it_on(passed: tuple[bool, ...], wait_from: int | None) -> None:
    expected = None if wait_from is None else NOON + timedelta(hours=wait_from, minutes=10)
    assert may_begin_at(at_noon_and_after(*passed), 10) == expected


@given(outcomes, waits)
def test_nobody_is_ever_locked_out(passed: list[bool], minutes: int) -> None:
    """However often somebody failed, the wait is the same and is counted from the last submission."""
    results = at_noon_and_after(*passed)
    until = may_begin_at(results, minutes)
    assert until is None or until == results[-1][0] + minutes * MINUTE


@given(outcomes, waits)
def test_a_pass_begins_anew(passed: list[bool], minutes: int) -> None:
    assert may_begin_at(at_noon_and_after(*passed, True), minutes) is None
    assert may_begin_at(at_noon_and_after(*passed, True, False), minutes) is None
    assert may_begin_at(at_noon_and_after(*passed, True, False, False), minutes) is not None


@pytest.mark.parametrize(
    ("limit", "extra", "minutes"),
    [(0, 0, 0), (0, 200, 0), (20, 0, 20), (20, 25, 25), (20, 200, 60), (15, 25, 19), (1, 25, 2), (1, 100, 2)],
)
def test_extra_time_is_a_share_of_the_limit_and_rounded_up(limit: int, extra: int, minutes: int) -> None:
    assert minutes_allowed(limit, extra) == minutes


@given(st.integers(1, 480), st.integers(0, 300))
def test_extra_time_never_gives_less_than_it_says_and_less_than_a_minute_more(limit: int, extra: int) -> None:
    exact = limit * (100 + extra)
    assert exact <= minutes_allowed(limit, extra) * 100 < exact + 100


def test_an_attempt_closes_when_its_minutes_are_over() -> None:
    assert closes_at(NOON, 20, 50) == NOON + 30 * MINUTE
    assert closes_at(NOON, 0, 50) is None


def test_an_answer_on_its_way_has_half_a_minute() -> None:
    assert timedelta(seconds=30) == GRACE
    assert not over(NOON, NOON)
    assert not over(NOON, NOON + 30 * SECOND)
    assert over(NOON, NOON + 31 * SECOND)


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_without_a_limit_it_is_never_over(later: timedelta) -> None:
    assert not over(None, NOON + later)


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_wait_is_told_in_whole_minutes_and_never_too_early(later: timedelta) -> None:
    moment = NOON + later
    told = whole_minute(moment)
    assert (told.second, told.microsecond) == (0, 0)
    assert moment <= told < moment + MINUTE
