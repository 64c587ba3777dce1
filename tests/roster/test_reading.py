"""Files as people make them, and those that only claim to be tables."""

import csv
import gzip
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.cells import csv_text
from lms.roster import columns, reading, workbook
from lms.roster.entries import plain
from lms.roster.told import Unreadable
from tests.roster.world import as_xlsx

TEXT = "name,email,functions\r\nJosé Ñandú,jose@sample.example,driver;loader\r\n\r\nZoë Über,zoe@sample.example,\r\n"
ROWS = [(2, ("José Ñandú", "jose@sample.example", "driver;loader")), (4, ("Zoë Über", "zoe@sample.example", ""))]


def rows(body: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return list(reading.opened(body).rows)


def refusal(body: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as caught:
        rows(body)
    message, parts = caught.value.told
    assert message % parts
    return message, parts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator(encoding: str, separator: str) -> None:
    out = StringIO()
    csv.writer(out, delimiter=separator).writerows(csv.reader(StringIO(TEXT, newline="")))
    table = reading.opened(out.getvalue().encode(encoding))
    assert list(table.rows) == ROWS
    assert table.windows is (encoding == "cp1252")
    assert table.columns.places == {"name": 0, "email": 1, "functions": 2}


def test_utf_16_with_the_other_order_of_bytes() -> None:
    assert rows(b"\xfe\xff" + TEXT.encode("utf-16-be")) == ROWS
    assert refusal(b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1])[0] == reading.ENCODING


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_rows_keep_the_line_on_which_they_begin(end: str) -> None:
    text = end.join(['name,email,"note', 'on two lines"', '"A ""the"" B",a@x.example,"1', '2"', "C,c@x.example,"])
    assert [line for line, _ in rows(text.encode())] == [3, 5]
    assert rows(text.encode())[0][1][0] == 'A "the" B'


def test_excel_names_the_separator_in_a_line_of_its_own() -> None:
    assert rows(b"sep=;\r\nname;email\r\nA, B;a@x.example\r\n") == [(3, ("A, B", "a@x.example"))]


def test_cells_of_a_workbook_are_days_numbers_and_text() -> None:
    body = as_xlsx(
        ("name", "email", "employee_number", "hired", "left"),
        ("Ana", "ana@x.example", 1234, date(2020, 4, 3), datetime(2027, 1, 4, 15, 0)),  # noqa: DTZ001
        (None, None, None, None, None),
        ("Ben", "ben@x.example", 12.0, "2020-04-03", None),
    )
    assert rows(body) == [
        (2, ("Ana", "ana@x.example", "1234", "2020-04-03", "2027-01-04")),
        (4, ("Ben", "ben@x.example", "12", "2020-04-03")),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", reading.EMPTY),
        (b" \r\n\t\n", reading.EMPTY),
        (b"\xef\xbb\xbf", reading.EMPTY),
        (b"%PDF-1.7 name,email", reading.A_PDF),
        (gzip.compress(TEXT.encode()), reading.AN_ARCHIVE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", reading.OLD_EXCEL),
        (b"\x89PNG\r\n\x1a\n\0\0\0", reading.NOT_TEXT),
        (b"name,email\n\x81\xff,a@x.example\n", reading.ENCODING),
        (b"name,email\n", reading.NO_ROWS),
        (b"Ana,ana@x.example\nBen,ben@x.example\n", columns.NO_HEADER),
        (b"colour,size\nred,4\n", columns.NONE_KNOWN),
        (b"name,size\nAna,4\n", columns.NO_EMAIL),
        (b"name,email,E-Mail\nAna,a@x.example,b@x.example\n", columns.TWICE),
        (b'name,email\n"Ana,a@x.example\n', reading.BAD_QUOTES),
        (b'name,email\n"Ana" B,a@x.example\n', reading.BAD_QUOTES),
        (b"PK\x03\x04 cut off", workbook.BROKEN),
        (as_xlsx(), reading.EMPTY),
        (as_xlsx(("name", "email")), reading.NO_ROWS),
    ],
)
def test_what_is_no_roster_is_refused_with_a_sentence(body: bytes, sentence: str) -> None:
    assert refusal(body)[0] == sentence


def test_sentences_name_the_row() -> None:
    assert refusal(b'name,email\nA,a@x.example\n"B,b@x.example\n')[1]["line"] == 3
    assert refusal(b'name,email\nA,a@x.example\n"' + b"x" * 200_000 + b'",\n')[1]["line"] == 3
    assert refusal(b"name,email\nA," + b"x" * 10_001 + b"\n") == (reading.CELL_TOO_LONG, {"line": 2, "most": 10_000})
    assert refusal(b"name,email\nA,a@x.example" + b",1" * 200 + b"\n")[0] == reading.TOO_MANY_COLUMNS


def test_limits_of_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b"x" * (reading.LARGEST + 1)) == (reading.TOO_LARGE, {"most": 20})
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    body = b"email\n" + b"a@x.example\n" * 2
    assert len(rows(body)) == 2
    assert refusal(body + b"b@x.example\n") == (reading.TOO_MANY_ROWS, {"most": 2})
    assert not reading.is_short(body, 1)
    assert reading.is_short(body, 2)


def packed(**files: bytes) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return kept.getvalue()


def test_an_archive_named_as_a_table_is_refused_without_unpacking_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(huge_csv=bytes(50_000_000))
    assert len(bomb) < 100_000
    monkeypatch.setattr(ZipFile, "open", lambda *_: pytest.fail("nothing is unpacked"))
    assert refusal(bomb)[0] == reading.AN_ARCHIVE


def test_a_workbook_that_grows_is_refused_without_unpacking_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(xl__workbook_xml=b"<x/>", xl__sharedStrings_xml=bytes(workbook.LARGEST_STRINGS + 1))
    monkeypatch.setattr(ZipFile, "open", lambda *_: pytest.fail("nothing is unpacked"))
    assert refusal(bomb) == (workbook.BOMB, {"most": 150})


def rewritten(body: bytes, **changed: bytes) -> bytes:
    """A workbook with other bytes in some of its files."""
    kept = BytesIO()
    with ZipFile(BytesIO(body)) as old, ZipFile(kept, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            key = name.split("/")[-1].split(".")[0]
            new.writestr(name, changed.get(key, old.read(name)))
    return kept.getvalue()


@pytest.mark.parametrize(
    "sheet",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet/>',
        b"<worksheet><sheetData><row",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="99999999999">'
        b'<c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>',
        "<worksheet/>".encode("utf-16"),
    ],
)
def test_a_broken_or_malicious_sheet_is_refused(sheet: bytes) -> None:
    body = as_xlsx(("name", "email"), ("Ana", "ana@x.example"))
    assert refusal(rewritten(body, sheet1=sheet))[0] == workbook.BROKEN


def test_the_size_that_a_sheet_claims_is_not_believed() -> None:
    body = as_xlsx(("name", "email"), ("Ana", "ana@x.example"))
    with ZipFile(BytesIO(body)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    claimed = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert claimed != sheet
    assert rows(rewritten(body, sheet1=claimed)) == [(2, ("Ana", "ana@x.example"))]


@pytest.mark.parametrize(
    ("header", "places"),
    [
        ("Full Name;E-Mail;Job function", {"name": 0, "email": 1, "functions": 2}),
        ("Nombre;Apellidos;Correo electrónico;Puesto", {"first_name": 0, "last_name": 1, "email": 2, "functions": 3}),
        ("Nombre;Correo;Idioma", {"name": 0, "email": 1, "language": 2}),
        ("Nom;Prénom;Courriel;Fonctions;Langue", {"last_name": 0, "first_name": 1, "email": 2, "functions": 3, "language": 4}),
        ("Nom;Courriel;Date d’embauche;Matricule", {"name": 0, "email": 1, "hired": 2, "employee_number": 3}),
        ("First name;Last name;EMAIL ADDRESS;Site;Employee ID;Hire date;Last day",
         {"first_name": 0, "last_name": 1, "email": 2, "site": 3, "employee_number": 4, "hired": 5, "left": 6}),
        ("name;first name;last name;email", {"name": 0, "email": 3}),
    ],
)  # fmt: skip
def test_columns_by_their_usual_names(header: str, places: dict[str, int]) -> None:
    assert columns.recognized(header.split(";")).places == places


def test_columns_that_nobody_asks_for_are_named() -> None:
    found = columns.recognized(("email", "required", "", "Shoe size"))
    assert found.ignored == ("required", "Shoe size")


CELL = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_what_a_spreadsheet_writes_is_read_as_it_was(pairs: list[tuple[str, str]], separator: str, mark: bool) -> None:
    out = StringIO()
    csv.writer(out, delimiter=separator).writerows([("name", "email"), *pairs])
    body = out.getvalue().encode("utf-8-sig" if mark else "utf-8")
    assert [cells for _, cells in rows(body)] == pairs


@given(CELL.filter(lambda text: not text.startswith("'")))
def test_what_exports_put_before_a_formula_is_taken_off(text: str) -> None:
    body = "".join(csv_text(("email", "name"), [("a@x.example", text)])).encode()
    assert plain(rows(body)[0][1][1]) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(body: bytes) -> None:
    for begin in (b"", b"name,email\n", b"PK\x03\x04", b"\xff\xfe"):
        try:
            assert all(line > 1 for line, _ in rows(begin + body))
        except Unreadable as error:
            message, parts = error.told
            assert message % parts
