"""Views that staff keep under a name."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.reporting import saved
from lms.reporting.models import SavedView
from lms.reporting.saved import CannotKeep, NoSuchView
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.pages import Browser, words

from .histories import NOON


def kept(browser: Browser) -> dict[str, str]:
    page = browser.get("/program/")
    return {words(a): a.get("href") for a in page.find("//section[@aria-labelledby='views']//ul//a")}


@on_both
def test_keep_a_view_and_come_back_to_it(staff: Browser) -> None:
    assert kept(staff) == {}
    address = "/program/by/office?category=6&against=2018-12-01"
    page = staff.submit(staff.get(address), "/program/views", name="  Seals by   office ")
    assert page.h1 == staff.get(address).h1
    assert "This view is kept as “Seals by office”." in page.html
    assert kept(staff) == {"Seals by office": address}
    staff.submit(staff.get("/program/rows?status=overdue"), "/program/views", name="Overdue")
    assert kept(staff) == {"Overdue": "/program/rows?status=overdue", "Seals by office": address}


def test_the_same_name_gets_the_newer_view(staff: Browser) -> None:
    for address in ("/program/companies?order=ahead", "/program/by/size"):
        staff.submit(staff.get(address), "/program/views", name="Mine")
    assert kept(staff) == {"Mine": "/program/by/size"}


def test_a_view_is_deleted(staff: Browser, session: Session) -> None:
    staff.submit(staff.get("/program/by/size"), "/program/views", name="Mine")
    session.rollback()
    (view,) = session.scalars(select(SavedView)).all()
    page = staff.submit(staff.get("/program/"), f"/program/views/{view.id}/delete")
    assert "The view is no longer kept." in page.html
    assert kept(staff) == {}


def test_everybody_has_only_his_or_her_own(app: Flask, session: Session, staff: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    other = make_person(session, "Quinn Sample", role=Role.STAFF)
    theirs = saved.keep(session, other.id, "Theirs", "/program/by/size", now=NOON)
    session.commit()
    assert kept(staff) == {}
    assert staff.client.post(f"/program/views/{theirs.id}/delete").status_code == 404
    assert staff.client.post("/program/views/987654/delete").status_code == 404
    assert [view.name for view in saved.of(session, other.id)] == ["Theirs"]


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/program/",
        "//elsewhere.example/program/",
        "/program/\\elsewhere",
        "/studio/",
        "/programs",
        "javascript:alert(1)",
        "",
        "/program/?" + "x" * 1000,
    ],
)
def test_only_pages_of_the_program_are_kept(app: Flask, staff: Browser, session: Session, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    response = staff.client.post("/program/views", data={"name": "Trap", "path": path})
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/")
    assert not response.headers["Location"].startswith("//")
    assert session.scalars(select(SavedView)).all() == []


@pytest.mark.parametrize(("name", "problem"), [(" ", "Give the view a name."), ("x" * 81, "Use a name of 80 letters")])
def test_a_view_needs_a_name(staff: Browser, name: str, problem: str) -> None:
    page = staff.submit(staff.get("/program/by/size"), "/program/views", name=name)
    assert problem in page.html
    assert kept(staff) == {}


def test_there_is_an_end_to_views(session: Session) -> None:
    person = make_person(session, role=Role.STAFF)
    for number in range(saved.MOST):
        saved.keep(session, person.id, f"View {number}", "/program/", now=now())
    with pytest.raises(CannotKeep, match="Delete one first"):
        saved.keep(session, person.id, "One more", "/program/", now=now())
    saved.keep(session, person.id, "View 0", "/program/by/size", now=now())
    with pytest.raises(NoSuchView):
        saved.forget(session, person.id, 987654)
