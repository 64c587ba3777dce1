"""In which days somebody's completions of a module stood, from what is kept about them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .ledger import Done, History


@dataclass(frozen=True, slots=True)
class Change:
    """A substantive change of a module: the revision that brought it, and on which day."""

    revision: int
    day: date


@dataclass(frozen=True, slots=True)
class Past:
    """A completion of the module as a revision has it."""

    day: date
    valid_until: date | None
    revision: int


@dataclass(frozen=True, slots=True)
class Now:
    """The row of progress: since when the last completion stands (None: not), and by when the module is due once more."""

    began: date
    completed: date | None
    again_on: date | None


def history(now: Now, past: Sequence[Past], changes: Sequence[Change], *, today: date, retraining_days: int) -> History:
    """Completions, oldest first, and the changes of the module, as the times in which they stood.

    Each stood until the day after its validity ended, or until the module changed without it. Whether the last one still
    stands is said by `now` alone: it ends with the turn of the calendar that wrote so, and until then it stands.
    """
    if now.completed and not past:
        past = (Past(now.completed, None, 0),)
    spans: list[Done] = []
    for place, one in enumerate(past):
        end, due = _end(one, changes, retraining_days)
        if place + 1 < len(past):
            following = past[place + 1].day
            if end is None or end >= following:
                end = following
        elif now.completed:
            end = due = None
        else:
            end, due = min(end or today, today), now.again_on
        span = Done(one.day.toordinal(), _number(end), _number(due))
        if spans and spans[-1].until == span.on:
            span = Done(spans.pop().on, span.until, span.due)
        spans.append(span)
    began = min([now.began, *(one.day for one in past)])
    return History(began.toordinal(), tuple(spans), _number(now.again_on))


def _end(one: Past, changes: Sequence[Change], retraining_days: int) -> tuple[date | None, date | None]:
    """The first day on which a completion stands no more (None: it stands), and by when it is due once more."""
    over = one.valid_until + timedelta(days=1) if one.valid_until else None
    change = next((c for c in changes if c.revision > one.revision), None)
    if change is None:
        return over, one.valid_until
    changed = max(change.day, one.day)
    due = changed + timedelta(days=retraining_days)
    ends = [day for day in (over, changed) if day]
    return min(ends), min([due, *([one.valid_until] if one.valid_until else [])])


def _number(day: date | None) -> int | None:
    return day.toordinal() if day else None
