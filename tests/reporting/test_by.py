"""The program as of a past day, compared with another, and from other sides."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.jobs import Job
from lms.reporting import counting
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS
from tests.pages import Browser

from .histories import NOON, TODAY, complete
from .test_program import cells

WEEK_AGO, MONTH_AGO = (TODAY - timedelta(days=n) for n in (7, 30))


@pytest.fixture
def history(session: Session, freight: Organization) -> list[Person]:
    """Ana came 40 days ago and completed a module 20 and another 3 days ago; Bo came ten days ago and did nothing."""
    freight.field_office, freight.country, freight.employees = "miami", "MX", 300
    orchard = make_organization(session, "Orchard Imports", ("importers",))
    ana = make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",), language="es")
    bo = make_person(session, "Bo Muestra", organization=orchard, functions=("manager",))
    ana.created_at, bo.created_at = NOON - timedelta(days=40), NOON - timedelta(days=10)
    complete(session, ana, PASSWORDS, at=NOON - timedelta(days=20))
    complete(session, ana, SEALS, at=NOON - timedelta(days=3))
    return [ana, bo]


@pytest.mark.usefixtures("history")
@on_both
def test_as_of_a_past_day(staff: Browser) -> None:
    page = staff.get(f"/program/?day={WEEK_AGO}")
    assert page.h1.startswith("25 % of required modules were complete on December 13, 2018. The plan for that day was ")
    assert "As of December 13, 2018 means: people who had access that day" in page.text
    assert cells(page, "phases") == {"Phase 1 Jan 1": ["2", "4", "1", "1", "0", "3", "0", "25 %"]}
    first = staff.get(f"/program/?day={MONTH_AGO}")
    assert first.h1.startswith("0 % of required modules were complete")
    assert cells(first, "phases") == {"Phase 1 Jan 1": ["1", "3", "0", "0", "0", "3", "0", "0 %"]}
    assert staff.get("/program/?day=2018-01-01").h1 == "Nothing was required of anybody then."


@pytest.mark.usefixtures("history")
def test_numbers_of_a_past_day_lead_to_no_rows(staff: Browser) -> None:
    assert staff.get(f"/program/by/office?day={WEEK_AGO}").h1 == "Nothing was overdue in any group by field office."
    for address in (f"/program/?day={WEEK_AGO}", f"/program/by/office?day={WEEK_AGO}"):
        page = staff.get(address)
        assert not page.find("//main//a[starts-with(@href, '/program/rows')]")
        assert "Rows are those of today, so numbers of that day lead to none." in page.text
        assert page.find("//main//table//th//a[contains(@href, 'day=2018-12-13')]"), "the day stays in the address"


@pytest.mark.usefixtures("history")
def test_the_trend_ends_on_the_day(staff: Browser) -> None:
    table = cells(staff.get(f"/program/?day={WEEK_AGO}"), "trend")
    assert list(table) == ["November 26, 2018", "December 3, 2018", "December 10, 2018", "End of December 13, 2018"]
    assert [line[:3] for line in table.values()] == [
        ["3", "0", "0 %"],
        ["3", "1", "33 %"],
        ["3", "1", "33 %"],
        ["4", "1", "25 %"],
    ]


@pytest.mark.usefixtures("history")
def test_compared_with_an_earlier_day(staff: Browser) -> None:
    page = staff.get(f"/program/?against={WEEK_AGO}")
    assert "That is +25 points since December 13, 2018." in page.text
    assert [line[-1] for line in cells(page, "phases").values()] == ["+25"]
    assert cells(page, "areas")["Transportation Security"][-1] == "+50"
    by = cells(staff.get(f"/program/by/office?against={MONTH_AGO}"), "lines")
    assert {name: line[-1] for name, line in by.items()} == {"Miami": "+67", "Not given": "new"}


@pytest.mark.usefixtures("history")
@on_both
def test_from_every_side(staff: Browser) -> None:
    """People, required, complete, on time, started, not started, overdue, share."""
    ana, bo = ["1", "3", "2", "2", "0", "1", "0", "67 %"], ["1", "1", "0", "0", "0", "1", "0", "0 %"]
    expected = {
        "office": {"Miami": ana, "Not given": bo},
        "country": {"Mexico": ana, "Not given": bo},
        "size": {"250 to 999 employees": ana, "Not given": bo},
        "function": {"Site or department manager": bo, "Driver or yard worker": ana},
        "language": {"English": bo, "Español": ana},
        "entity": {"U.S. Importers": bo, "U.S./Mexico Highway Carriers": ana},
    }
    for side, lines in expected.items():
        assert cells(staff.get(f"/program/by/{side}"), "lines") == lines, side
    assert staff.get("/program/by/weather", status=404).status == 404


@pytest.mark.usefixtures("history")
def test_a_side_keeps_the_filters(staff: Browser) -> None:
    page = staff.get("/program/by/office?function=driver&category=6")
    assert list(cells(page, "lines")) == ["Miami"]
    assert "Only: 6 Seal Security, Driver or yard worker." in page.text
    assert page.links()["By country"] == "/program/by/country?category=6&function=driver"
    assert not page.find("//section[@aria-labelledby='phases']"), "a part of a phase says nothing of the phase"


@pytest.mark.usefixtures("history")
def test_phases_side_by_side(staff: Browser) -> None:
    assert cells(staff.get("/program/by/office"), "phases") == {"Miami": ["67 %", ""], "Not given": ["0 %", ""]}


def test_before_there_is_anybody(staff: Browser) -> None:
    assert staff.get("/program/by/office").h1 == "Nothing that is required fits these filters."
    assert "Companies appear when something is required of one of their people." in staff.get("/program/companies").text


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("address", ["", "rows", "by/office", "companies", "export.csv", "export.xlsx", "report.pdf"])
def test_a_page_whose_figures_are_not_counted_says_so_and_comes_again(
    staff: Browser, session: Session, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(counting, "LIVE", 0)
    page = staff.get(f"/program/{address}", status=202)
    assert page.h1 == "These figures are being counted."
    assert page.one("//meta[@http-equiv='refresh']").get("content") == "5"
    assert page.links()["Look now"] == f"/program/{address}"
    assert page.response.headers["Cache-Control"] == "no-store"
    session.rollback()
    assert session.scalars(select(Job.kind)).all(), "a worker was told"


@pytest.mark.usefixtures("history")
def test_the_page_says_when_its_figures_were_counted(staff: Browser) -> None:
    for address in ("", "by/level", "companies"):
        assert "Counted now." in staff.get(f"/program/{address}").text
