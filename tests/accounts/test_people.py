"""Administrators look after people: the list, roles, companies, access; and never to the last of them (U1)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Person, Profile
from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.core.database import transaction
from tests.accounts.conftest import audited
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser


@pytest.fixture
def ada(session: Session) -> Person:
    return make_person(session, "Ada Sample", role=Role.ADMIN, email="ada@demo.example")


@pytest.fixture
def desk(app: Flask, ada: Person) -> Browser:
    """The administrator's browser."""
    return Browser(app).sign_in(ada)


def names(browser: Browser, query: str) -> list[str]:
    return [a.text for a in browser.get(f"/admin/{query}").find("//tbody//th/a")]


def test_people_are_listed_by_name_with_company_and_role(desk: Browser, robin: Person) -> None:
    assert names(desk, "") == ["Ada Sample", "Robin Sample"]
    text = desk.get("/admin/").text
    assert "Sample Freight Lines" in text
    assert "Administrator" in text


def test_people_are_found_by_name_address_and_role(desk: Browser, robin: Person, session: Session) -> None:
    make_person(session, "100% Ejemplo", email="odd@sample.example")
    assert names(desk, "?q=ROBIN") == ["Robin Sample"]
    assert names(desk, "?q=demo.example") == ["Ada Sample"]
    assert names(desk, "?q=100%25") == ["100% Ejemplo"]
    assert names(desk, "?q=%25") == ["100% Ejemplo"]
    assert names(desk, "?q=_") == []
    assert names(desk, "?role=admin") == ["Ada Sample"]
    assert names(desk, "?role=admin&q=robin") == []
    assert len(names(desk, "?role=no-such-role")) == 3
    assert "Nobody is found" in desk.get("/admin/?q=zzz").text


def test_long_lists_have_pages(desk: Browser, session: Session) -> None:
    for n in range(60):
        session.add(Person(name=f"Person {n:02}", email=f"p{n}@sample.example", role=Role.LEARNER, created_at=now()))
    session.commit()
    first = desk.get("/admin/?role=learner")
    assert "60 people, 1 to 50 shown" in first.text
    second = desk.get(first.links()["Next page"])
    assert len(second.find("//tbody/tr")) == 10
    assert names(desk, "?role=learner&page=999") == names(desk, "?role=learner&page=2")
    assert names(desk, "?role=learner&page=-1") == names(desk, "?role=learner")


def statements(work: Callable[[], object]) -> int:
    seen = []
    event.listen(Engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    work()
    return len(seen)


def test_the_list_asks_no_more_when_there_are_more_people(desk: Browser, session: Session) -> None:
    make_person(session, organization=make_organization(session))
    few = statements(lambda: desk.get("/admin/"))
    for _ in range(20):
        make_person(session, organization=make_organization(session))
    assert statements(lambda: desk.get("/admin/")) == few


def test_role_company_and_functions_are_set(desk: Browser, robin: Person, session: Session) -> None:
    elsewhere = make_organization(session, "Placeholder Freight", ("importers",))
    session.commit()
    address = f"/admin/people/{robin.id}"
    page = desk.submit(
        desk.get(address), address, role="coordinator", organization_id=str(elsewhere.id), functions=["it"]
    )
    assert page.h1 == "What this will do for Robin Sample"
    assert "Works for Placeholder Freight from now on." in page.text
    session.rollback()
    assert session.get_one(Person, robin.id).role is Role.LEARNER, "nothing is saved yet"
    assert "Saved." in desk.submit(page, address).text
    session.rollback()
    person = session.get_one(Person, robin.id)
    assert (person.role, person.organization_id) == (Role.COORDINATOR, elsewhere.id)
    assert person.profile is not None
    assert (person.profile.entities, person.profile.functions) == (["importers"], ["it"])
    assert audited(session, "person.role_changed")[0].details == {"before": "learner", "after": "coordinator"}
    assert audited(session, "person.moved")[0].details["after"] == elsewhere.id


def test_people_of_no_company_have_no_profile(desk: Browser, robin: Person, session: Session) -> None:
    address = f"/admin/people/{robin.id}"
    page = desk.submit(desk.get(address), address, organization_id="", role="trainer")
    assert "Belongs to no company from now on." in page.text
    desk.submit(page, address)
    session.rollback()
    assert session.get_one(Person, robin.id).profile_id is None


def test_a_coordinator_needs_a_company(desk: Browser, robin: Person, session: Session) -> None:
    address = f"/admin/people/{robin.id}"
    page = desk.submit(desk.get(address), address, organization_id="", role="coordinator", status=422)
    assert "#organization_id" in page.links().values()
    page = desk.submit(page, address, organization_id="999999", role="king", status=422)
    assert {"#organization_id", "#role"} <= set(page.links().values())
    with pytest.raises(people.NeedsOrganization), transaction():
        people.add(session, name="x", email="x@sample.example", role=Role.COORDINATOR, now=now())


def test_the_last_administrator_stays_one(desk: Browser, ada: Person, session: Session) -> None:
    make_person(session, "Former Admin", role=Role.ADMIN, disabled_at=now())
    address = f"/admin/people/{ada.id}"
    page = desk.submit(desk.get(address), address, role="learner", status=409)
    assert "last administrator" in page.text
    session.rollback()
    assert session.get_one(Person, ada.id).role is Role.ADMIN
    assert audited(session, "person.role_changed") == []


def test_with_two_administrators_one_may_step_down(desk: Browser, ada: Person, session: Session) -> None:
    make_person(session, "Ben Sample", role=Role.ADMIN)
    address = f"/admin/people/{ada.id}"
    desk.submit(desk.get(address), address, role="staff", status=403)
    session.rollback()
    assert session.get_one(Person, ada.id).role is Role.STAFF


def test_the_last_administrator_is_not_disabled(session: Session, ada: Person) -> None:
    person_id = ada.id
    with pytest.raises(people.LastAdmin), transaction():
        people.disable(session, person_id, now=now())
    assert session.get_one(Person, person_id).disabled_at is None


def test_access_is_ended_and_given_back(desk: Browser, robin: Person, session: Session) -> None:
    access = f"/admin/people/{robin.id}/access"
    page = desk.submit(desk.get(f"/admin/people/{robin.id}"), access)
    assert "Access ended" in page.text
    assert "Access ended" in desk.get("/admin/?q=robin").text
    desk.submit(page, access)
    session.rollback()
    assert session.get_one(Person, robin.id).disabled_at is None


def test_nobody_is_missing_kindly(desk: Browser) -> None:
    for number in (999999, 2**70):
        assert desk.get(f"/admin/people/{number}", status=404).h1 == MISSING


@pytest.mark.parametrize("role", [Role.LEARNER, Role.COORDINATOR, Role.TRAINER, Role.STAFF])
def test_only_administrators_come_in(app: Flask, session: Session, ada: Person, role: Role) -> None:
    browser = Browser(app).sign_in(make_person(session, role=role, organization=make_organization(session)))
    token = browser.get("/account/").form("/account/name").values()["csrf_token"]
    for address in ("/admin/", "/admin/people/new", "/admin/organizations/", "/admin/organizations/new"):
        browser.get(address, status=403)
    for address in (f"/admin/people/{ada.id}", f"/admin/people/{ada.id}/access", "/admin/organizations/new"):
        assert browser.client.post(address, data={"csrf_token": token}).status_code == 403


# One account an address (U2), one profile a combination


def test_an_address_has_one_account_however_it_is_typed(session: Session, robin: Person) -> None:
    with pytest.raises(people.AddressTaken), transaction():
        people.add(session, name="Robin", email=" ROBIN@Sample.Example", role=Role.LEARNER, now=now())


def test_the_database_holds_out_against_an_unfolded_address(session: Session) -> None:
    session.add(Person(name="x", email="Upper@sample.example", role=Role.LEARNER, created_at=now()))
    with pytest.raises(IntegrityError):
        session.flush()


def test_people_alike_share_one_profile(session: Session) -> None:
    organization = make_organization(session)
    session.commit()
    organization_id, made = organization.id, []
    with transaction():
        for n, functions in enumerate((("driver", "it"), ("it", "driver", "everyone"), ("it",))):
            person = people.add(
                session, name=f"Person {n}", email=f"n{n}@sample.example", role=Role.LEARNER, now=now(),
                organization_id=organization_id, functions=functions,
            )  # fmt: skip
            made.append(person.profile_id)
    assert made[0] == made[1] != made[2]
    assert len(session.scalars(select(Profile)).all()) == 2
