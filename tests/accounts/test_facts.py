"""What the program knows of a company beside its name: where it belongs, where it lies, how large it is."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.countries import names, names_of
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.core.language import using
from tests.factories.people import make_organization, make_person
from tests.factories.training import complete
from tests.pages import Browser

NEW = "/admin/organizations/new"
STATED: dict[str, object] = {"name": "Sample Orchard Imports", "number": "TEST7", "entities": ["importers"]}


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Ada Sample", role=Role.ADMIN))


def test_office_country_and_size_are_kept_and_listed(desk: Browser, session: Session) -> None:
    facts = {"field_office": "miami", "country": "CA", "employees": "1,200"}
    desk.submit(desk.get(NEW), NEW, **STATED | facts)
    made = session.scalars(select(Organization)).one()
    assert (made.field_office, made.country, made.employees) == ("miami", "CA", 1200)
    assert "Miami, Canada, 1,000 employees or more" in desk.get("/admin/organizations/").text
    address = f"/admin/organizations/{made.id}"
    values = desk.get(address).form(address).values()
    assert (values["field_office"], values["country"], values["employees"]) == ("miami", "CA", "1200")
    page = desk.submit(desk.get(address), address, name="Sample Orchards")
    assert "Saved." in page.text, "a name is saved at once: no module follows from it"
    session.rollback()
    kept = session.get_one(Organization, made.id)
    assert (kept.name, kept.field_office, kept.country, kept.employees) == ("Sample Orchards", "miami", "CA", 1200)


@pytest.mark.parametrize("field", ["field_office", "country", "employees"])
@pytest.mark.parametrize("typed", ["atlantis", "-3", "0", "9" * 5000])
def test_what_cannot_be_is_said_at_its_field(desk: Browser, session: Session, field: str, typed: str) -> None:
    page = desk.submit(desk.get(NEW), NEW, status=422, **STATED | {field: typed})
    assert f"#{field}" in page.links().values()
    if field == "employees":
        assert page.find("//input[@name='employees']")[0].get("value") == typed[:20], "what was typed stays"
    assert session.scalars(select(Organization)).all() == []


def test_what_nobody_said_is_not_known(desk: Browser, session: Session) -> None:
    desk.submit(desk.get(NEW), NEW, **STATED)
    made = session.scalars(select(Organization)).one()
    assert (made.field_office, made.country, made.employees) == (None, None, None)
    assert "Not known" in desk.get("/admin/organizations/").text


def test_countries_are_named_in_the_language_in_force() -> None:
    assert names()["MX"] == "Mexico"
    with using("es"):
        assert names()["MX"] == "México"
        assert list(names_of(["US", "MX", "??"]).items()) == [("??", "??"), ("US", "Estados Unidos"), ("MX", "México")]
    assert not {"EU", "UN", "ZZ", "001"} & names().keys()
    assert {"US", "MX", "CA", "CN", "VN"} <= names().keys()


def test_other_entity_types_are_counted_before_they_are_saved(desk: Browser, session: Session) -> None:
    home = make_organization(session)
    people = [make_person(session, name, organization=home) for name in ("Ana Sample", "Ben Sample")]
    make_person(session, "Gone Sample", organization=home, disabled_at=home.created_at)
    walk = "conveyance-and-iit-security/walk"
    complete(session, people[0], walk)
    address = f"/admin/organizations/{home.id}"
    handling = {"scope-physical-handling": ["no"]}
    page = desk.submit(desk.get(address), address, entities=["customs-brokers"], **handling)
    row = page.one(f"//section[@aria-labelledby='dropped']//tr[th='{_title(desk, walk)}']")
    assert [cell.text for cell in row][1:3] == ["2", "1"], "both lose it, one has completed it"
    session.rollback()
    assert session.get_one(Organization, home.id).entities == ("highway-carriers-us-mexico",)
    before = {person.id: session.get_one(Person, person.id).profile_id for person in people}
    assert "Saved." in desk.submit(page, address).text
    handling = {"scope-physical-handling": ["yes"]}
    back = desk.submit(desk.get(address), address, entities=["highway-carriers-us-mexico"], **handling)
    row = back.one(f"//section[@aria-labelledby='added']//tr[th='{_title(desk, walk)}']")
    assert [cell.text for cell in row][1:3] == ["2", "1"], "what was completed counts again"
    desk.submit(back, address)
    session.rollback()
    assert {person.id: session.get_one(Person, person.id).profile_id for person in people} == before


def _title(desk: Browser, module: str) -> str:
    return desk.get(f"/courses/{module}/").h1
