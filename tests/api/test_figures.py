"""The numbers of the API are those of the pages, and of their files."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.database import transaction
from lms.reporting import folding
from lms.reporting.models import CountState, CriterionFigure
from tests.conftest import on_both
from tests.pages import Browser, words
from tests.reporting.histories import NOON

from .conftest import Ask

pytestmark = pytest.mark.usefixtures("program")

CARRIER, IMPORTER = "highway-carriers-us-mexico", "importers"


@pytest.fixture
def staff(app: Flask, pat: Person) -> Browser:
    return Browser(app).sign_in(pat)


def told(ask: Ask, path: str) -> dict[str, Any]:
    answer = ask(path)
    assert answer.status_code == 200, answer.data
    found: dict[str, Any] = answer.json
    return found


def exported(staff: Browser, path: str) -> list[dict[str, str]]:
    response = staff.client.get(path)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.get_data(as_text=True), newline="")))


@on_both
def test_the_figures(ask: Ask) -> None:
    answer = told(ask, "/figures")
    assert answer["filters"] == {}
    assert (answer["day"], answer["counted_at"]) == ("2018-12-20", "2018-12-20T17:00:00Z")
    assert answer["figures"] == {
        "required": 8, "complete": 3, "started": 0, "not_started": 3, "overdue": 2, "begun": 0, "on_time": 2,
        "people": 3, "behind": 1, "finished": 0, "companies": 2, "percent": 38,
    }  # fmt: skip


@on_both
@pytest.mark.parametrize(
    "query", ["", "?entity=importers", "?category=6", "?function=driver&phase=1", "?day=2018-12-01"]
)
def test_they_equal_the_file_of_the_page(ask: Ask, staff: Browser, query: str) -> None:
    rows = exported(staff, f"/program/export.csv{query}")
    total = next(row for row in rows if row["table"] == "Total")
    answer = told(ask, f"/figures{query}")
    for name in ("people", "required", "complete", "on_time", "started", "not_started", "overdue"):
        assert answer["figures"][name] == int(total[name]), name
    assert answer["figures"]["behind"] == int(total["people_behind"])
    assert answer["figures"]["percent"] == int(total["percent_complete"])
    assert answer["planned_percent"] == int(total["percent_planned"])
    weeks = [row for row in rows if row["table"] == "Weeks"]
    trend = told(ask, f"/trend{query}")["weeks"]
    assert [(w["day"], w["complete"], w["percent"], w["planned_percent"]) for w in trend] == [
        (w["group"], int(w["complete"]), int(w["percent_complete"]), int(w["percent_planned"])) for w in weeks
    ]
    for side, table in {"category": "Categories", "focus_area": "Focus areas", "entity": "Entity types"}.items():
        groups = told(ask, f"/figures/by/{side}{query}")["groups"]
        lines = {row["group"]: (int(row["required"]), int(row["overdue"])) for row in rows if row["table"] == table}
        assert {g["name"]: (g["figures"]["required"], g["figures"]["overdue"]) for g in groups} == lines


def test_the_value_of_a_group_is_what_the_filter_takes(ask: Ask) -> None:
    for side in ("category", "phase", "entity", "office", "country", "size", "function", "language", "level"):
        groups = told(ask, f"/figures/by/{side}")["groups"]
        assert groups
        for group in groups:
            again = told(ask, f"/figures?{side}={group['value']}")
            assert again["figures"] == group["figures"], f"{side} {group['value']}"


def test_companies_page_by_page(ask: Ask) -> None:
    whole = told(ask, "/companies")
    assert [c["name"] for c in whole["companies"]] == ["Orchard Imports", "Sample Freight Lines"]
    assert whole["companies"][0]["entities"] == [IMPORTER]
    assert whole["next"] is None
    first = told(ask, "/companies?limit=1")
    second = told(ask, f"/companies?limit=1&after={first['next']}")
    assert first["companies"] + second["companies"] == whole["companies"]
    assert second["next"] is None
    ahead = told(ask, "/companies?order=ahead")
    assert ahead["companies"] == whole["companies"][::-1]


@on_both
def test_rows_page_by_page(ask: Ask, staff: Browser) -> None:
    listed = exported(staff, "/program/rows.csv")
    rows, after = [], ""
    while True:
        page = told(ask, f"/rows?limit=2{after}")
        rows += page["rows"]
        if page["next"] is None:
            break
        assert len(page["rows"]) == 2
        after = f"&after={page['next']}"
    assert [(r["email"], r["module"], r["due"], r["status"]) for r in rows] == [
        (r["email"], r["module"], r["due"], r["status"]) for r in listed
    ]
    assert [r["on_time"] for r in rows if r["status"] == "complete"].count(False) == 1
    assert {r["person"] for r in told(ask, "/rows?status=overdue")["rows"]} == {"Cy Exemple"}


def test_the_forecast_equals_the_page(ask: Ask, staff: Browser) -> None:
    answer = told(ask, "/forecast?target=phase-1")
    rows = exported(staff, "/program/forecast.csv?target=phase-1")
    dates = [row for row in rows if row["table"] == "Dates"]
    assert [t["name"] for t in answer["targets"]] == [row["group"] for row in dates]
    for target, row in zip(answer["targets"], dates, strict=True):
        found = target["forecast"]
        assert (found["target_day"], found["verdict"]) == (row["target_day"], row["verdict"])
        assert (found["finish"] or "", found["rate"]) == (row["projected_finish"], float(row["rate_a_week"]))
        assert (found["missing"], found["required"]) == (int(row["missing_by_target"]), int(row["required"]))
    assert {g["name"] for g in answer["offices"]} == {"Houston", "Miami"}
    assert answer["target"] == "phase-1"
    page = staff.get("/program/forecast?target=phase-1")
    assert {words(cell) for cell in page.find("//section[@aria-labelledby='office']//tbody//th")} == {
        "Houston",
        "Miami",
    }


@on_both
def test_the_criteria_answered_worst(session: Session, ask: Ask) -> None:
    session.add(CountState(id=1, counted_at=NOON, day=date(2018, 12, 20), attempts_until=9))
    for criterion, entity, right in (("6.1", "", 3), ("6.2", "", 1), ("6.1", IMPORTER, 2), ("99.9", "", 0)):
        session.add(CriterionFigure(criterion=criterion, entity=entity, asked=4, right=right))
    session.commit()
    found = told(ask, "/criteria")["criteria"]
    assert [(c["criterion"], c["asked"], c["right"], c["percent"]) for c in found] == [
        ("6.2", 4, 1, 25),
        ("6.1", 4, 3, 75),
    ]
    assert found[0]["level"] in ("must", "should")
    assert [c["right"] for c in told(ask, f"/criteria?entity={IMPORTER}")["criteria"]] == [2]


@on_both
def test_kept_figures_equal_those_counted_now(session: Session, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large program answers from what a worker counted; a question that nobody counted yet has to wait."""
    paths = ("/figures", "/figures?entity=importers", "/trend", "/figures/by/office", "/forecast", "/companies")
    now = {path: told(ask, path) for path in paths}
    session.commit()
    with transaction():
        folding.fold(session, NOON)
    monkeypatch.setattr("lms.reporting.counting.LIVE", 0)
    assert {path: told(ask, path) for path in paths} == now
    waiting = ask("/figures?entity=importers&function=driver")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "5")
