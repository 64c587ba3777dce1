"""The coordinator's page: own people only, and only what was done while with the company (U4)."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.learning.models import Progress
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person, profile_of
from tests.factories.training import PASSWORDS, SEALS, WALK
from tests.pages import Browser, Page, words

from .histories import NOON, TODAY, begin, complete


@pytest.fixture
def late(session: Session, freight: Organization) -> Organization:
    """The company set a date that has passed, so what is open is overdue."""
    freight.due_by = date(2018, 12, 10)
    session.commit()
    return freight


@pytest.fixture
def ana(session: Session, freight: Organization) -> Person:
    return make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",), email="ana@sample.example")


def roster(page: Page) -> dict[str, list[str]]:
    rows = page.find("//section[@aria-labelledby='roster']//tbody/tr")
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    response = browser.client.get(path)
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(response.get_data(as_text=True), newline="")))


def tabs(page: Page) -> list[str]:
    return [words(tab) for tab in page.find("//ul[@class='tabs']//a")]


def test_the_heading_counts_who_is_behind(
    session: Session, coordinator: Browser, late: Organization, casey: Person, ana: Person
) -> None:
    for name in ("Bo", "Cy"):
        make_person(session, name, organization=late, functions=("loader",))
    complete(session, casey, PASSWORDS)
    page = coordinator.get("/company/")
    assert page.h1 == "Three of 4 people are behind."
    assert tabs(page) == ["All 4", "Behind 3", "All complete 1"]
    assert roster(page)["Casey Sample"] == ["Site or department manager", "1 of 1", "All complete"]
    assert roster(page)["Ana Ejemplo"] == ["Driver or yard worker", "0 of 3", "Passwords10 days late, 3 overdue"]
    assert "Your company's own date is December 10, 2018." in page.text


def test_one_is_behind(session: Session, coordinator: Browser, late: Organization, casey: Person, ana: Person) -> None:
    complete(session, casey, PASSWORDS)
    assert coordinator.get("/company/").h1 == "One of 2 people is behind."
    ana.disabled_at = NOON
    session.commit()
    assert coordinator.get("/company/").h1 == "Everything required is complete."


def test_nobody_is_behind_before_the_date(coordinator: Browser, ana: Person) -> None:
    page = coordinator.get("/company/")
    assert page.h1 == "Nobody is behind. The next date is January 1."
    assert list(roster(page)) == ["Ana Ejemplo", "Casey Sample"]
    assert "The next date is January 1, 2019." in coordinator.get("/company/?show=behind").text
    assert "Nobody is complete yet" in coordinator.get("/company/?show=complete").text


def test_whoever_has_no_modules_is_on_the_roster_too(
    session: Session, coordinator: Browser, freight: Organization
) -> None:
    freight_less = make_person(session, "No Profile", organization=freight)
    freight_less.profile_id = None
    session.commit()
    page = coordinator.get("/company/")
    assert roster(page)["No Profile"] == ["None chosen", "None required", "Nothing"]
    assert tabs(page) == ["All 2", "Behind 0", "All complete 0"]


def test_tabs_show_their_people(
    session: Session, coordinator: Browser, late: Organization, casey: Person, ana: Person
) -> None:
    complete(session, casey, PASSWORDS)
    assert list(roster(coordinator.get("/company/?show=behind"))) == ["Ana Ejemplo"]
    assert list(roster(coordinator.get("/company/?show=complete"))) == ["Casey Sample"]
    assert [r["name"] for r in rows_of(coordinator, "/company/roster.csv?show=behind")] == ["Ana Ejemplo"]


@on_both
def test_whose_access_has_ended_is_found_again_and_counted_nowhere_else(
    session: Session, coordinator: Browser, late: Organization, ana: Person, rival: Person
) -> None:
    assert "Everybody has access" in coordinator.get("/company/?show=ended").text
    for person in (ana, rival):
        person.disabled_at = NOON
    session.commit()
    page = coordinator.get("/company/")
    assert list(roster(page)) == ["Casey Sample"]
    assert tabs(page) == ["All 1", "Behind 1", "All complete 0", "Access ended 1"]
    page = coordinator.get(page.links()["Access ended 1"])
    assert list(roster(page)) == ["Ana Ejemplo"]
    assert tabs(page) == ["All 1", "Behind 1", "All complete 0", "Access ended 1"]
    assert tabs(coordinator.get("/company/?show=ended&q=casey"))[-1] == "Access ended 0"
    assert [r["name"] for r in rows_of(coordinator, "/company/roster.csv?show=ended")] == ["Ana Ejemplo"]
    assert coordinator.get(f"/company/people/{ana.id}/training").links()["Change job functions or give access back"]


@on_both
def test_whose_mail_comes_back_is_marked_while_mail_is_sent(
    session: Session, coordinator: Browser, casey: Person, ana: Person
) -> None:
    def marked(query: str = "") -> list[str]:
        names = coordinator.get(f"/company/{query}").find("//section[@aria-labelledby='roster']//tbody//th")
        return [words(name) for name in names if "Mail comes back" in words(name)]

    assert marked() == []
    ana.mail_refused_at = NOON
    session.commit()
    assert marked() == ["Ana EjemploMail comes back"]
    ana.disabled_at = NOON
    session.commit()
    assert marked() == marked("?show=ended") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ejemplo", ["Ana Ejemplo"]),
        ("q=ANA%40sample", ["Ana Ejemplo"]),
        ("q=%25", []),
        ("q=_", []),
        ("function=driver", ["Ana Ejemplo"]),
        ("function=manager", ["Casey Sample"]),
        ("function=manager&q=ana", []),
        ("function=pilot", ["Ana Ejemplo", "Casey Sample"]),
    ],
)
def test_people_are_found_by_name_address_and_job_function(
    coordinator: Browser, ana: Person, query: str, found: list[str]
) -> None:
    page = coordinator.get(f"/company/?{query}")
    assert list(roster(page)) == found
    assert tabs(page)[0] == f"All {len(found)}"
    assert [r["name"] for r in rows_of(coordinator, f"/company/roster.csv?{query}")] == found
    assert page.h1 == "Nobody is behind. The next date is January 1."


def test_the_company_by_phase(session: Session, coordinator: Browser, casey: Person, ana: Person) -> None:
    complete(session, casey, PASSWORDS)
    complete(session, ana, PASSWORDS)
    page = coordinator.get("/company/")
    (row,) = page.find("//section[@aria-labelledby='standing']//tbody/tr")
    assert [words(cell) for cell in row] == ["Phase 1", "", "1 of 2", "Jan 1"]


@pytest.fixture
def rival(session: Session) -> Person:
    """Somebody of another company, with a record."""
    other = make_organization(session, "Rival Freight")
    rival = make_person(session, "Rita Rival", organization=other, functions=("driver",))
    complete(session, rival, SEALS, certificate="RIVAL00000001")
    return rival


@pytest.mark.usefixtures("ana")
def test_another_companys_people_appear_nowhere(coordinator: Browser, rival: Person) -> None:
    for path in ("", "?q=Rita", "?show=complete", "roster.csv", "training-record.csv"):
        text = coordinator.client.get(f"/company/{path}").get_data(as_text=True)
        assert "Rita Rival" not in text, path
        assert "RIVAL" not in text, path


def test_a_foreign_person_answers_like_a_missing_one(coordinator: Browser, rival: Person) -> None:
    foreign = coordinator.get(f"/company/people/{rival.id}/training", status=404)
    missing = coordinator.get("/company/people/999999/training", status=404)
    assert foreign.text == missing.text
    coordinator.get("/company/people/99999999999999999999/training", status=404)


@on_both
def test_one_persons_training(session: Session, coordinator: Browser, ana: Person) -> None:
    complete(session, ana, SEALS, percent=88, certificate="ABCDEFGH12345")
    begin(session, ana, WALK)
    page = coordinator.get(f"/company/people/{ana.id}/training")
    assert page.h1 == "Ana Ejemplo: 2 modules to complete"
    modules = [[words(c) for c in row] for row in page.find("//section[@aria-labelledby='modules']//tbody/tr")]
    assert modules == [
        ["Passwords", "4.8", "January 1, 2019", "Not started", "Not complete yet"],
        ["The walk around", "5.3", "January 1, 2019", "Started", "Not complete yet"],
        ["Seals, shortly", "6.1, 6.2", "January 1, 2019", "Complete December 18, 2018", "88 %"],
    ]
    (certificate,) = page.find("//section[@aria-labelledby='certificates']//tbody/tr")
    assert [words(c) for c in certificate] == [
        "Seal Security (PDF)",
        "ABCD EFGH 12345",
        "December 18, 2018",
        "December 18, 2019",
    ]
    assert page.links()["Seal Security (PDF)"] == "/certificates/ABCDEFGH12345.pdf"


def test_what_was_done_elsewhere_stays_there(
    session: Session, coordinator: Browser, freight: Organization, rival: Person
) -> None:
    rival.organization = freight
    rival.profile = profile_of(session, freight, ("driver",))
    session.commit()
    page = coordinator.get(f"/company/people/{rival.id}/training")
    assert "Complete before joining your company" in page.text
    for hidden in ("90 %", "RIVAL", "December 18, 2018"):
        assert hidden not in page.text
    assert rows_of(coordinator, "/company/training-record.csv") == []
    assert roster(coordinator.get("/company/"))["Rita Rival"][1] == "1 of 3"


@on_both
def test_whoever_left_stays_in_the_training_record_only(
    session: Session, coordinator: Browser, freight: Organization, ana: Person
) -> None:
    complete(session, ana, PASSWORDS, percent=100)
    complete(session, ana, SEALS, at=NOON - timedelta(hours=14), certificate="ABCDEFGH12345")
    ana.organization = make_organization(session, "Rival Freight")
    session.commit()
    assert "Ana Ejemplo" not in coordinator.get("/company/").text
    page = coordinator.get(f"/company/people/{ana.id}/training")
    assert page.h1 == "Ana Ejemplo left your company"
    assert "Seals, shortly" in page.text
    assert "Not required now" in page.text, "what the other company requires is not said"
    assert "driver" not in page.text.lower(), "nor what the person does there"
    assert rows_of(coordinator, "/company/training-record.csv") == [
        {
            "date": "2018-12-18",
            "name": "Ana Ejemplo",
            "module": PASSWORDS,
            "topic": "Passwords",
            "category": "Cybersecurity",
            "criteria": "4.8",
            "score_percent": "100",
            "revision": "1",
            "certificate": "",
            "valid_until": "2019-12-18",
            "proctored_by": "",
        },
        {
            "date": "2018-12-19",
            "name": "Ana Ejemplo",
            "module": SEALS,
            "topic": "Seals, shortly",
            "category": "Seal Security",
            "criteria": "6.1 6.2",
            "score_percent": "90",
            "revision": "1",
            "certificate": "ABCDEFGH12345",
            "valid_until": "2019-12-19",
            "proctored_by": "",
        },
    ]


def test_the_roster_file_has_a_rosters_columns_and_no_formulas(
    session: Session, coordinator: Browser, freight: Organization
) -> None:
    make_person(session, "@SUM(A1)", organization=freight, functions=("driver", "loader"), email="+x@sample.example")
    rows = {r["name"]: r for r in rows_of(coordinator, "/company/roster.csv")}
    assert list(rows["'@SUM(A1)"].values()) == [
        "'@SUM(A1)", "'+x@sample.example", "driver;loader", "3", "0", "0", "2019-01-01", "Passwords",
    ]  # fmt: skip
    header = coordinator.client.get("/company/roster.csv").headers["Content-Disposition"]
    assert header == "attachment; filename=msc-ready-roster-all-2018-12-20.csv"


def test_the_next_step_is_to_invite(coordinator: Browser) -> None:
    page = coordinator.get("/company/")
    (button,) = page.find("//a[contains(@class, 'button-next')]")
    assert (words(button), button.get("href")) == ("Invite a person", "/company/people/new")


def test_a_coordinator_of_no_company_is_told_what_to_do(session: Session, browser: Browser) -> None:
    browser.sign_in(make_person(session, role=Role.COORDINATOR))
    page = browser.get("/company/")
    assert page.h1 == "You run no company yet."
    for path in ("roster.csv", "training-record.csv", "people/1/training"):
        browser.get(f"/company/{path}", status=404)


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRAINER, Role.STAFF, Role.ADMIN])
@pytest.mark.parametrize("path", ["", "roster.csv", "training-record.csv", "people/1/training"])
def test_only_coordinators_open_it(
    session: Session, browser: Browser, freight: Organization, role: Role, path: str
) -> None:
    browser.sign_in(make_person(session, role=role, organization=freight))
    assert browser.client.get(f"/company/{path}").status_code == 403


def test_long_rosters_come_in_pages(
    session: Session, coordinator: Browser, freight: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.reporting.roster.CHUNK", 10)
    for n in range(30):
        make_person(session, f"Person {n:02}", organization=freight)
    first = coordinator.get("/company/?function=driver")
    assert len(roster(first)) == 25
    second = coordinator.get(first.links()["Next page"])
    assert list(roster(second)) == [f"Person {n}" for n in range(25, 30)]
    assert "People 26 to 30 of 30." in second.text
    assert len({row["email"] for row in rows_of(coordinator, "/company/roster.csv")}) == 31


@pytest.mark.parametrize(
    "path", ["", "?show=behind", "?q=a&function=driver", "roster.csv", "training-record.csv", "training"]
)
def test_the_number_of_statements_does_not_grow(
    session: Session,
    coordinator: Browser,
    late: Organization,
    ana: Person,
    statements: Callable[[Browser, str], int],
    path: str,
) -> None:
    address = f"/company/people/{ana.id}/training" if path == "training" else f"/company/{path}"
    coordinator.get("/company/")
    begin(session, ana, WALK)
    few = statements(coordinator, address)
    for n in range(20):
        person = make_person(session, f"Anna {n}", organization=late)
        complete(session, person, SEALS)
    complete(session, ana, PASSWORDS, certificate="ABCDEFGH12345")
    assert statements(coordinator, address) == few
    assert few <= 13  # one of them asks for announcements


def test_a_module_due_once_more_says_why_and_its_completions_stay(
    session: Session, coordinator: Browser, freight: Organization
) -> None:
    """A completion counts until its validity ends, and its refresher is what is due next."""
    ana = make_person(session, "Ana Ejemplo", organization=freight, functions=("it",))
    for months in (14, 11):
        complete(session, ana, PASSWORDS, at=NOON - timedelta(days=30 * months))
    row, end = session.get_one(Progress, (ana.id, PASSWORDS)), TODAY + timedelta(days=20)
    row.again_because, row.again_on, row.valid_until = "expiry", end, end
    session.commit()
    assert roster(coordinator.get("/company/"))["Ana Ejemplo"][1:] == ["1 of 1", "Passwordsin 20 days"]
    page = coordinator.get(f"/company/people/{ana.id}/training")
    assert "Due once more: a refresher." in page.text
    made = [words(cell) for cell in page.find("//section[@aria-labelledby='completions']//tbody//td[1]")]
    assert made == ["January 24, 2018", "October 26, 2017"]
    row.completed_at, row.again_on, row.valid_until = None, TODAY - timedelta(days=1), TODAY - timedelta(days=1)
    session.commit()
    assert roster(coordinator.get("/company/"))["Ana Ejemplo"][1:] == ["0 of 1", "Passwords1 day late"]
