"""What a document prints: the record in the words, sizes and spacing of its design. Pure.

The sheet is one page, whatever the record holds: long text is set smaller, blocks move closer, and at last lists are counted
instead of listed. The public page of the certificate lists them all. A record names its design, and what is decided here for a
design that was released stays decided: the same record gives the same sheet for ever.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import ceil
from typing import Literal

from lms.core.clock import program_day
from lms.core.language import LANGUAGES, Language

from .designs import Design, Paper, Size, Words, design
from .numbers import grouped
from .rules import PROGRAM, Level, Record

MOST_MARKS = 4  # combining marks on one letter; Vietnamese and Hebrew need up to three
JOINERS = "\u200c\u200d"  # Persian and Indian scripts need them between letters
LOOSE_JOINERS = re.compile(f"(?<!\\S)[{JOINERS}]+|[{JOINERS}]+(?!\\S)")
SPACE = "\u00a0"  # one that no line breaks at

Spacing = Literal["", "snug", "close", "full"]
SPACINGS: tuple[Spacing, ...] = ("", "snug", "close", "full")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Strings and class names for document.html of the design, and nothing else.

    `bolt` goes through the ribs, the categories: through the one passed, through all, or through none where no quiz was.
    """

    language: Language
    document: str
    credential: str
    heading: str
    name: str
    name_size: str
    organization: str
    organization_size: str
    entities: str
    did: str
    title: str
    title_size: str
    facts: tuple[str, ...]
    ahead: str
    topics: str
    criteria: tuple[tuple[str, str], ...]
    number: str
    check: str
    foot: tuple[str, ...]
    note: str
    code: str
    ribs: tuple[int, ...]
    bolt: Literal["", "one", "all"]
    spacing: Spacing


def sheet(record: Record, site: str, *, language: Language, paper: Paper) -> Sheet:
    """The roomiest setting that leaves no line outside the sheet. `site` is the address of the site that checks it."""
    plan = design(record.template)
    for spacing in SPACINGS:
        candidate = _set(record, site, language, plan, spacing)
        if height(candidate, plan, paper) <= plan.sizes.papers[paper].room:
            break
    return candidate


def _set(record: Record, site: str, language: Language, plan: Design, spacing: Spacing) -> Sheet:
    words, sizes = plan.words[language], plan.sizes
    counted = spacing == "full"
    name, organization = printable(record.name) or words.nameless, printable(record.organization)
    title = _cut(_title(record, language, words), sizes.longest_title, counted)
    attendance = record.kind == "attendance"
    heading = words.heading_attendance if attendance else words.heading
    return Sheet(
        language=language,
        document=words.document.format(heading=heading, title=title, name=name),
        credential=words.credential,
        heading=heading,
        name=name,
        name_size=_size(name, sizes.name).name,
        organization=organization,
        organization_size=_size(organization, sizes.organization).name,
        entities=_entities(record, language, plan, counted),
        did={"category": words.did_category, "program": words.did_program, "attendance": words.did_attendance}[
            record.kind
        ],
        title=title,
        title_size=_size(title, sizes.title).name,
        facts=(_scope(record, words), _held(record, plan, words, counted) if attendance else _completed(record, words)),
        ahead=_ahead(record, words),
        topics=_topics(record, language, plan, counted),
        criteria=_criteria(record, words, counted),
        number=grouped(record.number)[:-2],
        check=record.number[-1],
        foot=_foot(record, site, words),
        note=_note(record, words),
        code=words.code,
        ribs=tuple(p.number for p in record.parts),
        bolt="" if attendance else "all" if record.kind == "program" else "one",
        spacing=spacing,
    )


def height(s: Sheet, plan: Design, paper: Paper) -> float:
    """Points from the top of the text to its last line and of the foot, estimated a little too high."""
    sizes, room = plan.sizes, plan.sizes.papers[paper]
    text = (
        (_size(s.name, sizes.name), s.name),
        (_size(s.organization, sizes.organization), s.organization),
        (_size(s.title, sizes.title), s.title),
        *((sizes.facts_full if s.spacing == "full" else sizes.facts, line) for line in (*s.facts, s.ahead)),
        (sizes.small, s.entities),
        (sizes.small, s.topics),
        (sizes.markings, "   ".join(f"{level} {listed}" for level, listed in s.criteria)),
    )
    foot = (*((sizes.small, line) for line in s.foot), (sizes.notes, s.note))
    return (
        sizes.fixed[s.spacing]
        + sum(_lines(size, line, room.across) for size, line in text)
        + max(sizes.foot_least, sizes.foot_fixed + sum(_lines(size, line, room.foot_across) for size, line in foot))
    )


def _lines(size: Size, text: str, across: float) -> float:
    """Points that the text takes when it is broken over lines, which are filled to nine tenths."""
    wide = units(text) * size.em * size.points
    return size.line * (ceil(wide / (0.9 * across)) if wide > across else bool(text))


def _size(text: str, steps: Sequence[Size]) -> Size:
    return next(s for s in steps if units(text) <= s.most)


def units(text: str) -> float:
    """How wide a text is, in letters of middling width; an East Asian character is two, a combining mark none."""
    return sum(map(_units, text))


@cache
def _units(c: str) -> float:
    if unicodedata.category(c).startswith("M"):
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return 2
    if c in "MWmw@%":
        return 1.6
    if c.isupper():
        return 1.25
    return 0.6 if c in "iljtfr.,;:'’()| ·-/\u00a0" else 1


def day(value: date, words: Words) -> str:
    """November 12, 2026; 12 de noviembre de 2026; 12 novembre 2026. French counts the first of a month: 1er mars."""
    pattern = words.day_first if value.day == 1 else words.day
    return pattern.format(day=value.day, month=words.months[value.month - 1], year=value.year)


def number(count: int, words: Words) -> str:
    """1,234 as the language writes it."""
    return f"{count:,}".replace(",", words.thousands)


def _title(record: Record, language: Language, words: Words) -> str:
    if record.kind == "program":
        return words.program
    return printable(record.title if record.workshop else record.word(record.title, language))


def _scope(record: Record, words: Words) -> str:
    if record.kind == "attendance":
        return words.scope_attendance.format(edition=record.edition)
    if record.kind == "category":
        return words.scope_category.format(number=record.category, edition=record.edition)
    count = len(record.parts)
    pattern = words.scope_program_one if count == 1 else words.scope_program
    return pattern.format(count=words.numbers[count], edition=record.edition)


def _completed(record: Record, words: Words) -> str:
    score = words.score_all if record.percent == 100 else words.score.format(percent=record.percent)
    return words.completed.format(day=day(record.completed_on, words), score=score)


def _held(record: Record, plan: Design, words: Words, counted: bool) -> str:
    assert record.workshop  # noqa: S101 - what makes it an attendance
    place = _cut(printable(record.workshop.place), plan.sizes.longest_place, counted)
    duration = _duration(record.workshop.minutes, words)
    return words.held.format(day=day(record.completed_on, words), duration=duration, place=place or words.online)


def _cut(text: str, most: int, counted: bool) -> str:
    return f"{text[:most].rstrip()} …" if counted and len(text) > most else text


def _duration(total: int, words: Words) -> str:
    hours, minutes = divmod(total, 60)
    if not hours:
        return words.minutes.format(minutes=minutes)
    if minutes:
        return words.hours_minutes.format(hours=hours, minutes=minutes)
    return words.hour if hours == 1 else words.hours.format(hours=hours)


def _ahead(record: Record, words: Words) -> str:
    if record.days_ahead is None:
        return ""
    pattern = words.ahead_one if record.days_ahead == 1 else words.ahead
    return pattern.format(count=number(record.days_ahead, words), day=day(record.enforcement_date, words))


def _entities(record: Record, language: Language, plan: Design, counted: bool) -> str:
    names = [printable(record.word(e, language)) for e in record.entities]
    counting = plan.words[language].entities_counted.format(count=len(names))
    return _listed(names, ", ", counting, plan, counted)


def _topics(record: Record, language: Language, plan: Design, counted: bool) -> str:
    words = plan.words[language]
    if record.kind != "category":
        parts = [f"{p.number}{SPACE}{printable(record.word(p.name, language))}" for p in record.parts]
        return _listed(parts, " · ", "", plan, counted and record.category != PROGRAM)
    names = [printable(record.word(m, language)) for m in record.modules]
    pattern = words.module if len(names) == 1 else words.modules
    listed = _listed(names, "; ", str(len(names)), plan, counted)
    return pattern.format(listed=listed)


def _listed(items: Sequence[str], separator: str, counting: str, plan: Design, counted: bool) -> str:
    """The list in one line; when it must be counted or is too long to read, how many there are."""
    text = separator.join(items)
    return counting if (counted and len(items) > 1) or units(text) > plan.sizes.longest_list else text


def _criteria(record: Record, words: Words, counted: bool) -> tuple[tuple[str, str], ...]:
    """The ids by level, each level with its word; for many the counts, as a word without ids."""
    levels: tuple[tuple[Level, str], ...] = (("must", words.must), ("should", words.should))
    by_level = [(word, [c.id for c in record.criteria if c.level == level]) for level, word in levels]
    if record.kind == "program" or counted:
        musts, shoulds = (len(ids) for _, ids in by_level)
        return ((words.criteria_counted.format(count=len(record.criteria), musts=musts, shoulds=shoulds), ""),)
    return tuple((word, " ".join(ids)) for word, ids in by_level if ids)


def _foot(record: Record, site: str, words: Words) -> tuple[str, ...]:
    check = words.check.format(address=f"{site.partition('://')[2]}/verify")
    issued_on = day(program_day(record.issued_at), words)
    issued = words.issued.format(day=issued_on, revision=number(record.revision, words))
    stands = words.stands.format(day=day(record.valid_until, words))
    if not record.renews:
        return check, issued, stands
    renews = words.renews.format(number=grouped(record.renews).replace(" ", SPACE))
    return check, issued, f"{stands} {renews}"


def _note(record: Record, words: Words) -> str:
    note = words.note_attendance if record.kind == "attendance" else words.note
    return f"{note} {words.demonstration}" if record.demonstration else note


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
    """Which main facts the text of a PDF does not show, in words; read in the language in which it shows the most of them.

    Spaces, case and reading direction do not count.
    """
    shown = _folded(text)
    return min((_missing(record, shown, language) for language in LANGUAGES), key=len)


def _missing(record: Record, shown: str, language: Language) -> tuple[str, ...]:
    words = design(record.template).words[language]
    facts = {
        "number": record.number,
        "name": printable(record.name) or words.nameless,
        "organization": printable(record.organization),
        "title": _title(record, language, words),
        "day of completion": day(record.completed_on, words),
        "last valid day": day(record.valid_until, words),
    }
    return tuple(
        label for label, fact in facts.items() if _folded(fact) not in shown and _folded(fact)[::-1] not in shown
    )


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
