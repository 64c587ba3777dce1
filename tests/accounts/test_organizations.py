"""Organizations: their facts, and what follows from them for their people."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import organizations, people
from lms.accounts.models import Organization, Person, Profile
from lms.accounts.permissions import Role
from lms.accounts.rules import Facts
from lms.core.clock import now
from lms.core.database import transaction
from lms.schedule.models import ProfileRequirement
from tests.accounts.conftest import audited
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

NEW = "/admin/organizations/new"
FACTS: dict[str, object] = {
    "name": "Sample  Orchard Imports",
    "number": " TEST 7 ",
    "entities": ["importers", "exporters", "no-such-type"],
    "scope-guards": ["no"],
    "scope-cameras": ["yes"],
    "due_by": "2099-12-07",
}


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Ada Sample", role=Role.ADMIN))


def required(session: Session, person_id: int) -> set[str]:
    session.rollback()
    mine = select(ProfileRequirement.module).join(Person, Person.profile_id == ProfileRequirement.profile_id)
    return set(session.scalars(mine.where(Person.id == person_id)))


def test_an_organization_is_added(desk: Browser, session: Session) -> None:
    page = desk.submit(desk.get(NEW), NEW, **FACTS)
    assert "Sample Orchard Imports is added." in page.text
    made = organizations.by_number(session, "TEST7")
    assert made is not None
    assert (made.name, made.entities, made.declined, made.due_by) == (
        "Sample Orchard Imports", ("exporters", "importers"), ["guards"], date(2099, 12, 7),
    )  # fmt: skip
    entry = audited(session, "organization.created")[0]
    assert (entry.subject, entry.details["declined"]) == (f"organization {made.id}", ["guards"])


def test_what_is_wrong_is_said_at_its_field(desk: Browser, session: Session) -> None:
    page = desk.submit(desk.get(NEW), NEW, name="", number="", entities=[], due_by="December 7", status=422)
    assert {"#name", "#number", "#entities", "#due_by"} <= set(page.links().values())
    assert session.scalars(select(Organization)).all() == []


def test_the_form_shows_what_stands(desk: Browser, session: Session) -> None:
    desk.submit(desk.get(NEW), NEW, **FACTS)
    made = session.scalars(select(Organization)).one()
    address = f"/admin/organizations/{made.id}"
    values = desk.get(address).form(address).values()
    assert values["number"] == "TEST7"
    assert values["entities"] == ["importers", "exporters"]
    assert values["due_by"] == "2099-12-07"
    declined = {name for name, value in values.items() if name.startswith("scope-") and value == ["no"]}
    assert declined == {"scope-guards"}


def test_a_number_belongs_to_one_organization(desk: Browser, session: Session) -> None:
    desk.submit(desk.get(NEW), NEW, **FACTS)
    page = desk.submit(desk.get(NEW), NEW, **FACTS | {"number": "test 7"}, status=409)
    assert "#number" in page.links().values()
    other = make_organization(session)
    session.commit()
    address = f"/admin/organizations/{other.id}"
    page = desk.submit(desk.get(address), address, number="TEST7", status=409)
    assert page.h1 == "Sample Freight Lines"
    session.rollback()
    assert session.get_one(Organization, other.id).number != "TEST7"


def test_new_entity_types_reach_everybody_at_once(desk: Browser, session: Session, robin: Person) -> None:
    organization = robin.organization
    assert organization is not None
    loader = make_person(session, "Lê Ví Dụ", organization=organization, functions=("loader",))
    twin = make_person(session, "Ana Muestra", organization=organization)
    elsewhere = make_person(session, organization=make_organization(session, "Placeholder Freight"))
    before, stays = required(session, robin.id), session.get_one(Person, elsewhere.id).profile_id
    address = f"/admin/organizations/{organization.id}"
    page = desk.submit(desk.get(address), address, entities=["customs-brokers"], **{"scope-physical-handling": ["no"]})
    assert page.h1 == "What this will do for the people of Sample Freight Lines"
    assert required(session, robin.id) == before, "nothing is saved yet"
    assert "Saved." in desk.submit(page, address).text
    session.rollback()
    profiles = {p.id: session.get_one(Person, p.id).profile for p in (robin, loader, twin)}
    for profile in profiles.values():
        assert profile is not None
        assert (profile.entities, profile.declined) == (["customs-brokers"], ["physical-handling"])
    assert [profiles[p.id].functions for p in (robin, loader, twin)] == [["driver"], ["loader"], ["driver"]]  # type: ignore[union-attr]
    assert profiles[robin.id] is profiles[twin.id]
    assert session.get_one(Person, elsewhere.id).profile_id == stays, "another company's people stay"
    assert required(session, robin.id) != before


def test_a_change_of_nothing_keeps_profiles(session: Session, robin: Person) -> None:
    organization = robin.organization
    assert organization is not None
    facts = Facts(organization.number, "Sample Freight Lines, renamed", organization.entities)
    organization_id, profile_id = organization.id, robin.profile_id
    with transaction():
        assert organizations.change(session, organization_id, facts, actor_id=None, now=now()) == (profile_id,)
    assert len(session.scalars(select(Profile)).all()) == 1


def test_organizations_are_listed_and_found(desk: Browser, session: Session, robin: Person) -> None:
    make_organization(session, "Placeholder Freight", ("importers", "exporters"), due_by=date(2026, 12, 1))
    session.commit()
    page = desk.get("/admin/organizations/")
    assert [a.text for a in page.find("//tbody//th/a")] == ["Placeholder Freight", "Sample Freight Lines"]
    assert "U.S. Exporters, U.S. Importers" in page.text
    assert "December 1, 2026" in page.text
    assert [a.text for a in desk.get("/admin/organizations/?q=sample").find("//tbody//th/a")] == [
        "Sample Freight Lines"
    ]
    assert "No organization is found" in desk.get("/admin/organizations/?q=zzz").text


def test_missing_organizations_are_missing(desk: Browser, session: Session) -> None:
    desk.get("/admin/organizations/999999", status=404)
    token = desk.get(NEW).form(NEW).values()["csrf_token"]
    data = {"csrf_token": token, "name": "x", "number": "x", "entities": "importers"}
    assert desk.client.post("/admin/organizations/999999", data=data).status_code == 404
    with pytest.raises(people.NoSuchOrganization), transaction():
        people.add(session, name="x", email="x@sample.example", role=Role.LEARNER, organization_id=999_999, now=now())


def test_an_own_day_that_is_past_is_refused_unless_it_was_there(session: Session, browser: Browser) -> None:
    company = make_organization(session, due_by=date(2018, 12, 1))
    desk = browser.sign_in(make_person(session, role=Role.ADMIN))
    path = f"/admin/organizations/{company.id}"
    page = desk.submit(desk.get(path), path, due_by="2018-12-02", status=422)
    assert "This day is past." in page.text
    assert "Saved." in desk.submit(desk.get(path), path).text
