"""The page of the forecast: a program of fifty managers with one module each, four of whom complete it each week."""

import csv
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS
from tests.pages import Browser, Page, words

from .histories import NOON, complete

BEGAN = NOON - timedelta(days=52)  # Monday, October 29
EVERY_WEEK = 4


def hire(session: Session, company: Organization, count: int) -> list[Person]:
    people = [make_person(session, f"Manager {n}", organization=company, functions=("manager",)) for n in range(count)]
    for person in people:
        person.created_at = BEGAN - timedelta(days=1)
    session.commit()
    return people


def moments() -> list[datetime]:
    """From Monday to Thursday of every week, until today."""
    days = (BEGAN + timedelta(days=n, hours=-1) for n in range(53))
    return [day for day in days if day.weekday() < EVERY_WEEK]


@pytest.fixture
def managers(session: Session) -> list[Person]:
    """Twenty of an importer looked after by Houston, who do it first, and thirty of a carrier."""
    importer = make_organization(session, "Orchard Imports", ("importers",), field_office="houston")
    carrier = make_organization(session, "Sample Freight Lines", field_office="miami")
    people = [*hire(session, importer, 20), *hire(session, carrier, 30)]
    for person, at in zip(people, moments(), strict=False):
        complete(session, person, PASSWORDS, at)
    return people


def facts(page: Page, key: str) -> dict[str, str]:
    """What a panel says, by its terms."""
    panel = page.one(f"//article[@aria-labelledby='{key}']")
    terms = panel.xpath(".//dt")
    return {words(term): words(term.getnext()) for term in terms}


def lines(page: Page, side: str) -> dict[str, list[str]]:
    rows = page.find(f"//section[@aria-labelledby='{side}']//tbody/tr")
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}


@on_both
@pytest.mark.usefixtures("managers")
def test_the_heading_is_the_answer(staff: Browser) -> None:
    page = staff.get("/program/forecast")
    assert page.h1 == "At the present rate, Phase 1 is complete on January 21, 20 days late."
    assert "To make January 1, 11 modules a week are needed instead of 4: 11 people a week" in page.text
    assert "the median of the modules completed in each of the last six whole weeks" in page.text


@pytest.mark.usefixtures("managers")
def test_a_panel_for_every_date(staff: Browser) -> None:
    page = staff.get("/program/forecast")
    assert facts(page, "phase-1") == {
        "To be complete by": "January 1, 2019",
        "Complete": "32 of 50, 64 %",
        "Rate a week": "4",
        "Projected finish": "January 21, 2019",
        "Complete by then": "78 %, 12 missing",
        "The present rate misses": "January 1, 2019",
        "Needed a week": "11 modules, 11 people",
    }
    whole = facts(page, "enforcement")
    assert (whole["To be complete by"], whole["Projected finish"]) == ("January 1, 2020", "January 21, 2019")
    assert whole["The present rate misses"] == "January 1, 2019"
    assert [words(e) for e in page.find("//article/p")] == [
        "Misses, 20 days late", "Nothing is required.", "Nothing is required.", "Nothing is required.", "Makes it, 345 days early",
    ]  # fmt: skip


@on_both
@pytest.mark.usefixtures("managers")
def test_the_sides_lead_to_their_figures(staff: Browser) -> None:
    page = staff.get("/program/forecast?target=enforcement")
    assert page.h1 == "At the present rate, all phases are complete on January 21, 345 days early."
    assert lines(page, "entity") == {
        "U.S. Importers": ["100 %", "4", "Complete", "Complete", "0", "0", "0"],
        "U.S./Mexico Highway Carriers": ["40 %", "4", "January 21, 2019", "Makes it, 345 days early", "0", "1", "1"],
    }
    assert set(lines(page, "office")) == {"Houston", "Miami"}
    assert page.links()["Houston"] == "/program/?office=houston"
    shorter = staff.get("/program/forecast?target=phase-1")
    assert shorter.links()["Miami"] == "/program/?phase=1&office=miami"


@pytest.mark.usefixtures("managers")
def test_what_would_we_have_said(staff: Browser) -> None:
    """On November 20 there were sixteen; at four a week the rest takes until January 19."""
    page = staff.get("/program/forecast?day=2018-11-22")
    assert page.h1 == "At the present rate, Phase 1 is complete on January 21, 20 days late."
    assert "FORECAST AS OF NOVEMBER 22, 2018" in page.text
    assert facts(page, "phase-1")["Complete"] == "16 of 50, 32 %"
    assert "This is what would have been said at the end of November 22, 2018" in page.text
    early = staff.get("/program/forecast?day=2018-10-31")
    assert early.h1 == "No date can be told yet: the first whole week of training is not over."
    ahead = staff.get("/program/forecast?day=2019-06-01")
    assert "is no day up to today" in ahead.text
    assert ahead.h1 == "At the present rate, Phase 1 is complete on January 21, 20 days late."


@pytest.mark.usefixtures("managers")
def test_the_drawing_says_what_it_shows(staff: Browser) -> None:
    page = staff.get("/program/forecast?target=phase-1")
    wide, tall = page.find("//main//*[local-name()='svg'][contains(@class, 'chart')]")
    said = "Completion rose from 0 percent on October 29 to 64 percent on December 20. At the present rate it is 78 percent on January 1."
    assert wide.get("aria-label") == tall.get("aria-label") == f"{said} It is complete on January 21."
    for svg in (wide, tall):
        assert {"64 % now", "78 % then"} <= {words(text) for text in svg.xpath(".//*[local-name()='text']")}
        assert svg.xpath(".//*[@class='hatched']/@fill") == [f"url(#{svg.xpath('.//*/@id')[0]})"]
    shares = [words(cell) for cell in page.find("//section[@aria-labelledby='trend']//td")]
    assert shares == ["0 %", "8 %", "16 %", "24 %", "32 %", "40 %", "48 %", "56 %", "64 %", "78 %, 78 to 78"]


@pytest.mark.usefixtures("managers")
def test_the_file_holds_what_the_page_shows(staff: Browser) -> None:
    response = staff.client.get("/program/forecast.csv?target=phase-1")
    assert "msc-ready-forecast-phase-1-2018-12-20.csv" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(response.get_data(as_text=True), newline="")))
    assert [(r["table"], r["group"]) for r in rows][:5] == [
        ("Dates", "Phase 1"), ("Dates", "Phase 2"), ("Dates", "Phase 3"), ("Dates", "Phase 4"), ("Dates", "All phases"),
    ]  # fmt: skip
    first = rows[0]
    assert (first["required"], first["complete"], first["rate_a_week"]) == ("50", "32", "4.0")
    assert (first["projected_finish"], first["first_missed_day"], first["verdict"]) == (
        "2019-01-21",
        "2019-01-01",
        "misses",
    )
    assert {r["group"] for r in rows if r["table"] == "Field office"} == {"Houston", "Miami"}


@pytest.mark.parametrize(
    ("completions", "heading"),
    [
        (0, "Not at this rate: nothing of Phase 1 is complete yet."),
        (10, "Phase 1 is complete."),
    ],
)
def test_nothing_done_and_everything_done(
    staff: Browser, session: Session, freight: Organization, completions: int, heading: str
) -> None:
    for person in hire(session, freight, 10)[:completions]:
        complete(session, person, PASSWORDS)
    page = staff.get("/program/forecast?target=phase-1")
    assert page.h1 == heading


def test_a_program_without_people_says_what_will_be_here(staff: Browser) -> None:
    page = staff.get("/program/forecast")
    assert page.h1 == "Nothing is required of anybody."
    assert "A forecast needs people and two weeks" in page.text


def test_people_who_stopped(staff: Browser, session: Session, freight: Organization) -> None:
    """Two did it in the first week, and nobody since."""
    for person in hire(session, freight, 10)[:2]:
        complete(session, person, PASSWORDS, BEGAN)
    page = staff.get("/program/forecast?target=phase-1&day=2018-12-19")
    assert page.h1 == "Not at this rate: hardly anything of Phase 1 was completed in the last six weeks."
    assert "Not at this rate" in words(page.one("//article[@aria-labelledby='phase-1']"))


def test_a_day_that_passed(session: Session, browser: Browser, freight: Organization) -> None:
    """Two of ten in each of four weeks, two are left, and the phase's day was a week ago."""
    people = hire(session, freight, 10)
    for n, person in enumerate(people[:8]):
        complete(session, person, PASSWORDS, NOON - timedelta(days=2 + n % 2) + timedelta(weeks=n // 2 - 1))
    with time_machine.travel(NOON + timedelta(days=19), tick=False):
        browser.sign_in(make_person(session, role=Role.STAFF))
        page = browser.get("/program/forecast?target=phase-1")
    assert page.h1 == "Phase 1 was to be complete by January 1. At the present rate that is January 15, 14 days late."
    assert "No time left, 14 days late" in words(page.one("//article[@aria-labelledby='phase-1']"))
    assert facts(page, "phase-1")["Needed a week"] == "No time is left"


def test_only_staff_sees_it(coordinator: Browser) -> None:
    assert coordinator.client.get("/program/forecast").status_code == 403
    assert coordinator.client.get("/program/forecast.csv").status_code == 403
