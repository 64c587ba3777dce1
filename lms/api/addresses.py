"""Every address of the API: what it takes and what it answers. The views and the description are both made from this."""

from dataclasses import dataclass
from typing import Any

from lms.reporting.filters import DIMENSIONS, LABELS

from . import answers
from .answers import Answer

BASE = "/api/v1"
# The dimensions by which figures are broken down, with what each is called.
SIDES = {"category": "category", "focus_area": "focus area", "phase": "phase", **DIMENSIONS}
LONGEST_PAGE, USUAL_PAGE = 1000, 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the address. `schema` is its JSON Schema."""

    name: str
    description: str
    schema: dict[str, Any]
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Address:
    """`path` is below BASE and as Flask writes it; `answer` is the type of its JSON."""

    name: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    answer: type[Answer]

    @property
    def takes(self) -> frozenset[str]:
        """The names that its query may have."""
        return frozenset(p.name for p in self.parameters if p.place == "query")


def _filter(name: str) -> Parameter:
    return Parameter(name, f"Only this {LABELS[name]}. All filters must hold at once.", {"type": "string"})


FILTERS = tuple(_filter(name) for name in LABELS if name != "status")
STATUS = _filter("status")
# The names of all filters: those of an address are among them.
FILTERED = tuple(LABELS)
DAY = Parameter(
    "day",
    "The day at whose end figures are to stand, not after today: people with access on it, by today's requirements.",
    {"type": "string", "format": "date"},
)
AFTER = Parameter("after", "Where the former page ended: its `next`.", {"type": "string"})
LIMIT = Parameter(
    "limit",
    "How many at most.",
    {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": USUAL_PAGE},
)
ORDER = Parameter(
    "order",
    "The share complete by which companies follow each other: the lowest or the highest first.",
    {"type": "string", "enum": ["behind", "ahead"], "default": "behind"},
)
DIMENSION = Parameter("dimension", "By what.", {"type": "string", "enum": list(SIDES)}, place="path")
TARGET = Parameter(
    "target",
    "For which date entity types and field offices are told: the key of a target. Without it the next one that is not complete.",
    {"type": "string"},
)

FIGURES = Address("figures", "/figures", "The figures, all together", (*FILTERS, DAY), answers.FiguresAnswer)
BY = Address(
    "figures_by",
    "/figures/by/<dimension>",
    "The figures by one dimension",
    (DIMENSION, *FILTERS, DAY),
    answers.GroupsAnswer,
)
TREND = Address("trend", "/trend", "Completion week by week", (*FILTERS, DAY), answers.TrendAnswer)
COMPANIES = Address(
    "companies", "/companies", "Companies and their figures", (*FILTERS, ORDER, AFTER, LIMIT), answers.CompaniesAnswer
)
ROWS = Address(
    "rows", "/rows", "The people and modules behind the figures", (*FILTERS, STATUS, AFTER, LIMIT), answers.RowsAnswer
)
FORECAST = Address("forecast", "/forecast", "When everything will be complete", (DAY, TARGET), answers.ForecastAnswer)
CRITERIA = Address("criteria", "/criteria", "The criteria answered worst", (_filter("entity"),), answers.CriteriaAnswer)
ADDRESSES = (FIGURES, BY, TREND, COMPANIES, ROWS, FORECAST, CRITERIA)
