"""Abbreviations in a text: where they are spelled out, "words (ABBR)", and where they are not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What everybody reads as a word, or what is the name of the thing itself.
WORDS = frozenset(
    (
        "CTPAT",
        "ISO",
        "GPS",
        "USB",
        "PDF",
        "ID",
        "US",
        "OK",
        "TV",
        "AM",
        "PM",
        "PIN",
        "QR",
        "SMS",
        "LED",
        "NOT",
        "NEVER",
        "EE",
        "UU",
    )
)
_ABBREVIATION = re.compile(r"(?<![\w./@-])[A-Z]{2,}[0-9]{0,2}(?![\w@]|\.\w|-[0-9])")
# A container number or a plate: letters, then digits that count something.
_NUMBERED = re.compile(r" ?[0-9]{3,}")
_ADDRESS = re.compile(r"\]\([^()]*\)|<https://[^<>]*>|`[^`]*`")


@dataclass(frozen=True, slots=True)
class Use:
    """An abbreviation at its place. `spelled`: in brackets directly behind its words."""

    short: str
    line: int
    column: int
    spelled: bool


def uses(lines: list[tuple[int, str]]) -> Iterator[Use]:
    """Every abbreviation of numbered lines, in the order of the text; addresses and code aside."""
    for number, text in lines:
        text = _ADDRESS.sub(lambda m: " " * len(m[0]), text)
        for found in _ABBREVIATION.finditer(text):
            short = found[0]
            if short in WORDS or _NUMBERED.match(text, found.end()):
                continue
            yield Use(short, number, found.start() + 1, text[: found.start()].endswith(" ("))
