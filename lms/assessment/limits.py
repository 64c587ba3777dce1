"""When an attempt may begin, and when it closes. Pure; moments are in UTC, spans in whole minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

# An answer given in the last second still has to travel.
GRACE = timedelta(seconds=30)
# Failures in a row before anybody waits.
FREE_FAILURES = 1


def may_begin_at(results: Iterable[tuple[datetime, bool]], wait_minutes: int) -> datetime | None:
    """From when on the next attempt may begin, None where nothing is to be waited for.

    `results` are the submitted attempts at a module, earliest first: when, and whether passed. The second failure in a row and
    every later one make the next attempt wait; a pass begins the count anew. Nobody is ever locked out.
    """
    failures, last = 0, None
    for submitted_at, passed in results:
        failures, last = (0, None) if passed else (failures + 1, submitted_at)
    return last + timedelta(minutes=wait_minutes) if last is not None and failures > FREE_FAILURES else None


def whole_minute(moment: datetime) -> datetime:
    """The first whole minute not before a moment: a wait told without seconds must not end too early."""
    begun = moment.replace(second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(minutes=1)


def minutes_allowed(time_limit: int, extra_time: int) -> int:
    """Whole minutes of an attempt, rounded up; 0 for no limit. `extra_time` is in percent of the limit."""
    return -(-time_limit * (100 + extra_time) // 100)


def closes_at(started_at: datetime, time_limit: int, extra_time: int) -> datetime | None:
    """Until when answers are taken; None for no time limit."""
    allowed = minutes_allowed(time_limit, extra_time)
    return started_at + timedelta(minutes=allowed) if allowed else None


def over(closes_at: datetime | None, now: datetime) -> bool:
    """Whether the time is over, the grace for an answer on its way included."""
    return closes_at is not None and now > closes_at + GRACE
