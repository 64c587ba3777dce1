"""A quiz on paper: variants that come out the same every time, letters for places, and a key of its own. Pure."""

import hashlib
import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import msgspec

from lms.content.course import Module, Question
from lms.core.language import _

from .paper import AskedQuestion, Paper, asked_question, draw, to_entry
from .repair import Ruling, accepting
from .review import questions, tell
from .rules import left_rows

MOST_VARIANTS = 4
# Stands for a line that was left empty.
BLANK = "-"
# What people type for it, and between signs.
_DASHES = str.maketrans("‐‑‒–—−_", "-------")
_BETWEEN = re.compile(r"[\s,;./]+")
_NUMBERED = re.compile(r"\D*([1-9])[^0-9a-z]*([0-9a-f]{4})")


class Mistyped(ValueError):
    """What was typed is no answer to the question; the text says what is."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One paper test of a module. `code` is four hexadecimal digits that depend on everything printed."""

    number: int
    code: str
    paper: Paper

    @property
    def name(self) -> str:
        """As it stands on every sheet."""
        return f"{self.number} · {self.code}"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The right answer to a printed question: in letters or numbers as they are written, "" for words, and in words."""

    number: int
    signs: str
    words: tuple[str, ...]
    points: int
    void: bool


def variant(module: Module, document: str, entities: Collection[str], number: int) -> Variant:
    """The variant of a module, whose rendered document has this digest, for a company of these entity types.

    The code covers the questions drawn too, so that a sheet is never taken for another one after the entity types or the way
    of drawing changed.
    """
    paper = draw(module, entities, (), random.Random(f"{document} {number}"))  # noqa: S311 (the same every time is wanted)
    printed = msgspec.json.encode((document, number, paper))
    return Variant(number, hashlib.sha256(printed).hexdigest()[:4], paper)


def read_name(typed: str) -> tuple[int, str] | None:
    """Number and code of a sheet as somebody typed them, like "Variant 2 · 3F9A", 2-3f9a or 23f9a; None for anything else."""
    found = _NUMBERED.fullmatch(typed.strip().lower())
    return (int(found[1]), found[2]) if found and int(found[1]) <= MOST_VARIANTS else None


def asked_questions(module: Module, paper: Paper) -> tuple[AskedQuestion, ...]:
    """The questions of a sheet in their order, without their key. Their fields are answer-1, answer-2 and so on."""
    asked = zip(questions(module, paper), paper.drawn, strict=True)
    return tuple(asked_question(q, drawn.shown, f"answer-{n}") for n, (q, drawn) in enumerate(asked, 1))


def letter(place: int) -> str:
    """The letter printed beside a place, from 0: A to Z, then AA."""
    before, last = divmod(place, len(ascii_uppercase))
    return (letter(before - 1) if before else "") + ascii_uppercase[last]


def written(asked: AskedQuestion, entry: Sequence[Any]) -> str:
    """An entry as it stands on paper: letters of choices, for each step the number it was given, the words."""
    if asked.type in ("short", "number"):
        return str(entry[0]) if entry else ""
    sign = _place_number if asked.type == "order" else letter
    signs = [BLANK if place is None else sign(place) for place in entry]
    return "" if all(one == BLANK for one in signs) else " ".join(signs)


def read(asked: AskedQuestion, typed: str) -> list[Any]:
    """The entry that was typed; nothing typed is nothing answered. Raises Mistyped."""
    typed = typed.strip()
    match asked.type:
        case "short" | "number":
            return [typed] if typed else []
        case "order":
            return _line_by_line(asked, typed, {_place_number(p): p for p in range(len(asked.choices))}, asked.choices)
        case "match":
            return _line_by_line(asked, typed, {letter(p): p for p in range(len(asked.choices))}, asked.lefts)
    known = {letter(place): place for place in range(len(asked.choices))}
    signs = [sign for sign in _signs(typed, known) if sign != BLANK]
    one = asked.type != "multiple"
    if any(sign not in known for sign in signs) or (one and len(signs) > 1):
        raise Mistyped(_how_one(asked) if one else _how_many(asked))
    return sorted({known[sign] for sign in signs})


def key(module: Module, paper: Paper, repairs: Sequence[Ruling] = ()) -> tuple[KeyLine, ...]:
    """The right answers to a sheet, with what repairs accept as well."""
    told = tell(module, paper, {}, None, passed=True, repairs=repairs)
    lines = zip(questions(module, paper), asked_questions(module, paper), paper.drawn, told, strict=True)
    return tuple(
        KeyLine(
            number=one.number,
            signs=written(asked, to_entry(asked.type, drawn.shown, _right(accepting(question, repairs)))),
            words=one.key,
            points=question.points,
            void=any(ruling.void for ruling in one.repairs),
        )
        for question, asked, drawn, one in lines
    )


def _right(question: Question) -> list[Any]:
    """The right response in the question's own terms; none for what is typed, which the words tell."""
    match question.type:
        case "match":
            return list(left_rows(question))
        case "order":
            return list(range(len(question.items)))
        case "short" | "number":
            return []
        case _:
            return [index for index, option in enumerate(question.options) if option.right]


def _line_by_line(asked: AskedQuestion, typed: str, known: dict[str, int], lines: Sequence[str]) -> list[int | None]:
    signs = _signs(typed, known) or [BLANK] * len(lines)
    if len(signs) != len(lines) or any(sign != BLANK and sign not in known for sign in signs):
        raise Mistyped(_how_match(asked) if asked.type == "match" else _how_order(asked))
    return [known.get(sign) for sign in signs]


def _signs(typed: str, known: dict[str, int]) -> list[str]:
    """The signs of a line, in capitals. Where every known sign is one character, none has to be put between them."""
    parts = [part for part in _BETWEEN.split(typed.translate(_DASHES).upper()) if part]
    return list("".join(parts)) if all(len(sign) == 1 for sign in known) else parts


def _place_number(place: int) -> str:
    return str(place + 1)


def _how_one(asked: AskedQuestion) -> str:
    return _(
        "Type one letter from A to %(last)s. Where the person marked several, leave it empty: it counts as not right.",
        last=letter(len(asked.choices) - 1),
    )


def _how_many(asked: AskedQuestion) -> str:
    return _("Type the letters that the person marked, from A to %(last)s.", last=letter(len(asked.choices) - 1))


def _how_match(asked: AskedQuestion) -> str:
    return _(
        "Type %(count)s letters from A to %(last)s, one for each line from the top, and - for an empty line.",
        count=len(asked.lefts),
        last=letter(len(asked.choices) - 1),
    )


def _how_order(asked: AskedQuestion) -> str:
    return _(
        "Type %(count)s numbers from 1 to %(count)s, one for each step from the top, and - for an empty line.",
        count=len(asked.choices),
    )
