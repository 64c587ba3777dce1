"""When will everything required be complete, if people go on as they did? Pure.

The **rate** is the median of what was completed in each of the last six whole weeks, Monday to Sunday. The **band** is the
20th and the 80th percentile of the same weeks, where the newest week counts six times and the oldest once, so a surge shows
first in the band and then in the rate. Weeks before the first completion do not count. Why so: docs/decisions/0020-forecast.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil

from .rules import Figures

WEEK = timedelta(weeks=1)
WEEKS = 6
SLOW, FAST = 20, 80  # percentiles
# What is further off than this is no date.
LONGEST = timedelta(days=3652)


class Verdict(StrEnum):
    """What the forecast says of the target day, the end of which is the deadline."""

    DONE = "done"
    MAKES_IT = "makes-it"
    AT_RISK = "at-risk"
    MISSES = "misses"
    NOT_AT_THIS_RATE = "not-at-this-rate"
    NO_TIME_LEFT = "no-time-left"


@dataclass(frozen=True, slots=True)
class History:
    """What a forecast is made from. `weeks` are the completions of the last whole weeks, oldest first, six at most.

    `unfinished` are people, everything else counts requirements; `dues` says how many are to be complete by which day.
    """

    required: int
    done: int
    unfinished: int
    weeks: tuple[int, ...]
    dues: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`rate`, `slow` and `fast` are requirements a week, slow <= rate <= fast. A day that is None never comes at that rate.

    `misses_on` is the first day by whose end more is due than is complete at the present rate.
    """

    today: date
    target: date
    required: int
    done: int
    unfinished: int
    weeks: tuple[int, ...]
    rate: Fraction
    slow: Fraction
    fast: Fraction
    finish: date | None
    earliest: date | None
    latest: date | None
    misses_on: date | None
    verdict: Verdict

    @property
    def left(self) -> int:
        return self.required - self.done

    @property
    def weeks_left(self) -> Fraction:
        """From today to the target day, 0 when it has come."""
        return Fraction(max((self.target - self.today).days, 0), 7)

    @property
    def needed(self) -> Fraction | None:
        """Requirements a week that make the target day; None when no time is left for what is left."""
        return _a_week(self.left, self.weeks_left)

    @property
    def people_needed(self) -> int | None:
        """How many people must complete all of theirs each week to make the target day."""
        people = _a_week(self.unfinished, self.weeks_left)
        return None if people is None else ceil(people)

    @property
    def days_late(self) -> int | None:
        """From the target day to the projected finish, negative when it comes before; None when it never comes."""
        return None if self.finish is None else (self.finish - self.target).days

    @property
    def missing(self) -> int:
        """How many are not complete by the target day at the present rate."""
        return self.required - int(self.complete_by(self.target))

    def complete_by(self, day: date, rate: Fraction | None = None) -> Fraction:
        """How many are complete by the end of a day ahead, at the present rate or another one."""
        return _complete_by(self, self.rate if rate is None else rate, max((day - self.today).days, 0))

    def share_by(self, day: date, rate: Fraction | None = None) -> Fraction:
        """The same as a part of what is required; all of nothing is 1."""
        return self.complete_by(day, rate) / self.required if self.required else Fraction(1)


def _a_week(count: int, weeks: Fraction) -> Fraction | None:
    if not count:
        return Fraction(0)
    return count / weeks if weeks else None


def _complete_by(of: "History | Forecast", rate: Fraction, days: int) -> Fraction:
    return min(of.done + rate * days / 7, Fraction(of.required))


def history(at: Callable[[date], Figures], today: date, dues: Mapping[date, int]) -> History:
    """Read the history as it stood at the end of `today`. `at` gives the figures of a day."""
    now = at(today)
    return History(now.required, now.complete, now.unfinished, whole_weeks(lambda day: at(day).complete, today), dues)


def whole_weeks(complete: Callable[[date], int], today: date) -> tuple[int, ...]:
    """By how much what is complete grew in each of the last whole weeks: oldest first, from that of the first completion.

    What ended (validity, somebody's access) is taken away. `complete` counts to the end of a day. On a Sunday the week
    is not over yet.
    """
    monday = today - timedelta(days=today.weekday())
    ends = [complete(monday - n * WEEK - timedelta(days=1)) for n in range(WEEKS, -1, -1)]
    pairs = list(pairwise(ends))
    begun = next((n for n, (before, after) in enumerate(pairs) if before or after), len(pairs))
    return tuple(after - before for before, after in pairs[begun:])


def forecast(of: History, *, today: date, target: date) -> Forecast:
    """Go on from today as in the last weeks."""
    rate = max(_median(of.weeks), Fraction(0))
    slow, fast = min(rate, _weighted(of.weeks, SLOW)), max(rate, _weighted(of.weeks, FAST))
    slow = max(slow, Fraction(0))
    left = of.required - of.done
    finish, earliest, latest = (_day(today, left, each) for each in (rate, fast, slow))
    return Forecast(
        today=today,
        target=target,
        required=of.required,
        done=of.done,
        unfinished=of.unfinished,
        weeks=of.weeks,
        rate=rate,
        slow=slow,
        fast=fast,
        finish=finish,
        earliest=earliest,
        latest=latest,
        misses_on=_misses_on(of, rate, today),
        verdict=_verdict(left, finish, earliest, latest, today=today, target=target),
    )


def _median(weeks: Sequence[int]) -> Fraction:
    """The middle one, or half way between the two in the middle; 0 of none."""
    if not weeks:
        return Fraction(0)
    ordered, half = sorted(weeks), len(weeks) // 2
    return Fraction(ordered[half] + ordered[~half], 2)


def _weighted(weeks: Sequence[int], percentile: int) -> Fraction:
    """The least of the weeks at or below which lies that share of their weight: the oldest weighs 1, the next 2, and so on."""
    share = Fraction(percentile, 100) * (len(weeks) * (len(weeks) + 1) // 2)
    below = 0
    for count, weight in sorted((count, n) for n, count in enumerate(weeks, 1)):
        below += weight
        if below >= share:
            return Fraction(count)
    return Fraction(0)


def _day(today: date, left: int, rate: Fraction) -> date | None:
    """The day by whose end all of it is done."""
    if left <= 0:
        return today
    if rate <= 0 or left * 7 / rate > LONGEST.days:
        return None
    return today + timedelta(days=ceil(left * 7 / rate))


def _misses_on(of: History, rate: Fraction, today: date) -> date | None:
    due = 0
    for day, count in sorted(of.dues.items()):
        due += count
        if day >= today and due > _complete_by(of, rate, (day - today).days):
            return day
    return None


def _verdict(
    left: int, finish: date | None, earliest: date | None, latest: date | None, *, today: date, target: date
) -> Verdict:
    if left <= 0:
        return Verdict.DONE
    if target <= today:
        return Verdict.NO_TIME_LEFT
    if finish is None:
        return Verdict.NOT_AT_THIS_RATE
    if latest is not None and latest <= target:
        return Verdict.MAKES_IT
    return Verdict.AT_RISK if earliest is not None and earliest <= target else Verdict.MISSES
