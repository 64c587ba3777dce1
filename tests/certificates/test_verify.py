"""The public check: what everybody may read of a certificate, and of a file that claims to be one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Organization, Person
from lms.certificates import credential, revoking, views_verify
from lms.certificates.checking import Verdict
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.numbers import check_character
from lms.certificates.rules import REASONS, from_plain
from lms.certificates.verdict import IN_SENTENCE
from lms.core.clock import now
from lms.core.language import LANGUAGES
from lms.signing import keys
from lms.signing.keys import SigningKeys
from tests.factories.people import make_person
from tests.pages import Browser, Page

from . import papers
from .records import NOON, PASSWORDS, SEALS, TYPICAL, WALK, earn

TODAY = NOON + timedelta(days=7)


@pytest.fixture
def document(session: Session, certificate: Certificate, signing_keys: SigningKeys) -> bytes:
    return papers.keep(session, certificate, signing_keys)


def upload(browser: Browser, data: bytes, *, status: int = 200) -> Page:
    page = browser.get("/verify/")
    return browser.submit(page, status=status, pdf=(BytesIO(data), "certificate.pdf"))


def facts(page: Page) -> dict[str, str]:
    labels = [" ".join(e.itertext()) for e in page.find("//dl[@class='facts']/dt")]
    values = [" ".join(" ".join(e.itertext()).split()) for e in page.find("//dl[@class='facts']/dd")]
    return dict(zip(labels, values, strict=True))


def is_good(page: Page) -> bool:
    """Whether the mark stands beside the answer, and not the open bolt."""
    return len(page.find("//*[@class='valid']//*[@class='pin']")) == 0


def revoke(session: Session, certificate: Certificate, reason: Any = "issued in error") -> None:
    staff = make_person(session, "Staff Sample")
    revoking.revoke(session, certificate.number, reason=reason, note="A note for staff.", by_id=staff.id, now=TODAY)
    session.commit()


# By its number


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
        "Quizzes": "Every one passed with 80 % or better",
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
        page = browser.get(f"/verify/{certificate.number}")
    assert (page.h1, is_good(page)) == ("This certificate is valid.", True)
    with travel(datetime(2020, 11, 13, 5, tzinfo=UTC)):
        page = browser.get(f"/verify/{certificate.number}")
    assert (page.h1, is_good(page)) == ("This certificate lapsed on November 12, 2020.", False)
    assert "It was valid through that day. Ask the person for a newer one." in page.text
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


def test_a_renewed_one_stands_through_its_own_days_and_leads_to_the_newer(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    (newer,) = earn(session, driver, SEALS, at=NOON + timedelta(days=300))
    with travel(NOON + timedelta(days=301)):
        page = browser.get(f"/verify/{certificate.number}")
        follower = browser.get(f"/verify/{newer.number}")
    assert (page.h1, is_good(page)) == ("This certificate is valid, and was renewed.", True)
    assert f"It stands until November 12, 2020. A newer one followed it: {newer.number}." in page.text
    assert page.links()[newer.number] == f"/verify/{newer.number}"
    assert (follower.h1, is_good(follower)) == ("This certificate is valid.", True)
    with travel(datetime(2020, 11, 13, 5, tzinfo=UTC)):
        page = browser.get(f"/verify/{certificate.number}")
    assert (page.h1, is_good(page)) == ("This certificate was renewed, and has lapsed.", False)
    assert "It stood until November 12, 2020." in page.text
    assert page.links()[newer.number] == f"/verify/{newer.number}"


@pytest.mark.parametrize("reason", REASONS)
def test_a_revoked_one_says_when_and_why_and_not_to_rely_on_it(
    browser: Browser, session: Session, certificate: Certificate, reason: Any
) -> None:
    revoke(session, certificate, reason)
    page = browser.get(f"/verify/{certificate.number}")
    assert (page.h1, is_good(page)) == ("This certificate was revoked on November 19, 2019.", False)
    assert f"{REASONS[reason]} Do not rely on it." in page.text
    assert "A note for staff." not in page.html
    assert "Staff Sample" not in page.html
    assert facts(page)["Earned by"] == "Marisol Ejemplo"


def test_revoked_is_graver_than_renewed_and_lapsed(
    browser: Browser, session: Session, driver: Person, certificate: Certificate
) -> None:
    earn(session, driver, SEALS, at=NOON + timedelta(days=300))
    revoke(session, certificate)
    with travel(NOON + timedelta(days=900)):
        page = browser.get(f"/verify/{certificate.number}")
    assert page.h1 == "This certificate was revoked on November 19, 2019."
    assert "valid" not in page.h1


def test_it_leads_to_the_check_without_a_connection_and_to_what_software_reads(
    browser: Browser, certificate: Certificate
) -> None:
    page = browser.get(f"/verify/{certificate.number}")
    links = page.links()
    assert links["Check without a connection"]
    assert f"/verify/{certificate.number}.json" in links.values()
    assert "/.well-known/jwks.json" in links.values()
    assert browser.client.get(links["Check without a connection"]).status_code == 200
    assert browser.client.get(f"/verify/{certificate.number}.json").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standing", ["valid", "renewed", "revoked"])
def test_every_answer_is_a_whole_page_in_every_language(
    browser: Browser, session: Session, driver: Person, certificate: Certificate, language: str, standing: str
) -> None:
    if standing != "valid":
        earn(session, driver, SEALS, at=NOON + timedelta(days=300))
    if standing == "revoked":
        revoke(session, certificate)
    browser.client.set_cookie("language", language)
    assert facts(browser.get(f"/verify/{certificate.number}"))


# By the file


def test_our_pdf_is_recognized_to_the_last_byte(browser: Browser, certificate: Certificate, document: bytes) -> None:
    with travel(TODAY):
        page = upload(browser, document)
    assert (page.h1, is_good(page)) == ("This certificate is valid.", True)
    assert "The PDF is the one we issued, to the last byte." in page.text
    assert facts(page)["Number"].replace(" ", "") == certificate.number


def test_a_changed_pdf_is_not_ours_but_its_number_is(browser: Browser, document: bytes) -> None:
    with travel(TODAY):
        page = upload(browser, document + b"\n")
    assert (page.h1, is_good(page)) == ("This PDF is not the one we issued.", False)
    assert "The certificate itself is valid." in page.text
    assert facts(page)["Earned by"] == "Marisol Ejemplo"
    assert "The main facts it shows agree with ours; other bytes of it differ." in page.text
    assert "It carries our signature, and it was changed afterwards." in page.text


def test_a_pdf_with_another_name_is_told_apart(
    browser: Browser, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    record = from_plain(certificate.record)
    jwt = papers.jwt_of(record, signing_keys)
    page = upload(browser, papers.draw(replace(record, name="Robin Muestra", organization="X"), signing_keys, jwt=jwt))
    assert "The file does not show the name, the organization as we issued it. It carries no signature." in page.text
    assert facts(page)["Earned by"] == "Marisol Ejemplo"
    assert "Robin" not in page.html


def test_a_foreign_key_is_told(browser: Browser, certificate: Certificate, document: bytes, tmp_path: Any) -> None:
    foreign = keys.new(tmp_path / "keys.json", name="MSC Ready", now=now())
    page = upload(browser, papers.sign(from_plain(certificate.record), foreign))
    assert not is_good(page)
    assert "It is signed, and not by us. The record inside the file is not signed by us." in page.text


def test_ours_that_we_do_not_keep_is_told_truly(
    browser: Browser, certificate: Certificate, document: bytes, signing_keys: SigningKeys
) -> None:
    page = upload(browser, papers.sign(from_plain(certificate.record), signing_keys))
    assert not is_good(page)
    assert "nothing that we signed was changed; yet it is none of the files that we keep." in page.text


def test_a_changed_credential_is_told(browser: Browser, certificate: Certificate, document: bytes) -> None:
    def change(opened: Any) -> None:
        papers.credential_stream(opened).write(credential.enveloped("e30.e30.e30"))

    page = upload(browser, papers.saved_again(document, change))
    assert "something was changed after it was signed. The record inside the file was changed." in page.text


@pytest.mark.parametrize("change", [bytes, lambda data: data + b"\n"], ids=["genuine", "changed"])
def test_the_file_of_a_revoked_one_is_nothing_to_rely_on(
    browser: Browser, session: Session, certificate: Certificate, document: bytes, change: Callable[[bytes], bytes]
) -> None:
    revoke(session, certificate)
    page = upload(browser, change(document))
    assert not is_good(page)
    assert "revoked on November 19, 2019." in page.text
    assert "It was issued in error. Do not rely on it." in page.text


SIGNATURES = ("ours", "changed_after", "withdrawn", "foreign", "broken", "none")
CREDENTIALS = ("ours", "other", "withdrawn", "foreign", "broken", "none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_found_has_its_words(
    browser: Browser, certificate: Certificate, document: bytes, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    browser.client.set_cookie("language", language)
    certain = views_verify.known.find
    said = set()
    for signature, inside in zip((*SIGNATURES, *("ours",) * 5), (*("ours",) * 6, *CREDENTIALS[1:]), strict=True):

        def found(session: Session, data: bytes, *, keys: Any, today: Any, what: Any = (signature, inside)) -> Verdict:
            known = certain(session, certificate.number, today=today)
            return Verdict("changed", known, tuple(IN_SENTENCE), *what)

        monkeypatch.setattr(views_verify.checking, "find_by_pdf", found)
        said.add(upload(browser, b"%PDF-").text)
    assert len(said) == len(SIGNATURES) + len(CREDENTIALS) - 2


def test_a_pdf_of_others_bears_no_number_of_ours(browser: Browser, session: Session, document: bytes) -> None:
    session.rollback()
    session.execute(CertificateDocument.__table__.delete())
    session.execute(Certificate.__table__.delete())
    session.commit()
    page = upload(browser, document)
    assert "It carries our signature, but we know of no certificate with its number." in page.text
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
