"""The document: one page, tagged, our fonts inside, the same bytes everywhere, and nothing from outside."""

import builtins
import hashlib
import json
import re
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfua.validator import Validator
from pypdf import PdfReader

from lms.certificates import pdf, sheet
from lms.certificates.pdf import AssetRefused, FontMissing, LibraryMissing, draw
from lms.certificates.rules import Record, canonical, grouped
from lms.settings import ROOT

from .records import CROWDED, PROGRAM, SITE, TYPICAL

NAMES = (
    "José Ñúñez-O'Brien",
    "Łukasz Żółć",
    "Nguyễn Thị Phương Thảo",
    "山田 太郎",
    "김민수",
    "محمد بن عبد الله",
    "יעל כהן־לוי",
    "Александра Кузнецова",
    "<b>Bobby</b> &amp; Sons",
    "Ana 🚚👩\u200d🚀 Pérez\x07\u202e",
    "🚚",
    "W" * 200,
    "王小明" * 66,
    "Z" + "\u0301" * 150,
)


def text_of(data: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def words(data: bytes) -> list[tuple[float, float, str]]:
    """(left, bottom, word) of every word, in points from the top left."""
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>', text_of(data, "-bbox")
    )
    return [(float(left), float(bottom), word) for left, bottom, word in found]


def test_every_fact_reads_back() -> None:
    text = text_of(draw(TYPICAL, SITE)).replace("\u00a0", " ")
    for fact in (
        "Marisol Ejemplo",
        "Sample Freight Lines",
        "U.S./Mexico Highway Carriers",
        "Physical Access Controls",
        "Category 10",
        "November 12, 2026",
        "88 % or better",
        "102 days ahead of the enforcement date, February 22, 2027",
        "Who are you here to see?",
        "10.8 should",
        "Stands until November 12, 2027",
        "revision 14",
        "msc-ready.example/verify",
        "Not issued by U.S. Customs and Border Protection",
    ):
        assert fact in text
    assert grouped(TYPICAL.number)[:-2] in text
    assert "Demonstration" not in text
    assert "Demonstration" in text_of(draw(replace(TYPICAL, demonstration=True), SITE))


def test_the_file_says_whose_it_is() -> None:
    reader = PdfReader(BytesIO(draw(TYPICAL, SITE)))
    assert reader.metadata is not None
    assert reader.metadata["/CertificateNumber"] == TYPICAL.number
    assert reader.metadata.title == "Certificate: Physical Access Controls, Marisol Ejemplo"
    assert reader.metadata.creation_date == reader.metadata.modification_date == TYPICAL.issued_at
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_code_leads_to_the_page_that_checks_it() -> None:
    (picture,) = PdfReader(BytesIO(draw(TYPICAL, SITE))).pages[0].images
    shown = picture.image.convert("L")
    rows = [[shown.getpixel((x, y)) == 0 for x in range(shown.width)] for y in range(shown.height)]
    address = f"{SITE}/verify/{TYPICAL.number}"
    assert rows == [list(map(bool, row)) for row in segno.make(address, error="m", mask=4, boost_error=False).matrix]


@pytest.mark.parametrize("record", [TYPICAL, PROGRAM, CROWDED], ids=["category", "program", "crowded"])
def test_it_is_one_tagged_page_with_our_fonts_inside(record: Record, tmp_path: Path) -> None:
    data = draw(record, SITE)
    assert len(data) <= 25_600
    file = tmp_path / "certificate.pdf"
    file.write_bytes(data)
    report = Validator().validate(str(file))
    assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []
    reader = PdfReader(file)
    assert len(reader.pages) == 1
    assert (reader.pages[0].mediabox.width, reader.pages[0].mediabox.height) == (792, 612)
    fonts = [f.get_object() for f in reader.pages[0]["/Resources"]["/Font"].values()]
    families = {str(f["/BaseFont"]).partition("+")[2] for f in fonts}
    assert families == {"Public-Sans", "Public-Sans-Ultra-Bold", "Merriweather-Light", "Roboto-Mono-Bold"}
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_it(name: str) -> None:
    data = draw(replace(TYPICAL, name=name, organization=name), SITE)
    assert len(PdfReader(BytesIO(data)).pages) == 1
    printed = sheet.printable(name) or sheet.NAMELESS
    shown = "".join(c for c in text_of(data) if c.isalnum())
    assert "".join(c for c in printed if c.isalnum()) in shown


@pytest.mark.parametrize(
    "record",
    [
        TYPICAL,
        PROGRAM,
        CROWDED,
        replace(CROWDED, name="王小明" * 66, organization="株式会社日本運輸" * 25),
        replace(CROWDED, name="W" * 200, organization="M" * 200),
        replace(PROGRAM, name="W" * 26, entities=CROWDED.entities),
    ],
    ids=["typical", "program", "crowded", "wide", "widest", "capitals"],
)
def test_nothing_is_cut_off_or_runs_into_the_foot(record: Record) -> None:
    placed = words(draw(record, SITE))
    foot = next(bottom for _, bottom, word in placed if word == "7KQ4") - 16
    above = [(bottom, word) for left, bottom, word in placed if left > 250 and bottom < foot]
    last_line = sheet.sheet(record, SITE).criteria.replace("\u00a0", " ").split()[-1]
    assert max(above)[1] == last_line
    assert max(above)[0] < foot - 8


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gives_one_page_or_a_sentence(name: str, organization: str) -> None:
    with suppress(FontMissing):  # an answer too: a sentence that says what to install
        data = draw(replace(TYPICAL, name=name, organization=organization), SITE)
        assert len(PdfReader(BytesIO(data)).pages) == 1


IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from lms.certificates.pdf import draw
from lms.certificates.rules import from_plain
records = [from_plain(r) for r in json.load(sys.stdin)]
print([hashlib.sha256(draw(r, sys.argv[1])).hexdigest() for r in records])
"""


def test_the_same_record_gives_the_same_bytes_in_every_process() -> None:
    records = [TYPICAL, PROGRAM, replace(TYPICAL, name="山田 Łukasz محمد")]
    here = [hashlib.sha256(draw(r, SITE)).hexdigest() for r in records]
    again = [hashlib.sha256(draw(r, SITE)).hexdigest() for r in reversed(records)]
    assert again == here[::-1]
    plain = "[" + ",".join(canonical(r).decode() for r in reversed(records)) + "]"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS, SITE],
            input=plain,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "PATH": "/usr/bin:/bin"},
        )
        assert json.loads(done.stdout.replace("'", '"')) == here[::-1]


def test_web_workers_start_without_the_heavy_libraries() -> None:
    program = "import sys, lms.certificates.views; print({'weasyprint', 'pypdf', 'fontTools'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_drawing_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a certificate reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hostile = replace(
        TYPICAL, name='<img src="http://127.0.0.1:9/x.png">', organization="@import url(http://x.example)"
    )
    assert draw(hostile, SITE).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/hostname",
        "//x.example/x.png",
        "data:image/svg+xml,<svg/>",
        "../img/mark.svg",
        "../../lms/settings.py",
        "../img/../../pyproject.toml",
    ],
)
def test_whatever_is_not_our_asset_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    page = pdf.page

    def with_picture(*arguments: Any) -> str:
        return page(*arguments).replace("</body>", f'<img src="{address}" alt="x"></body>')

    monkeypatch.setattr(pdf, "page", with_picture)
    with pytest.raises(AssetRefused, match="may not ask for"):
        draw(TYPICAL, SITE)


def test_letters_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "printable", lambda text: text)
    with pytest.raises(FontMissing, match=r"No font here has .\. Install"):
        draw(replace(TYPICAL, name="Ana \ue123"), SITE)


def test_a_missing_font_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "STATIC", tmp_path)
    with pytest.raises(FontMissing, match=r"Merriweather-Light\.ttf is missing\. Run make vendor\."):
        pdf.prepare.__wrapped__()


def test_missing_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pango(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(LibraryMissing, match=r"Install libpango-1\.0-0"):
        pdf.prepare.__wrapped__()
