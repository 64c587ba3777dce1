"""What somebody chose to look at, from the address and back into it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

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


def _shown(value: str) -> str:
    return "".join(c for c in value if c.isprintable())[:60]
