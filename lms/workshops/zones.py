"""The clocks of places: from a day and a time as people there say them to a moment. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Where workshops are held, as staff choose it.
ZONES: Mapping[str, str] = {
    "America/New_York": "Eastern Time (New York)",
    "America/Chicago": "Central Time (Chicago)",
    "America/Denver": "Mountain Time (Denver)",
    "America/Phoenix": "Mountain Time without daylight saving (Phoenix)",
    "America/Los_Angeles": "Pacific Time (Los Angeles)",
    "America/Anchorage": "Alaska Time (Anchorage)",
    "Pacific/Honolulu": "Hawaii Time (Honolulu)",
    "America/Puerto_Rico": "Atlantic Time (Puerto Rico)",
    "America/Toronto": "Eastern Time (Toronto)",
    "America/Winnipeg": "Central Time (Winnipeg)",
    "America/Vancouver": "Pacific Time (Vancouver)",
    "America/Mexico_City": "Central Mexico (Mexico City)",
    "America/Monterrey": "Northeast Mexico (Monterrey)",
    "America/Tijuana": "Northwest Mexico (Tijuana)",
}


class NoSuchTime(Exception):
    """The clocks of the place are put forward past this time on this day. `then` is what they show instead."""

    def __init__(self, then: datetime) -> None:
        super().__init__(then)
        self.then = then


def moment(day: date, clock: time, zone: str) -> datetime:
    """The moment in UTC; of a time that comes twice, when clocks are put back, the first. Raises NoSuchTime."""
    here = ZoneInfo(zone)
    wanted = datetime.combine(day, clock)
    found = wanted.replace(tzinfo=here).astimezone(UTC)
    shown = found.astimezone(here).replace(tzinfo=None)
    if shown != wanted:
        raise NoSuchTime(shown)
    return found


def weekly(day: date, clock: time, zone: str, times: int) -> tuple[datetime, ...]:
    """The same weekday and the same time by the clocks of the place, so many times. Raises NoSuchTime."""
    return tuple(moment(day + timedelta(weeks=week), clock, zone) for week in range(times))
