"""The document before it is signed: one page, tagged, our fonts and the credential inside, and nothing from outside."""

import builtins
import re
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfua.validator import Validator
from PIL import Image
from pypdf import PdfReader

from lms.certificates import pdf, sheet
from lms.certificates.designs import PAPERS, Paper, design
from lms.certificates.numbers import grouped
from lms.certificates.pdf import AssetRefused, FontMissing, LibraryMissing, Seal, draw
from lms.certificates.rules import Record, Workshop
from lms.core.language import LANGUAGES, Language
from lms.settings import ROOT

from .records import ATTENDANCE, CROWDED, PROGRAM, SEAL, SITE, TRANSLATED, TYPICAL

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
SIZES = {"letter": (792, 612), "a4": (841.89, 595.28)}
in_every_form = [(language, paper) for language in LANGUAGES for paper in PAPERS]


def drawn(record: Record, *, language: Language = "en", paper: Paper = "letter", seal: Seal = SEAL) -> bytes:
    return draw(record, seal, language=language, paper=paper)


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
    text = text_of(drawn(TYPICAL)).replace("\u00a0", " ")
    for fact in (
        "Marisol Ejemplo",
        "Sample Freight Lines",
        "U.S./Mexico Highway Carriers",
        "Physical Access Controls",
        "Category 10",
        "November 12, 2026",
        "80 % or better",
        "102 days ahead of the enforcement date, February 22, 2027",
        "Who are you here to see?",
        "Should 10.8",
        "Stands until November 12, 2027",
        "revision 14",
        "msc-ready.example/verify",
        "Not issued by U.S. Customs and Border",
        grouped(TYPICAL.number)[:-2],
    ):
        assert fact in text
    assert "Demonstration" not in text
    assert "Renews" not in text
    more = text_of(drawn(replace(TYPICAL, demonstration=True, renews="0" * 13))).replace("\u00a0", " ")
    assert "Demonstration" in more
    assert "Renews 0000 0000 0000 0" in more


@pytest.mark.parametrize(
    ("language", "title", "author_day"),
    [
        ("en", "Certificate of completion: Physical Access Controls, Marisol Ejemplo", "November 12, 2026"),
        ("es", "Constancia de finalización: Controles de acceso físico, Marisol Ejemplo", "12 de noviembre de 2026"),
        ("fr", "Attestation de réussite\u00a0: Contrôles d'accès physique, Marisol Ejemplo", "12 novembre 2026"),
    ],
)
def test_the_file_says_whose_it_is_in_its_language(language: Language, title: str, author_day: str) -> None:
    data = drawn(TRANSLATED, language=language)
    reader = PdfReader(BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata["/CertificateNumber"] == TYPICAL.number
    assert reader.metadata.title == title
    assert reader.metadata.author == "MSC Ready"
    assert reader.metadata.creation_date == reader.metadata.modification_date == TYPICAL.issued_at
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/Outlines" not in root
    assert author_day in text_of(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_credential_is_inside(language: Language, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(drawn(TYPICAL, language=language))
    with pikepdf.open(file) as document:
        attached: Any
        (attached,) = document.Root.AF
        assert attached == document.Root.Names.EmbeddedFiles.Names[1]
        assert (attached.AFRelationship, attached.UF) == (pikepdf.Name.Data, "credential.json")
        assert str(attached.Desc) == design(TYPICAL.template).words[language].credential
        stream = attached.EF.F
        assert stream.Subtype == pikepdf.Name("/application/json")
        assert stream.Params.ModDate == stream.Params.CreationDate == "D:20261112150405Z"
        assert stream.read_bytes() == SEAL.credential
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(file)], check=True)
    assert (tmp_path / "credential.json").read_bytes() == SEAL.credential


@pytest.mark.parametrize("paper", PAPERS)
def test_the_printed_code_says_what_the_seal_says(paper: Paper) -> None:
    """Every module of the printed page, sampled in its middle, at the resolution of an office printer."""
    code = segno.make(SEAL.code, error="m", micro=False, boost_error=False, mask=4)
    side = len(code.matrix)
    assert 32 / side >= 0.33  # mm
    done = subprocess.run(
        ["pdftoppm", "-r", "300", "-gray", "-singlefile", "-"], input=drawn(TYPICAL, paper=paper), capture_output=True
    )
    page = Image.open(BytesIO(done.stdout))
    module = 32 / side
    width, height = (points / 72 * 25.4 for points in SIZES[paper])
    left, top = width - 28 - 32, height - 24 - 32

    def is_black(column: int, row: int) -> bool:
        middle = left + (column + 0.5) * module, top + (row + 0.5) * module
        shade: Any = page.getpixel((int(middle[0] * 300 / 25.4), int(middle[1] * 300 / 25.4)))
        return bool(shade < 128)

    seen = [[is_black(column, row) for column in range(side)] for row in range(side)]
    assert seen == [list(map(bool, row)) for row in code.matrix]


def test_a_long_code_forgoes_correction_for_wide_modules() -> None:
    corrections = {
        length: segno.make("b" * length, error="m", boost_error=False).symbol_size(border=0)[0] for length in (600, 700)
    }
    assert corrections == {600: 93, 700: 101}
    assert [pdf.modules("b" * length)[0] for length in corrections] == [93, 89]


@pytest.mark.parametrize(("language", "paper"), in_every_form)
@pytest.mark.parametrize(
    "record", [TRANSLATED, PROGRAM, ATTENDANCE, CROWDED], ids=["category", "program", "attendance", "crowded"]
)
def test_it_is_one_tagged_page_with_our_fonts_inside(
    record: Record, language: Language, paper: Paper, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(drawn(record, language=language, paper=paper))
    report = Validator().validate(str(file))
    assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []
    reader = PdfReader(file)
    (page,) = reader.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(SIZES[paper], abs=0.01)
    resources: Any = page["/Resources"]
    fonts = [f.get_object() for f in resources["/Font"].values()]
    families = {str(f["/BaseFont"]).partition("+")[2] for f in fonts}
    assert families == {"Public-Sans", "Public-Sans-Ultra-Bold", "Merriweather-Light", "Roboto-Mono-Bold"}
    for font in fonts:
        assert re.match(r"/[A-Z]{6}\+", font["/BaseFont"]), "a subset"
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_it(name: str) -> None:
    data = drawn(replace(TYPICAL, name=name, organization=name))
    assert len(PdfReader(BytesIO(data)).pages) == 1
    printed = sheet.printable(name) or "Name without letters"
    shown = "".join(c for c in text_of(data) if c.isalnum())
    assert "".join(c for c in printed if c.isalnum()) in shown


WIDEST = replace(CROWDED, name="W" * 200, organization="M" * 200, renews="0" * 13, demonstration=True)


@pytest.mark.parametrize(("language", "paper"), in_every_form)
@pytest.mark.parametrize(
    "record",
    [
        TRANSLATED,
        replace(PROGRAM, renews="0" * 13),
        ATTENDANCE,
        CROWDED,
        replace(CROWDED, name="王小明" * 66, organization="株式会社日本運輸" * 25),
        WIDEST,
        replace(PROGRAM, name="W" * 26, entities=CROWDED.entities, demonstration=True),
        replace(WIDEST, category=None, percent=None, workshop=Workshop("W" * 200, "M" * 200, 90)),
    ],
    ids=["typical", "program", "attendance", "crowded", "wide", "widest", "capitals", "workshop"],
)
def test_nothing_is_cut_off_or_runs_into_the_foot(record: Record, language: Language, paper: Paper) -> None:
    placed = words(drawn(record, language=language, paper=paper))
    foot = max(bottom for _, bottom, word in placed if word == "7KQ4") - 16
    bottom, _, word = max((bottom, left, word) for left, bottom, word in placed if left > 250 and bottom < foot)
    level, listed = sheet.sheet(record, SITE, language=language, paper=paper).criteria[-1]
    assert word == (listed or level).split()[-1]
    assert bottom < foot - 6


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.sampled_from(in_every_form))
def test_any_text_gives_one_page_or_a_sentence(
    name: str, organization: str, place: str, form: tuple[Language, Paper]
) -> None:
    record = replace(ATTENDANCE, name=name, organization=organization, workshop=Workshop(organization, place, 60))
    with suppress(FontMissing):  # an answer too: a sentence that says what to install
        data = drawn(record, language=form[0], paper=form[1])
        assert len(PdfReader(BytesIO(data)).pages) == 1


def test_web_workers_start_without_the_heavy_libraries() -> None:
    program = (
        "import sys, lms.certificates.views; print({'weasyprint', 'pypdf', 'fontTools', 'pyhanko'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_drawing_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a certificate reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    link = '<link rel="attachment" href="file:///etc/hostname"><img src="http://127.0.0.1:9/x.png">'
    hostile = replace(
        ATTENDANCE, name=link, organization="@import url(http://x.example)", workshop=Workshop(link, link, 60)
    )
    with pikepdf.open(BytesIO(drawn(hostile))) as document:
        assert len(document.Root.Names.EmbeddedFiles.Names) == 2  # the credential's name, and the credential


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/hostname",
        "//x.example/x.png",
        "data:image/svg+xml,<svg/>",
        "data:image/png;base64,iVBORw0KGgo=",
        "/1/words.json",
        "/1/../../verify.html",
        "/fonts/../../../img/mark.svg",
        "../pyproject.toml",
    ],
)
def test_whatever_is_not_our_asset_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    page = pdf.page

    def with_picture(*arguments: Any) -> str:
        return page(*arguments).replace("</body>", f'<img src="{address}" alt="x"></body>')

    monkeypatch.setattr(pdf, "page", with_picture)
    with pytest.raises(AssetRefused, match="may not ask for"):
        drawn(TYPICAL)


def test_letters_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "printable", lambda text: text)
    with pytest.raises(FontMissing, match=r"No font here has .\. Install"):
        drawn(replace(TYPICAL, name="Ana \ue123"))


def test_a_missing_font_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "FONT_FOLDER", tmp_path)
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
