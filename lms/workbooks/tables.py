"""The self-assessment as a table. Pure."""

from collections.abc import Iterator, Mapping

from lms.core.cells import Cell
from lms.core.language import _, translated

from .facts import Facts
from .rules import ANSWERS, Said


def header() -> tuple[str, ...]:
    return (
        _("Criterion"), _("Must or should"), _("Category"), _("What it is about"), _("In force from"), _("Where we stand"),
        _("Our notes"), _("Modules that teach it"),
    )  # fmt: skip


def rows(facts: Facts, said: Mapping[str, Said]) -> Iterator[tuple[Cell, ...]]:
    """A row a criterion, in the language in force. Days are ISO 8601."""
    for part in facts.parts:
        for line in part.lines:
            one, ours = line.criterion, said.get(line.criterion.id, Said())
            yield (
                one.id, _("must") if one.level == "must" else _("should"),
                f"{part.category.number} {translated(part.category.short_name)}", translated(one.title),
                part.begins_on.isoformat(), translated(ANSWERS.get(ours.answer, "")), ours.note,
                "; ".join(module.title for module in line.modules),
            )  # fmt: skip
