"""The line of tags below a heading: `q: seal-class` `single` `criteria: 6.5` `must`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from ..course import QuestionType
from ..problem import Report, shown
from .text import did_you_mean, listed

_LINE = re.compile(r"`[^`]*`(?: +`[^`]*`)* *")
_TAG = re.compile(r"`([^`]*)`")

TYPES: tuple[QuestionType, ...] = get_args(QuestionType)
# Tags that need a value, and tags that must not have one.
VALUED = ("q", "criteria", "points", "score", "entities", "unit", "edition")
BARE = (*TYPES, "must", "should", "retired", "check")
POOL_VALUED = ("draw", "each", "shuffle")


@dataclass(frozen=True, slots=True)
class Tag:
    """`column` is the place of the value, or of the name where there is no value."""

    name: str
    value: str
    line: int
    column: int

    @property
    def words(self) -> tuple[str, ...]:
        """The value as words; commas may stand between them."""
        return tuple(self.value.replace(",", " ").split())

    def column_of(self, word: str) -> int:
        found = re.search(rf"(?<![^\s,]){re.escape(word)}(?![^\s,])", self.value)
        return self.column + (found.start() if found else 0)


def is_tag_line(text: str) -> bool:
    return text.startswith("`") and _LINE.fullmatch(text) is not None


def read_tags(
    text: str, line: int, report: Report, valued: tuple[str, ...], bare: tuple[str, ...] = ()
) -> dict[str, Tag]:
    """The tags of a line, by name; unknown, repeated and misshapen ones are reported and left out."""
    tags: dict[str, Tag] = {}
    for found in _TAG.finditer(text):
        name, colon, value = (part.strip() for part in found[1].partition(":"))
        at = found.start(1) + 1 + len(found[1]) - len(found[1].lstrip())
        column = at + found[1].lstrip().index(value, len(name) + 1) if value else at
        if name not in valued and name not in bare:
            fix = did_you_mean(name, [*valued, *bare], f"The tags here are {listed([*valued, *bare])}.")
            report.add("Q005", line, at, f"There is no tag or type `{shown(name)}`.", fix)
        elif name in tags:
            report.add("Q006", line, at, f"The tag `{name}` is there twice.", "Delete one of the two.")
        elif name in valued and not value:
            report.add("Q007", line, at, f"The tag `{name}` needs a value.", f"Write `{name}: ...` between backticks.")
        elif name in bare and colon:
            report.add("Q007", line, at, f"The tag `{name}` has no value.", f"Write `{name}` alone.")
        else:
            tags[name] = Tag(name, value, line, column)
    return tags


def whole(tags: Mapping[str, Tag], name: str, low: int, high: int, report: Report, code: str) -> int | None:
    """The value of a tag that counts something."""
    tag = tags.get(name)
    if tag is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", tag.value) or not low <= int(tag.value) <= high:
        said = f"`{name}` cannot be `{shown(tag.value)}`."
        report.add(code, tag.line, tag.column, said, f"Write a whole number from {low} to {high}.")
        return None
    return int(tag.value)
