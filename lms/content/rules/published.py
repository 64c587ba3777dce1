"""Ids are promises: what was published keeps its meaning, or those who passed are told to retrain."""

from collections.abc import Mapping

from ..course import Module, Question
from ..grammar.text import same
from ..library import Library
from ..parse import Parsed
from ..problem import Report


def check_published(sources: Mapping[str, Parsed], published: Library, report_of: Mapping[str, Report]) -> None:
    """`sources` are the English files by key. Reports stand at the files' own paths; a deleted file keeps its old one."""
    everywhere = {name for parsed in sources.values() for name in parsed.questions}
    old = {question.id: question for module in published.modules.values() for question in module.questions}
    for key, before in published.modules.items():
        parsed = sources.get(key)
        gone = [question.id for question in before.questions if question.id not in everywhere]
        _vanished(gone, parsed, report_of[parsed.path if parsed else before.path])
    for parsed in sources.values():
        if parsed.module and parsed.module.change == "editorial":
            _changed(old, parsed, parsed.module, report_of[parsed.path])
        elif parsed.module and (stated := published.modules.get(parsed.module.key)):
            _still(stated, parsed, parsed.module, report_of[parsed.path])


def _vanished(gone: list[str], parsed: Parsed | None, report: Report) -> None:
    for name in gone:
        said = f"The question `{name}` was published and is gone."
        if parsed:
            fix = "Put it back with the tag `retired`: answers refer to it."
        else:
            fix = "Keep the file, with its questions `retired`."
        report.add("R002", 1, 1, said, fix)


def _changed(old: Mapping[str, Question], parsed: Parsed, module: Module, report: Report) -> None:
    fix = "Say `change: substantive` with a `reason:`, or use a new id and retire this one."
    for question in module.questions:
        before = old.get(question.id)
        if before is None:
            continue
        if before.type != question.type:
            said = f"The type of `{question.id}` was {before.type} and is {question.type}."
            report.add("R001", *parsed.questions[question.id], said, fix)
        elif _key(before) != _key(question):
            said = f"The right answers of `{question.id}` are not those that were published."
            report.add("R001", *parsed.questions[question.id], said, fix)


def _still(before: Module, parsed: Parsed, module: Module, report: Report) -> None:
    """Everybody who passed retrains with each publication of a substantive change, so that the next one must be meant."""
    if before.digest != module.digest and (before.change, before.reason) == ("substantive", module.reason):
        said = "The file changed, and its substantive change has the reason that was published already: all who passed retrain again."
        report.add("W019", *parsed.places["change"], said, "Say `change: editorial`, or give the new reason.")


def _key(question: Question) -> object:
    """The right answers; case, space and markup aside. The order of options does not matter, that of steps does."""
    return (
        frozenset(same(option.text) for option in question.options if option.right),
        frozenset((pair.left and same(pair.left), same(pair.right)) for pair in question.pairs if pair.left),
        tuple(same(item) for item in question.items),
        frozenset((one.low, one.high) for one in question.ranges if one.right),
    )
