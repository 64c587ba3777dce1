"""What the pages on item analysis list and draw, from the figures of assessment.items. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.assessment.choices import ALIKE
from lms.assessment.item_report import needed
from lms.assessment.items import EASIEST, HARDEST, LEAST, MOST, WEAKEST, Analysis, Item
from lms.content.course import Module

# Of a bar, in units of its viewBox.
WIDTH = 300


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `x` on, and the places of marks: limits, and where nought is (None: at the left end)."""

    x: int
    width: int
    limits: tuple[int, ...] = ()
    nought: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in a list of several modules."""

    module: Module
    item: Item

    @property
    def anchor(self) -> str:
        """The id of its part on the page of the module."""
        return f"item-{self.item.question.id}"

    @property
    def source(self) -> str:
        """The address of its line in the editor."""
        return f"/studio/modules/{self.module.key}/#line_{self.item.question.line}"

    @property
    def place(self) -> str:
        return f"{self.module.path.rsplit('/', 1)[-1]}:{self.item.question.line}"


def ranked(found: Iterable[Analysis]) -> list[Listed]:
    """All questions: a likely key error first, then the others that are flagged, then those with figures, then the rest."""
    listed = [Listed(analysis.module, item) for analysis in found for item in analysis.items]
    return sorted(listed, key=lambda one: _rank(one.item))


def _rank(item: Item) -> tuple[bool, int, bool]:
    return not any(flag.kind == "key" for flag in item.flags), -len(item.flags), item.figures is None


def facility_bar(facility: Fraction) -> Bar:
    return Bar(0, round(WIDTH * facility), (round(WIDTH * HARDEST), round(WIDTH * EASIEST)))


def discrimination_bar(discrimination: float) -> Bar:
    """From -1 to 1, drawn from nought."""
    middle = WIDTH // 2
    end = round(middle * (1 + discrimination))
    return Bar(min(middle, end), abs(end - middle), (round(middle * (1 + WEAKEST)),), middle)


def share_bar(count: int, of: int) -> Bar:
    return Bar(0, WIDTH * count // of if of else 0)


# What the templates of these pages need beside the figures.
DRAWN: Mapping[str, object] = {
    "facility_bar": facility_bar,
    "discrimination_bar": discrimination_bar,
    "share_bar": share_bar,
    "needed": needed,
    "LEAST": LEAST,
    "MOST": MOST,
    "ALIKE": ALIKE,
}
