import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.cells import FORMULA_STARTS, safe_cell


@given(st.text())
def test_no_cell_can_begin_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert cell in (text, f"'{text}")
    assert (cell == text) == (not text.startswith(FORMULA_STARTS))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_each_start_of_a_formula_is_made_text(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"
    assert safe_cell(f"Ana {start}") == f"Ana {start}"
