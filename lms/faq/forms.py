"""What people send in this room's forms, read into values, with errors that name their field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from lms.content.coverage import Coverage
from lms.content.framework import Framework
from lms.core.language import LANGUAGES, NAMES, Language
from lms.core.short import TooCostly
from lms.web.form import Errors, text

from .rules import LONGEST_QUESTION, Choice, Draft, Said, Wanted, choices

LONGEST_ASKED = 200
_BETWEEN = re.compile(r"[\s,;]+")

Render = Callable[[str, str], Said]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands: questions and answers by language, ids of criteria as they were typed, the paragraph's key."""

    questions: Mapping[Language, str] = field(default_factory=dict)
    answers: Mapping[Language, str] = field(default_factory=dict)
    criteria: str = ""
    entities: tuple[str, ...] = ()
    place: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id for id in _BETWEEN.split(self.criteria) if id))


def typed(form: MultiDict[str, str]) -> Typed:
    return Typed(
        {language: " ".join(text(form, f"question-{language}").split()) for language in LANGUAGES},
        {language: text(form, f"answer-{language}") for language in LANGUAGES},
        text(form, "criteria"),
        tuple(form.getlist("entities")),
        text(form, "place"),
    )


def typed_of(draft: Draft) -> Typed:
    """The form before anybody types, of what an entry says."""
    return Typed(
        {language: said.question for language, said in draft.words.items()},
        {language: said.answer for language, said in draft.words.items()},
        ", ".join(draft.criteria),
        draft.entities,
        draft.place.key if draft.place else "",
    )


def draft(value: Typed, framework: Framework, taught: Coverage, render: Render) -> tuple[Draft, Errors]:
    """What is to be said. English must be there, another language whole or not at all. `render` is slow: it comes last."""
    errors = Errors()
    written = [language for language in LANGUAGES if _written(value, language, errors)]
    unknown = [id for id in value.ids if id not in framework.criteria]
    if unknown:
        errors.add(
            "criteria", f"There is no criterion {unknown[0]} in edition {framework.program.edition}. Take it out."
        )
    entities = tuple(slug for slug in framework.entities if slug in value.entities)
    place = next((one.place for one in _choices(value, taught) if one.place.key == value.place), None)
    if value.place and place is None:
        errors.add("place", "This paragraph teaches none of these criteria. List the paragraphs, then choose again.")
    words: dict[Language, Said] = {}
    for language in () if errors else written:
        try:
            words[language] = render(value.questions[language], value.answers[language])
        except TooCostly as costly:
            errors.add(f"answer-{language}", str(costly))
    return Draft(words, value.ids, entities, place), errors


def offered(value: Typed, taught: Coverage) -> list[tuple[str, str]]:
    """The paragraphs to choose from, for a select: each once, under the first criterion that it teaches."""
    once = {one.place.key: one.words for one in reversed(_choices(value, taught))}
    return list(reversed(once.items()))


def wanted(args: Mapping[str, str], framework: Framework) -> Wanted:
    """What an address asks for; what it says that cannot be is left out."""
    entity, number = args.get("entity", ""), args.get("category", "")
    category = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return Wanted(
        " ".join(text(args, "q").split())[:LONGEST_ASKED],
        entity if entity in framework.entities else "",
        category if category in framework.categories else 0,
    )


def _choices(value: Typed, taught: Coverage) -> list[Choice]:
    return choices(taught, value.ids)


def _written(value: Typed, language: Language, errors: Errors) -> bool:
    """Whether the entry is said in this language."""
    question, answer = value.questions.get(language, ""), value.answers.get(language, "")
    if language == "en" and not question:
        errors.add("question-en", "Write the question.")
    if language == "en" and not answer:
        errors.add("answer-en", "Write the answer.")
    if language != "en" and bool(question) != bool(answer):
        missing = "question" if answer else "answer"
        errors.add(f"{missing}-{language}", f"Write the {missing} in {NAMES[language]} as well, or leave both empty.")
    if len(question) > LONGEST_QUESTION:
        errors.add(f"question-{language}", f"Write {LONGEST_QUESTION} characters at most; these are {len(question)}.")
    return bool(question and answer)
