"""What would become of each row of a roster, given what is known of the company's people. Pure.

A person who is not of the company is never spoken of (U4): such an address looks like a new one. What is done with it is
decided when the roster is applied, see applying.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, cast

from lms.accounts.permissions import Role
from lms.core.language import NAMES, Language, to_translate

from .entries import Entry
from .told import Told, told

# "gone": not in the file, and has left for that. In the order in which they are shown.
Outcome = Literal["problem", "add", "return", "change", "end", "gone", "same"]
OUTCOMES: tuple[Outcome, ...] = ("problem", "add", "return", "change", "end", "gone", "same")
# So many rows are looked at while whoever handed them in waits.
AT_ONCE = 500
SHOWN_LINES = 5

REPEATED = to_translate("The address %(email)s stands in rows %(lines)s. Keep one of them.")
NUMBER_REPEATED = to_translate(
    "The employee number %(number)s stands in rows %(lines)s. Each person has one of his or her own."
)
NUMBER_OF_ANOTHER = to_translate(
    "The employee number %(number)s is that of %(name)s (%(email)s) in your roster. Correct the number or the address."
)
NO_NAME = to_translate("There is no name. Write it as it should stand on certificates.")
NEVER_HERE = to_translate("The address is not in your roster, so nothing can end. Leave the row out.")
NOT_A_LEARNER = to_translate(
    "This account does more than learn, so a roster does not end it or give it back. Do that on the person's own page."
)
NOT_OURS_TO_CHANGE = to_translate(
    "This account is looked after by the program. Leave the row out, or ask the program office."
)
ELSEWHERE = to_translate(
    "The address has an account that is not of this company. Ask the person to join at %(address)s."
)

ADDED = to_translate("Is added. If the address is in use on this site already, its holder is asked by mail first.")
ADDED_FUNCTIONS = to_translate("Job functions: %(functions)s.")
RETURNS = to_translate("Had left and has access again. All records are still there.")
ENDS = to_translate("Left on %(day)s: access ends. All records stay.")
GONE = to_translate("Is not in the file: access ends today. All records stay.")
HAD_LEFT = to_translate("Has left already. Nothing changes.")
NOTHING = to_translate("Nothing changes.")
CHANGES = {
    "name": to_translate("The name %(before)s becomes %(after)s."),
    "functions": to_translate("Job functions before: %(before)s. From now on: %(after)s."),
    "language": to_translate("The language becomes %(after)s until the person chooses another."),
    "site": to_translate("The site %(before)s becomes %(after)s."),
    "employee_number": to_translate("The employee number %(before)s becomes %(after)s."),
    "hired": to_translate("The day of hire %(before)s becomes %(after)s."),
    "access_until": to_translate("Access until: %(after)s."),
}
FIRST_TIME = {
    "site": to_translate("The site becomes %(after)s."),
    "employee_number": to_translate("The employee number becomes %(after)s."),
    "hired": to_translate("The day of hire becomes %(after)s."),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the company. `began_on` is of the employment that goes on; before `since` the person worked elsewhere or had
    left, so that no time with the company can begin earlier."""

    id: int
    name: str
    email: str
    role: Role
    functions: tuple[str, ...] = ()
    profile_id: int | None = None
    language: str | None = None
    site: str | None = None
    employee_number: str | None = None
    access_until: date | None = None
    has_access: bool = True
    began_on: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done with a row, and the sentences that say so. `changes` are by field, as they would be stored."""

    entry: Entry
    outcome: Outcome
    told: tuple[Told, ...]
    person: Known | None = None
    changes: Mapping[str, object] = field(default_factory=dict)


def plans(
    entries: Sequence[Entry],
    ours: Iterable[Known],
    *,
    today: date,
    whole: bool,
    barred: Collection[str] = (),
    join_address: str = "",
) -> list[Plan]:
    """What would be done, row by row. `whole`: the file has everybody, so whoever is not in it has left.

    `barred` are addresses that cannot be added and may be spoken of, which a coordinator may never know (U4).
    """
    known = list(ours)
    by_email = {person.email: person for person in known}
    holders = _holders(known, entries)
    found = []
    for entry in _with_repetitions(entries):
        person = by_email.get(entry.email)
        problems = [*entry.problems, *_of_others(entry, holders)]
        if person is None and entry.email in barred:
            problems.append(told(ELSEWHERE, address=join_address))
        found.append(Plan(entry, "problem", tuple(problems), person) if problems else _plan(entry, person, today))
    if whole:
        named = {entry.email for entry in entries}
        last = max((entry.line for entry in entries), default=1)
        found += _gone([p for p in known if p.email not in named and p.role is Role.LEARNER and _is_here(p)], last)
    return found


def counted(found: Iterable[Plan]) -> dict[str, int]:
    """Rows by outcome, those that there are."""
    counts: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    for plan in found:
        counts[plan.outcome] += 1
    return {outcome: count for outcome, count in counts.items() if count}


def ready(counts: Mapping[str, int], *, whole: bool, leave_out: bool) -> bool:
    """Whether a roster may be applied: nothing is wrong, or what is wrong is to be left out. Of a file that has everybody no row
    is left out: that person would have left."""
    return not counts.get("problem") or (leave_out and not whole)


def digest(found: Iterable[Plan]) -> str:
    """Names what a preview says would be done: the same only while every row would fare the same."""
    lines = [[p.entry.line, p.outcome, p.told, p.person.id if p.person else None] for p in found]
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def nothing_to_do(counts: Mapping[str, int]) -> bool:
    return not any(count for outcome, count in counts.items() if outcome not in ("same", "problem"))


def _plan(entry: Entry, person: Known | None, today: date) -> Plan:
    gone = entry.left is not None and entry.left < today
    if person is None:
        if gone:
            return Plan(entry, "problem", (told(NEVER_HERE),))
        if not entry.name:
            return Plan(entry, "problem", (told(NO_NAME),))
        return Plan(entry, "add", (told(ADDED_FUNCTIONS, functions=entry.functions or ()), told(ADDED)))
    if gone and not _is_here(person):
        return Plan(entry, "same", (told(HAD_LEFT),), person)
    changes = _changes(entry, person)
    if person.role not in (Role.LEARNER, Role.COORDINATOR) and (changes or gone or not person.has_access):
        return Plan(entry, "problem", (told(NOT_OURS_TO_CHANGE),), person)
    if person.role is not Role.LEARNER and (gone or entry.left or not person.has_access):
        return Plan(entry, "problem", (told(NOT_A_LEARNER),), person)
    if gone:
        return Plan(entry, "end", (told(ENDS, day=entry.left),), person)
    sentences = tuple(_sentence(name, person, after) for name, after in changes.items())
    if not person.has_access:
        return Plan(entry, "return", (told(RETURNS), *sentences), person, changes)
    if changes:
        return Plan(entry, "change", sentences, person, changes)
    return Plan(entry, "same", (told(NOTHING),), person)


def _changes(entry: Entry, person: Known) -> dict[str, object]:
    """What the row states otherwise. A language that somebody chose is theirs to change."""
    stated = {
        "name": entry.name,
        "functions": entry.functions,
        "language": None if person.language else entry.language,
        "site": entry.site,
        "employee_number": entry.employee_number,
        "hired": began_on(entry.hired, person.since) if person.began_on else None,
        "access_until": entry.left,
    }
    return {name: after for name, after in stated.items() if after is not None and after != _before(name, person)}


def began_on(hired: date | None, since: date | None) -> date | None:
    """The first day of a time with the company: nobody may reach back into a time with another one (U4)."""
    return max(hired, since) if hired and since else hired


def _before(name: str, person: Known) -> object:
    return person.began_on if name == "hired" else getattr(person, name)


def _sentence(name: str, person: Known, after: object) -> Told:
    before = _before(name, person)
    if name == "language":
        return told(CHANGES[name], after=NAMES[cast(Language, after)])
    if before is None and name in FIRST_TIME:
        return told(FIRST_TIME[name], after=after)
    return told(CHANGES[name], before=before, after=after)


def _is_here(person: Known) -> bool:
    """Whether somebody has not left: access may have ended meanwhile."""
    return person.has_access or person.began_on is not None


def _gone(people: Iterable[Known], last: int) -> Iterator[Plan]:
    """Who is not in the file, by name; their lines go on after those of the file."""
    for line, person in enumerate(sorted(people, key=lambda p: (p.name.casefold(), p.id)), last + 1):
        yield Plan(Entry(line, person.email, person.name), "gone", (told(GONE),), person)


def _with_repetitions(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The rows, those that state an address or a number of another row with that as a problem."""
    emails, numbers = defaultdict(list), defaultdict(list)
    for entry in entries:
        emails[entry.email].append(entry.line)
        numbers[entry.employee_number].append(entry.line)
    for entry in entries:
        problems = list(entry.problems)
        if entry.email and len(emails[entry.email]) > 1:
            problems.append(told(REPEATED, email=entry.email, lines=_lines(emails[entry.email])))
        elif entry.employee_number and len(numbers[entry.employee_number]) > 1:
            lines = _lines(numbers[entry.employee_number])
            problems.append(told(NUMBER_REPEATED, number=entry.employee_number, lines=lines))
        yield replace(entry, problems=tuple(problems)) if len(problems) > len(entry.problems) else entry


def _lines(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:SHOWN_LINES]))
    return f"{shown} …" if len(lines) > SHOWN_LINES else shown


def _holders(known: Iterable[Known], entries: Iterable[Entry]) -> dict[str, Known]:
    """Who has which employee number, and does not get another one by the same file."""
    given = {entry.email for entry in entries if entry.employee_number}
    return {p.employee_number: p for p in known if p.employee_number and p.email not in given}


def _of_others(entry: Entry, holders: Mapping[str, Known]) -> Iterator[Told]:
    holder = holders.get(entry.employee_number or "")
    if holder is not None and holder.email != entry.email:
        yield told(NUMBER_OF_ANOTHER, number=entry.employee_number, name=holder.name, email=holder.email)
