"""When will it be complete? Tried on histories whose end is known."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.forecast import WEEK, WEEKS, Forecast, History, Verdict, forecast, history, whole_weeks
from lms.reporting.rules import Figures

MONDAY = date(2026, 9, 7)
REQUIRED = 1000
Complete = Callable[[date], int]


def grown(a_day: Sequence[int], start: date = MONDAY) -> Complete:
    """What is complete by the end of a day, when so many were completed on each day from the start."""
    return lambda day: min(sum(a_day[: max((day - start).days + 1, 0)]), REQUIRED)


def seen(complete: Complete, today: date) -> History:
    """What the ledger tells of such a program, a person for each requirement and all due a year on."""

    def at(day: date) -> Figures:
        done = complete(day)
        return Figures(required=REQUIRED, complete=done, people=REQUIRED, unfinished=REQUIRED - done)

    return history(at, today, {MONDAY + timedelta(days=365): REQUIRED})


def said(complete: Complete, today: date, target: date = MONDAY + timedelta(days=365)) -> Forecast:
    return forecast(seen(complete, today), today=today, target=target)


def finished(complete: Complete) -> date:
    return next(day for day in (MONDAY + timedelta(days=n) for n in range(2000)) if complete(day) == REQUIRED)


@pytest.mark.parametrize("a_day", [1, 3, 7, 8, 40])
@pytest.mark.parametrize("days_in", [14, 17, 20])
def test_a_constant_rate_gives_the_exact_date(a_day: int, days_in: int) -> None:
    complete = grown([a_day] * 2000)
    told = said(complete, MONDAY + timedelta(days=days_in))
    assert told.rate == 7 * a_day
    assert told.finish == told.earliest == told.latest == finished(complete)


def test_no_rate_says_so() -> None:
    stopped = said(grown([20, 10]), MONDAY + timedelta(days=70))
    assert (stopped.rate, stopped.finish, stopped.latest) == (0, None, None)
    assert stopped.verdict is Verdict.NOT_AT_THIS_RATE
    assert stopped.days_late is None
    young = said(grown([20] * 9), MONDAY + timedelta(days=3))
    assert (young.weeks, young.verdict) == ((), Verdict.NOT_AT_THIS_RATE)


def test_what_takes_more_than_ten_years_is_no_date() -> None:
    told = forecast(History(10_000, 0, 9, (1,) * 6, {}), today=MONDAY, target=MONDAY + WEEK)
    assert (told.rate, told.finish, told.verdict) == (1, None, Verdict.NOT_AT_THIS_RATE)


def test_a_late_surge_narrows_the_band_and_moves_the_date_earlier() -> None:
    slow = [2, 0, 1, 0, 3, 1, 0, 0, 0, 2, 1, 1, 0, 0] * 5
    complete = grown(slow + [12] * 200)
    days = [MONDAY + timedelta(days=len(slow)) + n * WEEK for n in range(6)]
    told = [said(complete, day) for day in days]
    finishes = [t.finish for t in told if t.finish]
    assert len(finishes) == len(told)
    assert finishes == sorted(finishes, reverse=True)
    assert finishes[-1] < finishes[0]
    widths = [(t.latest - t.earliest).days for t in told[1:] if t.latest and t.earliest]
    assert len(widths) == 5
    assert widths == sorted(widths, reverse=True)
    before = told[0]
    assert before.latest
    assert before.earliest
    assert widths[-1] < (before.latest - before.earliest).days
    assert told[-1].finish == finished(complete)


def test_the_first_week_of_a_surge_shows_in_the_band_before_it_shows_in_the_rate() -> None:
    calm = forecast(History(REQUIRED, 200, 9, (10,) * 6, {}), today=MONDAY, target=MONDAY)
    surge = forecast(History(REQUIRED, 200, 9, (*(10,) * 5, 40), {}), today=MONDAY, target=MONDAY)
    assert (calm.slow, calm.rate, calm.fast) == (10, 10, 10)
    assert (surge.slow, surge.rate, surge.fast) == (10, 10, 40)


def swinging(seed: int) -> Complete:
    """A program whose pace goes up and down by half from week to week, and by more from day to day."""
    dice = random.Random(seed)
    return grown([round(6 * pace * dice.uniform(0.3, 1.7)) for pace in _paces(dice) for _day in range(7)])


def _paces(dice: random.Random) -> list[float]:
    return [dice.uniform(0.5, 1.5) for _week in range(80)]


def test_cut_off_in_the_past_the_band_held_the_real_finish() -> None:
    """In two of three trials at the least, though it is narrower than what was still ahead."""
    held, widths = [], []
    for complete in (swinging(seed) for seed in range(100)):
        end = finished(complete)
        for today in (MONDAY + n * WEEK + timedelta(days=2) for n in (8, 12, 16)):
            told = said(complete, today)
            assert told.earliest
            assert told.latest
            held.append(told.earliest <= end <= told.latest)
            widths.append((told.latest - told.earliest) / (end - today))
    assert sum(held) / len(held) >= 2 / 3
    assert sum(widths) / len(widths) <= 0.7


def test_only_whole_weeks_from_the_first_completion_count() -> None:
    complete = grown([0] * 9 + [5] * 100)
    assert whole_weeks(complete, MONDAY + timedelta(days=34)) == (25, 35, 35)  # a Sunday: its week is not over
    assert whole_weeks(complete, MONDAY + timedelta(days=35)) == (25, 35, 35, 35)
    assert len(whole_weeks(complete, MONDAY + timedelta(days=90))) == WEEKS


def test_what_ended_is_taken_away() -> None:
    complete = {0: 10, 1: 8, 2: 8}
    assert whole_weeks(lambda day: complete.get((day - MONDAY).days // 7, 0), MONDAY + 3 * WEEK) == (10, -2, 0)
    told = forecast(History(20, 8, 9, (-2, -2, -2), {}), today=MONDAY, target=MONDAY)
    assert (told.slow, told.rate, told.fast) == (0, 0, 0)


@pytest.mark.parametrize(
    ("weeks", "done", "ahead", "verdict"),
    [
        ((10,) * 6, 100, 0, Verdict.DONE),
        ((10,) * 6, 60, 28, Verdict.MAKES_IT),
        ((10,) * 6, 60, 27, Verdict.MISSES),
        ((5, 10, 10, 10, 10, 15), 60, 28, Verdict.MAKES_IT),
        ((10, 10, 10, 10, 20, 5), 60, 28, Verdict.AT_RISK),
        ((10, 10, 10, 10, 10, 20), 60, 20, Verdict.AT_RISK),
        ((0,) * 6, 60, 28, Verdict.NOT_AT_THIS_RATE),
        ((10,) * 6, 60, 0, Verdict.NO_TIME_LEFT),
        ((10,) * 6, 60, -1, Verdict.NO_TIME_LEFT),
    ],
)
def test_the_verdict(weeks: tuple[int, ...], done: int, ahead: int, verdict: Verdict) -> None:
    assert forecast(History(100, done, 9, weeks, {}), today=MONDAY, target=MONDAY + timedelta(ahead)).verdict is verdict


def test_the_day_that_the_present_rate_misses() -> None:
    first, second, third = (MONDAY + n * WEEK for n in (1, 2, 3))
    of = History(100, 50, 9, (10,) * 6, {MONDAY - WEEK: 40, first: 20, second: 15, third: 25})
    assert forecast(of, today=MONDAY, target=third).misses_on == second
    assert forecast(replace(of, weeks=(20,) * 6), today=MONDAY, target=third).misses_on is None
    assert forecast(replace(of, done=30), today=MONDAY, target=third).misses_on == first


def test_what_is_needed() -> None:
    told = forecast(History(100, 40, 21, (10,) * 6, {}), today=MONDAY, target=MONDAY + 4 * WEEK)
    assert (told.needed, told.people_needed, told.missing) == (15, 6, 20)
    late = forecast(History(100, 40, 21, (10,) * 6, {}), today=MONDAY, target=MONDAY)
    assert (late.needed, late.people_needed, late.missing) == (None, None, 60)
    done = forecast(History(100, 100, 0, (10,) * 6, {}), today=MONDAY, target=MONDAY - WEEK)
    assert (done.needed, done.people_needed, done.missing, done.finish) == (0, 0, 0, MONDAY)


required = st.integers(0, 5000)
histories = required.flatmap(
    lambda n: st.builds(
        History,
        required=st.just(n),
        done=st.integers(0, n),
        unfinished=st.integers(0, 900),
        weeks=st.lists(st.integers(-5, 300), max_size=WEEKS).map(tuple),
        dues=st.just({MONDAY + timedelta(days=40): n}),
    )
)
targets = st.integers(-10, 400).map(lambda n: MONDAY + timedelta(days=n))


def ends(day: date | None) -> date:
    return day or date.max


@given(histories, targets)
def test_the_band_holds_the_projection(of: History, target: date) -> None:
    told = forecast(of, today=MONDAY, target=target)
    assert 0 <= told.slow <= told.rate <= told.fast
    assert ends(told.earliest) <= ends(told.finish) <= ends(told.latest)
    slow, middle, fast = (told.complete_by(target, rate) for rate in (told.slow, told.rate, told.fast))
    assert of.done <= slow <= middle <= fast <= of.required


@given(histories, targets, st.integers(0, 300), st.data())
def test_more_done_or_a_higher_rate_never_finishes_later(
    of: History, target: date, more: int, data: st.DataObject
) -> None:
    told = forecast(of, today=MONDAY, target=target)
    ahead = replace(of, done=min(of.done + more, of.required))
    faster = replace(of, weeks=tuple(n + data.draw(st.integers(0, 50)) for n in of.weeks))
    for better in (ahead, faster):
        then = forecast(better, today=MONDAY, target=target)
        for name in ("finish", "earliest", "latest"):
            assert ends(getattr(then, name)) <= ends(getattr(told, name)), name


@given(histories, targets)
def test_the_needed_rate_times_the_weeks_left_is_what_is_left(of: History, target: date) -> None:
    told = forecast(of, today=MONDAY, target=target)
    if told.needed is None:
        assert told.left > 0
        assert target <= MONDAY
    elif target > MONDAY:
        assert told.needed * told.weeks_left == told.left
        assert told.people_needed is not None
        assert told.people_needed * told.weeks_left >= of.unfinished
        assert (told.people_needed - 1) * told.weeks_left < of.unfinished or of.unfinished == 0


@given(histories, targets)
def test_going_on_at_the_needed_rate_makes_the_day(of: History, target: date) -> None:
    told = forecast(of, today=MONDAY, target=target)
    if told.needed is not None and target > MONDAY:
        assert told.complete_by(target, told.needed) == Fraction(of.required)
