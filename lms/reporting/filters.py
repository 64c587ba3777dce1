"""What somebody chose to look at, from the address and back into it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlencode

from lms.accounts.rules import SIZE_NAMES, UNKNOWN
from lms.content.library import Library
from lms.core.language import NAMES
from lms.schedule.rules import EVERYONE, Schedule

from .rules import STATUS_NAMES

# For each field of Filters, what may be chosen and the words for it.
Choices = Mapping[str, Mapping[str, str]]

LABELS = {
    "phase": "phase",
    "focus_area": "focus area",
    "category": "category",
    "entity": "entity type",
    "office": "field office",
    "country": "country",
    "size": "company size",
    "function": "job function",
    "language": "language",
    "level": "level",
    "module": "module",
    "organization": "company",
    "status": "status",
}
# Fields of Filters by which figures can be broken down, beside the parts of the criteria: the heading of each.
DIMENSIONS = {
    "office": "field office",
    "country": "country",
    "size": "company size",
    "function": "job function",
    "language": "language",
    "level": "level",
    "entity": "entity type",
}
NOT_GIVEN = {UNKNOWN: "Not given"}
# The values that stand for people without a job function, and for requirements by the strictest of their criteria.
NO_FUNCTION = "none"
LEVELS = {"must": "Must criteria", "should": "Should criteria only"}


@dataclass(frozen=True, slots=True)
class Filters:
    """All parts must hold at once; "" means all. The values are those of the address: numbers and slugs.

    `organization` is a company's number, `module` a module's key, `country` an ISO 3166 code; UNKNOWN stands for companies
    that did not say. `language` is the one a person chose last, English for none. `level` is "must" for requirements with
    a criterion that is a must, "should" for the others.
    """

    phase: str = ""
    focus_area: str = ""
    category: str = ""
    entity: str = ""
    office: str = ""
    country: str = ""
    size: str = ""
    function: str = ""
    language: str = ""
    level: str = ""
    module: str = ""
    organization: str = ""
    status: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}

    @property
    def query(self) -> str:
        """The query string that gives these filters again, "" for none."""
        return urlencode(self.chosen)

    def but(self, **changes: str) -> "Filters":
        """The same with other values in some fields."""
        return replace(self, **changes)

    def words(self, choices: Choices) -> str:
        """The chosen values in words: "Phase 1, U.S. Importers"."""
        return ", ".join(choices[name][value] for name, value in self.chosen.items())


Order = Literal["behind", "ahead"]
Show = Literal["all", "behind", "complete", "ended"]
SHOWS: tuple[Show, ...] = get_args(Show)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of a company's people to show. `words` are looked for in name and e-mail address."""

    show: Show = "all"
    function: str = ""
    words: str = ""

    @property
    def narrow(self) -> bool:
        """Whether fewer than all people are counted."""
        return bool(self.function or self.words)

    @property
    def query(self) -> str:
        chosen = {"show": self.show if self.show != "all" else "", "function": self.function, "q": self.words}
        return urlencode({name: value for name, value in chosen.items() if value})

    def but(self, show: Show) -> "Choice":
        return replace(self, show=show)


ALL = Choice()


def read_choice(args: Mapping[str, str], functions: Collection[str]) -> Choice:
    """The choice of an address; what does not exist counts as not given."""
    function = args.get("function", "")
    return Choice(
        show=next((show for show in SHOWS if args.get("show") == show), "all"),
        function=function if function in functions else "",
        words=args.get("q", "").strip()[:100],
    )


def read_order(args: Mapping[str, str]) -> Order:
    return "ahead" if args.get("order") == "ahead" else "behind"


def read(args: Mapping[str, str], choices: Choices, without: Collection[str] = ()) -> tuple[Filters, list[str]]:
    """The filters of an address, and a sentence for each value that means nothing here and was left out.

    Fields named in `without` do not apply to the page.
    """
    values, ignored = {}, []
    for name, label in LABELS.items():
        value = args.get(name, "").strip()
        if not value or name in without:
            continue
        if value in choices[name]:
            values[name] = value
        else:
            ignored.append(f"There is no {label} “{_shown(value)}”. The page shows the figures without it.")
    return Filters(**values), ignored


def read_days(args: Mapping[str, str], today: date) -> tuple[date, date | None, list[str]]:
    """As of which day, compared with which earlier one (None: with none), and a sentence for each that means nothing here."""
    ignored = []
    day = _day(args.get("day", ""), today)
    if day is None and args.get("day", "").strip():
        ignored.append(f"“{_shown(args['day'])}” is no day up to today. The page shows the figures of today.")
    day = day or today
    against = _day(args.get("against", ""), day)
    if args.get("against", "").strip() and (against is None or against == day):
        ignored.append(
            f"“{_shown(args['against'])}” is no day before the one shown. The page compares with no other day."
        )
        against = None
    return day, against, ignored


def _day(text: str, latest: date) -> date | None:
    """The day of an address like 2026-11-02, unless it lies after the latest."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found <= latest else None


def choices(
    library: Library, schedule: Schedule, companies: Mapping[str, str], countries: Mapping[str, str]
) -> Choices:
    """What may be chosen now. `companies`, number to name, need only hold the one that was asked for; `countries` those
    in which companies are."""
    framework = library.framework
    return {
        "phase": {str(p.number): f"Phase {p.number}" for p in schedule.phases},
        "focus_area": {a.slug: a.name for a in framework.focus_areas},
        "category": {str(number): f"{number} {c.short_name}" for number, c in framework.categories.items()},
        "entity": {slug: e.name for slug, e in framework.entities.items()},
        "office": {o.slug: o.name for o in framework.program.field_offices} | NOT_GIVEN,
        "country": {**countries} | NOT_GIVEN,
        "size": SIZE_NAMES | NOT_GIVEN,
        "function": {slug: f.name for slug, f in framework.functions.items() if slug != EVERYONE}
        | {NO_FUNCTION: "No job function"},
        "language": {str(code): name for code, name in NAMES.items()},
        "level": LEVELS,
        "module": {key: m.title for key, m in library.modules.items()},
        "organization": companies,
        "status": {status.value: name for status, name in STATUS_NAMES.items()},
    }


def _shown(value: str) -> str:
    return "".join(c for c in value if c.isprintable())[:60]
