"""What must hold in a module as a whole, once its parts were read."""

from collections.abc import Mapping

from ..course import Module
from ..framework import Framework
from ..grammar.lesson import CARD
from ..problem import Report
from .quality import check_quality


def check_module(
    module: Module,
    pass_place: tuple[int, int],
    criterion_places: Mapping[str, tuple[int, int]],
    framework: Framework | None,
    complete: bool,
    report: Report,
) -> None:
    """Places are those of the front matter. Where the questions are not `complete`, nothing is said about what lacks."""
    if complete:
        _reachable(module, pass_place, framework, report)
    if not module.sections:
        report.add("W012", 1, 1, "The module has no section.", "Begin the lesson with a heading of level 2.")
    elif module.card is None:
        report.add(
            "W017", 1, 1, "The module has no summary card.", f"End the lesson with `## {CARD[module.language]}`."
        )
    check_quality(module, criterion_places, framework, complete, report)


def _reachable(module: Module, place: tuple[int, int], framework: Framework | None, report: Report) -> None:
    """Everybody who must pass has to be asked something."""
    asked = [question for question in module.questions if not question.retired]
    if not asked:
        said = "The pass mark is out of reach: the module asks nothing."
        report.add("F023", *place, said, "Add `## Quiz` with questions.")
        return
    for entity in module.entities or (tuple(framework.entities) if framework else ()):
        if not any(question.entities is None or entity in question.entities for question in asked):
            said = f"The pass mark is out of reach for `{entity}`: no question is asked of it."
            report.add("F023", *place, said, "Add a question without `entities:`.")
