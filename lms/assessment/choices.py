"""What was answered to a question in first attempts, line by line, by the best third, the poorest third and all. Pure.

The upper third are the attempts whose score is no less than that of the last one in the best third by number, so that equal
scores are never torn apart; the lower third likewise from below. Where one score spans both edges, the thirds are what lies
above it and what lies below it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import lcm
from typing import Any

from markupsafe import Markup, escape

from lms.content.course import Language, NumberRange, Option, Question, QuestionType

from .paper import safe
from .review import given
from .rules import Response, answered, fold, mark, picked

# A question as it stands today, in each language that it has; English always.
Forms = Mapping[Language, Question]

# How many answers that nobody foresaw are listed, and how many people must have given one: what one person typed stays unread.
COMMONEST, ALIKE = 3, 3

# What a response comes to: a line of the question, or an answer that meets none.
_Key = tuple[Any, ...]
_NOTHING, _RIGHT = ("nothing",), ("right",)


@dataclass(frozen=True, slots=True)
class Row:
    """What one first attempt says about one question. One row a person and question.

    `share` is that of the question's points, `total` that of all points of the attempt, `rest` the same without this question
    (None: it was the only one). `seconds` is an estimate, None where there is none. `entities` are those of the company.
    """

    question: str
    language: Language
    response: Response
    share: Fraction
    total: Fraction
    rest: Fraction | None
    seconds: int | None
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer, as safe HTML, and how many gave it: of the upper third, of the lower third, of all.

    `right` None: no answer at all, or other wrong ones together. Of a multiple one person may have chosen several.
    """

    html: Markup
    right: bool | None
    upper: int
    lower: int
    everybody: int

    @property
    def text(self) -> str:
        return self.html.striptags()


def whole(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values as whole numbers over one denominator, which is given too: as exact as fractions, and quick to add and compare."""
    one = lcm(*{value.denominator for value in values})
    return [value.numerator * (one // value.denominator) for value in values], one


def thirds(rows: Sequence[Row]) -> tuple[frozenset[int], frozenset[int]]:
    """The places of the rows of the upper and of the lower third by total score; none in both, and none where all are equal."""
    scores, _ = whole([row.total for row in rows])
    ranked, size = sorted(scores), -(-len(rows) // 3)
    low, high = (ranked[size - 1], ranked[-size]) if rows else (0, 0)
    above, level, below = (
        frozenset(place for place, score in enumerate(scores) if (score > low) - (score < low) == side)
        for side in (1, 0, -1)
    )
    if low < high:
        return frozenset(place for place, score in enumerate(scores) if score >= high), below | level
    if above and below:
        return above, below
    none: frozenset[int] = frozenset()
    return (above, level) if above else (level, below) if below else (none, none)


def choices(forms: Forms, rows: Sequence[Row], upper: Collection[int], lower: Collection[int]) -> tuple[Choice, ...]:
    """The lines of the question in their order, then the commonest other answers, the rest of them, and no answer.

    Lines are options and foreseen answers; of a match or an order only the right answer is one.
    """
    met = [_keys(forms[row.language], row.response) for row in rows]
    everybody = Counter(chain.from_iterable(met))
    best, worst = (Counter(chain.from_iterable(met[place] for place in part)) for part in (upper, lower))
    others = _others(everybody)
    common = [key for key in others if everybody[key] >= ALIKE][:COMMONEST]
    lines = [*_lines(forms["en"], everybody), *((key, _words(forms["en"], key), False) for key in common)]
    made = [Choice(html, right, best[key], worst[key], everybody[key]) for key, html, right in lines]
    for words, keys in (("Another wrong answer", others[len(common) :]), ("No answer, or half of one", [_NOTHING])):
        counts = [sum(tally[key] for key in keys) for tally in (best, worst, everybody)]
        if counts[-1]:
            made.append(Choice(escape(words), None, *counts))
    return tuple(made)


def likely_key_error(kind: QuestionType, listed: Sequence[Choice], upper: int) -> Choice | None:
    """The wrong answer that the upper third, so many people, chooses most.

    Where one answer is given: more of them than all right ones together. Of a multiple: ticked by more than half of them.
    """
    wrong = max((c for c in listed if c.right is False), key=lambda c: c.upper, default=None)
    enough = Fraction(upper, 2) if kind == "multiple" else sum(c.upper for c in listed if c.right)
    return wrong if wrong and wrong.upper > enough else None


def _keys(question: Question, response: Response) -> list[_Key]:
    """The lines that a response meets, or what it is instead."""
    if not answered(response):
        return [_NOTHING]
    match question.type:
        case "match" | "order":
            return [_RIGHT if mark(question, response).right else ("pattern", *response)]
        case "short" | "number":
            met = [_line(question, line) for line in picked(question, response)]
            return met or [("typed", fold(str(response[0])))]
        case _:
            places = {part for part in response if isinstance(part, int)}
            return [("line", place) for place in range(len(question.options)) if place in places] or [_NOTHING]


def _line(question: Question, line: Option | NumberRange) -> _Key:
    """Accepted and foreseen texts belong to each language, so they stand for themselves; numbers are the same in all."""
    if isinstance(line, NumberRange):
        return ("line", question.ranges.index(line))
    return ("text", line.text, line.right)


def _lines(question: Question, everybody: Counter[_Key]) -> list[tuple[_Key, Markup, bool]]:
    match question.type:
        case "match":
            return [(_RIGHT, escape("Every pair right"), True)]
        case "order":
            return [(_RIGHT, escape("The right order"), True)]
        case "short":
            own = [_line(question, option) for option in question.options]
            foreign = sorted(key for key in everybody if key[0] == "text" and key not in own)
            return [(key, escape(key[1]), key[2]) for key in (*own, *foreign)]
        case "number":
            return [(_line(question, one), _range(one, question.unit), one.right) for one in question.ranges]
        case _:
            return [(("line", place), safe(option.html), option.right) for place, option in enumerate(question.options)]


def _others(everybody: Counter[_Key]) -> list[_Key]:
    """Answers that meet no line, the commonest first."""
    found = (key for key in everybody if key[0] in ("pattern", "typed"))
    return sorted(found, key=lambda key: (-everybody[key], repr(key)))


def _words(question: Question, key: _Key) -> Markup:
    kind, *response = key
    return escape(response[0]) if kind == "typed" else Markup("; ").join(given(question, response))


def _range(one: NumberRange, unit: str) -> Markup:
    number = one.low if one.low == one.high else f"{one.low} to {one.high}"
    return escape(f"{number} {unit}".strip())
