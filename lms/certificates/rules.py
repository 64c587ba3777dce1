"""Records of certificates, how they are earned and how they stand. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from lms.content.library import Library
from lms.core.clock import months_later, program_day
from lms.core.language import to_translate
from lms.core.learned import learned

PROGRAM = 0  # stands where a category's number would
TEMPLATE = 1  # the newest design of the document; a record keeps the one it was issued with
PROGRAM_TITLE = "CTPAT Minimum Security Criteria"
BAND = 10  # percent points

Level = Literal["must", "should"]
Kind = Literal["category", "program", "attendance"]
Standing = Literal["valid", "renewed", "expired", "revoked"]
Reason = Literal["issued in error", "wrong person", "not own work", "wrong facts"]
Words = Mapping[str, Mapping[str, str]]

# Why a certificate was revoked, as everybody may read it.
REASONS: Mapping[Reason, str] = {
    "issued in error": to_translate("It was issued in error."),
    "wrong person": to_translate("The training was taken by another person."),
    "not own work": to_translate("The quiz was not the person's own work."),
    "wrong facts": to_translate("It states something that is not so."),
}
# Facts that came later and are left out of the JSON where there are none, so that an older record keeps its digest.
LATER = ("renews", "workshop", "words")


@dataclass(frozen=True, slots=True)
class Covered:
    """A criterion that the modules taught, with its level on that day."""

    id: str
    level: Level


@dataclass(frozen=True, slots=True)
class Part:
    """A category, by number and name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """What somebody attended: its title, where it was held ("" for online), and how long it took in minutes."""

    title: str
    place: str
    minutes: int


@learned
@dataclass(frozen=True, slots=True)
class Record:
    """Every fact of a certificate, as of the day of issue. Never changed afterwards.

    `category` is 1-12, 0 for the program certificate, whose `parts` are all required categories, or None for an attendance,
    whose `parts` are the categories that the workshop taught. `percent` is the band of the lowest of the best scores of the
    required quizzes (see `band`): each was passed with it or better; None where there was no quiz. Days are whole days in
    America/New_York; `completed_on` of an attendance is the day of the workshop; `valid_until` is the last valid one.
    `days_ahead` of the enforcement date is None on and after it. `renews` is the number of the certificate that this one
    follows. `words` are the names that it holds in other languages, as of that day: language, English text, translation.
    """

    number: str
    name: str
    organization: str
    entities: tuple[str, ...]
    category: int | None
    parts: tuple[Part, ...]
    edition: str
    criteria: tuple[Covered, ...]
    modules: tuple[str, ...]
    revision: int
    percent: int | None
    completed_on: date
    issued_at: datetime
    valid_until: date
    days_ahead: int | None
    enforcement_date: date
    demonstration: bool
    template: int = TEMPLATE
    renews: str = ""
    workshop: Workshop | None = None
    words: Words = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        if self.workshop:
            return "attendance"
        return "program" if self.category == PROGRAM else "category"

    @property
    def title(self) -> str:
        if self.workshop:
            return self.workshop.title
        return PROGRAM_TITLE if self.category == PROGRAM else self.parts[0].name

    @property
    def issued_on(self) -> date:
        return program_day(self.issued_at)

    @property
    def names(self) -> tuple[str, ...]:
        """The English names it holds that are translated."""
        return tuple(dict.fromkeys((*self.entities, *(part.name for part in self.parts), *self.modules)))

    def word(self, name: str, language: str) -> str:
        """A name it holds in another language; the English one where that language had none on the day of issue."""
        return self.words.get(language, {}).get(name, name)


@dataclass(frozen=True, slots=True)
class Required:
    """A module that the person had to complete, and the criteria it teaches that concern the company."""

    module: str
    category: int
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A module that the person has completed: the best percent, the last day on which that holds (None: no end was kept), and
    whether a change of the module has to be learned since.
    """

    percent: int
    until: date | None = None
    changed: bool = False

    def stands(self, day: date) -> bool:
        return not self.changed and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Former:
    """The certificate that a new one renews."""

    number: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Holder:
    """Who earned it, as of that day. `entities` are slugs."""

    name: str
    organization: str
    entities: tuple[str, ...]
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: its number, the revision and the enforcement date in force, the day it was earned on, and the moment."""

    number: str
    revision: int
    enforcement_date: date
    earned_on: date
    at: datetime


def compose(
    holder: Holder,
    category: int,
    required: Sequence[Required],
    passed: Mapping[str, Passed],
    library: Library,
    issue: Issue,
    *,
    former: Former | None = None,
) -> Record:
    """The record of a category, or of the whole program for 0. `required` are the person's modules."""
    covered = [r for r in required if category in (PROGRAM, r.category)]
    keys = {r.module for r in covered}
    whole = months_later(issue.earned_on, library.framework.program.validity_months)
    return _record(
        holder,
        library,
        issue,
        category=category,
        categories={r.category for r in covered},
        criteria={c for r in covered for c in r.criteria},
        modules=tuple(m.title for key, m in library.modules.items() if key in keys),
        percent=band(min(passed[key].percent for key in keys)),
        valid_until=_valid_until(whole, (passed[key].until for key in keys), former),
        renews=former.number if former else "",
    )


def _valid_until(whole: date, modules: Iterable[date | None], former: Former | None) -> date:
    """The last valid day. A first certificate stands for the `whole` validity from the completion that closed the course.

    One that renews another stands until the first of its modules wants its refresher: one module taken again renews that
    module, not the course. It never ends before the one that it follows.
    """
    if former is None:
        return whole
    return max(former.valid_until, min((whole, *(until for until in modules if until))))


def compose_attendance(
    holder: Holder, workshop: Workshop, criteria: Collection[str], library: Library, issue: Issue
) -> Record:
    """The record of somebody who attended a workshop that taught these criteria."""
    return _record(
        holder,
        library,
        issue,
        category=None,
        categories={library.framework.criteria[c].category for c in criteria},
        criteria=criteria,
        modules=(),
        percent=None,
        valid_until=months_later(issue.earned_on, library.framework.program.validity_months),
        workshop=workshop,
    )


def _record(
    holder: Holder,
    library: Library,
    issue: Issue,
    *,
    categories: Collection[int],
    criteria: Collection[str],
    **own: Any,
) -> Record:
    """What every kind states alike, with the facts of its `own`."""
    framework = library.framework
    taught = sorted({framework.criteria[c] for c in criteria}, key=lambda c: c.sort_key)
    return Record(
        number=issue.number,
        name=holder.name,
        organization=holder.organization,
        entities=tuple(framework.entities[e].name for e in holder.entities),
        parts=tuple(Part(n, framework.categories[n].name) for n in sorted(categories)),
        edition=framework.program.edition,
        criteria=tuple(Covered(c.id, c.level) for c in taught),
        revision=issue.revision,
        completed_on=issue.earned_on,
        issued_at=issue.at,
        days_ahead=ahead((issue.enforcement_date - issue.earned_on).days),
        enforcement_date=issue.enforcement_date,
        demonstration=holder.demonstration,
        **own,
    )


def band(percent: int) -> int:
    """The score band of a percentage: its tens, so that 88 is told as "80 % or better" and 100 stays 100."""
    return percent // BAND * BAND


def to_plain(record: Record) -> dict[str, Any]:
    """The record as JSON values, for the database."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return {name: fact for name, fact in plain.items() if fact or name not in LATER}


def from_plain(plain: Mapping[str, Any]) -> Record:
    """The record behind stored JSON values. Raises msgspec.ValidationError when they are not a record."""
    return msgspec.convert(plain, type=Record)


def canonical(record: Record) -> bytes:
    """The one JSON text of a record: sorted keys, no spaces, UTF-8."""
    return msgspec.json.encode(to_plain(record), order="sorted")


def digest(record: Record) -> str:
    """SHA-256 of the canonical JSON: what the audit keeps, so that a changed record shows."""
    return hashlib.sha256(canonical(record)).hexdigest()


def earned(required: Mapping[str, int], complete: Collection[str], closing: str) -> tuple[int, ...]:
    """The categories that the completion of module `closing` finishes; 0, the whole program, comes last.

    `required` maps the person's modules to their categories, `complete` are those that stand. A module that is not required
    finishes nothing.
    """
    if closing not in required:
        return ()
    category = required[closing]
    open_categories = {c for module, c in required.items() if module not in complete}
    if category in open_categories:
        return ()
    return (category,) if open_categories else (category, PROGRAM)


def ahead(days: int) -> int | None:
    """Days ahead of the enforcement date worth stating: None on the day itself and after it."""
    return days if days > 0 else None


def standing(valid_until: date, *, revoked: bool, renewed: bool, today: date) -> Standing:
    """How a certificate stands, the gravest first. It is valid through its last day; a newer one takes nothing from that."""
    if revoked:
        return "revoked"
    if renewed:
        return "renewed"
    return "expired" if today > valid_until else "valid"
