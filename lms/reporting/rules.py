"""What the figures mean: the status of a requirement, shares, what the plan has by a day. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from lms.core.clock import program_day

LONGEST_CURVE = timedelta(weeks=104)
# Training has begun when one in so many of the required modules was begun.
BEGUN = 100


class Status(StrEnum):
    """How a requirement stands on a day. Exactly one holds, so the parts add up to what is required."""

    COMPLETE = "complete"
    OVERDUE = "overdue"
    STARTED = "started"
    NOT_STARTED = "not-started"


STATUS_NAMES = {
    Status.COMPLETE: "Complete",
    Status.OVERDUE: "Overdue",
    Status.STARTED: "Started",
    Status.NOT_STARTED: "Not started",
}


def status(*, started: bool, completed: bool, due: date, today: date) -> Status:
    """Complete whenever it was completed; else overdue from the day after it was due, begun or not."""
    if completed:
        return Status.COMPLETE
    if due < today:
        return Status.OVERDUE
    return Status.STARTED if started else Status.NOT_STARTED


def on_time(completed_at: datetime, due: date) -> bool:
    """Completed on or before the due day, a whole day in America/New_York."""
    return program_day(completed_at) <= due


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one group. The first four count requirements, one for each person and module; the next ones count people.

    `begun` are those begun and not complete, overdue ones too; `started` leaves the overdue ones out.
    `behind` are people with something overdue, `unfinished` people with something not complete. `on_time` are requirements
    first completed by their due day, `companies` the companies of which anything is required.
    """

    required: int = 0
    complete: int = 0
    started: int = 0
    overdue: int = 0
    begun: int = 0
    people: int = 0
    behind: int = 0
    unfinished: int = 0
    on_time: int = 0
    companies: int = 0

    @property
    def not_started(self) -> int:
        return self.required - self.complete - self.started - self.overdue

    @property
    def finished(self) -> int:
        """People whose every requirement is complete."""
        return self.people - self.unfinished

    @property
    def percent(self) -> int:
        return percent(self.complete, self.required)


def percent(part: int | Fraction, whole: int) -> int:
    """The nearest whole percent, but 100 only when nothing is missing and 0 only when there is nothing. 0 of 0 is 0."""
    if part <= 0 or whole <= 0:
        return 0
    if part >= whole:
        return 100
    return min(max(round(Fraction(part) * 100 / whole), 1), 99)


def planned(dues: Mapping[date, int], start: date, day: date) -> Fraction:
    """How many requirements the plan has complete on a day: each grows evenly from the start to its due day.

    `dues` counts the requirements of each due day. What was due by the start is planned from the start.
    """
    return sum((count * _share(start, due, day) for due, count in dues.items()), Fraction(0))


def planned_share(dues: Mapping[date, int], start: date, day: date) -> Fraction:
    """The share of all requirements that the plan has complete on a day; 0 where there are none."""
    return planned(dues, start, day) / max(sum(dues.values()), 1)


def _share(start: date, due: date, day: date) -> Fraction:
    if day >= due:
        return Fraction(1)
    return Fraction(max((day - start).days, 0), (due - start).days) if due > start else Fraction(1)


def curve_start(at: Callable[[date], Figures], *, required: int, day: date) -> date:
    """The Monday of the week in which training began: the first week by whose end at least one in a hundred of the modules
    `required` today was begun or complete, so that a few people who came early do not move the plan.

    `at` gives the figures at the end of a day. At most two years before the day looked at; the week of that day when training
    had not begun before it.
    """

    def begun(monday: date) -> bool:
        figures = at(monday + timedelta(days=6))
        return 0 < required <= (figures.begun + figures.complete) * BEGUN

    this_week = day - timedelta(days=day.weekday())
    return next(filter(begun, mondays(this_week - LONGEST_CURVE, this_week)), this_week)


def mondays(start: date, today: date) -> list[date]:
    """Every seventh day from the start, before today."""
    return [start + timedelta(weeks=n) for n in range(-(-(today - start).days // 7))]


@dataclass(frozen=True, slots=True)
class Point:
    """How many requirements there were when a day began (the last one: at its end) and how many were complete; `plan` is the
    share that the plan has complete by then."""

    day: date
    required: int
    complete: int
    plan: Fraction

    @property
    def share(self) -> Fraction:
        return Fraction(self.complete, self.required) if self.required else Fraction(0)

    @property
    def percent(self) -> int:
        return percent(self.complete, self.required)

    @property
    def plan_percent(self) -> int:
        return percent(self.plan, 1)


@dataclass(frozen=True, slots=True)
class Curve:
    """Completion week by week. `points` end on the day looked at; `plan` are the corners of the plan's line, up to `end`."""

    points: tuple[Point, ...]
    plan: tuple[tuple[date, Fraction], ...]

    @property
    def start(self) -> date:
        return self.points[0].day

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def end(self) -> date:
        return self.plan[-1][0]


def curve(
    at: Callable[[date], Figures], dues: Mapping[date, int], *, start: date, day: date, enforcement: date
) -> Curve:
    """The curve toward the enforcement date, up to a day. `at` gives the figures at the end of a day."""

    def point(of: date, figures: Figures) -> Point:
        return Point(of, figures.required, figures.complete, planned_share(dues, start, of))

    weeks = [point(monday, at(monday - timedelta(days=1))) for monday in mondays(start, day)]
    end = max(enforcement, day)
    corners = sorted({start, end, *(due for due in dues if start < due < end)})
    plan = tuple((corner, planned_share(dues, start, corner)) for corner in corners)
    return Curve((*weeks, point(day, at(day))), plan)
