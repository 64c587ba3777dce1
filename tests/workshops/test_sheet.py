"""The sign-in sheet as it is printed."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import segno
from flask import Flask
from pdfua.validator import Validator
from pypdf import PdfReader
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.certificates import pdf
from lms.certificates.pdf import LibraryMissing
from lms.workshops import seats, sheet
from lms.workshops.models import Workshop
from tests.factories.people import make_person
from tests.pages import Browser

from .world import STARTS, TITLE, WHEN, make_workshop, staff


@pytest.fixture(autouse=True)
def a_day_before() -> Iterator[None]:
    with travel(STARTS - timedelta(days=1), tick=False):
        yield


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(staff(session))


def register(session: Session, workshop: Workshop, *people: Person) -> None:
    for person in people:
        seats.register(session, workshop.id, person.id, now=STARTS - timedelta(days=2))
    session.commit()


def printed(desk: Browser, workshop: Workshop) -> bytes:
    response = desk.client.get(f"/program/rollout/workshops/{workshop.public_id}/sign-in-sheet.pdf")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.headers["Cache-Control"] == "no-store"
    return response.data


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def test_it_names_who_is_registered_and_leads_phones_to_the_page(
    desk: Browser, session: Session, ana: Person, ben: Person
) -> None:
    workshop = make_workshop(session, seats=1)
    register(session, workshop, ana, ben)
    found = text_of(printed(desk, workshop))
    assert [word in found for word in (TITLE, WHEN, "Ana Ejemplo", "Sample Freight Lines", "Houston")] == [True] * 5
    assert (
        found.index("Registered") < found.index("Ana Ejemplo") < found.index("Waiting for a seat") < found.index("Ben")
    )
    address = f"http://localhost/workshops/{workshop.public_id}/attend/{workshop.code}"
    assert address in found.replace(" ", "")
    assert "@" not in found, "no mail address"


def test_its_codes_are_those_of_the_addresses() -> None:
    address = "http://localhost/workshops/x/attend/y"
    drawn = str(sheet.code(address, "Code of Ana & Ben <b>"))
    assert "<title>Code of Ana &amp; Ben &lt;b&gt;</title>" in drawn
    (path,) = segno.make(address, error="m", micro=False, boost_error=False).svg_inline(border=0).split(" d=")[1:]
    assert path.split('"')[1] in drawn


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_anybody_can_read_it(
    desk: Browser, session: Session, ana: Person, ben: Person, tmp_path: Path, language: str
) -> None:
    workshop = make_workshop(session, seats=1, language=language, title="Sellos y <b>furgones</b> & más")
    register(session, workshop, ana, ben, make_person(session, "李 小龙"))
    file = tmp_path / "sheet.pdf"
    file.write_bytes(printed(desk, workshop))
    report = Validator().validate(str(file))
    assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []
    read = PdfReader(file)
    assert read.root_object["/Lang"] == language  # type: ignore[index]
    assert (float(read.pages[0].mediabox.width), float(read.pages[0].mediabox.height)) == (612, 792)
    assert "<b>furgones</b>" in text_of(file.read_bytes())


def test_nobody_registered_is_a_sheet_of_empty_lines(desk: Browser, session: Session) -> None:
    found = text_of(printed(desk, make_workshop(session)))
    assert "Nobody has registered yet." in found


def test_a_sheet_that_cannot_be_drawn_is_told(desk: Browser, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise LibraryMissing("Pango is missing.")

    monkeypatch.setattr(pdf, "prepare", missing)
    monkeypatch.setattr("lms.certificates.reports.prepare", missing)
    workshop = make_workshop(session)
    page = desk.get(f"/program/rollout/workshops/{workshop.public_id}/sign-in-sheet.pdf")
    assert "The sheet cannot be drawn right now." in page.text
