"""A workbook as somebody fills it in with a spreadsheet program, and the values that tests of it share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lms.content.library import Library
from lms.core.language import Language, using
from lms.schedule.rules import schedule_of
from lms.workbooks import sheet
from lms.workbooks.facts import Facts, facts
from lms.workbooks.layout import COLUMNS, FIRST

CARRIERS = "highway-carriers-us-mexico"
MORNING = datetime(2026, 11, 24, 15, tzinfo=UTC)
AT = {column.slug: number for number, column in enumerate(COLUMNS, 1)}


def its_facts(library: Library, entity: str = CARRIERS) -> Facts:
    return facts(library, schedule_of(library.framework.program), (entity,))


def made(library: Library, entity: str = CARRIERS, language: Language = "en") -> bytes:
    """The workbook as it is downloaded."""
    with using(language):
        its = its_facts(library, entity)
        return sheet.workbook(its, library.framework.entities[entity], site="https://ready.example", made_at=MORNING)


def opened(body: bytes) -> Worksheet:
    return load_workbook(BytesIO(body)).worksheets[0]


def filled(body: bytes, cells: Mapping[str, Mapping[str, str]]) -> bytes:
    """The workbook with these cells, by criterion and column, saved by another program than the one that made it."""
    book = load_workbook(BytesIO(body))
    page = book.worksheets[0]
    for row in range(FIRST, page.max_row + 1):
        for column, value in cells.get(str(page.cell(row, AT["criterion"]).value), {}).items():
            cell: Any = page.cell(row, AT[column])  # type: ignore[index]
            cell.value = value
            cell.data_type = "s" if value else "n"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
