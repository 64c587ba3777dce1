"""What must hold in a module as a whole, once its parts could be read."""

from ..course import Module
from ..framework import Framework
from ..grammar.front_matter import FrontMatter
from ..problem import Report
from .quality import check_quality


def check_module(module: Module, front: FrontMatter, framework: Framework | None, report: Report) -> None:
    _reachable(module, front, framework, report)
    if not module.sections:
        report.add("W012", 1, 1, "The module has no section.", "Begin the lesson with a heading of level 2.")
    check_quality(module, front.criterion_places, framework, report)


def _reachable(module: Module, front: FrontMatter, framework: Framework | None, report: Report) -> None:
    """Everybody who must pass has to be asked something."""
    asked = [question for question in module.questions if not question.retired]
    if not asked:
        said = "The pass mark is out of reach: the module asks nothing."
        report.add("F023", *front.places["pass"], said, "Add `## Quiz` with questions.")
        return
    for entity in module.entities or (tuple(framework.entities) if framework else ()):
        if not any(question.entities is None or entity in question.entities for question in asked):
            said = f"The pass mark is out of reach for `{entity}`: no question is asked of it."
            report.add("F023", *front.places["pass"], said, "Add a question without `entities:`.")
