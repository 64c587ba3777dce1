"""Definitions: a quotation of its own in a section, `> **Seal log:** The record of ...`, which the glossary collects."""

import re
from collections.abc import Iterator

from ..course import Definition
from ..problem import Report, shown
from .text import plain, slug

LONGEST = 400
_QUOTE = re.compile(r"> ?(.*)")
_DEFINITION = re.compile(r"\*\*([^*]+?) ?:\*\* +(.+)")
_SHORT = re.compile(r"(.*\S) \(([^()]*[A-Z0-9]{2}[^()]*)\)")


def read_definitions(lines: list[tuple[int, str]], report: Report) -> tuple[Definition, ...]:
    """The definitions among numbered lines of prose; a quotation that begins in bold and is none is reported."""
    found = []
    for line, text in _quotations(lines):
        if not text.startswith("**"):
            continue
        match = _DEFINITION.fullmatch(text)
        if match is None:
            said = "This quotation begins in bold and is not a definition."
            report.add("F052", line, 1, said, "Write `> **Term (ABBR):** What it is.`, with the colon inside the bold.")
            continue
        if len(match[2]) > LONGEST:
            said = f"The definition of {shown(match[1])} has {len(match[2])} characters."
            report.add("F016", line, 1, said, f"It may have {LONGEST}; say the rest in the lesson.")
        found.append(definition(plain(match[1]), plain(match[2]), line))
    return tuple(found)


def definition(name: str, text: str, line: int) -> Definition:
    """A term as it is written, "Less-than-truckload (LTL)", with what it means."""
    short = _SHORT.fullmatch(name)
    term, abbreviation = (short[1], short[2]) if short else (name, "")
    return Definition(term, abbreviation, text, slug(abbreviation or term) or "term", line)


def _quotations(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The number of the first line and the text of each quotation that is not part of a list."""
    first, parts = 0, list[str]()
    for number, text in [*lines, (0, "")]:
        quoted = _QUOTE.fullmatch(text)
        if quoted:
            first = first if parts else number
            parts.append(quoted[1].strip())
        elif parts:
            yield first, " ".join(parts)
            parts = []
