"""Reading with progress: what a learner sees and what is kept."""

from datetime import date

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.learning.models import Progress, SectionReading
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

SEALS = "/courses/seal-security/seals/"


@pytest.fixture
def driver(session: Session, browser: Browser) -> Browser:
    return browser.sign_in(make_person(session, organization=make_organization(session)))


def readings(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(SectionReading)) or 0


def test_a_visitor_reads_without_an_account_and_leaves_no_trace(session: Session, browser: Browser) -> None:
    page = browser.get(f"{SEALS}what-a-seal-tells/")
    assert "A seal shows whether somebody was inside" in page.text
    assert page.find("//a[@href='/criteria/6.1']")
    assert readings(session) == 0


def test_the_dashboard_says_what_is_due_why_and_the_next_step(driver: Browser) -> None:
    page = driver.get("/")
    assert page.h1.endswith("Marisol.")
    assert "You drive, or work in the yard." in page.text
    assert {"/criteria/6.1", "/criteria/5.3", "/criteria/4.8"} <= set(page.links().values())
    assert len(page.find("//a[contains(@class, 'button-next')]")) == 1


def test_opening_a_section_is_kept_once_and_moves_the_next_step(session: Session, driver: Browser) -> None:
    driver.get(f"{SEALS}what-a-seal-tells/")
    driver.get(f"{SEALS}what-a-seal-tells/")
    assert readings(session) == 1
    assert driver.get("/").links()["Continue with section 2"] == f"{SEALS}when-it-goes-on/"
    driver.get(f"{SEALS}when-it-goes-on/")
    assert "All 2 read, quiz open" in driver.get("/").text


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_has_not_read(session: Session, driver: Browser, header: dict[str, str]) -> None:
    assert driver.client.get(f"{SEALS}what-a-seal-tells/", headers=header).status_code == 200
    assert readings(session) == 0


def test_looking_at_the_first_page_of_a_module_begins_nothing(session: Session, driver: Browser) -> None:
    driver.get(SEALS)
    driver.get(f"{SEALS}print")
    assert session.scalar(select(func.count()).select_from(Progress)) == 0


def test_the_companys_earlier_day_is_the_one_shown(session: Session, browser: Browser) -> None:
    company = make_organization(session, due_by=date(2018, 12, 1))
    browser.sign_in(make_person(session, organization=company))
    assert "December 1, 2018" in browser.get("/").text


def test_people_of_no_company_owe_nothing_and_are_told_so(session: Session, browser: Browser) -> None:
    browser.sign_in(make_person(session, role=Role.STAFF))
    assert browser.get("/").h1 == "Nothing is required of you, Marisol."


@pytest.mark.parametrize(
    "path", ["/courses/nothing/", "/courses/seal-security/nothing/", f"{SEALS}nothing/", "/courses/seal-security/walk/"]
)
def test_what_is_not_there_is_missing(driver: Browser, path: str) -> None:
    assert driver.get(path, status=404).h1 == "There is no page at this address."


@pytest.mark.parametrize("path", ["/", SEALS, f"{SEALS}what-a-seal-tells/", "/courses/seal-security/"])
def test_a_page_takes_few_statements(driver: Browser, path: str) -> None:
    driver.get(path)
    statements: list[str] = []
    with driver.app.app_context():
        listen = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(Engine, "before_cursor_execute", listen)
        driver.get(path)
        event.remove(Engine, "before_cursor_execute", listen)
    assert 1 <= len(statements) <= 3, statements
