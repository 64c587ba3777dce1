"""What staff type about workshops, read into values, with errors that name their field."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from lms.content.library import Library
from lms.core.language import known
from lms.web.dates import day as in_words
from lms.web.form import Errors, text

from . import statistics
from .models import Workshop
from .planning import Plan
from .roster import Wanted
from .rules import local_time
from .statistics import Period
from .zones import ZONES, NoSuchTime, weekly

LONGEST_TITLE = 150
LONGEST_ABOUT = 2000
LONGEST_PLACE = 200
LONGEST_LINK = 300
LONGEST_REASON = 300
SHORTEST, LONGEST = 15, 960  # minutes
MOST_SEATS = 300
MOST_TIMES = 12
# Figures reach back so far where nothing else is asked.
BACK = timedelta(weeks=12)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
Form = MultiDict[str, str]
# What stands between two criteria.
BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of a workshop as it was typed."""

    title: str = ""
    about: str = ""
    office: str = ""
    place: str = ""
    link: str = ""
    zone: str = "America/New_York"
    day: str = ""
    time: str = ""
    minutes: str = "120"
    seats: str = "40"
    times: str = "1"
    language: str = "en"
    criteria: str = ""
    entities: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


def typed_of(workshop: Workshop) -> Typed:
    """The form of a workshop that is planned, before anybody types."""
    begins = local_time(workshop)
    return Typed(
        title=workshop.title,
        about=workshop.about,
        office=workshop.office,
        place=workshop.place,
        link=workshop.link or "",
        zone=workshop.zone,
        day=begins.date().isoformat(),
        time=f"{begins:%H:%M}",
        minutes=str(workshop.minutes),
        seats=str(workshop.seats),
        language=workshop.language,
        criteria=", ".join(workshop.criteria),
        entities=tuple(workshop.entities),
        reads=tuple(workshop.reads),
    )


def again(workshop: Workshop) -> Typed:
    """The form of another workshop like this one: its day and time are left to type."""
    return replace(typed_of(workshop), day="", time="")


def read(form: Form, library: Library, now: datetime) -> tuple[Typed, Plan | None, Errors]:
    """What was typed, and the plan that it is; None where there are errors."""
    errors = Errors()
    typed = _typed(form)
    framework = library.framework
    _words(typed, errors)
    if typed.office not in {office.slug for office in framework.program.field_offices}:
        errors.add("office", "Choose a field office from the list.")
    _where(typed, errors)
    starts = _starts(typed, now, errors)
    minutes = _number(typed.minutes, "minutes", SHORTEST, LONGEST, "minutes", errors)
    seats = _number(typed.seats, "seats", 1, MOST_SEATS, "seats", errors)
    criteria = _criteria(typed.criteria, library, errors)
    if any(entity not in framework.entities for entity in typed.entities):
        errors.add("entities", "Choose entity types from the list.")
    _reads(typed.reads, criteria, library, errors)
    if errors:
        return typed, None, errors
    plan = Plan(
        title=typed.title,
        about=typed.about,
        office=typed.office,
        place=typed.place,
        link=typed.link or None,
        zone=typed.zone,
        starts=starts,
        minutes=minutes,
        seats=seats,
        language=typed.language,
        criteria=criteria,
        entities=typed.entities,
        reads=typed.reads,
    )
    return typed, plan, errors


def _typed(form: Form) -> Typed:
    return Typed(
        title=" ".join(text(form, "title").split()),
        about=text(form, "about"),
        office=text(form, "office"),
        place=" ".join(text(form, "place").split()),
        link=text(form, "link"),
        zone=text(form, "zone"),
        day=text(form, "day")[:10],
        time=text(form, "time")[:5],
        minutes=text(form, "minutes")[:6],
        seats=text(form, "seats")[:6],
        times=text(form, "times")[:3] or "1",
        language=known(text(form, "language")) or "en",
        criteria=text(form, "criteria"),
        entities=tuple(dict.fromkeys(form.getlist("entities"))),
        reads=tuple(dict.fromkeys(form.getlist("reads"))),
    )


def _words(typed: Typed, errors: Errors) -> None:
    if not typed.title or len(typed.title) > LONGEST_TITLE:
        errors.add("title", f"Write a title, {LONGEST_TITLE} characters at most.")
    if not typed.about or len(typed.about) > LONGEST_ABOUT:
        errors.add("about", f"Write what people learn there, {LONGEST_ABOUT:,} characters at most.")


def _where(typed: Typed, errors: Errors) -> None:
    if bool(typed.place) == bool(typed.link):
        errors.add("place", "Write the address, or the link of a workshop that is online: one of the two.")
    if len(typed.place) > LONGEST_PLACE:
        errors.add("place", f"Write the address in {LONGEST_PLACE} characters at most.")
    if typed.link and (len(typed.link) > LONGEST_LINK or not _is_address(typed.link)):
        errors.add("link", f"Write the whole link, beginning with https://, {LONGEST_LINK} characters at most.")


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not any(c.isspace() for c in link)


def _starts(typed: Typed, now: datetime, errors: Errors) -> tuple[datetime, ...]:
    """When it begins, and again in each week of a series."""
    if typed.zone not in ZONES:
        errors.add("zone", "Choose a time zone from the list.")
    try:
        day = date.fromisoformat(typed.day)
    except ValueError:
        errors.add("day", "Write the day as year-month-day, like 2026-12-08.")
        day = None
    try:
        clock = time.fromisoformat(typed.time)
    except ValueError:
        errors.add("time", "Write the time as hours and minutes of 24 hours, like 09:00.")
        clock = None
    times = _number(typed.times, "times", 1, MOST_TIMES, "weeks", errors)
    if day is None or clock is None or typed.zone not in ZONES or not times:
        return ()
    try:
        starts = weekly(day, clock.replace(tzinfo=None), typed.zone, times)
    except NoSuchTime as gap:
        errors.add(
            "time",
            f"On {in_words(gap.then.date())} the clocks there go forward and skip {clock:%H:%M}."
            f" Write another time, like {gap.then:%H:%M}.",
        )
        return ()
    except OverflowError:
        errors.add("day", "Write a day that a calendar has, like 2026-12-08.")
        return ()
    if starts[0] <= now:
        errors.add("day", "That moment is past. Write a day and a time to come.")
    return starts


def _number(typed: str, name: str, least: int, most: int, what: str, errors: Errors) -> int:
    value = int(typed) if typed.isascii() and typed.isdigit() else 0
    if not least <= value <= most:
        errors.add(name, f"Write a number of {what} from {least} to {most}.")
        return 0
    return value


def _criteria(typed: str, library: Library, errors: Errors) -> tuple[str, ...]:
    """Ids, and numbers of categories for all of theirs; in the order of the criteria."""
    framework, found, unknown = library.framework, set(), []
    for word in filter(None, BETWEEN.split(typed.strip())):
        whole = {one.id for one in framework.criteria.values() if str(one.category) == word}
        if word in framework.criteria:
            found.add(word)
        elif whole:
            found |= whole
        else:
            unknown.append(word[:20])
    if unknown:
        errors.add(
            "criteria", f"There is no criterion {unknown[0]}. Write numbers like 6.2, or 6 for all of category 6."
        )
    elif not found:
        errors.add("criteria", "Write at least one criterion that the workshop teaches, like 6.2.")
    return tuple(one.id for one in sorted((framework.criteria[id_] for id_ in found), key=lambda one: one.sort_key))


def _reads(keys: Sequence[str], criteria: Collection[str], library: Library, errors: Errors) -> None:
    for key in keys:
        module = library.modules.get(key)
        if module is None:
            errors.add("reads", "Choose modules from the list.")
        elif criteria and not set(module.criteria) & set(criteria):
            errors.add("reads", f"“{module.title}” teaches none of the topics. Add its criteria, or take it away.")


def reason(form: Mapping[str, str], errors: Errors) -> str:
    value = " ".join(text(form, "reason").split())
    if not value or len(value) > LONGEST_REASON:
        errors.add(
            "reason", f"Write the reason, {LONGEST_REASON} characters at most. Everybody who is registered reads it."
        )
    return value


def numbers(values: Collection[str]) -> set[int]:
    """Ids of people out of a form; what is no number is left out."""
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10}


WHENS: Mapping[str, str] = {"": "To come or under way", "past": "Held", "cancelled": "Cancelled"}


def wanted(args: Mapping[str, str], offices: Collection[str]) -> Wanted:
    """What an address asks to list; what it says that cannot be is left out."""
    when, office = text(args, "when"), text(args, "office")
    return Wanted(when if when in WHENS else "", office if office in offices else "", text(args, "q")[:100])


def period(args: Mapping[str, str], offices: Collection[str], today: date) -> Period:
    """Of which workshops figures are asked; without a first day, from the Monday of twelve weeks ago on."""
    office = text(args, "office")
    since, until = _day(text(args, "since")), _day(text(args, "until"))
    since = since or statistics.monday(today - BACK)
    return Period(since, until if until and until >= since else None, office if office in offices else "")


def _day(typed: str) -> date | None:
    """A day that an address says; None where it says none, or one so far off that no workshop is there."""
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
