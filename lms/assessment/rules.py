"""How answers are marked: exactly, in fractions, and never with an error, whatever was typed. Pure.

A response is a JSON list in the question's own terms, whatever order the learner saw:

- single, true-false: the index of the option chosen, in a list; multiple: the indices of all options ticked;
- match: for each left cell the index of the row whose right cell was chosen, or None;
- order: for each step, in the right order, the place it was given (from 0), or None;
- short, number: the text as typed, in a list.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from lms.content.course import NumberRange, Option, Question
from lms.core.language import decimals

Response = Sequence[Any]

NOTHING, ALL = Fraction(0), Fraction(1)
# Phones put curly quotes and long dashes where a keyboard has the plain ones.
_PLAIN_MARKS = str.maketrans("‘’‚“”„‐‑–—−", "'''\"\"\"-----")
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,30})?(?:[.,]([0-9]{1,30}))?")
_GROUPED = re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:([ .,])[0-9]{3})(?:\3[0-9]{3}){0,9})(?:(?!\3)[.,]([0-9]{1,30}))?")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one answer earned: 0 <= points <= of, and right only with all of them."""

    points: Fraction
    of: int
    right: bool


class UnreadableNumber(ValueError):
    """The text is not a number."""


class AmbiguousNumber(UnreadableNumber):
    """The text is one number to some readers and another to others, like 1,000 and 1.500."""


def mark(question: Question, response: Response) -> Mark:
    """The points of a response; what is left empty or cannot be read earns nothing."""
    share = _SHARE[question.type](question, response)
    return Mark(share * question.points, question.points, share == ALL)


def picked(question: Question, response: Response) -> tuple[Option | NumberRange, ...]:
    """The answer lines that a response meets, whose feedback it gets: options chosen, texts and numbers foreseen."""
    if question.type == "short":
        typed = fold(_text(response))
        return tuple(o for o in question.options if typed and fold(o.text) == typed)
    if question.type == "number":
        try:
            value = read_number(_text(response), question.unit)
        except UnreadableNumber:
            return ()
        return tuple(r for r in question.ranges if Fraction(r.low) <= value <= Fraction(r.high))
    return tuple(o for index, o in enumerate(question.options) if index in _indices(response))


def left_rows(question: Question) -> tuple[int, ...]:
    """The rows of a match that ask for a partner; the others are distractors."""
    return tuple(index for index, pair in enumerate(question.pairs) if pair.left)


def answered(response: Response) -> bool:
    """Whether a response is complete: something chosen or typed, every cell matched, every step placed."""
    return bool(response) and all(part is not None and part != "" for part in response)


def fold(text: str) -> str:
    """A text as it is compared: case, surplus space and typographic variants do not matter, accents do."""
    composed = unicodedata.normalize("NFKC", text).translate(_PLAIN_MARKS)
    return unicodedata.normalize("NFKC", " ".join(composed.split()).casefold())


def read_number(text: str, unit: str = "") -> Fraction:
    """The exact number in a text; the question's own unit beside it is ignored.

    7.5 and 7,5 are the same. Thousands may be grouped where that cannot be misread (1,000,000 or 1 000 or 1,000.5).
    Raises AmbiguousNumber where it can (1,000 or 1.000), UnreadableNumber for everything else.
    """
    folded, own_unit = fold(text), fold(unit)
    number = folded.removeprefix(own_unit).removesuffix(own_unit).strip()
    if grouped := _GROUPED.fullmatch(number):
        sign, whole, separator, decimals = grouped.groups()
        if separator != " " and whole.count(separator) == 1 and decimals is None:
            raise AmbiguousNumber(text)
        return Fraction(f"{sign}{whole.replace(separator, '')}.{decimals or 0}")
    plain = _DECIMAL.fullmatch(number)
    if plain is None or not (plain[2] or plain[3]):
        raise UnreadableNumber(text)
    return Fraction(f"{plain[1]}{plain[2] or 0}.{plain[3] or 0}")


def total(marks: Iterable[Mark]) -> tuple[Fraction, int]:
    """Points earned, and points there were."""
    listed = list(marks)
    return sum((m.points for m in listed), NOTHING), sum(m.of for m in listed)


def passed(points: Fraction, of: int, pass_mark: int) -> bool:
    """Whether the points reach the pass mark (whole percent). Nothing asked is nothing passed."""
    return of > 0 and points.numerator * 100 >= pass_mark * of * points.denominator


def percent(points: Fraction, of: int) -> int:
    """Whole percent, rounded down, so that a score just under the pass mark never looks like it."""
    return points.numerator * 100 // (points.denominator * of) if of else 0


def needed(of: int, pass_mark: int) -> int:
    """The least whole points that pass."""
    return -(-pass_mark * of // 100)


def in_digits(points: Fraction) -> str:
    """Points as people read them: 7, 6.5, or 6.66 where they do not end, rounded down."""
    whole, hundredths = divmod(points.numerator * 100 // points.denominator, 100)
    return decimals(f"{whole}.{hundredths:02}".rstrip("0").rstrip("."))


def _one_line(question: Question, response: Response) -> Fraction:
    """All or nothing: what was chosen or typed meets a right line, and only that."""
    lines = picked(question, response)
    return ALL if lines and all(line.right for line in lines) else NOTHING


def _choice(question: Question, response: Response) -> Fraction:
    return _one_line(question, response) if len(response) == 1 else NOTHING


def _ticks(question: Question, response: Response) -> Fraction:
    """`each`: right ticks minus wrong ticks, never below 0; otherwise all right ones and no other."""
    ticked = _indices(response)
    right = {index for index, option in enumerate(question.options) if option.right}
    if question.score != "each":
        return ALL if ticked and ticked == right else NOTHING
    gained = len(ticked & right) - len(ticked - right)
    return Fraction(gained, len(right)) if gained > 0 else NOTHING


def _match(question: Question, response: Response) -> Fraction:
    return ALL if response and list(response) == list(left_rows(question)) else NOTHING


def _order(question: Question, response: Response) -> Fraction:
    """`pairs`: the share of all pairs of steps in the right order; otherwise every step in its place."""
    steps = len(question.items)
    if question.score != "pairs" or steps < 2:
        return ALL if response and list(response) == list(range(steps)) else NOTHING
    places = [_place(response[i], steps) if i < len(response) else None for i in range(steps)]
    in_order = sum(a is not None and b is not None and a < b for a, b in combinations(places, 2))
    return Fraction(in_order, steps * (steps - 1) // 2)


def _place(value: object, steps: int) -> int | None:
    return value if isinstance(value, int) and 0 <= value < steps else None


def _indices(response: Response) -> set[int]:
    return {part for part in response if isinstance(part, int)}


def _text(response: Response) -> str:
    return response[0] if response and isinstance(response[0], str) else ""


_SHARE: dict[str, Callable[[Question, Response], Fraction]] = {
    "single": _choice,
    "true-false": _choice,
    "multiple": _ticks,
    "match": _match,
    "order": _order,
    "short": _one_line,
    "number": _one_line,
}
