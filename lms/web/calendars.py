"""Calendar files (iCalendar, RFC 5545): what a phone's or an office's calendar takes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Response

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Happening:
    """`uid` names it for ever; a higher `sequence` replaces what a calendar has of it. Whole days end on `ends`, included;
    moments are aware. A cancelled one is taken out of the calendars that have it."""

    uid: str
    title: str
    begins: date | datetime
    ends: date | datetime
    about: str = ""
    place: str = ""
    address: str = ""
    sequence: int = 0
    cancelled: bool = False


def calendar(name: str, happenings: Iterable[Happening], *, made_at: datetime) -> bytes:
    """A calendar file of these happenings."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - web workers start without it

    book = Calendar()
    book.add("prodid", "-//MSC Ready//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    for one in happenings:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", made_at)
        event.add("sequence", one.sequence)
        event.add("summary", one.title)
        event.add("dtstart", one.begins)
        whole = not isinstance(one.ends, datetime)
        event.add("dtend", one.ends + timedelta(days=1) if whole else one.ends)  # the day after the last one
        for key, value in (("description", one.about), ("location", one.place), ("url", one.address)):
            if value:
                event.add(key, value)
        event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        book.add_component(event)
    data: bytes = book.to_ical()
    return data


def response(data: bytes, file_name: str) -> Response:
    """A calendar file as a download."""
    sent = Response(data, mimetype=MEDIA_TYPE)
    sent.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return sent
