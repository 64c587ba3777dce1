"""When a workshop is held, open and over, and what somebody looks for in the list. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from lms.core.language import LANGUAGES

# No workshop lasts longer.
LONGEST = timedelta(minutes=960)
# A letter reminds of a workshop from so long before it begins, those who had their seats by then: who gets one later knows.
REMINDED_BEFORE = timedelta(days=2)
# With less time left a reminder would be read too late.
REMINDED_UNTIL = timedelta(hours=2)


class Meeting(Protocol):
    """What is decided from of a workshop."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def minutes(self) -> int: ...

    @property
    def zone(self) -> str: ...

    @property
    def cancelled_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody looks for in the list; "" for everything. `how` is "online" or "place"."""

    office: str = ""
    language: str = ""
    entity: str = ""
    how: str = ""

    @property
    def active(self) -> bool:
        return bool(self.office or self.language or self.entity or self.how)


def ends_at(workshop: Meeting) -> datetime:
    return workshop.starts_at + timedelta(minutes=workshop.minutes)


def local_time(workshop: Meeting) -> datetime:
    """When it begins by the clocks of its place."""
    return workshop.starts_at.astimezone(ZoneInfo(workshop.zone))


def is_over(workshop: Meeting, now: datetime) -> bool:
    """Whether it has been held and has ended. One that is cancelled is never over."""
    return workshop.cancelled_at is None and ends_at(workshop) <= now


def is_open(workshop: Meeting, now: datetime) -> bool:
    """Whether people may register and leave: until it begins."""
    return workshop.cancelled_at is None and now < workshop.starts_at


def is_to_remind(workshop: Meeting, now: datetime) -> bool:
    """Whether the reminder may go out now: about two days before it begins, and while there is time left to come."""
    return workshop.cancelled_at is None and REMINDED_UNTIL <= workshop.starts_at - now <= REMINDED_BEFORE


def read_choice(args: Mapping[str, str], offices: Collection[str], entities: Collection[str]) -> Choice:
    """What an address asks for. Values that do not exist count as not given."""
    office, language, entity, how = (args.get(name, "") for name in ("office", "language", "entity", "how"))
    return Choice(
        office=office if office in offices else "",
        language=language if language in LANGUAGES else "",
        entity=entity if entity in entities else "",
        how=how if how in ("online", "place") else "",
    )
