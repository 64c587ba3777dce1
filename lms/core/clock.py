"""The one clock. Nobody else asks the time; decisions take `now` as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PROGRAM_ZONE = ZoneInfo("America/New_York")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def program_day(moment: datetime) -> date:
    """The calendar day of a moment in the zone in which phases and due dates are whole days."""
    return moment.astimezone(PROGRAM_ZONE).date()
