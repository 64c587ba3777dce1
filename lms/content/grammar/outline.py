"""The headings of a file: which lines belong to which."""

import re
from dataclasses import dataclass

from ..problem import Report

_HEADING = re.compile(r"(#{1,6})(?: +(.*))?$")
_POOL = re.compile(r"(?:Quiz|Pool: *(.*))$")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the lines below it, `first` to `end` (indices). Level 0: the lines above the first heading.

    `line` is the number of the heading's line; it equals `first`, the index of the line below it.
    """

    level: int
    title: str
    line: int
    first: int
    end: int


def read_parts(lines: list[str], start: int) -> list[Part]:
    """All parts of a file whose body begins at an index."""
    heads: list[tuple[int, str, int]] = [(0, "", start)]
    for index in range(start, len(lines)):
        text = lines[index]
        if text.startswith("#") and (found := _HEADING.match(text)):
            heads.append((len(found[1]), _title(found[2] or ""), index + 1))
    ends = [first - 1 for _, _, first in heads[1:]] + [len(lines)]
    return [Part(level, title, first, first, end) for (level, title, first), end in zip(heads, ends, strict=True)]


def _title(text: str) -> str:
    """Without closing number signs, which need a space before them."""
    text = text.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare.endswith(" ") else text


def pool_name(part: Part) -> str | None:
    """The name of the pool that a level-2 heading begins, or None for a section."""
    found = _POOL.match(part.title)
    if part.level != 2 or found is None:
        return None
    return "Quiz" if found[1] is None else found[1].strip()


def check_level(part: Part, before: int, report: Report) -> None:
    """Headings go down one level at a time; level 1 is the title, which stands in the front matter."""
    if part.level == 1:
        report.add(
            "F042",
            part.line,
            1,
            "A heading of level 1 is the title, which stands in the front matter.",
            "Begin it with ##.",
        )
    elif part.level > before + 1:
        said = f"The heading goes from level {before} to level {part.level}."
        report.add("W010", part.line, 1, said, f"Begin it with {'#' * (before + 1)}.")
    if part.level and not part.title:
        report.add("F047", part.line, 1, "The heading has no text.", "Write it behind the number signs.")
