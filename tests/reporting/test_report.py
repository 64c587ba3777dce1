"""The report of the program as a document."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pdfua.validator import Validator
from pypdf import PdfReader
from sqlalchemy.orm import Session

from lms.accounts.models import Organization
from lms.certificates import pdf
from lms.certificates.pdf import LibraryMissing
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS
from tests.pages import Browser, words

from .histories import NOON, begin, complete


@pytest.fixture
def people(session: Session, freight: Organization) -> None:
    make_organization(session, "Orchard & <Imports>", ("importers",))
    ana = make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",))
    complete(session, ana, PASSWORDS, at=NOON - timedelta(days=10))
    begin(session, ana, SEALS)


def report(staff: Browser, query: str = "") -> bytes:
    response = staff.client.get(f"/program/report.pdf{query}")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.headers["Cache-Control"] == "no-store"
    return response.data


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("query", ["", "?category=6&against=2018-12-01", "?day=2018-12-15&against=2018-12-01"])
def test_anybody_can_read_it(staff: Browser, tmp_path: Path, query: str) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(report(staff, query))
    checked = Validator().validate(str(file))
    assert [str(f) for outcome in checked.outcomes for f in outcome.findings] == []
    first = PdfReader(file).pages[0]
    assert (float(first.mediabox.width), float(first.mediabox.height)) == (612, 792)


@pytest.mark.usefixtures("people")
def test_it_says_what_the_overview_says(staff: Browser) -> None:
    page, data = staff.get("/program/"), report(staff)
    text = text_of(data)
    assert page.h1 in text
    assert PdfReader(BytesIO(data)).metadata.title == page.h1  # type: ignore[union-attr]
    for row in page.find("//section[@aria-labelledby='categories']//tbody/tr"):
        name, share = words(row[0]), words(row[2])
        assert name in text
        assert share in text
    for heading in ("By phase", "By focus area", "By entity type", "By field office", "How this was counted"):
        assert heading in text
    assert "Page 1 of " in text


@pytest.mark.usefixtures("people")
def test_the_same_figures_give_the_same_bytes(staff: Browser) -> None:
    assert report(staff) == report(staff)


@pytest.mark.usefixtures("people")
def test_its_name_tells_what_it_is(staff: Browser) -> None:
    response = staff.client.get("/program/report.pdf?day=2018-12-15&entity=importers")
    assert response.headers["Content-Disposition"] == "inline; filename=msc-ready-report-importers-2018-12-15.pdf"


def test_before_there_is_anybody(staff: Browser) -> None:
    text = text_of(report(staff))
    assert "Nothing is required of anybody yet." in text
    assert "This report will have a trend and tables" in text


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def missing() -> None:
        raise LibraryMissing("Pango is missing.")

    monkeypatch.setattr("lms.certificates.reports.prepare", missing)
    yield
    assert pdf.prepare is not missing


@pytest.mark.usefixtures("people", "no_pango")
def test_a_machine_that_cannot_draw_says_so(staff: Browser) -> None:
    page = staff.get("/program/report.pdf", status=503)
    assert page.h1 == "This report cannot be drawn right now."
    assert "Pango is missing." in page.text
