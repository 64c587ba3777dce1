"""A translation has the bones of its source: the same questions, types, right answers and order."""

from ..course import Module, Question
from ..grammar.lesson import CARD
from ..parse import Parsed
from ..problem import Report, shown

_FRONT = ("criteria", "entities", "functions", "level", "pass_mark", "must_all", "time_limit", "edition")
_KEY = {"pass_mark": "pass", "must_all": "must", "time_limit": "time"}


def check_translation(source: Module, parsed: Parsed, report: Report) -> None:
    """Compares a translation that has no problems of its own with its source."""
    translation = parsed.module
    if translation is None:
        return
    for name in _FRONT:
        if getattr(source, name) != getattr(translation, name):
            key = _KEY.get(name, name)
            said = f"`{key}` differs from the source."
            report.add("T002", *parsed.places.get(key, (1, 1)), said, f"Copy the line from {source.path}.")
    if len(source.sections) != len(translation.sections):
        said = f"The translation has {len(translation.sections)} sections, the source {len(source.sections)}."
        report.add("T003", 1, 1, said, "Translate section by section.")
    if (source.card is None) != (translation.card is None):
        said = "The translation and its source differ in having a summary card."
        report.add("T003", 1, 1, said, f"Translate the card; its heading is `## {CARD[translation.language]}`.")
    _definitions(source, translation, report)
    _pools(source, translation, report)
    _questions(source.questions, translation.questions, parsed, source.path, report)
    _questions(_checks(source), _checks(translation), parsed, source.path, report)


def _definitions(source: Module, translation: Module, report: Report) -> None:
    """Section by section, so that the glossary can tell which term translates which, and a link finds its paragraph."""
    for theirs, ours in zip(source.sections, translation.sections, strict=False):
        if [taught.criterion for taught in theirs.taught] != [taught.criterion for taught in ours.taught]:
            said = "The marks of the section differ from those in the source."
            report.add("T003", ours.line, 1, said, f"Mark the same paragraphs as {source.path}, in the same order.")
        if len(theirs.definitions) != len(ours.definitions):
            said = f"The section defines {len(ours.definitions)} terms, in the source {len(theirs.definitions)}."
            report.add("T003", ours.line, 1, said, "Translate definition by definition, in the same order.")


def _checks(module: Module) -> tuple[Question, ...]:
    return tuple(question for section in module.sections for question in section.checks)


def _pools(source: Module, translation: Module, report: Report) -> None:
    if len(source.pools) != len(translation.pools):
        said = f"The translation has {len(translation.pools)} pools, the source {len(source.pools)}."
        report.add("T003", 1, 1, said, "Translate pool by pool.")
        return
    for theirs, ours in zip(source.pools, translation.pools, strict=True):
        names = ("draw", "each_criterion", "shuffle_questions", "shuffle_answers")
        if any(getattr(theirs, name) != getattr(ours, name) for name in names):
            report.add(
                "T003",
                ours.line,
                1,
                "The pool is drawn otherwise than in the source.",
                f"Copy its tags from {source.path}.",
            )


def _questions(
    theirs: tuple[Question, ...], ours: tuple[Question, ...], parsed: Parsed, source: str, report: Report
) -> None:
    known = {question.id: question for question in theirs}
    for question in ours:
        if question.id not in known:
            said = f"The source has no question `{question.id}`."
            report.add("T004", *_place(question, parsed), said, f"Use the ids of {source}.")
        elif known[question.id].type != question.type:
            said = f"The question is {question.type}, in the source {known[question.id].type}."
            report.add("T005", *_place(question, parsed), said, "Use the type of the source.")
        elif difference := _difference(known[question.id], question):
            said = f"The question `{question.id}` differs from the source: {difference}."
            report.add("T006", *_place(question, parsed), said, f"Follow line {known[question.id].line} of {source}.")
    present = [question.id for question in ours]
    for missing in [question.id for question in theirs if question.id not in present]:
        report.add(
            "T004",
            1,
            1,
            f"The question `{shown(missing)}` is not translated.",
            f"Copy it from {source} and translate it.",
        )
    if set(present) == set(known) and present != list(known):
        moved = next(question for question, id_ in zip(ours, known, strict=True) if question.id != id_)
        said = "The questions come in another order than in the source."
        report.add("T007", *_place(moved, parsed), said, f"Put them in the order of {source}.")


def _place(question: Question, parsed: Parsed) -> tuple[int, int]:
    return parsed.questions.get(question.id) or parsed.checks.get(question.id) or (question.line, 1)


def _difference(theirs: Question, ours: Question) -> str:
    """What a grader would notice, in words; accepted texts of a short answer belong to each language."""
    for name in ("criteria", "level", "points", "score", "entities", "edition", "retired"):
        if getattr(theirs, name) != getattr(ours, name):
            return f"the tag {name}"
    if len(theirs.items) != len(ours.items):
        return "the number of steps"
    if [bool(pair.left) for pair in theirs.pairs] != [bool(pair.left) for pair in ours.pairs]:
        return "the number of pairs"
    if [(r.low, r.high, r.right) for r in theirs.ranges] != [(r.low, r.high, r.right) for r in ours.ranges]:
        return "the numbers"
    if ours.type != "short" and [(o.right, o.last) for o in theirs.options] != [
        (o.right, o.last) for o in ours.options
    ]:
        return "the right answers or their order"
    return ""


def check_age(source: Module, translation: Module, place: tuple[int, int], report: Report) -> None:
    """Warns where the translation names another state of the source than the one there is. `place` is that of the key."""
    if translation.source == source.fingerprint:
        return
    said = (
        f"The translation follows another state of {source.path}."
        if translation.source
        else f"The translation does not say which state of {source.path} it follows."
    )
    fix = f"Carry over what changed, then write `source: {source.fingerprint}` into the front matter."
    report.add("T008", *place, said, fix)
