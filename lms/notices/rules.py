"""On which days mail reminds of what is due, and until when a letter is still of use. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from lms.content.framework import Program

# In America/New_York.
BEGINS = time(7)
# What a run missed because the worker or the mail server was down is caught up within so many days; afterwards it is of no use.
OF_USE = 3
# A letter that somebody took to send so long ago and that was never marked as sent belongs to a worker that was killed.
LOST_AFTER = timedelta(hours=1)
# Where letters wait because the mail server is down, they are tried again so often.
TRIED_EVERY = timedelta(minutes=15)
# A letter that has waited for so long is told to the operator.
LONG = timedelta(days=1)
# So many people are named in a digest.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Due:
    """A module that somebody has to complete by a day; `again` says why where it is once more ("change", "expiry")."""

    module: str
    due_on: date
    again: str | None = None


def reminder_days(program: Program) -> tuple[int, ...]:
    """The days from a letter to the due day, negative after it: the furthest ahead first."""
    return tuple(sorted({*program.reminder_days, *(-days for days in program.reminder_days_after)}, reverse=True))


def reminder_day(left: int, days: Iterable[int]) -> int | None:
    """Which of the reminder days counts when so many days are left: the last one that has come, if it is still of use."""
    come = min((day for day in days if day >= left), default=None)
    return come if come is not None and come - left <= OF_USE else None


def due_days(today: date, program: Program) -> Mapping[date, int]:
    """The due days of which a letter of today reminds, each with the reminder day that it is."""
    days = reminder_days(program)
    if not days:
        return {}
    found = ((left, reminder_day(left, days)) for left in range(days[-1] - OF_USE, days[0] + 1))
    return {today + timedelta(days=left): day for left, day in found if day is not None}


def told_until(today: date, program: Program) -> date:
    """A letter tells of everything that is late, and of what is due until this day."""
    return today + timedelta(days=max(program.reminder_days, default=0))


def digest_day(today: date) -> date | None:
    """The Monday whose digest may be written today; None when it is too late for it."""
    monday = today - timedelta(days=today.weekday())
    return monday if of_use(monday, today) else None


def of_use(day: date, today: date, days: int = OF_USE) -> bool:
    """Whether a letter of a day may still be sent today: so many days after it."""
    return (today - day).days <= days
