"""The first sheet of an XLSX workbook as rows of text. Pure.

An XLSX file is a ZIP archive of XML files: what it says it holds is looked at before anything of it is unpacked.
"""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook

from lms.core.language import to_translate

from .told import Unreadable

WORKBOOK = "xl/workbook.xml"
LARGEST = 150 * 1024 * 1024  # bytes unpacked: 100,000 rows with every column are about 60 MB
LARGEST_STRINGS = 50 * 1024 * 1024
STRINGS = "xl/sharedStrings.xml"
MOST_FILES = 1000
LAST_LINE = 1_048_576  # what a sheet can have
WIDEST = 16_384

BOMB = to_translate(
    "Unpacked, this workbook is larger than %(most)s MB. Copy the rows into a new workbook, or save the sheet as CSV, and hand"
    " that in."
)
BROKEN = to_translate(
    "This workbook is damaged or protected by a password. Save it anew as XLSX or as CSV and hand that in."
)
NO_SHEET = to_translate("This workbook has no sheet with rows. Put the roster on its first sheet.")


def is_workbook(body: bytes) -> bool:
    """Whether these bytes are an XLSX workbook and not some other ZIP archive. Raises Unreadable for a damaged archive."""
    with _archive(body) as archive:
        return WORKBOOK in archive.namelist()


def rows(body: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row with its number, as the sheet counts. Raises Unreadable."""
    _harmless(body)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a workbook has beside its cells
            book = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise Unreadable(NO_SHEET)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if line > LAST_LINE or len(cells) > WIDEST:
                raise Unreadable(BROKEN)
            yield line, tuple(_text(cell) for cell in cells)
    except (Unreadable, GeneratorExit):
        raise
    except Exception as error:  # a file made by hand breaks the library in many ways
        raise Unreadable(BROKEN) from error


def _archive(body: bytes) -> ZipFile:
    try:
        return ZipFile(BytesIO(body))
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(BROKEN) from error


def _harmless(body: bytes) -> None:
    """What is packed is bounded by the sizes that the archive states: Python's unpacking stops at them."""
    with _archive(body) as archive:
        files = archive.infolist()
        strings = sum(file.file_size for file in files if file.filename == STRINGS)
        if len(files) > MOST_FILES or sum(file.file_size for file in files) > LARGEST or strings > LARGEST_STRINGS:
            raise Unreadable(BOMB, most=LARGEST // 1024 // 1024)
        for file in files:
            if file.filename.endswith((".xml", ".rels")):
                _plain_xml(archive, file)


def _plain_xml(archive: ZipFile, file: ZipInfo) -> None:
    """No document type, so no entities that grow without end; and no encoding in which one could hide."""
    try:
        with archive.open(file) as opened:
            begin = opened.read(4096)
    except Exception as error:  # encrypted, of an unknown kind, cut off
        raise Unreadable(BROKEN) from error
    if b"\0" in begin or b"<!DOCTYPE" in begin or b"<!ENTITY" in begin:
        raise Unreadable(BROKEN)


def _text(cell: object) -> str:
    """A cell as somebody would type it: whole numbers without a point, days as 2027-01-04."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
