"""The program page, the rows behind its numbers, and its exports."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, WALK
from tests.pages import Browser, Page, words

from .histories import NOON, begin, complete

ADDRESSES = (
    "",
    "rows",
    "rows.csv",
    "rows.xlsx",
    "export.csv",
    "export.xlsx",
    "report.pdf",
    "by/office",
    "companies",
    "criteria",
)
CARRIER, IMPORTER = "highway-carriers-us-mexico", "importers"


@pytest.fixture
def people(session: Session, freight: Organization) -> list[Person]:
    """Two companies. The second has its own earlier date, so what is open there is overdue."""
    orchard = make_organization(
        session, "Orchard Imports", (IMPORTER, CARRIER), due_by=date(2018, 12, 1), country="MX", employees=40
    )
    ana = make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",))
    bo = make_person(session, "Bo <b>Muestra</b>", organization=freight, functions=("loader",))
    cy = make_person(session, "=HYPERLINK(1)", organization=orchard, functions=("driver",))
    make_person(session, "Left Long-Ago", organization=orchard, functions=("driver",), disabled_at=NOON)
    complete(session, ana, PASSWORDS, at=NOON - timedelta(days=20))
    begin(session, ana, SEALS)
    complete(session, cy, SEALS)
    begin(session, cy, WALK)
    return [ana, bo, cy]


def cells(page: Page, heading: str) -> dict[str, list[str]]:
    """The lines of the table under a heading, by their first cell."""
    rows = page.find(f"//section[@aria-labelledby='{heading}']//tbody/tr")
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}


@pytest.mark.usefixtures("people")
def test_the_heading_is_the_answer(staff: Browser) -> None:
    page = staff.get("/program/")
    assert page.h1 == "25 % of required modules are complete. The plan for today is 79 %."
    assert "2 modules of 1 person are overdue, of 8 required of 3 people in 2 companies." in page.text
    assert "Furthest behind the plan:" in page.text


@pytest.mark.usefixtures("people")
def test_the_tables_say_who_stands_where(staff: Browser) -> None:
    page = staff.get("/program/")
    # people, required, complete, on time, started, not started, overdue, share
    assert cells(page, "areas") == {
        "Corporate Security": ["3", "3", "1", "1", "0", "1", "1", "33 %"],
        "Transportation Security": ["3", "5", "1", "0", "1", "2", "1", "20 %"],
    }
    assert cells(page, "phases") == {"Phase 1 Jan 1": ["3", "8", "2", "1", "1", "3", "2", "25 %"]}
    assert cells(page, "entities")["U.S. Importers"] == ["1", "3", "1", "0", "0", "0", "2", "33 %"]
    assert cells(page, "entities")["U.S./Mexico Highway Carriers"] == ["3", "8", "2", "1", "1", "3", "2", "25 %"]
    companies = cells(staff.get("/program/companies"), "companies")
    assert list(companies) == ["Sample Freight Lines", "Orchard Imports"]
    assert companies["Orchard Imports"][1:] == ["1", "3", "1", "0", "0", "0", "2", "33 %"]
    ahead = cells(staff.get("/program/companies?order=ahead"), "companies")
    assert list(ahead) == ["Orchard Imports", "Sample Freight Lines"]


PAGES = (
    "",
    "?category=6",
    "?entity=importers",
    "?function=driver&phase=1",
    "?country=MX",
    "by/office",
    "by/country",
    "by/size",
    "by/function?language=en",
    "by/language",
    "by/level",
    "by/level?category=6",
    "by/entity?office=unknown",
    "companies",
    "companies?size=small",
)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("query", PAGES)
def test_every_number_leads_to_its_rows(staff: Browser, query: str) -> None:
    page = staff.get(f"/program/{query}")
    links = [
        a for a in page.find("//main//td//a | //main//p[@class='lead']//a") if a.get("href").startswith("/program/rows")
    ]
    assert len(links) >= 4
    for link in links:
        shown = words(link)
        rows = staff.get(link.get("href"))
        modules, people = re.match(
            r"([\d,]+) modules? (?:of ([\d,]+) (?:person|people) )?(?:is|are) ", rows.h1
        ).groups()  # type: ignore[union-attr]
        head = link.xpath("ancestor::table[1]//thead//th")
        column = words(head[len(link.xpath("ancestor::td/preceding-sibling::*"))]) if head else ""
        assert shown == (people if column == "People" else modules), f"{shown} leads to {rows.h1} at {link.get('href')}"
        listed = rows.find("//section[@aria-labelledby='rows']//tbody/tr")
        assert len(listed) == int(modules)
        assert people is None or len({words(row[0]) for row in listed}) == int(people)
        exported = rows_of(staff, link.get("href").replace("/program/rows", "/program/rows.csv"))
        assert len(exported) == int(modules)


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    response = browser.client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(response.get_data(as_text=True), newline="")))


def book_of(browser: Browser, path: str) -> Workbook:
    with browser.client.get(path) as response:
        return load_workbook(BytesIO(response.data))


@pytest.mark.usefixtures("people")
def test_filters_join_and_stay_in_the_address(staff: Browser) -> None:
    page = staff.get("/program/?category=6&function=loader")
    assert "Only: 6 Seal Security, Loader, warehouse or dock worker." in page.text
    companies = cells(staff.get("/program/companies?category=6&function=loader"), "companies")
    assert companies == {
        "Sample Freight Lines": ["U.S./Mexico Highway Carriers", "1", "1", "0", "0", "0", "1", "0", "0 %"]
    }
    chosen = page.find("//form[@aria-label='Filter the figures']//option[@selected]/@value")
    assert chosen == ["6", "loader"]


@pytest.mark.usefixtures("people")
def test_a_company_is_found_by_number_and_by_name(staff: Browser, people: list[Person]) -> None:
    number = people[2].organization.number  # type: ignore[union-attr]
    for typed in (number, "orchard imports", "Orchard%20Imports"):
        page = staff.get(f"/program/companies?organization={typed}")
        assert list(cells(page, "companies")) == ["Orchard Imports"]
    page = staff.get("/program/companies?organization=Orchard")
    assert "There is no company “Orchard”. The page shows the figures without it." in page.text
    assert len(cells(page, "companies")) == 2


@pytest.mark.usefixtures("people")
def test_a_name_of_two_companies_chooses_neither(staff: Browser, session: Session) -> None:
    make_organization(session, "Orchard Imports")
    session.commit()
    assert "There is no company “Orchard Imports”." in staff.get("/program/?organization=Orchard Imports").text


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "query",
    ["category=99", "entity=<script>", "status=late", "phase=1%00", "module=x", "country=ZZ", "size=huge", "after=x"],
)
def test_unknown_values_are_ignored_with_a_sentence(staff: Browser, query: str) -> None:
    page = staff.get(f"/program/rows?{query}")
    assert page.h1 == "8 modules of 3 people are required."
    assert ("The page shows the figures without it." in page.text) == ("after" not in query)


def test_the_page_before_there_is_anybody_says_what_comes(staff: Browser) -> None:
    page = staff.get("/program/")
    assert page.h1 == "Nothing is required of anybody yet."
    assert "Next, a company needs its entity types, and people who are invited to it." in page.text
    assert staff.get("/program/rows").h1 == "No module of anybody fits these filters."
    assert staff.get("/program/?category=1").h1 == "Nothing that is required fits these filters."


@pytest.mark.usefixtures("people")
def test_the_drawing_says_what_the_table_says(staff: Browser) -> None:
    page = staff.get("/program/")
    wide, tall = page.find("//*[local-name()='svg'][contains(@class, 'chart')]")
    assert wide.get("aria-label") == tall.get("aria-label")
    assert wide.get("aria-label").endswith("to 25 percent on December 20. The plan for that day is 79 percent.")
    table = cells(page, "trend")
    assert table["Today, December 20, 2018"] == ["8", "2", "25 %", "79 %"]


@pytest.mark.parametrize("role", [Role.LEARNER, Role.COORDINATOR, Role.TRAINER])
@pytest.mark.parametrize("address", ADDRESSES)
def test_only_program_staff_may_see_it(
    session: Session, browser: Browser, freight: Organization, role: Role, address: str
) -> None:
    browser.sign_in(make_person(session, role=role, organization=freight))
    assert browser.client.get(f"/program/{address}").status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_in_particular_is_sent_to_sign_in(browser: Browser, address: str) -> None:
    response = browser.client.get(f"/program/{address}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login?next=")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("query", ["", "?category=6&order=ahead", "?entity=importers"])
@on_both
def test_the_export_holds_what_the_page_shows(staff: Browser, query: str) -> None:
    page = staff.get(f"/program/{query}")
    exported = rows_of(staff, f"/program/export.csv{query}")
    keys = ("people", "required", "complete", "on_time", "started", "not_started", "overdue")
    companies = staff.get(f"/program/companies{query}")
    for where, heading, table in (
        (page, "areas", "Focus areas"),
        (page, "entities", "Entity types"),
        (companies, "companies", "Companies"),
        (staff.get(f"/program/by/size{query}"), "lines", "Company sizes"),
        (staff.get(f"/program/by/level{query}"), "lines", "Levels"),
    ):
        shown = [[name, *line[-8:-1]] for name, line in cells(where, heading).items()]
        assert shown == [[row["group"], *(row[k] for k in keys)] for row in exported if row["table"] == table]
    total = next(row for row in exported if row["table"] == "Total")
    assert page.h1.startswith(f"{total['percent_complete']} % of")
    weeks = {
        row["group"]: [row["required"], row["complete"], f"{row['percent_complete']} %", f"{row['percent_planned']} %"]
        for row in exported
        if row["table"] == "Weeks"
    }
    assert list(weeks.values()) == list(cells(page, "trend").values())

    book = book_of(staff, f"/program/export.xlsx{query}")
    assert book.sheetnames == [
        "Total",
        "Weeks",
        "Categories",
        "Focus areas",
        "Phases",
        "Field offices",
        "Countries",
        "Company sizes",
        "Job functions",
        "Languages",
        "Levels",
        "Entity types",
        "Companies",
    ]
    assert sum(len(list(sheet.iter_rows())) - 1 for sheet in book) == len(exported)


@pytest.mark.usefixtures("people")
def test_no_name_becomes_a_formula(staff: Browser) -> None:
    rows = rows_of(staff, "/program/rows.csv")
    assert {row["name"] for row in rows} == {"Ana Ejemplo", "Bo <b>Muestra</b>", "'=HYPERLINK(1)"}
    sheet = book_of(staff, "/program/rows.xlsx?status=overdue")["Rows"]
    assert {(c.value, c.data_type) for c in sheet["A"][1:]} == {("=HYPERLINK(1)", "s")}


@pytest.mark.usefixtures("people")
def test_files_have_telling_names_and_are_never_kept(staff: Browser) -> None:
    for ending in ("csv", "xlsx"):
        response = staff.client.get(f"/program/rows.{ending}?entity=importers&status=overdue")
        assert response.headers["Content-Disposition"] == (
            f"attachment; filename=msc-ready-rows-importers-overdue-2018-12-20.{ending}"
        )
        assert response.headers["Cache-Control"] == "no-store"
        response.close()
    assert not staff.client.get("/program/export.csv").data.startswith(b"\xef\xbb\xbf")


@pytest.mark.usefixtures("people")
def test_rows_tell_the_days_and_whether_it_was_on_time(staff: Browser, people: list[Person]) -> None:
    rows = {(r["name"], r["module"]): r for r in rows_of(staff, "/program/rows.csv")}
    late = rows["'=HYPERLINK(1)", SEALS]
    assert (late["due"], late["completed"], late["on_time"], late["status"]) == (
        "2018-12-01",
        "2018-12-18",
        "no",
        "complete",
    )
    early = rows["Ana Ejemplo", PASSWORDS]
    assert (early["due"], early["completed"], early["on_time"]) == ("2019-01-01", "2018-11-30", "yes")
    assert rows["Ana Ejemplo", WALK]["status"] == "not-started"
    assert "Complete December 18, 2018, 17 days late" in staff.get("/program/rows?status=complete").text


def test_long_lists_come_in_pages(staff: Browser, session: Session) -> None:
    for n in range(27):
        company = make_organization(session, f"Company {n:02}")
        for _ in range(2):
            make_person(session, f"Person {n:02}", organization=company, functions=("driver",))
    first, second = staff.get("/program/companies"), staff.get("/program/companies?page=2")
    assert (len(cells(first, "companies")), len(cells(second, "companies"))) == (25, 2)
    assert "Companies 26 to 27 of 27." in second.text
    assert staff.get("/program/companies?page=99").text == second.text
    rows = staff.get("/program/rows")
    more = staff.get(rows.links()["Next 100 rows"])
    assert [len(page.find("//tbody/tr")) for page in (rows, more)] == [100, 62]
    assert "Next 100 rows" not in more.links()
    assert staff.get(more.links()["First rows"]).text == rows.text
    listed = [words(row[1]) for page in (rows, more) for row in page.find("//tbody/tr")]
    assert [row["company"] for row in rows_of(staff, "/program/rows.csv")] == listed
    assert len([r for r in rows_of(staff, "/program/export.csv") if r["table"] == "Companies"]) == 27


@pytest.mark.parametrize(
    "address", ["", "?category=6", "by/office", "rows", "rows?status=overdue", "rows.csv", "export.csv", "export.xlsx"]
)
def test_the_number_of_statements_does_not_grow(
    staff: Browser, session: Session, people: list[Person], statements: Callable[[Browser, str], int], address: str
) -> None:
    staff.get("/program/")
    few = statements(staff, f"/program/{address}")
    for n in range(30):
        company = make_organization(session, f"Company {n}", (IMPORTER,))
        for k in range(3):
            person = make_person(session, organization=company, functions=("driver",) if k else ("loader",))
            begin(session, person, SEALS, at=NOON - timedelta(days=9 * n % 80))
    pieces = 4 if address.startswith("rows") else 0  # companies and people are read in pieces, few of them first
    assert statements(staff, f"/program/{address}") <= few + pieces
    assert few <= 40
