"""What somebody chose to look at, from the address and back into it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from lms.content.library import Library
from lms.schedule.rules import EVERYONE, Schedule

from .rules import STATUS_NAMES

# For each field of Filters, what may be chosen and the words for it.
Choices = Mapping[str, Mapping[str, str]]

LABELS = {
    "phase": "phase",
    "focus_area": "focus area",
    "category": "category",
    "entity": "entity type",
    "function": "job function",
    "module": "module",
    "organization": "company",
    "status": "status",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """All parts must hold at once; "" means all. The values are those of the address: numbers and slugs.

    `organization` is a company's number, `module` a module's key.
    """

    phase: str = ""
    focus_area: str = ""
    category: str = ""
    entity: str = ""
    function: str = ""
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


def choices(library: Library, schedule: Schedule, companies: Mapping[str, str]) -> Choices:
    """What may be chosen now. `companies`, number to name, need only hold the one that was asked for."""
    framework = library.framework
    return {
        "phase": {str(p.number): f"Phase {p.number}" for p in schedule.phases},
        "focus_area": {a.slug: a.name for a in framework.focus_areas},
        "category": {str(number): f"{number} {c.short_name}" for number, c in framework.categories.items()},
        "entity": {slug: e.name for slug, e in framework.entities.items()},
        "function": {slug: f.name for slug, f in framework.functions.items() if slug != EVERYONE},
        "module": {key: m.title for key, m in library.modules.items()},
        "organization": companies,
        "status": {status.value: name for status, name in STATUS_NAMES.items()},
    }


def _shown(value: str) -> str:
    return "".join(c for c in value if c.isprintable())[:60]
