"""Pages of a large program are rendered once until their figures change, and are those that would be rendered anew."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.reporting import counting, folding, kept, saved
from lms.reporting.models import CriterionFigure
from lms.schedule import service as schedules
from tests.factories.people import make_person
from tests.factories.training import PASSWORDS, SEALS
from tests.pages import Browser

from .histories import NOON, complete

ADDRESSES = (
    "",
    "?category=6&organization=",
    "?entity=importers",
    "?day=2018-12-13&against=2018-12-01",
    "by/office",
    "by/function?phase=1",
    "companies",
    "companies?order=ahead&country=MX",
    "forecast",
    "forecast?target=enforcement",
    "criteria",
    "criteria?entity=importers",
)
# Who asks, what is published and in force, when figures were counted, the reader's own views.
FEW = 6
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


@pytest.fixture
def ana(session: Session, freight: Organization, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Of a program that is large and was counted half a minute ago. She has completed one module of three."""
    freight.country = "MX"
    person = make_person(session, "Ana Ejemplo", organization=freight, functions=("driver",))
    person.created_at = NOON - timedelta(days=40)
    session.add(CriterionFigure(criterion="6.1", entity="", asked=40, right=30))
    complete(session, person, PASSWORDS, at=NOON - timedelta(days=20))
    fold(session)
    monkeypatch.setattr(counting, "LIVE", 0)
    return person


def fold(session: Session) -> None:
    while folding.fold(session, NOON - timedelta(seconds=30)):
        pass


def html(browser: Browser, address: str) -> str:
    return TOKEN.sub("", browser.get(f"/program/{address}").html)


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_held_page_is_the_one_that_would_be_rendered_anew(
    staff: Browser, statements: Callable[[Browser, str], int], address: str
) -> None:
    first, again = html(staff, address), html(staff, address)
    assert again == first
    assert statements(staff, f"/program/{address}") <= FEW
    kept._CACHES.clear()
    assert html(staff, address) == first
    kept._CACHES.clear()
    assert statements(staff, f"/program/{address}") > FEW


@pytest.mark.parametrize("address", ["", "by/office", "companies", "forecast"])
def test_a_fold_brings_new_figures(staff: Browser, session: Session, ana: Person, address: str) -> None:
    before = html(staff, address)
    complete(session, ana, SEALS, at=NOON - timedelta(days=1))
    stale.person(session, ana.id)
    session.commit()
    assert html(staff, address) == before
    fold(session)
    assert html(staff, address) != before
    if not address:
        assert staff.get("/program/").h1.startswith("67 % of required modules are complete.")


@pytest.mark.usefixtures("ana")
def test_everybody_sees_his_or_her_own_views(app: Flask, session: Session, staff: Browser) -> None:
    quinn = make_person(session, "Quinn Sample", role=Role.STAFF)
    saved.keep(session, quinn.id, "Theirs", "/program/by/size", now=NOON)
    session.commit()
    other = Browser(app).sign_in(quinn)
    assert "Theirs" not in html(staff, "")
    assert "Theirs" in html(other, "")
    page = staff.submit(staff.get("/program/by/office"), "/program/views", name="Mine")
    assert "This view is kept as “Mine”." in page.html
    assert "Mine" in html(staff, "")
    assert "Mine" not in html(other, "")
    assert "This view is kept" not in html(other, "by/office")


@pytest.mark.usefixtures("ana")
def test_criteria_lead_each_reader_where_he_or_she_may_go(app: Flask, session: Session, staff: Browser) -> None:
    assert "Taught in" in html(staff, "criteria")
    admin = Browser(app).sign_in(make_person(session, "Alex Admin", role=Role.ADMIN))
    assert "Answers to its questions" in html(admin, "criteria")
    assert "Taught in" in html(staff, "criteria")


@pytest.mark.usefixtures("ana")
def test_another_day_shows_what_is_true_then(app: Flask, session: Session, staff: Browser) -> None:
    assert "Nothing is overdue." in staff.get("/program/").text
    with time_machine.travel(NOON + timedelta(days=20), tick=False):
        page = Browser(app).sign_in(make_person(session, role=Role.STAFF)).get("/program/")
        assert "PROGRAM STATISTICS, AS OF JANUARY 9, 2019" in page.text
        assert "2 modules of 1 person are overdue" in page.text


@pytest.mark.usefixtures("ana")
def test_other_dates_show_at_once(staff: Browser, session: Session) -> None:
    assert "Jan 1" in staff.get("/program/").text
    schedules.move(
        session,
        published(session).library,
        enforcement=date(2019, 3, 1),
        phases={p.number: date(2019, 2, 1) for p in published(session).library.framework.program.phases},
        note="",
        now=NOON,
    )
    session.commit()
    page = staff.get("/program/")
    assert "Feb 1" in page.text
    assert "Jan 1" not in page.text


@pytest.mark.usefixtures("ana")
def test_what_was_counted_just_now_is_not_held(
    staff: Browser, statements: Callable[[Browser, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filters for which nothing is kept, a company that is not there yet, and a small program."""
    for address in ("/program/companies?function=driver", "/program/?organization=Nobody"):
        staff.get(address)
        assert statements(staff, address) > FEW
    monkeypatch.setattr(counting, "LIVE", 500)
    kept._CACHES.clear()
    staff.get("/program/")
    assert statements(staff, "/program/") > FEW


def test_pages_do_not_fill_the_memory(
    staff: Browser, session: Session, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_PAGES", 3)
    first = html(staff, "by/office")
    for number in range(8):
        html(staff, f"by/office?x={number}")
    found = kept.stored(session)
    assert found is not None
    assert 1 <= len(found.cache.pages) <= 3
    assert html(staff, "by/office") == first
