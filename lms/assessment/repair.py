"""How a question is marked that was repaired after it was asked. Pure.

A repair never lowers anybody's points and never takes a pass away; doing it twice, or several in another order, gives the
same marks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from markupsafe import escape

from lms.content.course import NumberRange, Option, Question, QuestionType

from . import rules
from .rules import Mark, Response

# What accepts no further answer can only be void: a match and an order have one right answer, true-false would have none.
ACCEPTING: tuple[QuestionType, ...] = ("single", "multiple", "short", "number")
CHOOSING: tuple[QuestionType, ...] = ("single", "multiple")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a repair says of a question in attempts submitted from `from_at` on (None: in all).

    `void`: everybody who was asked has its full points. `accepts` are the plain texts of options that are right as well,
    or texts and numbers (as decimals) that may be typed.
    """

    question: str
    void: bool
    accepts: tuple[str, ...] = ()
    reason: str = ""
    from_at: datetime | None = None

    def concerns(self, submitted_at: datetime | None) -> bool:
        """Whether it holds for an attempt; for one that is open it does, since it is submitted later."""
        return self.from_at is None or submitted_at is None or self.from_at <= submitted_at


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that may be accepted, in each language: plain texts, the first of them that of the trainer's page.

    `today` is false for one that stands only in forms of the question that were asked earlier.
    """

    texts: tuple[str, ...]
    today: bool


def choices(today: Sequence[Question], asked: Iterable[Question]) -> tuple[Choice, ...]:
    """What may be accepted of a single or multiple: wrong options of today, and of the forms in which it was asked.

    `today` is the question in each language, whose options stand in the same order.
    """
    groups = [(list(today), True), *(([question], False) for question in asked)]
    found: dict[str, Choice] = {}
    for questions, current in groups:
        for options in zip(*(question.options for question in questions), strict=False):
            texts = tuple(dict.fromkeys(option.text for option in options))
            if not options[0].right and not any(rules.fold(text) in found for text in texts):
                found |= dict.fromkeys(map(rules.fold, texts), Choice(texts, current))
    return tuple(dict.fromkeys(found.values()))


def mark(question: Question, response: Response, rulings: Iterable[Ruling] = ()) -> Mark:
    """The points of a response with the repairs of its question; rulings on other questions say nothing."""
    mine = [ruling for ruling in rulings if ruling.question == question.id]
    if any(ruling.void for ruling in mine):
        return Mark(Fraction(question.points), question.points, True)
    accepts = [text for ruling in mine for text in ruling.accepts]
    return rules.mark(_suiting(question, response, accepts), response)


def accepting(question: Question, rulings: Iterable[Ruling]) -> Question:
    """The question with all that is accepted among its right answers; their feedback, which called them wrong, is gone."""
    return _with(question, [text for ruling in rulings if ruling.question == question.id for text in ruling.accepts])


def _suiting(question: Question, response: Response, accepts: Sequence[str]) -> Question:
    """The key that suits a response best: an accepted option is right for whoever ticked it, and nobody had to."""
    if question.type not in CHOOSING:
        return _with(question, accepts)
    ticked = {rules.fold(option.text) for index, option in enumerate(question.options) if index in response}
    return _with(question, [text for text in accepts if rules.fold(text) in ticked])


def _with(question: Question, accepts: Sequence[str]) -> Question:
    texts = list({rules.fold(text): text for text in accepts}.values())
    if not texts:
        return question
    match question.type:
        case "single" | "multiple":
            return replace(question, options=tuple(_right(option, texts) for option in question.options))
        case "short":
            kept = tuple(option for option in question.options if option.right or not _among(option.text, texts))
            added = tuple(Option(html=str(escape(text)), text=text, right=True) for text in texts)
            return replace(question, options=(*kept, *(o for o in added if not _among(o.text, [k.text for k in kept]))))
        case "number":
            numbers = [Fraction(text) for text in texts]
            own = tuple(one for one in question.ranges if one.right or not _holds(one, numbers))
            return replace(question, ranges=(*own, *(NumberRange(text, text, True) for text in texts)))
        case _:
            return question


def _right(option: Option, texts: Collection[str]) -> Option:
    return option if option.right or not _among(option.text, texts) else replace(option, right=True, feedback="")


def _holds(one: NumberRange, numbers: Collection[Fraction]) -> bool:
    return any(Fraction(one.low) <= number <= Fraction(one.high) for number in numbers)


def _among(text: str, texts: Collection[str]) -> bool:
    return rules.fold(text) in {rules.fold(other) for other in texts}
