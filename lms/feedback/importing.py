"""Comments out of a workbook that a company filled in: what each row would send, and why a row cannot be sent. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from lms.core.language import to_translate
from lms.roster.told import Told, Unreadable, told
from lms.workbooks.layout import Filled, FilledRow

from . import rules
from .rules import Words

NO_COMMENT = to_translate(
    "This workbook has no comment. Write in its columns for comments, save it and hand it in again."
)
NO_PERIOD = to_translate(
    "This workbook is about the criteria of edition %(edition)s. No comment period on them runs today, so no comment was taken."
)
OTHER_ENTITY = to_translate(
    "This workbook is for another kind of company than yours. Download the workbook of your own entity type and copy your"
    " comments into it."
)
NO_CRITERION = to_translate("There is no criterion %(criterion)s in this edition. Download the workbook anew.")
NO_KIND = to_translate(
    "Choose in the column for the kind what the comment is about. “%(kind)s” is none of the choices."
)
KIND_MISSING = to_translate("Choose in the column for the kind what the comment is about.")
TEXT_MISSING = to_translate("The row has a kind and no comment. Write the comment, or empty the kind.")
TOO_LONG = to_translate("The comment has %(length)s characters. Shorten it to %(most)s.")
TWICE = to_translate("Row %(line)s says the same. It is sent once.")
BEFORE = to_translate("You sent this comment before. It is not sent again.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a comment. `told` says why it is not sent, None: it would be. `problem`: somebody should correct it."""

    line: int
    words: Words
    told: Told | None = None
    problem: bool = False


def read(
    filled: Filled, *, criteria: Collection[str], entities: Collection[str], sent_before: Collection[str]
) -> tuple[Row, ...]:
    """Each row that says something, in the order of the sheet.

    `criteria` are those of the period's edition, `entities` the types for which the person may comment, `sent_before` the
    digests of what the person sent. Raises Unreadable where no row can be taken.
    """
    if filled.entity not in entities:
        raise Unreadable(OTHER_ENTITY)
    rows: list[Row] = []
    first: dict[str, int] = {}
    for row in filled.rows:
        if row.kind or row.comment:
            rows.append(_read(row, filled.entity, criteria, sent_before, first))
    if not rows:
        raise Unreadable(NO_COMMENT)
    return tuple(rows)


def _read(
    row: FilledRow, entity: str, criteria: Collection[str], sent_before: Collection[str], first: dict[str, int]
) -> Row:
    words = Words(row.criterion, entity, row.kind, rules.tidy(row.comment))
    problem = _problem(words, criteria)
    if problem is not None:
        return Row(row.line, words, problem, problem=True)
    digest = rules.digest(words)
    if digest in sent_before:
        return Row(row.line, words, told(BEFORE))
    if first.setdefault(digest, row.line) != row.line:
        return Row(row.line, words, told(TWICE, line=first[digest]))
    return Row(row.line, words)


def _problem(words: Words, criteria: Collection[str]) -> Told | None:
    if words.criterion not in criteria:
        return told(NO_CRITERION, criterion=words.criterion[:20])
    if not words.text:
        return told(TEXT_MISSING)
    if not words.kind:
        return told(KIND_MISSING)
    if words.kind not in rules.KINDS:
        return told(NO_KIND, kind=words.kind[:40])
    if len(words.text) > rules.LONGEST:
        return told(TOO_LONG, length=len(words.text), most=rules.LONGEST)
    return None
