from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.content.framework import Program
from lms.notices import rules
from lms.notices.rules import OF_USE

PROGRAM = Program("2019", date(2027, 1, 1), (), 80, 12, (60, 30, 7, 1))
DAYS = (60, 30, 7, 1, -1, -7, -14)
DUE = date(2027, 1, 4)
# Days on which somebody runs it, in days before the due day.
RUNS = st.sets(st.integers(-40, 80))


def runs(lefts: set[int]) -> list[tuple[int, int]]:
    """The reminders of one requirement over these days, as (days left, reminder day), each key once."""
    written: dict[int, int] = {}
    for left in sorted(lefts, reverse=True):
        day = rules.due_days(DUE - timedelta(days=left), PROGRAM).get(DUE)
        if day is not None:
            written.setdefault(day, left)
    return [(left, day) for day, left in written.items()]


def test_the_days_are_the_programs() -> None:
    assert rules.reminder_days(PROGRAM) == DAYS
    assert runs(set(range(-40, 81))) == [(day, day) for day in DAYS]


@given(RUNS)
def test_over_any_days_each_reminder_day_comes_once_and_never_early_or_stale(lefts: set[int]) -> None:
    written = runs(lefts)
    assert len({day for _, day in written}) == len(written)
    assert len({left for left, _ in written}) == len(written), "one day tells of a requirement once"
    assert all(0 <= day - left <= OF_USE for left, day in written)


@given(RUNS)
def test_a_missed_day_is_caught_up_by_the_nearest_run_unless_the_next_day_has_come(lefts: set[int]) -> None:
    written = {day: left for left, day in runs(lefts)}
    for day, following in zip(DAYS, (*DAYS[1:], -1000), strict=True):
        near = [left for left in lefts if max(day - OF_USE, following + 1) <= left <= day]
        assert written.get(day) == (max(near) if near else None)


@given(st.integers(-40, 80))
def test_a_letter_tells_of_more_than_what_it_reminds_of(left: int) -> None:
    today = DUE - timedelta(days=left)
    assert all(due <= rules.told_until(today, PROGRAM) for due in rules.due_days(today, PROGRAM))


def test_a_program_without_reminder_days_reminds_of_nothing() -> None:
    silent = Program("2019", date(2027, 1, 1), (), 80, 12, (), reminder_days_after=())
    assert rules.due_days(DUE, silent) == {}


def test_a_digest_is_of_its_monday_and_caught_up_until_thursday() -> None:
    monday = date(2026, 12, 28)
    days = [rules.digest_day(monday + timedelta(days=n)) for n in range(8)]
    assert days == [monday] * 4 + [None] * 3 + [monday + timedelta(days=7)]
