"""Where what stands on the sheet of a workbook, and a filled-in one read back. Pure.

A workbook says itself how it is to be read: one line names the format, the edition, the entity type and the language; a hidden
row under it names the columns, and behind these the words that its drop-downs offer. So a workbook that was downloaded before
words of the site changed, or in another language than its reader's, reads the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from lms.core.language import to_translate
from lms.roster.told import Unreadable
from lms.roster.workbook import is_workbook
from lms.roster.workbook import rows as rows_of_the_first_sheet

from .rules import ANSWERS

Slug = Literal[
    "criterion", "level", "category", "title", "meaning", "often", "evidence", "phase", "taught", "answer", "note", "kind", "comment"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in characters; `typed`: the company fills it in, all else is locked."""

    slug: Slug
    name: str
    width: int
    typed: bool = False


COLUMNS = (
    Column("criterion", to_translate("Criterion"), 10),
    Column("level", to_translate("Must or should"), 9),
    Column("category", to_translate("Category"), 18),
    Column("title", to_translate("What it is about"), 28),
    Column("meaning", to_translate("What it means"), 56),
    Column("often", to_translate("How often, how many"), 16),
    Column("evidence", to_translate("Proof to keep"), 36),
    Column("phase", to_translate("In force from"), 14),
    Column("taught", to_translate("Modules that teach it"), 36),
    Column("answer", to_translate("Where we stand"), 16, typed=True),
    Column("note", to_translate("Our notes"), 40, typed=True),
    Column("kind", to_translate("Comment: kind"), 20, typed=True),
    Column("comment", to_translate("Comment: text"), 48, typed=True),
)
READ: tuple[Slug, ...] = ("criterion", "answer", "note", "kind", "comment")  # what is read back
# What a comment to the program can be about, as the drop-down offers it.
KIND_WORDS = {
    "unclear": to_translate("It is unclear"),
    "cost": to_translate("What it costs"),
    "wording": to_translate("Its wording"),
    "done": to_translate("We do this already"),
    "other": to_translate("Something else"),
}
LONGEST_COMMENT = 1_000  # characters

# Lines as the sheet counts.
TITLE, HELP, VERSION, CODES, HEADER = 1, 2, 3, 4, 5
FIRST = HEADER + 1
MOST_LINES = 2_000  # of a sheet; there are about a hundred criteria

_VERSION = re.compile(r"MSC Ready workbook 1 · edition (\S.{0,38}?\S|\S) · entity type ([a-z0-9-]{1,60}) · (en|es|fr)")
_WORD = re.compile(r"(answer|kind):([a-z/-]{1,10})=(.{1,60})")

NOT_OURS = to_translate(
    "This is not a workbook of this site, or it was changed too much or is protected by a password. Download the workbook"
    " again, copy your notes into it, and hand that in."
)
TOO_LONG = to_translate(
    "The sheet has more than %(most)s rows. Download the workbook again and copy your notes into it."
)


class NoWorkbook(Unreadable):
    """A file that is no workbook of ours, or was made into something else. `told` says what to do."""


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A criterion's row. `answer` is one of rules.ANSWERS and `kind` of KIND_WORDS, "" for none; what is neither is as typed."""

    line: int
    criterion: str
    answer: str
    note: str
    kind: str
    comment: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook that came back. `rows` are all that name a criterion, empty ones too, in the order of the sheet."""

    edition: str
    entity: str
    language: str
    rows: tuple[FilledRow, ...]


def version_line(edition: str, entity: str, language: str) -> str:
    return f"MSC Ready workbook 1 · edition {edition} · entity type {entity} · {language}"


def codes(answers: Mapping[str, str], kinds: Mapping[str, str]) -> list[str]:
    """The hidden row: the columns, then what each word of the drop-downs means."""
    words = [("answer", answers), ("kind", kinds)]
    return [column.slug for column in COLUMNS] + [
        f"{of}:{slug}={word}" for of, those in words for slug, word in those.items()
    ]


def rows(body: bytes) -> Filled:
    """A filled-in workbook. Raises NoWorkbook."""
    try:
        if not is_workbook(body):
            raise NoWorkbook(NOT_OURS)
        return _filled(rows_of_the_first_sheet(body))
    except NoWorkbook:
        raise
    except Unreadable as error:
        raise NoWorkbook(NOT_OURS) from error


def _filled(lines: Iterator[tuple[int, tuple[str, ...]]]) -> Filled:
    head = [cells for _, cells in islice(lines, HEADER)]
    version = next((found for cells in head for cell in cells if (found := _VERSION.fullmatch(cell.strip()))), None)
    named = head[CODES - 1] if len(head) == HEADER else ()
    places = {cell: at for at, cell in enumerate(named)}
    if version is None or any(column not in places for column in READ):
        raise NoWorkbook(NOT_OURS)
    return Filled(version[1], version[2], version[3], tuple(_rows(lines, places, _words(named))))


def _words(named: Sequence[str]) -> dict[tuple[str, str], str]:
    """What is meant, by column and word in small letters; a slug means itself."""
    known = {("answer", slug): slug for slug in ANSWERS} | {("kind", slug): slug for slug in KIND_WORDS}
    found = (_WORD.fullmatch(cell) for cell in named)
    return known | {(f[1], f[3].casefold()): f[2] for f in found if f and (f[1], f[2]) in known}


def _rows(
    lines: Iterator[tuple[int, tuple[str, ...]]], places: Mapping[str, int], words: Mapping[tuple[str, str], str]
) -> Iterator[FilledRow]:
    for line, cells in lines:
        if line > MOST_LINES:
            raise NoWorkbook(TOO_LONG, most=MOST_LINES)
        criterion, answer, note, kind, comment = (
            cells[places[slug]].strip() if places[slug] < len(cells) else "" for slug in READ
        )
        if criterion:
            meant = words.get(("answer", answer.casefold()), answer), words.get(("kind", kind.casefold()), kind)
            yield FilledRow(line, criterion, meant[0], note, meant[1], comment)
