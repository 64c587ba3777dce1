"""What is wrong with a row, said in a sentence, and how sorted streams are laid side by side. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

# Two requests at the same moment may be recorded in the other order than they took their time: so far apart at most.
AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks an invariant. `key` holds the columns that name it; `what` is wrong, as a sentence without its end."""

    table: str
    key: Mapping[str, Any]
    what: str


@dataclass(frozen=True, slots=True)
class Completed:
    """A completion: when, until when it is valid (None: from before validity was kept), the revision its attempt was at."""

    at: datetime
    valid_until: date | None
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """The newest substantive change of a module: the revision that brought it, and when.

    `everybodys` is the newest revision with one that concerns all entity types, 0 for none. Whether another one concerned
    somebody hung on the company's entity types of that day, which are not kept.
    """

    revision: int
    at: datetime
    everybodys: int


@dataclass(frozen=True, slots=True)
class Traces:
    """What a person did with a module: the beginnings, each as the earliest and the latest moment that it can have been
    recorded with, and the completions, the last one last. A paper test begins on its day and is recorded when it is typed in.
    """

    begun: Sequence[tuple[datetime, datetime]]
    completions: Sequence[Completed]

    @property
    def first(self) -> tuple[datetime, datetime]:
        moments = (*self.begun, *((c.at, c.at) for c in self.completions))
        return min(early for early, _ in moments), min(late for _, late in moments)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of progress."""

    started_at: datetime
    completed_at: datetime | None
    valid_until: date | None
    again_because: str | None
    again_on: date | None


def wrong_progress(stored: Stored | None, traces: Traces | None, change: Change | None) -> str:
    """What the row and its recount disagree about, "" for nothing. `traces` None: the person did nothing with the module."""
    if stored is None:
        return "there is no row, though the person has begun the module"
    if traces is None:
        return "no section was opened, no attempt started and nothing completed"
    return _wrong_start(stored, traces, change) or _wrong_end(stored, traces, change)


def _wrong_start(stored: Stored, traces: Traces, change: Change | None) -> str:
    """A change takes away the readings of what changed, so the beginning may be older than what is left."""
    earliest, latest = traces.first
    forgotten = change is not None and stored.started_at <= change.at
    if stored.started_at > latest + AT_ONCE:
        return f"started_at is {stored.started_at}, the first thing done was at {latest}"
    if stored.started_at < earliest and not forgotten:
        return f"started_at is {stored.started_at}, the first thing done was at {earliest}"
    return ""


def _wrong_end(stored: Stored, traces: Traces, change: Change | None) -> str:
    last = traces.completions[-1] if traces.completions else None
    valid_until = last.valid_until if last else None
    if stored.valid_until != valid_until:
        return f"valid_until is {stored.valid_until}, that of the last completion {valid_until}"
    changed = last is not None and change is not None and last.revision < change.revision
    missed = last is not None and change is not None and last.revision < change.everybodys
    match stored.again_because:
        case "change":
            fits, why = changed, "the last completion has no older revision than the module's last change"
        case "expiry":
            fits, why = valid_until is not None, "no completion has an end"
        case None:
            fits, why = not missed, f"again_because is empty, though revision {change and change.everybodys} changed it"
        case other:
            fits, why = False, f"again_because is {other}"
    if not fits:
        return why if why.startswith("again") else f"again_because is {stored.again_because}, but {why}"
    again = stored.again_because is not None
    at = last.at if last else None
    # While a refresher is due the completion stands, until the first turn of the calendar after its end.
    possible = {"change": (None,), "expiry": (None, at)}.get(stored.again_because or "", (at,))
    if stored.completed_at not in possible:
        return f"completed_at is {stored.completed_at}, recounted {possible[-1]}"
    if again != (stored.again_on is not None):
        return f"again_on is {stored.again_on}, again_because {stored.again_because}"
    if stored.again_because == "expiry" and stored.again_on and valid_until and stored.again_on > valid_until:
        return f"again_on is {stored.again_on}, after valid_until {valid_until}"
    return ""


def side_by_side(*streams: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, tuple[list[Any], ...]]]:
    """Streams that are sorted by their first column, joined by it: each value of it, and the rows of each stream that have it.

    Only the rows of one value are held at a time.
    """
    groups = [groupby(stream, key=itemgetter(0)) for stream in streams]
    heads = [_head(group) for group in groups]
    while there := [head[0] for head in heads if head]:
        lowest = min(there)
        yield lowest, tuple(head[1] if head and head[0] == lowest else [] for head in heads)
        heads = [
            _head(group) if head and head[0] == lowest else head for group, head in zip(groups, heads, strict=True)
        ]


def _head(group: Iterator[tuple[Any, Iterator[Any]]]) -> tuple[Any, list[Any]] | None:
    found = next(group, None)
    return (found[0], list(found[1])) if found else None
