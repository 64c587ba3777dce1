"""Extra time where a quiz has a time limit: granted by a coordinator or an administrator, in steps, and written down."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from tests.accounts.conftest import audited
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

WHERE = {Role.COORDINATOR: "/company/people", Role.ADMIN: "/admin/people"}
SAVED = "The extra time is saved. It counts from the next attempt on."


@pytest.fixture(params=WHERE, ids=[role.value for role in WHERE])
def role(request: pytest.FixtureRequest) -> Role:
    granted: Role = request.param
    return granted


@pytest.fixture
def page(role: Role, robin: Person) -> str:
    """The address of Robin's page for whoever grants."""
    return f"{WHERE[role]}/{robin.id}"


@pytest.fixture
def granting(session: Session, robin: Person, role: Role) -> Person:
    return make_person(session, "Casey Sample", role=role, organization=robin.organization)


@pytest.fixture
def desk(app: Flask, granting: Person) -> Browser:
    return Browser(app).sign_in(granting)


def extra_time(session: Session, person: Person) -> int:
    session.rollback()
    return session.get_one(Person, person.id).extra_time


def post(browser: Browser, address: str, **data: str) -> int:
    """The status of a form sent without having been shown."""
    token = browser.get("/account/").form("/account/name").values()["csrf_token"]
    return browser.client.post(address, data={"csrf_token": token} | data).status_code


def test_nobody_has_extra_time_until_it_is_granted(desk: Browser, page: str) -> None:
    form = desk.get(page).form(f"{page}/extra-time")
    assert form.values()["extra_time"] == "0"
    options = [option.text for option in form.element.xpath(".//option")]
    assert options == ["No extra time", "25 % more time", "50 % more time", "100 % more time", "200 % more time"]


def test_it_is_granted_shown_and_taken_back(
    session: Session, desk: Browser, page: str, granting: Person, robin: Person
) -> None:
    granted_by = granting.id
    shown = desk.submit(desk.get(page), f"{page}/extra-time", extra_time="50")
    assert SAVED in shown.text
    assert shown.form(f"{page}/extra-time").values()["extra_time"] == "50"
    assert extra_time(session, robin) == 50
    desk.submit(shown, f"{page}/extra-time", extra_time="0")
    assert extra_time(session, robin) == 0
    entries = audited(session, "person.extra_time_changed")
    assert [entry.details for entry in entries] == [{"before": 0, "after": 50}, {"before": 50, "after": 0}]
    assert {entry.actor_id for entry in entries} == {granted_by}


def test_saving_what_stands_writes_nothing_down(session: Session, desk: Browser, page: str) -> None:
    desk.submit(desk.get(page), f"{page}/extra-time")
    assert audited(session, "person.extra_time_changed") == []


@pytest.mark.parametrize("value", ["33", "-50", "1000", "50.0", "much", ""])
def test_only_the_steps_that_are_offered_are_taken(
    session: Session, desk: Browser, page: str, robin: Person, value: str
) -> None:
    assert post(desk, f"{page}/extra-time", extra_time=value) == 400
    assert extra_time(session, robin) == 0


@pytest.mark.parametrize("whose", ["other company's", "no company's", "nobody's"])
def test_for_a_coordinator_what_is_foreign_is_missing(app: Flask, session: Session, robin: Person, whose: str) -> None:
    casey = make_person(session, role=Role.COORDINATOR, organization=robin.organization)
    person_id = {
        "other company's": make_person(session, organization=make_organization(session, "Placeholder Freight")).id,
        "no company's": make_person(session, role=Role.ADMIN).id,
        "nobody's": 999_999,
    }[whose]
    assert post(Browser(app).sign_in(casey), f"/company/people/{person_id}/extra-time", extra_time="50") == 404
    assert audited(session, "person.extra_time_changed") == []


def test_for_an_administrator_nobody_is_missing(app: Flask, session: Session) -> None:
    ada = Browser(app).sign_in(make_person(session, role=Role.ADMIN))
    assert post(ada, "/admin/people/999999/extra-time", extra_time="50") == 404


def test_a_learner_grants_nothing(app: Flask, session: Session, robin: Person) -> None:
    own = Browser(app).sign_in(robin)
    for address in WHERE.values():
        assert post(own, f"{address}/{robin.id}/extra-time", extra_time="200") == 403
    assert extra_time(session, robin) == 0
