"""A file that somebody handed in, as a table: whatever separators and encoding it has. Pure: bytes in, cells out."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from lms.core.language import to_translate

from . import columns, workbook
from .told import Unreadable

LARGEST = 20 * 1024 * 1024  # bytes: 100,000 rows with every column are about 12 MB
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
SEPARATORS = (",", ";", "\t")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the first bytes of a file that is no table say it is.
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
OLD_OFFICE = b"\xd0\xcf\x11\xe0"

EMPTY = to_translate(
    "This file is empty. Hand in one with a row for the names of the columns and a row for each person."
)
TOO_LARGE = to_translate("This file is larger than %(most)s MB. Hand it in in several parts.")
A_PDF = to_translate("This is a PDF, not a table. Save the table itself as CSV or XLSX and hand that in.")
AN_ARCHIVE = to_translate("This is a packed archive, not a table. Unpack it and hand in the CSV or XLSX file in it.")
OLD_EXCEL = to_translate("This is a file of an old Excel (XLS). Open it, save it as XLSX or as CSV, and hand that in.")
NOT_TEXT = to_translate(
    "This file is neither a CSV file nor an XLSX workbook. Save the table as one of them and hand that in."
)
ENCODING = to_translate("The letters of this file cannot be read. Save it as “CSV UTF-8” or as XLSX and hand that in.")
TOO_MANY_ROWS = to_translate("This file has more than %(most)s rows. Hand it in in several parts.")
TOO_MANY_COLUMNS = to_translate(
    "Row %(line)s has more than %(most)s columns. Take out those that a roster does not need and hand it in again."
)
CELL_TOO_LONG = to_translate(
    "A cell in row %(line)s has more than %(most)s characters. Perhaps a quotation mark is not closed there. Correct it and hand"
    " the file in again."
)
BAD_QUOTES = to_translate(
    "The quotation marks in row %(line)s do not fit: one is not closed, or stands inside a cell. Correct the row, or save the"
    " table as XLSX."
)
NO_ROWS = to_translate("This file has the names of the columns and no row below. Add a row for each person.")

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. `line` of a row is that of the file, the header's being 1 in most; empty rows are left out.

    `windows`: it was read as Windows-1252, since it is not UTF-8. Reading on raises Unreadable where the file is broken.
    """

    columns: columns.Columns
    rows: Iterable[Row]
    windows: bool = False


def opened(body: bytes) -> Table:
    """The header, and the rows to read on. The name of a file is not asked: its bytes say what it is. Raises Unreadable."""
    if len(body) > LARGEST:
        raise Unreadable(TOO_LARGE, most=LARGEST // 1024 // 1024)
    if not body.strip():
        raise Unreadable(EMPTY)
    _no_other_kind(body)
    if body.startswith(b"PK"):
        if not workbook.is_workbook(body):
            raise Unreadable(AN_ARCHIVE)
        rows, windows = workbook.rows(body), False
    else:
        text, windows = _text(body)
        rows = _csv_rows(text)
    lines = _checked(rows)
    header = next(lines, None)
    if header is None:
        raise Unreadable(EMPTY)
    return Table(columns.recognized(header[1]), _limited(lines), windows)


def is_short(body: bytes, most: int) -> bool:
    """Whether a file has at most so many rows. Raises Unreadable where it shows before their end that it is no roster."""
    return sum(1 for _ in islice(opened(body).rows, most + 1)) <= most


def _no_other_kind(body: bytes) -> None:
    if body.startswith(b"%PDF"):
        raise Unreadable(A_PDF)
    if body.startswith(ARCHIVES):
        raise Unreadable(AN_ARCHIVE)
    if body.startswith(OLD_OFFICE):
        raise Unreadable(OLD_EXCEL)


def _text(body: bytes) -> tuple[str, bool]:
    """The text, and whether it was read as Windows-1252."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return _plain(_decoded(body[len(mark) :], encoding)), False
    if b"\0" in body:
        raise Unreadable(NOT_TEXT)
    try:
        return _plain(body.decode("utf-8")), False
    except UnicodeDecodeError:
        return _plain(_decoded(body, "cp1252")), True


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(ENCODING) from error


def _plain(text: str) -> str:
    if "\0" in text:
        raise Unreadable(NOT_TEXT)
    return text


def _csv_rows(text: str) -> Iterator[Row]:
    """Rows with the line on which each begins. A first line `sep=;`, as Excel writes it, names the separator."""
    stripped, before = text, 0
    first = text[:10].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) <= 5:
        separator = first[4:] or "\t"
        stripped, before = text.split("\n", 1)[1] if "\n" in text else "", 1
    else:
        separator = _separator(text)
    reader = csv.reader(StringIO(stripped, newline=""), delimiter=separator, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = CELL_TOO_LONG if "field larger" in str(error) else BAD_QUOTES
            raise Unreadable(message, line=line, most=LONGEST_CELL) from error
        yield line, tuple(cells)


def _separator(text: str) -> str:
    """The one with which the first line has the most columns that a roster knows, then the most columns."""
    first = next((line for line in StringIO(text, newline="") if line.strip()), "")[: MOST_COLUMNS * 100]

    def fit(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=separator), [])
        return sum(columns.field_of(cell) is not None for cell in cells), len(cells)

    return max(SEPARATORS, key=fit)


def _checked(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows with something in them, their cells without outer space. Raises Unreadable for what no roster has."""
    for line, cells in rows:
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise Unreadable(TOO_MANY_COLUMNS, line=line, most=MOST_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(CELL_TOO_LONG, line=line, most=LONGEST_CELL)
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            yield line, stripped


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise Unreadable(TOO_MANY_ROWS, most=MOST_ROWS)
        yield row
    if not count:
        raise Unreadable(NO_ROWS)
