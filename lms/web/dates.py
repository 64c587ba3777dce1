"""Dates and spans in words that cannot be mistaken: month names, never 11/12."""

from datetime import date, datetime

from lms.core.clock import PROGRAM_ZONE


def day(value: date) -> str:
    """December 7, 2026."""
    return f"{value:%B} {value.day}, {value.year}"


def short_day(value: date) -> str:
    """Dec 7."""
    return f"{value:%b} {value.day}"


def weekday(value: date) -> str:
    """Monday, December 7, 2026."""
    return f"{value:%A}, {day(value)}"


def moment(value: datetime) -> str:
    """December 7, 2026, 10:42 AM Eastern Time."""
    local = value.astimezone(PROGRAM_ZONE)
    return f"{day(local.date())}, {clock_time(value)} Eastern Time"


def clock_time(value: datetime) -> str:
    """10:42 AM, in Eastern Time."""
    local = value.astimezone(PROGRAM_ZONE)
    return f"{local.hour % 12 or 12}:{local:%M} {local:%p}"


def until(value: date, today: date) -> str:
    """How far off a day is: in 13 days, tomorrow, today, 4 days late."""
    days = (value - today).days
    if days < 0:
        return "1 day late" if days == -1 else f"{-days:,} days late"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days:,} days")


def plural(count: int, one: str, many: str = "") -> str:
    """1 module, 2 modules."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def in_words(count: int) -> str:
    """Three at the head of a sentence; 13 above twelve."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"
