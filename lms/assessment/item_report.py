"""The item analysis for a terminal, a spreadsheet and a pull request. Pure.

Paths are those of the published files, behind a prefix that leads to the courses folder. Nobody is named.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from io import StringIO
from typing import Literal

from lms.content.course import Module, Question
from lms.content.problem import Problem, as_github, shown

from .items import LEAST, Analysis, Item

Format = Literal["text", "csv", "github"]
COLUMNS = (
    "module", "question", "type", "path", "line", "first_attempts", "older_forms", "facility", "discrimination",
    "median_seconds", "flags", "rules",
)  # fmt: skip


def needed(there: int, *, of: str = "first attempts") -> str:
    """What stands in place of figures."""
    return f"{LEAST} {of} are needed; there {'is' if there == 1 else 'are'} {there}."


def report(found: Sequence[Analysis], style: Format, files: Mapping[str, bytes], prefix: str = "") -> str:
    """The whole output: a line a question in text and csv, a line a flagged question for github.

    `files` are those of the courses folder, where they are at hand: a question is looked up in them. Of a module without
    LEAST first attempts text has one line, the others have none.
    """
    if style == "csv":
        return _csv(found, files, prefix)
    lines = _github(found, files, prefix) if style == "github" else _text(found, files, prefix)
    return "".join(f"{line}\n" for line in lines)


def line_of(module: Module, question: Question, file: bytes | None) -> int:
    """The line of a question's heading in a file that may have been edited since it was published; else where it was."""
    if file is None or sha256(file).hexdigest() == module.digest:
        return question.line
    tag = f"`q: {question.id}`"
    lines = file.decode("utf-8", "replace").split("\n")
    return next((number for number, text in enumerate(lines) if tag in text), question.line)


def _places(
    found: Sequence[Analysis], files: Mapping[str, bytes], prefix: str
) -> Iterator[tuple[Analysis, Item, str, int]]:
    for analysis in found:
        module = analysis.module
        for item in analysis.items:
            yield analysis, item, _path(module, prefix), line_of(module, item.question, files.get(module.path))


def _path(module: Module, prefix: str) -> str:
    return f"{prefix}/{module.path}" if prefix else module.path


def _text(found: Sequence[Analysis], files: Mapping[str, bytes], prefix: str) -> Iterator[str]:
    for analysis in found:
        if not analysis.items:
            yield f"{_path(analysis.module, prefix)}:1: {needed(analysis.people)}"
        for _, item, path, line in _places([analysis], files, prefix):
            yield " ".join([f"{path}:{line}: {item.question.id}: {_figures(item)}", *(f.sentence for f in item.flags)])
    items = [item for analysis in found for item in analysis.items if item.figures]
    flagged = sum(bool(item.flags) for item in items)
    yield f"{len(items)} questions have {LEAST} first attempts, {flagged} flagged."


def _figures(item: Item) -> str:
    older = f" {item.older} at an older form of it are left out." if item.older else ""
    if item.figures is None:
        return needed(item.first) + older
    f = item.figures
    said = f"facility {f.facility_words}, discrimination {f.discrimination_words}, median time {f.time_words}"
    return f"{item.first} first attempts, {said}.{older}"


def _csv(found: Sequence[Analysis], files: Mapping[str, bytes], prefix: str) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for analysis, item, path, line in _places(found, files, prefix):
        f, q = item.figures, item.question
        figures = (f"{float(f.facility):.4f}", _number(f.discrimination), f.seconds) if f else ("", "", "")
        flags = ("; ".join(one.name for one in item.flags), " ".join(one.rule for one in item.flags))
        writer.writerow([analysis.module.key, q.id, q.type, path, line, item.first, item.older, *figures, *flags])
    return out.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _github(found: Sequence[Analysis], files: Mapping[str, bytes], prefix: str) -> Iterator[str]:
    for _, item, path, line in _places(found, files, prefix):
        if item.flags:
            message = shown(" ".join(f"{f.name}. {f.said} {f.rule}" for f in item.flags), 1_000)
            advice = " ".join(flag.advice for flag in item.flags)
            yield as_github(Problem(path, line, 1, f"Item analysis of {item.question.id}", "warning", message, advice))
