"""The answers of a question: boxes, pairs, steps and number ranges, and what may be wrong with them.

Everything here is about one question; `Place` keeps the line and column that a problem will name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ..course import Language, NumberRange, Option, Pair
from ..problem import Report, shown
from .numbers import EmptyRange, UnreadableNumber, as_text, read_range
from .tables import Cell, cells, is_ruler
from .text import plain, same

WORDS: dict[Language, tuple[str, str]] = {"en": ("True", "False"), "es": ("Verdadero", "Falso"), "fr": ("Vrai", "Faux")}


@dataclass(slots=True)
class Box:
    """An answer line as read: `- [x] text`, with its feedback. `column` is the place of the text."""

    text: str
    right: bool
    last: bool
    line: int
    column: int
    feedback: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    line: int
    column: int


def read_options(boxes: list[Box], kind: str, language: Language, at: int, report: Report) -> tuple[Option, ...]:
    """The options of single, multiple, true-false and short. `at` is the line of the question."""
    right = [box for box in boxes if box.right]
    for box in boxes:
        if not plain(box.text):
            report.add("A012", box.line, box.column, "The answer has no text.", "Write it behind the box.")
    _no_repeats(boxes, report)
    if kind != "short" and len(boxes) < 2:
        report.add("A004", at, 1, "The question has fewer than two answers.", "Add plausible wrong ones.")
    elif not right:
        report.add("A001", at, 1, "No answer is marked as right.", "Put an x in its box: - [x].")
    elif kind in ("single", "true-false") and len(right) > 1:
        said = f"{len(right)} answers are marked as right, where one can be."
        report.add("A002", right[1].line, 1, said, "Keep one x, or use the type `multiple`.")
    if kind == "true-false":
        _true_false(boxes, language, report)
    _one_last(boxes, kind, report)
    return tuple(
        Option(html=box.text, text=plain(box.text), right=box.right, feedback=" ".join(box.feedback), last=box.last)
        for box in boxes
    )


def _no_repeats(boxes: list[Box], report: Report) -> None:
    seen: dict[str, Box] = {}
    for box in boxes:
        key = same(box.text)
        first = seen.setdefault(key, box)
        if first is box or not key:
            continue
        if first.right == box.right:
            said = f"The same answer stands on line {first.line}."
            report.add("A003", box.line, box.column, said, "Delete one of the two, or change it.")
        else:
            said = f"The answer on line {first.line} says the same and is marked otherwise."
            report.add("A011", box.line, box.column, said, "Keep the one that is meant.")


def _true_false(boxes: list[Box], language: Language, report: Report) -> None:
    words = WORDS[language]
    wanted = f"Write the two answers `{words[0]}` and `{words[1]}`."
    for box in boxes[:2]:
        if box.text not in words:
            said = f"`{shown(box.text)}` is not one of the two words of a true-false question."
            report.add("A005", box.line, box.column, said, wanted)
    if len(boxes) > 2:
        report.add("A005", boxes[2].line, 1, "A true-false question has two answers.", wanted)


def _one_last(boxes: list[Box], kind: str, report: Report) -> None:
    last = [box for box in boxes if box.last]
    if len(last) > 1:
        said = f"`last` stands on line {last[0].line} already."
        report.add("A006", last[1].line, last[1].column, said, "Only one answer can stay last.")
    if last and kind not in ("single", "multiple"):
        report.add("A006", last[0].line, last[0].column, f"`last` means nothing in a {kind} question.", "Delete it.")


def read_ranges(boxes: list[Box], at: int, report: Report) -> tuple[NumberRange, ...]:
    """The ranges of a number question; those that overlap are reported."""
    read: list[tuple[Box, Decimal, Decimal]] = []
    for box in boxes:
        try:
            low, high = read_range(box.text)
        except UnreadableNumber:
            said = f"`{shown(box.text)}` cannot be read as a number."
            report.add(
                "A009", box.line, box.column, said, "Write 7, 6 .. 8, 7 ± 0.5 or 7 ± 5%, with a point for decimals."
            )
        except EmptyRange:
            said = f"The range `{shown(box.text)}` is empty or runs backwards."
            report.add("A010", box.line, box.column, said, "Write the lower number first, such as 6 .. 8.")
        else:
            _no_overlap(box, low, high, read, report)
            read.append((box, low, high))
    if boxes and not any(box.right for box in boxes):
        report.add("A001", at, 1, "No answer is marked as right.", "Put an x in its box: - [x].")
    return tuple(NumberRange(as_text(low), as_text(high), box.right, " ".join(box.feedback)) for box, low, high in read)


def _no_overlap(
    box: Box, low: Decimal, high: Decimal, before: Iterable[tuple[Box, Decimal, Decimal]], report: Report
) -> None:
    for other, from_, to in before:
        if low <= to and from_ <= high:
            if other.right == box.right:
                said = f"The answer overlaps the one on line {other.line}."
                report.add("A010", box.line, box.column, said, "Make them meet nowhere, or join them.")
            else:
                said = f"The answer overlaps the one on line {other.line}, which is marked otherwise."
                report.add("A011", box.line, box.column, said, "Every number must be right or wrong, not both.")
            return


def read_pairs(rows: list[tuple[int, str]], report: Report) -> tuple[Pair, ...]:
    """The pairs of a match question, from the lines of its table (number and text)."""
    if len(rows) < 2 or not is_ruler(rows[1][1]):
        report.add(
            "Q011", rows[0][0], 1, "The table has no line of dashes below its head.", "Write `| --- | --- |` there."
        )
        return ()
    pairs: list[Pair] = []
    lefts: dict[str, int] = {}
    rights: dict[str, int] = {}
    misshapen = [(line, len(cells(row))) for line, row in rows if len(cells(row)) != 2]
    for line, count in misshapen:
        report.add("Q011", line, 1, f"The row has {count} cells, not two.", "Write `| left | right |`.")
    if misshapen:
        return ()
    for line, row in rows[2:]:
        left, right = cells(row)
        if not right.text:
            report.add(
                "A012", line, right.column, "The right cell is empty.", "Fill it; only a left cell may be empty."
            )
        _no_repeated_cell(left, line, lefts, "left", report)
        _no_repeated_cell(right, line, rights, "right", report)
        pairs.append(Pair(left.text, right.text))
    if sum(bool(pair.left) for pair in pairs) < 2:
        report.add("A004", rows[0][0], 1, "The question has fewer than two pairs.", "Add rows to the table.")
    return tuple(pairs)


def _no_repeated_cell(cell: Cell, line: int, seen: dict[str, int], side: str, report: Report) -> None:
    key = same(cell.text)
    if key and seen.setdefault(key, line) != line:
        said = f"The {side} cell `{shown(cell.text)}` stands on line {seen[key]} already."
        report.add("A007", line, cell.column, said, "Each cell of a column must be different.")


def read_steps(steps: list[Step], at: int, report: Report) -> tuple[str, ...]:
    """The steps of an order question."""
    seen: dict[str, int] = {}
    for step in steps:
        key = same(step.text)
        if not key:
            report.add("A012", step.line, step.column, "The step has no text.", "Write it behind the number.")
        elif seen.setdefault(key, step.line) != step.line:
            said = f"The step stands on line {seen[key]} already."
            report.add("A008", step.line, step.column, said, "Each step must be different.")
    if len(steps) < 2:
        report.add("A004", at, 1, "The question has fewer than two steps.", "Add steps as 1. 2. 3.")
    return tuple(step.text for step in steps)
