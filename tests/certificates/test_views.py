"""Pages about certificates: one's own, and the document."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.certificates import drawing, revoking
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.pdf import LibraryMissing
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser, words

from .records import NOON, SEALS, TYPICAL, WALK, earn
from .test_renewals import attend

TODAY = NOON + timedelta(days=7)


# Mine


def test_without_any_the_page_says_what_brings_the_first(browser: Browser, driver: Person) -> None:
    page = browser.sign_in(driver).get("/certificates/")
    assert page.h1 == "No certificates yet"
    assert page.links()["See what is due"] == "/"


def test_mine_are_listed_with_number_days_and_document(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    earn(session, driver, WALK, at=NOON + timedelta(days=1))
    with travel(TODAY):
        page = browser.sign_in(driver).get("/certificates/")
    assert page.h1 == "2 certificates"
    assert [h.text for h in page.find("//article//h2")] == [
        "Conveyance and Instruments of International Traffic Security",
        "Seal Security",
    ]
    assert "Earned November 12, 2019 50 days ahead of the enforcement date" in page.text
    assert page.find(f"//a[@href='/certificates/{certificate.number}.pdf']")
    assert len(page.find("//a[contains(@class, 'button-next')]")) == 1
    marking = page.find("//article//*[@class='marking']")[1]
    assert "".join("".join(marking.itertext()).split()) == certificate.number


def test_every_language_and_paper_is_one_click_away(browser: Browser, driver: Person, certificate: Certificate) -> None:
    page = browser.sign_in(driver).get("/certificates/")
    offered = [a.get("href") for a in page.find("//details//a")]
    assert len(set(offered)) == 6
    for address in offered:
        document = browser.client.get(address)
        assert document.mimetype == "application/pdf"
        assert f"language={PdfReader(BytesIO(document.data)).root_object['/Lang']}" in address


def test_a_lapsed_one_says_so(browser: Browser, driver: Person, certificate: Certificate) -> None:
    with travel(datetime(2020, 11, 13, 12, tzinfo=UTC)):
        assert "Lapsed on November 12, 2020" in browser.sign_in(driver).get("/certificates/").text


def test_a_revoked_one_says_so_with_the_day_and_the_reason(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    staff = make_person(session, "Sam Specimen", role=Role.STAFF)
    note = "A colleague sat at the desk."
    revoking.revoke(session, certificate.number, reason="wrong person", note=note, by_id=staff.id, now=TODAY)
    session.commit()
    with travel(TODAY):
        page = browser.sign_in(driver).get("/certificates/")
    assert "Revoked on November 19, 2019 The training was taken by another person." in page.text
    assert "Stands until" not in page.text
    assert note not in page.html
    assert page.find("//a[contains(@class, 'button-next')]") == []


def test_a_renewed_one_says_so_and_the_yellow_button_is_the_newest_one_that_stands(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    (newer,) = earn(session, driver, SEALS, at=NOON + timedelta(days=1))
    with travel(TODAY):
        page = browser.sign_in(driver).get("/certificates/")
    rows = [words(row) for row in page.find("//article")]
    assert "Stands until November 13, 2020" in rows[0]
    assert "Renewed by a newer certificate" in rows[1]
    assert page.one("//a[contains(@class, 'button-next')]").get("href") == f"/certificates/{newer.number}.pdf"


def test_a_workshop_is_listed_with_its_day_hours_and_place(browser: Browser, session: Session, driver: Person) -> None:
    number = attend(session, driver).number
    session.commit()
    with travel(TODAY):
        page = browser.sign_in(driver).get("/certificates/")
        public = browser.get(f"/verify/{number}")
    (row,) = page.find("//article")
    assert words(row.find(".//h2")) == "Seals and conveyances at the dock"
    assert "Workshop, 2 hours, Laredo, Texas." in page.text
    assert "Attended November 12, 2019" in page.text
    labels, values = (map(words, public.find(f"//dl[@class='facts']/{tag}")) for tag in ("dt", "dd"))
    shown = dict(zip(labels, values, strict=True))
    assert shown["Workshop"] == "Seals and conveyances at the dock2 hours, Laredo, Texas"
    assert shown["Categories"].startswith(
        "5 Conveyance and Instruments of International Traffic Security, 6 Seal Security"
    )
    assert shown["Date attended"].startswith("November 12, 2019, 50 days ahead")
    assert not {"Category", "Module", "Modules", "Quizzes"} & shown.keys()


# The document


def test_the_document_is_drawn_once_and_kept(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    browser.sign_in(driver)
    address = f"/certificates/{certificate.number}.pdf"
    first = browser.client.get(address)
    assert first.status_code == 200
    assert first.mimetype == "application/pdf"
    assert first.headers["Content-Disposition"] == f'attachment; filename="msc-ready-{certificate.number}.pdf"'
    assert "Marisol Ejemplo" in PdfReader(BytesIO(first.data)).pages[0].extract_text()
    session.rollback()
    kept = session.scalars(select(CertificateDocument)).one()
    assert kept.digest == hashlib.sha256(first.data).hexdigest()
    session.execute(CertificateDocument.__table__.update().values(pdf=b"%PDF-kept"))
    session.commit()
    assert browser.client.get(address).data == b"%PDF-kept"


def test_the_document_is_in_the_readers_language_or_the_one_asked_for(
    browser: Browser, driver: Person, certificate: Certificate
) -> None:
    browser.sign_in(driver)
    browser.client.get("/language/fr")
    address = f"/certificates/{certificate.number}.pdf"
    for query, heading, width in (
        ("", "Attestation de réussite", 792),
        ("?language=es&paper=letter", "Constancia de finalización", 792),
        ("?paper=a4", "Attestation de réussite", 842),
    ):
        (page,) = PdfReader(BytesIO(browser.client.get(address + query).data)).pages
        assert heading in page.extract_text()
        assert round(page.mediabox.width) == width
    for query in ("?language=de", "?paper=a3", "?language=", "?paper="):
        assert browser.get(address + query, status=404).h1 != ""


@pytest.mark.parametrize(
    ("role", "same_company", "status"),
    [
        (Role.LEARNER, True, 404),
        (Role.COORDINATOR, True, 200),
        (Role.COORDINATOR, False, 404),
        (Role.TRAINER, True, 404),
        (Role.STAFF, False, 200),
        (Role.ADMIN, False, 200),
    ],
)
def test_others_open_it_only_with_a_reason(
    browser: Browser,
    session: Session,
    company: Organization,
    certificate: Certificate,
    role: Role,
    same_company: bool,
    status: int,
) -> None:
    place = company if same_company else make_organization(session, "Other Lines")
    browser.sign_in(make_person(session, "Somebody Else", role=role, organization=place))
    assert browser.client.get(f"/certificates/{certificate.number}.pdf").status_code == status


def test_a_coordinator_without_a_company_opens_nobodys(
    browser: Browser, session: Session, certificate: Certificate
) -> None:
    certificate.organization_id = None
    session.commit()
    browser.sign_in(make_person(session, "Somebody Else", role=Role.COORDINATOR))
    assert browser.get(f"/certificates/{certificate.number}.pdf", status=404).h1 == MISSING


def test_a_visitor_is_sent_to_sign_in(browser: Browser, certificate: Certificate) -> None:
    response = browser.client.get(f"/certificates/{certificate.number}.pdf")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login")


def test_a_missing_number_answers_like_a_foreign_one(browser: Browser, driver: Person) -> None:
    browser.sign_in(driver)
    assert browser.get(f"/certificates/{TYPICAL.number}.pdf", status=404).h1 == MISSING


def test_when_it_cannot_be_drawn_the_page_says_what_to_install(
    browser: Browser, driver: Person, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_pango(*_: object, **__: object) -> bytes:
        raise LibraryMissing("Pango is missing. Install libpango-1.0-0.")

    monkeypatch.setattr(drawing, "draw", without_pango)
    page = browser.sign_in(driver).get(f"/certificates/{certificate.number}.pdf", status=503)
    assert "Install libpango-1.0-0." in page.text
    assert f"/verify/{certificate.number}" in page.links().values()
