import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lms.core.cells import FORMULA_STARTS, Cell, csv_text, safe_cell
from lms.reporting import exports
from lms.reporting.exports import Table, file_name, workbook

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    'Ana, "Bo"',
    "line\nbreak",
    "Lê Thị",
    "O'Brien <b>",
    "",
    '=HYPERLINK("https://x.example")',
]


@given(st.lists(st.lists(st.text() | st.integers() | st.none(), min_size=3, max_size=3), max_size=20))
def test_csv_gives_every_cell_again_and_none_is_a_formula(rows: list[list[Cell]]) -> None:
    text = "".join(csv_text(("a", "b", "c"), rows))
    back = list(csv.reader(StringIO(text, newline="")))
    assert back[0] == ["a", "b", "c"]
    expected = [[safe_cell(c) if isinstance(c, str) else "" if c is None else str(c) for c in row] for row in rows]
    assert back[1:] == expected
    assert not any(
        cell.startswith(FORMULA_STARTS)
        for row, made in zip(rows, back[1:], strict=True)
        for given_, cell in zip(row, made, strict=True)
        if isinstance(given_, str)
    )


def test_csv_comes_in_pieces_without_a_byte_order_mark() -> None:
    pieces = list(csv_text(("n",), ([n] for n in range(1000))))
    assert len(pieces) > 4
    assert "".join(pieces).startswith("n\r\n0\r\n1\r\n")
    assert "".join(pieces).count("\r\n") == 1001


def sheets(tables: Sequence[Table]) -> dict[str, list[list[object]]]:
    with workbook(tables, NOW) as file:
        book = load_workbook(file)
        return {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book.worksheets}


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers() -> None:
    with workbook([Table("Rows", ("name", "n"), [(name, 7) for name in NASTY])], NOW) as file:
        sheet = load_workbook(file)["Rows"]
    assert [c.value or "" for c in sheet["A"]][1:] == NASTY
    assert {c.data_type for c in sheet["A"]} <= {"s", "n"}  # openpyxl calls an empty cell "n"; a formula would be "f"
    assert [c.value for c in sheet["B"]] == ["n", *[7] * len(NASTY)]


def test_a_full_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LONGEST_SHEET", 3)
    found = sheets([Table("Rows", ("n",), ([n] for n in range(5))), Table("None", ("n",), [])])
    assert found == {"Rows": [["n"], [0], [1]], "Rows 2": [["n"], [2], [3]], "Rows 3": [["n"], [4]], "None": [["n"]]}


def test_the_file_name_tells_what_is_in_it() -> None:
    day = date(2026, 11, 24)
    assert file_name("rows", ("importers", "overdue"), day, "csv") == "msc-ready-rows-importers-overdue-2026-11-24.csv"
    assert file_name("figures", (), day, "xlsx") == "msc-ready-figures-2026-11-24.xlsx"
    assert file_name("rows", ("../..\r\nX: y", "é" * 300), day, "csv") == "msc-ready-rows-x-y-2026-11-24.csv"
