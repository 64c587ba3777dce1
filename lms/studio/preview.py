"""What can be shown of a module while it is written: passages that hold an error are left out, the rest is shown. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.course import Module
from lms.content.framework import Framework
from lms.content.parse import parse_module
from lms.content.problem import Problem
from lms.content.render import render

# Leaving one passage out may bring another error to light, such as a link to a heading that went with it.
ROUNDS = 4
_HEADING = re.compile(r"#{1,6}(?: |$)")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines `line` to `last` are not shown; the first error in them is `message`, on line `at`."""

    line: int
    last: int
    at: int
    message: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A rendered module, and what of the text is not in it, in order."""

    module: Module
    left_out: tuple[LeftOut, ...] = ()

    def left_out_of(self, first: int, end: int) -> tuple[LeftOut, ...]:
        """The passages that begin on lines `first` to `end` - 1."""
        return tuple(passage for passage in self.left_out if first <= passage.line < end)


def draft(path: str, data: bytes, framework: Framework, images: Mapping[str, str]) -> Preview | None:
    """The preview of a file; None while there is too little to show, as when the front matter holds an error."""
    left_out: list[LeftOut] = []
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for _ in range(ROUNDS):
        parsed = parse_module(path, "\n".join(lines).encode(), framework)
        if parsed.module is not None:
            return Preview(render(parsed.module, framework, images), tuple(sorted(left_out, key=lambda p: p.line)))
        found = _passages(lines, [p for p in parsed.problems if p.is_error])
        if not found:
            return None
        for passage in found:
            lines[passage.line - 1 : passage.last] = [""] * (passage.last - passage.line + 1)
        left_out += found
    return None


def _passages(lines: list[str], errors: list[Problem]) -> list[LeftOut]:
    """The passages that hold these errors, each once; none if one of them cannot do without."""
    body = _body(lines)
    found: dict[int, LeftOut] = {}
    for error in errors:
        if error.line <= body:
            return []
        first, last = _around(lines, error, body)
        found.setdefault(first, LeftOut(first, last, error.line, error.message))
    return list(found.values())


def _body(lines: list[str]) -> int:
    """The number of the line that closes the front matter; the last one where none does."""
    return next((number for number, text in enumerate(lines[1:], 2) if text.rstrip() == "---"), len(lines))


def _around(lines: list[str], error: Problem, body: int) -> tuple[int, int]:
    """First and last line of the question or paragraph with an error. A heading stays, unless the error is its own."""
    head = next((n for n in range(error.line, body, -1) if _HEADING.match(lines[n - 1])), body)
    if head > body and _is_question(lines, head, error):
        end = next((n for n in range(head + 1, len(lines) + 1) if _HEADING.match(lines[n - 1])), len(lines) + 1)
        return head, end - 1
    if head == error.line:
        return head, head
    first, last = error.line, error.line
    while first - 1 > head and lines[first - 2].strip():
        first -= 1
    while last < len(lines) and lines[last].strip() and not _HEADING.match(lines[last]):
        last += 1
    return first, last


def _is_question(lines: list[str], head: int, error: Problem) -> bool:
    """Whether the part below a heading goes out whole: it has the tags of a question, or lacks them and should."""
    tagged = head < len(lines) and lines[head].startswith("`")
    return lines[head - 1].startswith("###") and (tagged or error.code[0] in "QA")
