from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from pdfua.validator import Validator
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.catalog.shelf import Published, published
from lms.certificates.pdf import CannotDraw
from lms.core.clock import now
from lms.core.language import LANGUAGES
from lms.schedule import service as schedules
from lms.workbooks import document, layout
from lms.workbooks.models import WorkbookDocument
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS
from tests.pages import MISSING, Browser
from tests.workbooks.world import CARRIERS, its_facts

PDF = f"/workbooks/{CARRIERS}.pdf"
SMALLEST = "/workbooks/customs-brokers.pdf"


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_every_entity_type_has_its_files(browser: Browser, shelf_now: Published) -> None:
    page = browser.get("/workbooks/")
    assert page.h1 == "Workbooks for 13 entity types"
    for entity in shelf_now.library.framework.entities.values():
        its = its_facts(shelf_now.library, entity.slug)
        links = {a.get("href"): "".join(a.itertext()).strip() for a in page.find("//main//table//a")}
        assert links[f"/workbooks/{entity.slug}.xlsx?language=en&paper=letter"] == f"XLSX for {entity.name}"
        assert links[f"/workbooks/{entity.slug}.pdf?language=en&paper=letter"] == f"PDF for {entity.name}"
        assert links[f"/criteria/?entity={entity.slug}&level=must"] == str(its.count("must"))
        assert links[f"/criteria/?entity={entity.slug}&level=should"] == str(its.count("should"))


def test_ones_own_entity_type_comes_first(app: Flask, session: Session) -> None:
    company = make_organization(session, entities=("sea-carriers",))
    boss = make_person(session, organization=company, role=Role.COORDINATOR)
    page = Browser(app).sign_in(boss).get("/workbooks/")
    first = page.find("//main//tbody/tr")[0]
    assert "Sea Carriers" in "".join(first.itertext())
    assert "Your company" in "".join(first.itertext())
    assert "/company/assessment/" in page.links().values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_xlsx_is_in_the_language_that_the_address_names(browser: Browser, language: str) -> None:
    response = browser.client.get(f"/workbooks/{CARRIERS}.xlsx?language={language}")
    assert f"workbook-{CARRIERS}-2019-{language}.xlsx" in response.headers["Content-Disposition"]
    back = layout.rows(response.data)
    assert (back.entity, back.language) == (CARRIERS, language)


def test_without_one_it_is_in_the_readers(browser: Browser) -> None:
    browser.client.set_cookie("language", "fr")
    assert layout.rows(browser.client.get(f"/workbooks/{CARRIERS}.xlsx").data).language == "fr"


@pytest.mark.parametrize("ending", ["pdf", "xlsx"])
def test_an_entity_type_that_there_is_not(browser: Browser, ending: str) -> None:
    assert browser.get(f"/workbooks/astronauts.{ending}", status=404).h1 == MISSING


@on_both
def test_the_pdf_is_drawn_once_for_what_it_says(
    app: Flask, session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(html: str, *_: object, **__: object) -> bytes:
        drawn.append(html)
        return f"%PDF-{len(drawn)}".encode()

    monkeypatch.setattr(document, "draw", draw)
    first = browser.client.get(PDF)
    assert first.mimetype == "application/pdf"
    again = browser.client.get(PDF)
    assert (first.data, again.data, len(drawn)) == (b"%PDF-1", b"%PDF-1", 1)
    not_modified = browser.client.get(PDF, headers={"If-None-Match": first.headers["ETag"]})
    assert not_modified.status_code == 304
    assert browser.client.get(f"{PDF}?paper=a4").data == b"%PDF-2"
    assert browser.client.get(f"{PDF}?language=es").data == b"%PDF-3"
    library = published(session).library
    dates = schedules.in_force(session, library)
    later = {phase.number: phase.date + timedelta(days=3) for phase in dates.phases}
    session.rollback()
    with app.app_context():
        schedules.move(session, library, enforcement=dates.enforcement_date, phases=later, note="Later.", now=now())
        session.commit()
    assert browser.client.get(PDF).data == b"%PDF-4", "what is no longer true is drawn anew"
    session.rollback()
    rows = session.execute(select(WorkbookDocument.language, WorkbookDocument.paper, WorkbookDocument.pdf)).all()
    assert sorted(rows) == [("en", "a4", b"%PDF-2"), ("en", "letter", b"%PDF-4"), ("es", "letter", b"%PDF-3")]


def test_a_pdf_that_cannot_be_drawn_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise CannotDraw("Install fonts-noto-cjk.")

    monkeypatch.setattr(document, "draw", refuse)
    page = browser.get(PDF, status=503)
    assert "Install fonts-noto-cjk." in page.text
    assert f"/workbooks/{CARRIERS}.xlsx" in page.links().values()


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    """Drawing takes some seconds, so tests that read a PDF share it."""
    return {}


@pytest.fixture
def printed(browser: Browser, pdfs: dict[str, bytes]) -> bytes:
    if not pdfs:
        pdfs["en"] = browser.client.get(SMALLEST).data
    return pdfs["en"]


def test_the_pdf_says_all_that_applies(printed: bytes, shelf_now: Published) -> None:
    said = words(printed)
    its = its_facts(shelf_now.library, "customs-brokers")
    assert f"Criteria that apply {len(its.lines)}" in said
    for line in its.lines:
        assert line.criterion.id in said
    criterion, module = shelf_now.library.framework.criteria["6.1"], shelf_now.library.modules[SEALS]
    for text in (criterion.title, criterion.evidence, module.title, "Does not apply", "In force from January 1, 2019"):
        assert " ".join(text.split())[:60] in said
    reader = PdfReader(BytesIO(printed))
    assert [entry.title for entry in reader.outline if hasattr(entry, "title")][1:] == [
        f"{part.category.number} {part.category.name}" for part in its.parts
    ]


def test_heads_are_repeated_and_pages_numbered(printed: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(printed)).pages]
    for number, text in enumerate(pages[1:], 2):
        assert f"{number} / {len(pages)}" in text
    for text in pages[2:]:
        assert "Where we stand, and our notes" in text.replace("\n", " ")


def test_no_criterion_is_cut_by_a_page(printed: bytes, shelf_now: Published) -> None:
    """The first words and the last box of each stand on one page."""
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(printed)).pages][2:]
    lines = its_facts(shelf_now.library, "customs-brokers").lines
    assert sum(page.count("Does not apply") for page in pages) == len(lines)
    for page in pages:
        found = [page.find(line.criterion.summary[:30]) for line in lines]
        starts = sorted(at for at in found if at >= 0)
        assert page.count("Does not apply") == len(starts)
        for one, other in pairwise([*starts, len(page)]):
            assert page[one:other].count("Proof to keep") >= 1


def test_the_pdf_is_accessible(printed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "workbook.pdf"
    file.write_bytes(printed)
    report = Validator().validate(str(file))
    assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []
