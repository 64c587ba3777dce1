"""Pages about certificates: one's own, the document, and the public check."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.certificates import views
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.pdf import LibraryMissing
from lms.certificates.rules import check_character, from_plain
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser, Page

from .records import NOON, PASSWORDS, SEALS, TYPICAL, WALK, earn

TODAY = NOON + timedelta(days=7)


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def driver(session: Session, company: Organization) -> Person:
    return make_person(session, organization=company)


@pytest.fixture
def certificate(session: Session, driver: Person) -> Certificate:
    return earn(session, driver, SEALS)[0]


def upload(browser: Browser, data: bytes, *, status: int = 200) -> Page:
    page = browser.get("/verify/")
    return browser.submit(page, status=status, pdf=(BytesIO(data), "certificate.pdf"))


def facts(page: Page) -> dict[str, str]:
    labels = [" ".join(e.itertext()) for e in page.find("//dl[@class='facts']/dt")]
    values = [" ".join(" ".join(e.itertext()).split()) for e in page.find("//dl[@class='facts']/dd")]
    return dict(zip(labels, values, strict=True))


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


def test_a_lapsed_one_says_so(browser: Browser, driver: Person, certificate: Certificate) -> None:
    with travel(datetime(2020, 11, 13, 12, tzinfo=UTC)):
        assert "Lapsed on November 12, 2020" in browser.sign_in(driver).get("/certificates/").text


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
    def without_pango(*_: object) -> bytes:
        raise LibraryMissing("Pango is missing. Install libpango-1.0-0.")

    monkeypatch.setattr(views, "draw", without_pango)
    page = browser.sign_in(driver).get(f"/certificates/{certificate.number}.pdf", status=503)
    assert "Install libpango-1.0-0." in page.text
    assert f"/verify/{certificate.number}" in page.links().values()


# The public check


def test_a_visitor_sees_every_printed_fact(browser: Browser, certificate: Certificate) -> None:
    with travel(TODAY):
        page = browser.get(f"/verify/{certificate.number}")
    assert page.h1 == "This certificate is valid."
    assert "Checked Tuesday, November 19, 2019, 12:00 PM Eastern Time" in page.text
    shown = facts(page)
    assert shown["Number"].replace(" ", "") == certificate.number
    del shown["Number"]
    assert shown == {
        "Earned by": "Marisol Ejemplo",
        "Organization that day": "Sample Freight Lines U.S./Mexico Highway Carriers",
        "Category": "6 Seal Security CTPAT Minimum Security Criteria, edition 2019",
        "Criteria covered": "6.1 must 6.2 must",
        "Module": "Seals, shortly Revision 1",
        "Quizzes": "Every one passed with 88 % or better",
        "Date earned": "November 12, 2019, 50 days ahead of the enforcement date, January 1, 2020",
        "Issued": "November 12, 2019, 12:00 PM Eastern Time",
        "Stands until": "November 12, 2020",
    }
    assert page.find("//meta[@name='robots'][@content='noindex']")


def test_nothing_else_of_the_person_is_shown(browser: Browser, driver: Person, certificate: Certificate) -> None:
    page = browser.get(f"/verify/{certificate.number}")
    assert driver.email not in page.html
    assert "TEST-" not in page.html


def test_the_program_certificate_lists_its_categories(browser: Browser, session: Session, driver: Person) -> None:
    for module in (SEALS, WALK, PASSWORDS):
        certificates = earn(session, driver, module)
    shown = facts(browser.get(f"/verify/{certificates[1].number}"))
    assert "4 Cybersecurity, 5 Conveyance and Instruments of International Traffic Security, 6 Seal" in shown["Program"]
    assert shown["Criteria covered"] == "4.8 must 5.3 must 6.1 must 6.2 must"
    assert shown["Modules"].startswith("Passwords; The walk around; Seals, shortly")


def test_a_lapsed_one_is_said_in_plain_words(browser: Browser, certificate: Certificate) -> None:
    with travel(datetime(2020, 11, 13, 4, 59, tzinfo=UTC)):
        assert browser.get(f"/verify/{certificate.number}").h1 == "This certificate is valid."
    with travel(datetime(2020, 11, 13, 5, tzinfo=UTC)):
        page = browser.get(f"/verify/{certificate.number}")
    assert page.h1 == "This certificate lapsed on November 12, 2020."
    assert facts(page)["Earned by"] == "Marisol Ejemplo"


def test_the_page_agrees_with_the_record_whatever_became_of_the_person(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    driver.name = "Marisol Nueva"
    session.commit()
    page = browser.get(f"/verify/{certificate.number}")
    assert facts(page)["Earned by"] == from_plain(certificate.record).name == "Marisol Ejemplo"


@pytest.mark.parametrize("typed", [TYPICAL.number, TYPICAL.number[:-1] + "0", "nonsense", "<script>alert(1)</script>"])
def test_an_unknown_number_says_so_and_nothing_else(browser: Browser, certificate: Certificate, typed: str) -> None:
    page = (
        browser.get(f"/verify/{typed}", status=404)
        if "/" not in typed
        else browser.get("/verify/?number=" + typed, status=404)
    )
    assert page.h1 == "We issued no certificate with this number."
    assert "Check the boxed last character." in page.text
    assert not page.find("//dl")
    assert page.one("//input[@name='number']").get("value") == typed
    assert "Marisol" not in page.html


def test_a_typed_number_leads_to_its_page(browser: Browser, certificate: Certificate) -> None:
    number = certificate.number
    page = browser.get(f"/verify/?number={number[:4].lower()}+{number[4:8]}-{number[8:]}")
    assert page.path == f"/verify/{number}"
    assert browser.get(f"/verify/{number.lower()}").path == f"/verify/{number}"


def test_names_are_shown_as_written_and_do_nothing(browser: Browser, session: Session, company: Organization) -> None:
    name = "<b>Bobby</b> O'Neill \U0001f69a"
    (certificate,) = earn(session, make_person(session, name, organization=company), SEALS)
    page = browser.get(f"/verify/{certificate.number}")
    assert facts(page)["Earned by"] == name
    assert not page.find("//dd/b[text()='Bobby']")


@pytest.fixture
def document(app: Flask, driver: Person, certificate: Certificate) -> bytes:
    return Browser(app).sign_in(driver).client.get(f"/certificates/{certificate.number}.pdf").data


def test_our_pdf_is_recognized_to_the_last_byte(browser: Browser, certificate: Certificate, document: bytes) -> None:
    with travel(TODAY):
        page = upload(browser, document)
    assert page.h1 == "This certificate is valid."
    assert "The PDF is the one we issued, to the last byte." in page.text
    assert facts(page)["Number"].replace(" ", "") == certificate.number


def test_a_changed_pdf_is_not_ours_but_its_number_is(browser: Browser, document: bytes) -> None:
    with travel(TODAY):
        page = upload(browser, document + b"\n")
    assert page.h1 == "This PDF is not the one we issued."
    assert "The certificate itself is valid." in page.text
    assert facts(page)["Earned by"] == "Marisol Ejemplo"
    assert "The main facts it shows agree with ours; other bytes of it differ." in page.text


def test_a_pdf_with_another_name_is_told_apart(
    browser: Browser, session: Session, certificate: Certificate, document: bytes
) -> None:
    session.rollback()
    certificate.record = certificate.record | {"name": "Robin Muestra"}
    session.commit()
    page = upload(browser, document + b"\n")
    assert "The file does not show the name as we issued it." in page.text


def test_a_pdf_of_others_bears_no_number_of_ours(browser: Browser, session: Session, document: bytes) -> None:
    session.rollback()
    session.execute(CertificateDocument.__table__.delete())
    session.execute(Certificate.__table__.delete())
    session.commit()
    page = upload(browser, document)
    assert page.h1 == "We find no certificate of ours in this PDF."
    assert not page.find("//dl")


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "Choose the PDF first."), (b"hello", "is not a PDF"), (b"%PDF-1.7", "is not a PDF")]
)
def test_what_is_no_pdf_comes_back_with_the_field_named(browser: Browser, data: bytes, said: str) -> None:
    page = upload(browser, data, status=422)
    assert page.h1 == "Check a certificate"
    assert said in page.one("//a[@href='#pdf']").text
    assert said in page.one("//*[@id='pdf-error']").text


def test_a_file_over_two_megabytes_is_refused(browser: Browser) -> None:
    length = 2 * 1024 * 1024 + 1
    response = browser.client.post(
        "/verify/",
        input_stream=BytesIO(b"0" * length),
        content_length=length,
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 413
    assert "2 MB at most" in response.text


def test_a_check_keeps_nothing(browser: Browser, session: Session, document: bytes) -> None:
    upload(browser, document + b"\n")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CertificateDocument)) == 1


def test_a_number_that_fits_but_was_never_issued_is_unknown(browser: Browser) -> None:
    body = "0" * 12
    page = browser.get(f"/verify/{body}{check_character(body)}", status=404)
    assert page.h1 == "We issued no certificate with this number."
