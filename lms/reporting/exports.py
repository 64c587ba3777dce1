"""Tables as workbooks, sheet by sheet, which keeps memory flat however long a table is; and the names of files."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from lms.core.cells import Cell

# The most a worksheet can hold, its header line included.
LONGEST_SHEET = 1_048_576


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the sheet's in a workbook: at most 31 characters. Rows are read once."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


def file_name(what: str, chosen: Iterable[str], today: date, ending: str) -> str:
    """msc-ready-rows-importers-overdue-2026-11-24.csv: what is in it, what was chosen, of which day."""
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(("msc-ready", what, *chosen)).lower()).strip("-")
    return f"{words[:120]}-{today.isoformat()}.{ending}"


def workbook(tables: Iterable[Table], made_at: datetime) -> IO[bytes]:
    """An open temporary file with the tables as sheets. Text is written as text, so nothing in it is a formula."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - web workers start without it

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = Workbook(file, {"constant_memory": True})
    book.set_properties({"title": "MSC Ready", "created": made_at.replace(tzinfo=None)})
    for table in tables:
        _fill(book, table)
    book.close()
    file.seek(0)
    return file


def _fill(book: Any, table: Table) -> None:
    """A sheet of the table, and another one whenever a sheet is full."""
    number, line = 1, 1
    sheet = _begin(book, table.name, table.header)
    for row in table.rows:
        if line == LONGEST_SHEET:
            number, line = number + 1, 1
            sheet = _begin(book, f"{table.name} {number}", table.header)
        _write(sheet, line, row)
        line += 1


def _begin(book: Any, name: str, header: Sequence[str]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    _write(sheet, 0, header)
    return sheet


def _write(sheet: Any, line: int, row: Sequence[Cell]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(line, column, cell)
        elif cell is not None:
            sheet.write_number(line, column, cell)
