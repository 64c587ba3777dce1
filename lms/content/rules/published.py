"""Ids are promises: what was published keeps its meaning, or those who passed are told to retrain."""

from collections.abc import Collection, Mapping

from ..course import Question
from ..grammar.text import same
from ..library import Library
from ..parse import Parsed
from ..problem import Report


def check_published(sources: Mapping[str, Parsed], published: Library, report_of: Mapping[str, Report]) -> None:
    """`sources` are the English files by key. Reports stand at the files' own paths; a deleted file keeps its old one."""
    everywhere = {name for parsed in sources.values() for name in parsed.questions}
    for key, before in published.modules.items():
        parsed = sources.get(key)
        old = {question.id: question for question in before.questions}
        report = report_of[parsed.path if parsed else before.path]
        _vanished(old, everywhere, parsed, report)
        if parsed and parsed.module and parsed.module.change == "editorial":
            _changed(old, parsed, report)


def _vanished(old: Mapping[str, Question], everywhere: Collection[str], parsed: Parsed | None, report: Report) -> None:
    for name in old:
        if name not in everywhere:
            said = f"The question `{name}` was published and is gone."
            fix = (
                "Put it back with the tag `retired`: answers refer to it."
                if parsed
                else "Keep the file, with its questions `retired`."
            )
            report.add("R002", 1, 1, said, fix)


def _changed(old: Mapping[str, Question], parsed: Parsed, report: Report) -> None:
    for question in parsed.module.questions if parsed.module else ():
        before = old.get(question.id)
        if before is None:
            continue
        place = parsed.questions[question.id]
        if before.type != question.type:
            said = f"The type of `{question.id}` was {before.type} and is {question.type}."
            report.add(
                "R001", *place, said, "Say `change: substantive` with a `reason:`, or use a new id and retire this one."
            )
        elif _key(before) != _key(question):
            said = f"The right answers of `{question.id}` are not those that were published."
            report.add(
                "R001", *place, said, "Say `change: substantive` with a `reason:`, or use a new id and retire this one."
            )


def _key(question: Question) -> object:
    """The right answers; case, space and markup aside. The order of options does not matter, that of steps does."""
    return (
        frozenset(same(option.text) for option in question.options if option.right),
        frozenset((pair.left and same(pair.left), same(pair.right)) for pair in question.pairs if pair.left),
        tuple(same(item) for item in question.items),
        frozenset((one.low, one.high) for one in question.ranges if one.right),
    )
