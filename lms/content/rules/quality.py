"""Warnings about a module that can be published and would teach or test poorly."""

import re
from collections import Counter
from collections.abc import Mapping

from ..course import Language, Module, Option, Question
from ..framework import Framework
from ..grammar.text import plain
from ..problem import Report, shown

# Fewer questions than this say nothing about a habit.
_HABIT = 4
# The question itself, the last sentence, turns on a negative word.
_NEGATIVE: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:which|what|who|when|where)\b[^.?!]*?\b(not|except|never|\w+n['’]t)\b[^.?!]*\??$", re.IGNORECASE
    ),
    "es": re.compile(
        r"\b(?:cu[aá]l(?:es)?|qu[eé]|qui[eé]n(?:es)?)\b[^.?!¿]*?\b(no|nunca|excepto|salvo)\b[^.?!]*\??$", re.IGNORECASE
    ),
    "fr": re.compile(
        r"\b(?:(?:les|la)?quel(?:le)?s?|que|qui)\b[^.?!]*?\b(pas|jamais|sauf|except[eé])\b[^.?!]*\??$", re.IGNORECASE
    ),
}


def check_quality(
    module: Module, places: Mapping[str, tuple[int, int]], framework: Framework | None, complete: bool, report: Report
) -> None:
    """All warnings of one module. Coverage is judged on the source alone, since translations follow it.

    `places` are those of the criteria in the front matter. Where the questions are not `complete`, none is missed.
    """
    asked = [question for question in module.questions if not question.retired]
    checks = [question for section in module.sections for question in section.checks]
    for question in [*asked, *checks]:
        _explains(question, report)
        _negative(question, module.language, report)
    if module.language == "en":
        _levels(asked, framework, report)
        _taught(module, places, report)
    if complete:
        _habits(asked, report)
        _pool_sizes(module, report)
        if module.language == "en":
            _asked(module.criteria, asked, places, framework, report)


def _pool_sizes(module: Module, report: Report) -> None:
    for pool in module.pools:
        count = sum(not question.retired for question in pool.questions)
        if pool.draw is not None and count < 2 * pool.draw:
            said = f"The pool has {count} questions and draws {pool.draw}, so a second attempt repeats many."
            report.add("W005", pool.line, 1, said, f"Write {2 * pool.draw} or more, or draw fewer.")


def _explains(question: Question, report: Report) -> None:
    if not question.why:
        report.add("W004", question.line, 1, "The question has no Why.", "End it with `> **Why:** ...`.")
    wrong = [option.feedback for option in question.options if not option.right]
    wrong += [one.feedback for one in question.ranges if not one.right]
    silent = wrong.count("")
    if silent:
        said = f"{silent} of {len(wrong)} wrong answers have no feedback."
        report.add(
            "W003", question.line, 1, said, "Say under each what is wrong with it: four spaces, > and a sentence."
        )


def _negative(question: Question, language: Language, report: Report) -> None:
    """The word that turns a question around must be seen: bold, emphasized or in capitals."""
    found = _NEGATIVE[language].search(plain(question.title))
    if found is None or found[1].isupper() or question.type == "true-false":
        return
    if not re.search(rf"[*_]+{re.escape(found[1])}\b[^*_]*[*_]", question.title):
        said = f"The question turns on the word `{found[1]}`, which is easily missed."
        report.add("W006", question.line, 1, said, f"Ask it the other way round, or write **{found[1]}**.")


def _habits(questions: list[Question], report: Report) -> None:
    """A learner must not be able to guess by length or by place."""
    single = [q for q in questions if q.type == "single" and len(q.options) > 2]
    if len(single) < _HABIT:
        return
    if all(_right_is_longest(question.options) for question in single):
        said = "The right answer is the longest one in every question with one right answer."
        report.add("W001", single[0].line, 1, said, "Shorten some right answers, or write fuller wrong ones.")
    places = Counter(next(i for i, option in enumerate(q.options, 1) if option.right) for q in single)
    if len(places) == 1:
        said = f"The right answer is number {next(iter(places))} in every question with one right answer."
        report.add("W002", single[0].line, 1, said, "Move some of them.")


def _right_is_longest(options: tuple[Option, ...]) -> bool:
    longest = max(len(option.text) for option in options)
    return all((len(option.text) == longest) == option.right for option in options)


def _taught(module: Module, places: Mapping[str, tuple[int, int]], report: Report) -> None:
    taught = {taught.criterion for section in module.sections for taught in section.taught}
    for criterion in module.criteria:
        if criterion not in taught:
            said = f"No paragraph teaches criterion {shown(criterion)}."
            fix = f"Put {{{shown(criterion)}}} at the end of the paragraph that does."
            report.add("W008", *places[criterion], said, fix)


def _asked(
    criteria: tuple[str, ...],
    asked: list[Question],
    places: Mapping[str, tuple[int, int]],
    framework: Framework | None,
    report: Report,
) -> None:
    counts = Counter(criterion for question in asked for criterion in question.criteria)
    for criterion in criteria:
        known = framework.criteria.get(criterion) if framework else None
        if counts[criterion] == 0:
            said = f"No question asks about criterion {shown(criterion)}."
            report.add("W007", *places[criterion], said, f"Write one with the tag `criteria: {shown(criterion)}`.")
        elif counts[criterion] == 1 and known and known.level == "must":
            said = f"One question asks about the must criterion {criterion}."
            report.add("W009", *places[criterion], said, "Write a second one in another form.")
        elif known and known.level == "must" and len({q.type for q in asked if criterion in q.criteria}) == 1:
            said = f"Every question about the must criterion {criterion} has the same type."
            report.add("W018", *places[criterion], said, "Ask once more in another form.")


def _levels(asked: list[Question], framework: Framework | None, report: Report) -> None:
    known = framework.criteria if framework else {}
    for question in asked:
        levels = {known[criterion].level for criterion in question.criteria if criterion in known}
        if question.level and levels and question.level not in levels:
            said = f"The question is tagged `{question.level}`; its criteria are `{'`, `'.join(sorted(levels))}`."
            report.add("W011", question.line + 1, 1, said, "Write the level of the criterion.")
