"""What a packet is made of, as plain values: who was with the company, what was done there, and what was required (U4)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from lms.accounts.permissions import Role
from lms.certificates.known import Known
from lms.core.clock import program_day

from .rules import Period, Stay, stands, was_here


@dataclass(frozen=True, slots=True)
class Company:
    """`entities` and `declined` are slugs; `due_by` is its own earlier date, None for none."""

    number: str
    name: str
    entities: tuple[str, ...]
    declined: tuple[str, ...]
    due_by: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was with the company in the period. `stays` are the times with this company alone, the oldest first.

    Employee number, site and job functions (slugs) are the company's own: empty for who is no longer with it.
    """

    id: int
    name: str
    employee_number: str
    site: str
    functions: tuple[str, ...]
    stays: tuple[Stay, ...]

    @property
    def began(self) -> date | None:
        return self.stays[0].began if self.stays else None

    @property
    def left(self) -> date | None:
        """The last day, None for who is still there."""
        return max((s.ended for s in self.stays if s.ended), default=None) if self.gone else None

    @property
    def gone(self) -> bool:
        return bool(self.stays) and all(s.ended is not None for s in self.stays)


@dataclass(frozen=True, slots=True)
class Need:
    """A module required of `people` (ids), those still with the company, and why: job functions that bring it, criteria it
    teaches that concern the company. `due` is the company's own date where that is earlier."""

    module: str
    category: int
    functions: tuple[str, ...]
    criteria: tuple[str, ...]
    due: date
    people: frozenset[int]


# Where the text of a completion is: revision and document of its attempt, revision of the completion.
TextKey = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """A completion made with the company. `delta`: only what had changed was asked. `proctor` typed the answers of a test on
    paper in, "" for a quiz on the site."""

    person: int
    module: str
    completed_at: datetime
    percent: int
    revision: int
    valid_until: date | None
    language: str
    delta: bool
    pass_mark: int
    proctor: str
    text: TextKey

    @property
    def day(self) -> date:
        return program_day(self.completed_at)


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt at a quiz, submitted while with the company. `number` counts the person's at this module, from 1."""

    person: int
    module: str
    submitted_at: datetime
    language: str
    percent: int
    pass_mark: int
    passed: bool
    delta: bool
    on_paper: bool
    number: int = 0

    @property
    def day(self) -> date:
        return program_day(self.submitted_at)


@dataclass(frozen=True, slots=True)
class Exempted:
    """A module that a person (None: everybody) need not take. `by` is the role of who decided it."""

    module: str
    person: int | None
    reason: str
    by: Role
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """A substantive change of a module, in the revision it came with."""

    module: str
    revision: int
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Refresher:
    """A module to learn once more: `because` its content changed or its validity ended, on `day`; `done` when that was learned
    with the company, None for not yet."""

    person: int
    module: str
    because: str
    day: date
    done: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a packet says. `done`, `tries` and `changes` reach back before the period, oldest first; `held` are
    certificates earned in it, standing as of its last day. `as_of` is the moment of the newest row that was used."""

    company: Company
    period: Period
    as_of: datetime
    members: tuple[Member, ...]
    needs: tuple[Need, ...]
    done: tuple[Done, ...]
    tries: tuple[Try, ...]
    held: tuple[Known, ...]
    exemptions: tuple[Exempted, ...]
    changes: tuple[Change, ...]

    @property
    def names(self) -> dict[int, str]:
        return {member.id: member.name for member in self.members}

    @property
    def new_done(self) -> tuple[Done, ...]:
        """Completions of the period."""
        return tuple(d for d in self.done if self.period.holds(d.day))

    @property
    def new_tries(self) -> tuple[Try, ...]:
        return tuple(t for t in self.tries if self.period.holds(t.day))

    @property
    def courses(self) -> tuple[Known, ...]:
        """Certificates of categories and of the program."""
        return tuple(k for k in self.held if k.record.kind != "attendance")

    @property
    def workshops(self) -> tuple[Known, ...]:
        return tuple(k for k in self.held if k.record.kind == "attendance")

    @property
    def filed(self) -> tuple[Known, ...]:
        """Those whose documents are in the packet: valid and renewed ones."""
        return tuple(k for k in self.held if k.standing in ("valid", "renewed"))


def numbered(tries: Iterable[Try]) -> tuple[Try, ...]:
    """Each with its number among the person's at the module; in the order given, the oldest first."""
    counts: Counter[tuple[int, str]] = Counter()
    found = []
    for one in tries:
        counts[one.person, one.module] += 1
        found.append(replace(one, number=counts[one.person, one.module]))
    return tuple(found)


def with_company(
    day: date, person: int, here: Mapping[int, tuple[Stay, ...]], elsewhere: Mapping[int, tuple[Stay, ...]]
) -> bool:
    """Whether the person was with the company, and with it alone, on that day."""
    return was_here(day, here.get(person, ()), elsewhere.get(person, ()))


def standing_done(facts: Facts) -> dict[str, frozenset[int]]:
    """Who holds, on the last day of the period, a completion made with the company, by module."""
    changes: dict[str, list[int]] = defaultdict(list)
    for change in facts.changes:
        changes[change.module].append(change.revision)
    found: dict[str, set[int]] = defaultdict(set)
    for one in facts.done:
        if stands(one.revision, one.valid_until, changes[one.module], facts.period.until):
            found[one.module].add(one.person)
    return {module: frozenset(people) for module, people in found.items()}


def refreshers(facts: Facts, ahead: date) -> tuple[Refresher, ...]:
    """What had, or has, to be learned once more: changes published in the period, validity that ends in it or until `ahead`.

    Only for people on the roster; who had left by then is left out.
    """
    here = {member.id: member for member in facts.members}
    done: dict[tuple[int, str], list[Done]] = defaultdict(list)
    for one in facts.done:
        if one.person in here:
            done[one.person, one.module].append(one)
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in facts.changes:
        if facts.period.holds(change.day):
            changes[change.module].append(change)
    found = []
    for (person, module), theirs in done.items():
        stays = here[person].stays
        found += [
            Refresher(person, module, because, day, again)
            for because, day, again in (*_changed(theirs, changes[module]), *_ended(theirs, facts.period, ahead))
            if any(stay.holds(day) for stay in stays)
        ]
    return tuple(sorted(found, key=lambda r: (r.day, here[r.person].name, r.person, r.module)))


def _changed(theirs: list[Done], changes: list[Change]) -> Iterable[tuple[str, date, date | None]]:
    for change in changes:
        if any(d.revision < change.revision and d.day <= change.day for d in theirs):
            again = (d.day for d in theirs if d.revision >= change.revision)
            yield "change", change.day, next(again, None)


def _ended(theirs: list[Done], period: Period, ahead: date) -> Iterable[tuple[str, date, date | None]]:
    for place, one in enumerate(theirs):
        if one.valid_until is not None and period.since <= one.valid_until <= ahead:
            later = (d.day for d in theirs[place + 1 :] if d.valid_until is None or d.valid_until > one.valid_until)
            yield "expiry", one.valid_until, next(later, None)
