"""Dates and spans in words that cannot be mistaken: month names, never 11/12. In the language in force."""

from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from lms.core.clock import PROGRAM_ZONE, program_day
from lms.core.language import Language, _, current_language, ngettext, number

# Whose dates: drivers in Mexico, drivers in Quebec.
_LOCALES: dict[Language, str] = {"es": "es_MX", "fr": "fr_CA"}


def day(value: date) -> str:
    """December 7, 2026; of a moment, its day in America/New_York."""
    value = _whole(value)
    if current_language() != "en":
        return _by_babel(value, "long")
    return f"{value:%B} {value.day}, {value.year}"


def short_day(value: date) -> str:
    """Dec 7."""
    value = _whole(value)
    if current_language() != "en":
        return _by_babel(value, "d MMM")
    return f"{value:%b} {value.day}"


def month_day(value: date) -> str:
    """December 7."""
    value = _whole(value)
    if current_language() != "en":
        return _by_babel(value, {"es": "d 'de' MMMM", "fr": "d MMMM"}[current_language()])
    return f"{value:%B} {value.day}"


def weekday(value: date) -> str:
    """Monday, December 7, 2026."""
    value = _whole(value)
    if current_language() != "en":
        return _by_babel(value, "full")
    return f"{value:%A}, {day(value)}"


def _whole(value: date) -> date:
    return program_day(value) if isinstance(value, datetime) else value


def moment(value: datetime) -> str:
    """December 7, 2026, 10:42 AM Eastern Time."""
    local = value.astimezone(PROGRAM_ZONE)
    return _("%(day)s, %(time)s Eastern Time", day=day(local.date()), time=clock_time(value))


def clock_time(value: datetime, zone: tzinfo = PROGRAM_ZONE) -> str:
    """10:42 AM, in Eastern Time or the zone given."""
    local = value.astimezone(zone)
    if current_language() != "en":
        return _time_by_babel(local.time())
    return f"{local.hour % 12 or 12}:{local:%M} {local:%p}"


def at_time(value: datetime, now: datetime) -> str:
    """10:42 AM Eastern Time; with the day before it when that is not today."""
    if value.astimezone(PROGRAM_ZONE).date() != now.astimezone(PROGRAM_ZONE).date():
        return moment(value)
    return _("%(time)s Eastern Time", time=clock_time(value))


def local_span(begins: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Tuesday, December 8, 2026, 9:00 AM to 12:00 PM (Central Time, Chicago): by the clocks of that zone, which is named."""
    from babel.dates import get_timezone_location, get_timezone_name  # noqa: PLC0415 - few pages need the names of zones

    locale = _LOCALES.get(current_language(), "en_US")
    name = get_timezone_name(zone, width="long", locale=locale, zone_variant="generic")
    said = {
        "day": weekday(begins.astimezone(zone).date()),
        "begins": clock_time(begins, zone),
        "ends": clock_time(ends, zone),
        "zone": name,
        "city": get_timezone_location(zone, locale=locale, return_city=True),
    }
    last = ends.astimezone(zone).date()
    if last == begins.astimezone(zone).date():
        return _("%(day)s, %(begins)s to %(ends)s (%(zone)s, %(city)s)", **said)
    return _("%(day)s, %(begins)s to %(last)s, %(ends)s (%(zone)s, %(city)s)", last=weekday(last), **said)


def _by_babel(value: date, format: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - only readers of other languages need Babel

    written = format_date(value, format, locale=_LOCALES[current_language()])
    # French counts the first of a month: le 1er janvier. The locale data do not know.
    return written.replace("1 ", "1er ", 1) if current_language() == "fr" and value.day == 1 else written


def _time_by_babel(value: time) -> str:
    from babel.dates import format_time  # noqa: PLC0415

    return format_time(value, "short", locale=_LOCALES[current_language()])


def until(value: date, today: date) -> str:
    """How far off a day is: in 13 days, tomorrow, today, 4 days late."""
    days = (value - today).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    if days == 0:
        return _("today")
    return _("tomorrow") if days == 1 else ngettext("in %(num)s day", "in %(num)s days", days)


NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def in_words(count: int) -> str:
    """Three at the head of an English sentence; 13 above twelve. Other languages bend their words for numbers, and get digits."""
    return NUMBERS[count] if current_language() == "en" and 0 <= count < len(NUMBERS) else number(count)


def plural(count: int, one: str, many: str = "") -> str:
    """1 module, 2 modules: for pages that are in English only. Translated ones use ngettext."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
