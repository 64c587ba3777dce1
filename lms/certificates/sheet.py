"""What a certificate prints: the record in the words, sizes and spacing of the sheet. Pure.

The sheet is one page, whatever the record holds: long text is set smaller, blocks move closer, and at last lists are counted
instead of listed. The public page of the certificate lists them all.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from lms.core.clock import program_day

from .rules import PROGRAM, Record, grouped

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NAMELESS = "Name without letters"
MOST_MARKS = 4  # combining marks on one letter; Vietnamese and Hebrew need up to three
JOINERS = "\u200c\u200d"  # Persian and Indian scripts need them between letters
LOOSE_JOINERS = re.compile(f"(?<!\\S)[{JOINERS}]+|[{JOINERS}]+(?!\\S)")
LONGEST_LIST = 400  # units

# What follows says in points what static/css/certificate.css says; the tests draw the extremes.
ROOM = 382.0  # from the top of the text to the foot, less a clear line
ACROSS = 438.0  # from its left to its right
FIXED = {"": 158.0, "close": 110.0, "full": 110.0}  # head, margins and the line that never changes


@dataclass(frozen=True, slots=True)
class Size:
    """A step of a text's size: for texts up to `most` units, its class, points, points a line, and how many ems a unit is."""

    most: int
    name: str
    points: float
    line: float
    em: float

    def height(self, text: str) -> float:
        """Points that the text takes when it is broken over lines, which are filled to nine tenths."""
        wide = units(text) * self.em * self.points
        return self.line * (ceil(wide / (0.9 * ACROSS)) if wide > ACROSS else bool(text))


NAME = (
    Size(26, "", 38, 42.6, 0.6),
    Size(60, "long", 27, 30.2, 0.6),
    Size(120, "longer", 19, 23.8, 0.6),
    Size(240, "longest", 13, 17.6, 0.6),
    Size(9999, "tiny", 9, 12, 0.6),
)
ORGANIZATION = (Size(60, "", 13, 18.9, 0.55), Size(160, "long", 10.5, 15.2, 0.55), Size(9999, "tiny", 9, 12, 0.55))
TITLE = (Size(44, "", 25, 28, 0.58), Size(9999, "long", 20, 23, 0.58))
FACTS = Size(9999, "", 11.5, 16.7, 0.58)
SMALL = Size(9999, "", 9, 13, 0.55)
MARKINGS = Size(9999, "", 9, 13.5, 0.68)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Strings and class names for templates/certificates/certificate.html, and nothing else."""

    number: str
    check: str
    name: str
    name_size: str
    organization: str
    organization_size: str
    entities: str
    title: str
    title_size: str
    scope: str
    completed: str
    ahead: str
    topics: str
    criteria: str
    stands: str
    site: str
    demonstration: bool
    ribs: tuple[int, ...]
    spacing: str


def sheet(record: Record, site: str) -> Sheet:
    """The roomiest setting that leaves no line outside the sheet. `site` is the address of the site that checks it."""
    for spacing in ("", "close"):
        if height(candidate := _set(record, site, spacing)) <= ROOM:
            return candidate
    return _set(record, site, "full")


def _set(record: Record, site: str, spacing: str) -> Sheet:
    counted = spacing == "full"
    name, organization, title = (
        printable(record.name) or NAMELESS,
        printable(record.organization),
        printable(record.title),
    )
    return Sheet(
        number=grouped(record.number)[:-2],
        check=record.number[-1],
        name=name,
        name_size=_size(name, NAME).name,
        organization=organization,
        organization_size=_size(organization, ORGANIZATION).name,
        entities=_listed([printable(e) for e in record.entities], ", ", counted)
        or f"{len(record.entities)} entity types",
        title=title,
        title_size=_size(title, TITLE).name,
        scope=_scope(record),
        completed=f"Completed {day(record.completed_on)}, every quiz passed with {record.score}",
        ahead=_ahead(record),
        topics=_topics(record, counted),
        criteria=_criteria(record, counted),
        stands=f"Issued {day(program_day(record.issued_at))} (revision {record.revision:,}). Stands until {day(record.valid_until)}.",
        site=site.partition("://")[2],
        demonstration=record.demonstration,
        ribs=tuple(p.number for p in record.parts),
        spacing=spacing,
    )


def _size(text: str, steps: Sequence[Size]) -> Size:
    return next(s for s in steps if units(text) <= s.most)


def height(s: Sheet) -> float:
    """Points from the top of the text to its last line, estimated a little too high."""
    return (
        FIXED[s.spacing]
        + _size(s.name, NAME).height(s.name)
        + _size(s.organization, ORGANIZATION).height(s.organization)
        + _size(s.title, TITLE).height(s.title)
        + sum(FACTS.height(line) for line in (s.scope, s.completed, s.ahead))
        + SMALL.height(s.entities)
        + SMALL.height(s.topics)
        + MARKINGS.height(s.criteria)
    )


def units(text: str) -> float:
    """How wide a text is, in letters of middling width; an East Asian character is two, a combining mark none."""
    return sum(map(_units, text))


def _units(c: str) -> float:
    if unicodedata.category(c).startswith("M"):
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return 2
    if c in "MWmw@%":
        return 1.6
    if c.isupper():
        return 1.25
    return 0.6 if c in "iljtfr.,;:'’()| ·-/" else 1


def day(value: date) -> str:
    """November 12, 2026."""
    return f"{value:%B} {value.day}, {value.year}"


def _scope(record: Record) -> str:
    if record.category == PROGRAM:
        count = len(record.parts)
        many = "The one required category" if count == 1 else f"All {NUMBERS[count]} required categories"
        return f"{many}, edition {record.edition}"
    return f"Category {record.category} of the CTPAT Minimum Security Criteria, edition {record.edition}"


def _ahead(record: Record) -> str:
    if record.days_ahead is None:
        return ""
    days = "1 day" if record.days_ahead == 1 else f"{record.days_ahead:,} days"
    return f"{days} ahead of the enforcement date, {day(record.enforcement_date)}"


def _topics(record: Record, counted: bool) -> str:
    if record.category == PROGRAM:
        return _listed([f"{p.number}\u00a0{printable(p.name)}" for p in record.parts], " · ", counted)
    word = "Module" if len(record.modules) == 1 else "Modules"
    listed = _listed([printable(m) for m in record.modules], "; ", counted)
    return f"{word}: {listed}" if listed else f"{len(record.modules)} modules"


def _criteria(record: Record, counted: bool) -> str:
    if record.category == PROGRAM or counted:
        musts = sum(c.level == "must" for c in record.criteria)
        return f"{len(record.criteria)} criteria: {musts} must, {len(record.criteria) - musts} should"
    return " \u00a0 ".join(f"{c.id}\u00a0{c.level}" for c in record.criteria)


def _listed(items: Sequence[str], separator: str, counted: bool) -> str:
    """The list in one line, or "" when it must be counted or is too long to read."""
    text = separator.join(items)
    return "" if (counted and len(items) > 1) or units(text) > LONGEST_LIST else text


def printable(text: str) -> str:
    """The text without what no certificate prints: control characters, emoji, heaps of accents. Letters of all scripts stay."""
    kept: list[str] = []
    marks = 0
    for c in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(c)
        marks = marks + 1 if kind.startswith("M") else 0
        if c.isspace():
            kept.append(" ")
        elif marks <= MOST_MARKS and not _pictorial(c, kind):
            kept.append(c)
    return " ".join(LOOSE_JOINERS.sub("", "".join(kept)).split())


def _pictorial(c: str, kind: str) -> bool:
    """Emoji and their modifiers, control characters, and what has no agreed shape. Signs of names such as ® and ㈱ are none."""
    if kind in ("Cc", "Cs", "Co", "Cn"):
        return True
    if kind == "Cf":
        return c not in JOINERS
    if kind == "So":
        return c >= "\u2190" and not "\u3200" <= c <= "\u33ff"
    return "\ufe00" <= c <= "\ufe0f" or c == "\u20e3" or "\U0001f3fb" <= c <= "\U0001f3ff"


def missing_facts(record: Record, text: str) -> tuple[str, ...]:
    """Which main facts the text of a PDF does not show, in words. Spaces, case and reading direction do not count."""
    printed = sheet(record, site="")
    facts = {
        "number": record.number,
        "name": printed.name,
        "organization": printed.organization,
        "title": printed.title,
        "day of completion": day(record.completed_on),
        "last valid day": day(record.valid_until),
    }
    shown = _folded(text)
    return tuple(
        label for label, fact in facts.items() if _folded(fact) not in shown and _folded(fact)[::-1] not in shown
    )


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
