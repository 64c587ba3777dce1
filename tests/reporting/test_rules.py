from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.clock import day_begins
from lms.reporting.rules import (
    Figures,
    Status,
    curve,
    curve_start,
    mondays,
    on_time,
    percent,
    planned,
    status,
)

DAY = date(2026, 11, 24)
days = st.dates(date(2018, 1, 1), date(2030, 1, 1))
dues = st.dictionaries(days, st.integers(1, 1000), max_size=6)


@pytest.mark.parametrize(
    ("started", "completed", "due", "expected"),
    [
        (False, False, DAY, Status.NOT_STARTED),
        (True, False, DAY, Status.STARTED),
        (False, False, DAY - timedelta(1), Status.OVERDUE),
        (True, False, DAY - timedelta(1), Status.OVERDUE),
        (True, True, DAY - timedelta(1), Status.COMPLETE),
        (True, True, DAY, Status.COMPLETE),
    ],
)
def test_a_requirement_is_overdue_from_the_day_after_it_was_due(
    started: bool, completed: bool, due: date, expected: Status
) -> None:
    assert status(started=started, completed=completed, due=due, today=DAY) is expected


def test_the_due_day_ends_at_midnight_in_new_york() -> None:
    assert on_time(datetime(2026, 11, 25, 4, 59, tzinfo=UTC), DAY)
    assert not on_time(datetime(2026, 11, 25, 5, 0, tzinfo=UTC), DAY)
    summer = date(2026, 7, 1)
    assert on_time(datetime(2026, 7, 2, 3, 59, tzinfo=UTC), summer)
    assert not on_time(datetime(2026, 7, 2, 4, 0, tzinfo=UTC), summer)
    assert day_begins(DAY) == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert day_begins(summer) == datetime(2026, 7, 1, 4, tzinfo=UTC)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_percentage_never_says_all_or_nothing_when_that_is_not_so(part: int, more: int) -> None:
    whole = part + more
    shown = percent(part, whole)
    assert 0 <= shown <= 100
    assert (shown == 100) == (whole > 0 and more == 0)
    assert (shown == 0) == (part == 0)
    if 0 < shown < 100 and whole:
        assert abs(Fraction(part * 100, whole) - shown) < 1


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_parts_of_a_whole_never_show_more_than_the_whole(a: int, b: int, c: int) -> None:
    assert percent(a, a + b + c) + percent(b, a + b + c) <= 100 + (c == 0 and min(a, b) > 0)


def test_what_is_not_started_is_the_rest() -> None:
    figures = Figures(required=10, complete=4, started=2, overdue=1, people=5, unfinished=3)
    assert (figures.not_started, figures.finished, figures.percent) == (3, 2, 40)


def test_the_plan_grows_evenly_to_each_due_day() -> None:
    start = date(2026, 9, 7)
    needed = {date(2026, 9, 17): 10, date(2026, 9, 27): 20}
    assert planned(needed, start, start) == 0
    assert planned(needed, start, date(2026, 9, 12)) == 5 + 5
    assert planned(needed, start, date(2026, 9, 17)) == 10 + 10
    assert planned(needed, start, date(2026, 9, 22)) == 10 + 15
    assert planned(needed, start, date(2026, 9, 27)) == 30
    assert planned(needed, start, date(2027, 9, 27)) == 30


@given(dues, days, days, st.integers(0, 400))
def test_the_plan_never_falls_and_has_everything_after_the_last_due_day(
    needed: dict[date, int], start: date, day: date, later: int
) -> None:
    total = sum(needed.values())
    now, then = planned(needed, start, day), planned(needed, start, day + timedelta(later))
    assert 0 <= now <= then <= total
    if needed:
        assert planned(needed, start, max(needed)) == total


@given(st.none() | days, days, st.integers(1, 1000), st.integers(1, 1000))
def test_the_curve_begins_on_a_monday_at_most_two_years_ago(
    first: date | None, day: date, required: int, begun: int
) -> None:
    def at(end: date) -> Figures:
        return Figures(required=required, begun=begun if first and first <= end else 0)

    start = curve_start(at, required=required, day=day)
    assert start.weekday() == 0
    assert timedelta(0) <= day - start <= timedelta(weeks=105)
    listed = mondays(start, day)
    assert all(m.weekday() == 0 and start <= m < day for m in listed)
    assert len(listed) == -(-(day - start).days // 7)


def test_the_curve_begins_in_the_week_by_whose_end_one_in_a_hundred_modules_was_begun() -> None:
    known = {
        date(2026, 1, 14): (1, 0),
        date(2026, 9, 16): (1, 1),
        date(2026, 9, 20): (1, 3),
        date(2026, 10, 1): (150, 90),
    }

    def at(end: date) -> Figures:
        begun, complete = max(((day, found) for day, found in known.items() if day <= end), default=(end, (0, 0)))[1]
        return Figures(begun=begun, complete=complete)

    def start(required: int, day: date = DAY) -> date:
        return curve_start(at, required=required, day=day)

    assert start(400) == date(2026, 9, 14), "4 of 400 by the end of Sunday, September 20"
    assert start(401) == date(2026, 9, 28)
    assert start(100) == date(2026, 1, 12)
    assert start(400, date(2026, 8, 5)) == date(2026, 8, 3), "not begun by then: the week of that day"
    assert start(0) == start(100_000) == date(2026, 11, 23)


def test_the_curve_has_the_share_of_every_monday_and_ends_on_the_day() -> None:
    """When a Monday begins, what was complete at the end of the Sunday before it counts."""
    known = {
        date(2026, 11, 15): Figures(required=10, complete=1),
        date(2026, 11, 22): Figures(required=20, complete=4),
        DAY: Figures(required=20, complete=7),
    }
    start = date(2026, 11, 16)
    drawn = curve(known.__getitem__, {date(2026, 12, 7): 20}, start=start, day=DAY, enforcement=date(2027, 1, 1))
    assert [(p.day, p.required, p.complete, p.percent) for p in drawn.points] == [
        (start, 10, 1, 10),
        (date(2026, 11, 23), 20, 4, 20),
        (DAY, 20, 7, 35),
    ]
    assert [p.plan for p in drawn.points] == [0, Fraction(7, 21), Fraction(8, 21)]
    assert drawn.last.plan_percent == 38
    assert drawn.plan == ((start, 0), (date(2026, 12, 7), 1), (date(2027, 1, 1), 1))


def test_after_the_enforcement_date_the_curve_ends_today() -> None:
    drawn = curve(lambda _: Figures(), {}, start=DAY, day=DAY, enforcement=date(2020, 1, 1))
    assert (drawn.start, drawn.end, drawn.last.complete, drawn.last.share) == (DAY, DAY, 0, 0)
