"""The one clock. Nobody else asks the time; decisions take `now` as an argument."""

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

PROGRAM_ZONE = ZoneInfo("America/New_York")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def program_day(moment: datetime) -> date:
    """The calendar day of a moment in the zone in which phases and due dates are whole days."""
    return moment.astimezone(PROGRAM_ZONE).date()


def day_begins(day: date) -> datetime:
    """The first moment of a day in that zone, in UTC."""
    return datetime.combine(day, time(), PROGRAM_ZONE).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
