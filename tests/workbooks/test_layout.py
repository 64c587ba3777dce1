from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lms.catalog.shelf import Published
from lms.core.language import LANGUAGES, Language, translated, using
from lms.workbooks import layout
from lms.workbooks.layout import CODES, COLUMNS, FIRST, KIND_WORDS, NoWorkbook, rows
from lms.workbooks.rules import ANSWERS
from tests.workbooks.world import AT, CARRIERS, filled, made

# What a cell can hold: no control characters, and no space around it, which is not read.
CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=60).map(str.strip)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_in_workbook_is_read_back_in_every_language(shelf_now: Published, language: Language) -> None:
    with using(language):
        partly, cost = translated(ANSWERS["partly"]), translated(KIND_WORDS["cost"])
    cells = {"6.1": {"answer": partly, "note": "Ana, by March", "kind": cost, "comment": "Bolts cost a lot"}}
    back = rows(filled(made(shelf_now.library, language=language), cells))
    assert (back.edition, back.entity, back.language) == ("2019", CARRIERS, language)
    said = [row for row in back.rows if row.answer or row.note or row.kind or row.comment]
    (one,) = said
    assert (one.criterion, one.answer, one.note) == ("6.1", "partly", "Ana, by March")
    assert (one.kind, one.comment) == ("cost", "Bolts cost a lot")
    assert one.line >= FIRST


def test_every_row_is_read_in_the_order_of_the_sheet(shelf_now: Published) -> None:
    read = [row.criterion for row in rows(made(shelf_now.library)).rows]
    assert len(read) == len(set(read)) > 90
    assert {"1.1", "4.10", "12.10"} <= set(read), "4.10 is not the number 4.1"


@given(answer=st.sampled_from([*ANSWERS, ""]), note=CELL, comment=CELL)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_comes_back(shelf_now: Published, answer: str, note: str, comment: str) -> None:
    cells = {"6.2": {"answer": ANSWERS.get(answer, ""), "note": note, "comment": comment}}
    row = next(r for r in rows(filled(made(shelf_now.library), cells)).rows if r.criterion == "6.2")
    assert (row.answer, row.note, row.comment) == (answer, note, comment)


def test_words_are_read_as_the_workbook_itself_explains_them(shelf_now: Published) -> None:
    """A workbook from before the words of the site changed."""
    book = load_workbook(BytesIO(made(shelf_now.library)))
    page = book.worksheets[0]
    for cell in page[CODES]:
        if cell.value == f"answer:met={ANSWERS['met']}":
            cell.value = "answer:met=Fulfilled"
    page.cell(FIRST, AT["answer"]).value = "fulfilled"
    page.cell(FIRST + 1, AT["answer"]).value = "not-yet"
    page.cell(FIRST + 2, AT["answer"]).value = "Who knows"
    out = BytesIO()
    book.save(out)
    assert [row.answer for row in rows(out.getvalue()).rows[:3]] == ["met", "not-yet", "Who knows"]


def test_columns_are_found_where_somebody_moved_them(shelf_now: Published) -> None:
    book = load_workbook(BytesIO(filled(made(shelf_now.library), {"6.1": {"note": "here"}})))
    book.worksheets[0].delete_cols(AT["meaning"], 3)
    out = BytesIO()
    book.save(out)
    assert next(r.note for r in rows(out.getvalue()).rows if r.criterion == "6.1") == "here"


def an_archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return out.getvalue()


def another_workbook() -> bytes:
    out = BytesIO()
    book = Workbook()
    book.worksheets[0].append(["name", "email"])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"name,email\n", an_archive(), another_workbook()])
def test_a_file_that_is_none_of_ours_is_named(body: bytes) -> None:
    with pytest.raises(NoWorkbook) as refused:
        rows(body)
    assert refused.value.told[0] == layout.NOT_OURS


@pytest.mark.parametrize("spoilt", ["version", "codes", "sheet"])
def test_so_is_one_that_was_made_into_something_else(shelf_now: Published, spoilt: str) -> None:
    book = load_workbook(BytesIO(made(shelf_now.library)))
    page = book.worksheets[0]
    if spoilt == "version":
        page.cell(layout.VERSION, 1).value = "our own copy"
    elif spoilt == "codes":
        page.delete_rows(CODES)
    else:
        book.create_sheet("First", 0)
    out = BytesIO()
    book.save(out)
    with pytest.raises(NoWorkbook):
        rows(out.getvalue())


def test_a_cut_file_is_refused(shelf_now: Published) -> None:
    body = made(shelf_now.library)
    for part in (10, len(body) // 2, len(body) - 30):
        with pytest.raises(NoWorkbook):
            rows(body[:part])


def test_more_rows_than_there_can_be_are_refused(shelf_now: Published) -> None:
    book = load_workbook(BytesIO(made(shelf_now.library)))
    book.worksheets[0].cell(layout.MOST_LINES + 1, 1).value = "6.1"
    out = BytesIO()
    book.save(out)
    with pytest.raises(NoWorkbook) as refused:
        rows(out.getvalue())
    assert refused.value.told == [layout.TOO_LONG, {"most": layout.MOST_LINES}]


def test_the_words_of_a_list_fit_into_a_drop_down() -> None:
    for language in LANGUAGES:
        with using(language):
            for words in (ANSWERS, KIND_WORDS):
                spoken = [translated(word) for word in words.values()]
                assert len(set(spoken)) == len(spoken)
                assert len(",".join(spoken)) <= 255
                assert not any("," in word for word in spoken)


def test_column_names_differ() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
