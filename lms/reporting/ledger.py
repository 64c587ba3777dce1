"""The figures of a company as changes by day, so that those of any day are the sum of the changes up to it. Pure.

A requirement is there from the day its person joined until the day the person left, as it is stated today. Days are numbers
(`date.toordinal`) of days in America/New_York. An expiry ahead is no change yet: it is one when the calendar turns.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from .rules import Figures

ALL = "all"
NONE = "none"
FIELDS = (
    "required", "complete", "started", "overdue", "begun", "on_time", "people", "behind", "unfinished", "companies",
    "falling_due",
)  # fmt: skip
# The counts of FIELDS side by side in one number, 40 bits each: two changes are added at once by adding two numbers.
Delta = int
Days = dict[int, Delta]
# Dimension, value, topic: see models.FigureDay.
Group = tuple[str, str, str]

_BITS = 40
_MASK, _HALF = (1 << _BITS) - 1, 1 << (_BITS - 1)
_PLACE = {name: place * _BITS for place, name in enumerate(FIELDS)}
_REQUIRED, _COMPLETE, _STARTED, _OVERDUE, _BEGUN, _ON_TIME, _PEOPLE, _BEHIND, _UNFINISHED, _COMPANIES, _FALLING_DUE = (
    1 << place for place in _PLACE.values()
)
_FIGURES = tuple(FIELDS.index(name) for name in Figures.__dataclass_fields__)


class Need(Struct, frozen=True, array_like=True):
    """A module that somebody must complete by the day `due`, that of the schedule or the company's earlier one."""

    category: int
    phase: int
    area: str
    must: bool
    due: int


class Done(Struct, frozen=True, array_like=True):
    """A completion that stood from the day `on` until before the day `until`, None while it stands; since then, `due` by."""

    on: int
    until: int | None = None
    due: int | None = None


class History(Struct, frozen=True, array_like=True):
    """What a person did with a module: begun, and completed, in the order of time. `again`: by when it is due once more."""

    began: int
    done: tuple[Done, ...] = ()
    again: int | None = None


class PersonFacts(Struct, frozen=True, array_like=True):
    """`needs` is a place in the company's `needs`, the keys of `done` are places in these. `left` is the first day without."""

    joined: int
    left: int | None
    language: str
    functions: tuple[str, ...]
    needs: int
    done: dict[int, History]


class CompanyFacts(Struct, frozen=True, array_like=True):
    """All that a company's figures follow from."""

    entities: tuple[str, ...]
    office: str
    country: str
    size: str
    needs: tuple[tuple[Need, ...], ...]
    people: tuple[PersonFacts, ...]


def pack(counts: Sequence[int]) -> Delta:
    """Counts in the order of FIELDS as one change."""
    return sum(count << place * _BITS for place, count in enumerate(counts))


def unpack(delta: Delta) -> tuple[int, ...]:
    """The counts of a change, in the order of FIELDS."""
    counts = []
    for _ in FIELDS:
        count = delta & _MASK
        if count >= _HALF:
            count -= 1 << _BITS
        counts.append(count)
        delta = (delta - count) >> _BITS
    return tuple(counts)


def add(into: Days, days: Mapping[int, Delta]) -> None:
    for day, delta in days.items():
        into[day] = into.get(day, 0) + delta


class Series:
    """The figures of one group on every day."""

    def __init__(self, days: Mapping[int, Delta]) -> None:
        self._days = sorted(days)
        self._sums = list(accumulate(days[day] for day in self._days))

    def at(self, day: date) -> Figures:
        """The figures at the end of the day."""
        counts = unpack(self._sum(day))
        return Figures(*(counts[place] for place in _FIGURES))

    def complete_by(self, day: date) -> int:
        return self._sum(day) >> _PLACE["complete"] & _MASK

    def dues(self) -> dict[date, int]:
        """How many requirements of people with access are due on which day, as of the last count."""
        sums = [total >> _PLACE["falling_due"] & _MASK for total in self._sums]
        changes = zip(self._days, sums, (0, *sums), strict=False)
        return {date.fromordinal(day): here - before for day, here, before in changes if here > before}

    def next_change(self, day: date) -> date | None:
        """The first day after this one on which figures change; what only falls due changes none."""
        before = self._sum(day) % _FALLING_DUE
        for place in range(bisect_right(self._days, day.toordinal()), len(self._days)):
            if self._sums[place] % _FALLING_DUE != before:
                return date.fromordinal(self._days[place])
        return None

    def _sum(self, day: date) -> Delta:
        place = bisect_right(self._days, day.toordinal())
        return self._sums[place - 1] if place else 0


def days_of(company: CompanyFacts) -> dict[Group, Days]:
    """The changes of every group that the company counts in. Groups may share one mapping: it is for reading."""
    sums = _Sums()
    alike: dict[tuple[int, tuple[str, ...], str], list[Days]] = {}
    never: dict[tuple[int, int, int | None], list[Days]] = {}
    for person in company.people:
        needs = company.needs[person.needs]
        sets = _sets(needs)
        found = never.get((person.needs, person.joined, person.left)) if not person.done else None
        if found is None:
            found = _person(person, needs, [places for places, _ in sets])
            if not person.done:
                never[person.needs, person.joined, person.left] = found
        into = alike.setdefault((person.needs, person.functions, person.language), [{} for _ in sets])
        for days, more in zip(into, found, strict=True):
            add(days, more)
    for (number, functions, language), added in alike.items():
        for (_, keys), days in zip(_sets(company.needs[number]), added, strict=True):
            for level, topic in keys:
                sums.add(level, topic, functions, language, days)
    return _groups(company, sums)


class _Sums:
    """What the people of a company add up to, by the sides that belong to people and requirements."""

    def __init__(self) -> None:
        self.groups: dict[Group, Days] = {}

    def add(self, level: str, topic: str, functions: tuple[str, ...], language: str, days: Days) -> None:
        if level:
            values = [("level", level)]
        else:
            values = [(ALL, ""), ("language", language), *(("function", f) for f in functions or (NONE,))]
        for dimension, value in values:
            add(self.groups.setdefault((dimension, value, topic), {}), days)


def _groups(company: CompanyFacts, sums: _Sums) -> dict[Group, Days]:
    """Every group, counted once as a company; a company of several entity types counts in each of them."""
    groups: dict[Group, Days] = {}
    own = [("office", company.office), ("country", company.country), ("size", company.size)]
    for (dimension, value, topic), days in sums.groups.items():
        _presence(days, ((_REQUIRED, 0, _COMPANIES),))
        days = {day: delta for day, delta in days.items() if delta}
        groups[dimension, value, topic] = days
        if dimension == ALL:
            for side, of in (*own, *(("entity", entity) for entity in company.entities)):
                groups[side, of, topic] = days
    return groups


@lru_cache(maxsize=4096)
def _sets(needs: tuple[Need, ...]) -> list[tuple[tuple[int, ...], list[tuple[str, str]]]]:
    """Which places of the needs belong to which (level, topic), "" for both levels; topics with the same places together."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, need in enumerate(needs):
        for level in ("", "must" if need.must else "should"):
            for topic in (ALL, f"category:{need.category}", f"phase:{need.phase}", f"area:{need.area}"):
                places.setdefault((level, topic), []).append(place)
    sets: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for key, found in places.items():
        sets.setdefault(tuple(found), []).append(key)
    return list(sets.items())


def _person(person: PersonFacts, needs: Sequence[Need], sets: Iterable[Sequence[int]]) -> list[Days]:
    """The changes that a person brings to each set of needs."""
    if person.left is not None and person.left <= person.joined:
        return [{} for _ in sets]
    each = [_changes(need, person.done.get(place), person.joined, person.left) for place, need in enumerate(needs)]
    found = []
    for places in sets:
        days: Days = {}
        for place in places:
            add(days, each[place])
        _presence(days, _OF_PEOPLE)
        found.append(days)
    return found


# A person counts while anything is required, is behind while anything is overdue, unfinished while less is complete than required.
_OF_PEOPLE = ((_REQUIRED, 0, _PEOPLE), (_OVERDUE, 0, _BEHIND), (_REQUIRED, _COMPLETE, _UNFINISHED))


def _presence(days: Days, counted: Iterable[tuple[Delta, Delta, Delta]]) -> None:
    """Add one of the third field from the day on which the first outnumbers the second (0: outnumbers nothing)."""
    shifts = [(more.bit_length() - 1, less and less.bit_length() - 1, unit) for more, less, unit in counted]
    before = [False] * len(shifts)
    total = 0
    for day in sorted(days):
        total += days[day]
        for place, (more, less, unit) in enumerate(shifts):
            here = (total >> more & _MASK) > (total >> less & _MASK if less else 0)
            if here != before[place]:
                days[day] += unit if here else -unit
                before[place] = here


def _changes(need: Need, history: History | None, joined: int, left: int | None) -> Days:
    """The changes that one requirement brings."""
    first_due = need.due
    moments = {joined, need.due + 1}
    if history:
        moments.add(history.began)
        if not history.done and history.again:
            first_due = history.again
            moments.add(first_due + 1)
        for done in history.done:
            moments.add(done.on)
            if done.until is not None:
                moments.add(done.until)
                moments.add((need.due if done.due is None else done.due) + 1)
    days: Days = {}
    before = 0
    for moment in sorted(moments):
        if moment < joined or (left is not None and moment >= left):
            continue
        now = _state(need, history, first_due, moment)
        if now != before:
            days[moment] = now - before
            before = now
    if left is not None:
        days[left] = -before
    else:
        falls = history.again if history and history.again else need.due
        days[falls] = days.get(falls, 0) + _FALLING_DUE
    return days


def _state(need: Need, history: History | None, due: int, day: int) -> Delta:
    """What one requirement adds to the figures of a day: exactly one of complete, overdue, started and not started."""
    if history is None:
        return _REQUIRED + (_OVERDUE if due < day else 0)
    state = _REQUIRED
    if history.done and history.done[0].on <= min(day, need.due):
        state += _ON_TIME
    for done in history.done:
        if done.on > day:
            break
        if done.until is None or day < done.until:
            return state + _COMPLETE
        due = need.due if done.due is None else done.due
    begun = _BEGUN if history.began <= day else 0
    if due < day:
        return state + _OVERDUE + begun
    return state + begun + (_STARTED if begun else 0)
