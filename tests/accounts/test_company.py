"""A coordinator looks after the own company's people, and nobody else's (U3, U4)."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.schedule.models import ProfileRequirement
from tests.accounts.conftest import Outbox, audited, sign_in, signed_in_as
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser


@pytest.fixture
def company(session: Session, robin: Person) -> Organization:
    assert robin.organization is not None
    return robin.organization


@pytest.fixture
def desk(app: Flask, session: Session, company: Organization) -> Browser:
    casey = make_person(
        session, "Casey Sample", role=Role.COORDINATOR, organization=company, email="casey@sample.example"
    )
    return Browser(app).sign_in(casey)


def post(browser: Browser, address: str, **data: str) -> int:
    """The status of a form sent without having been shown."""
    token = browser.get("/account/").form("/account/name").values()["csrf_token"]
    return browser.client.post(address, data={"csrf_token": token} | data).status_code


def required(session: Session, person: Person) -> set[str]:
    session.rollback()
    named = select(ProfileRequirement.module).where(ProfileRequirement.profile_id == person.profile_id)
    return set(session.scalars(named))


def test_job_functions_bring_modules(desk: Browser, robin: Person, session: Session) -> None:
    before = required(session, robin)
    page = desk.get(f"/company/people/{robin.id}")
    assert page.h1 == "Robin Sample"
    action = f"/company/people/{robin.id}"
    assert page.form(action).values()["functions"] == ["driver"]
    page = desk.submit(page, action, functions=["it", "no-such-function", "everyone"])
    assert page.h1 == "What this will do for Robin Sample"
    assert required(session, robin) == before, "nothing is saved yet"
    page = desk.submit(page, action)
    assert "The job functions are saved." in page.text
    session.rollback()
    assert people.functions_of(session.get_one(Person, robin.id)) == ("it",)
    after = required(session, robin)
    assert before - after, "what drivers take is no longer required"
    assert all(key.startswith("cybersecurity/") for key in after - before)
    entry = audited(session, "person.functions_changed")[0]
    assert entry.details == {"before": ["driver"], "after": ["it"]}


def test_saving_what_stands_changes_nothing(desk: Browser, robin: Person, session: Session) -> None:
    desk.submit(desk.get(f"/company/people/{robin.id}"), f"/company/people/{robin.id}")
    assert audited(session, "person.functions_changed") == []


def test_ended_access_ends_sessions_links_and_mail(
    desk: Browser, app: Flask, robin: Person, session: Session, outbox: Outbox
) -> None:
    theirs, asking = Browser(app), Browser(app)
    sign_in(theirs, robin.email)
    asking.submit(asking.get("/login/link"), email=robin.email)
    link = outbox.path(robin.email)
    access = f"/company/people/{robin.id}/access"
    page = desk.submit(desk.get(f"/company/people/{robin.id}"), access)
    assert "Access ended on" in page.text
    assert signed_in_as(theirs) is None
    asking.get(link, status=410)
    sign_in(theirs, "robin@sample.example", status=422)
    asking.submit(asking.get("/login/link"), email="robin@sample.example")
    assert len(outbox.messages) == 1, "no mail after the first"
    page = desk.submit(page, access)
    assert "Access ended on" not in page.text
    assert signed_in_as(theirs) is None, "old sessions stay ended"
    asking.get(link, status=410)
    sign_in(theirs, "robin@sample.example")
    assert signed_in_as(theirs) == "Robin Sample"
    assert [len(audited(session, f"person.{what}")) for what in ("disabled", "enabled")] == [1, 1]


def test_ending_access_twice_is_ending_it_once(desk: Browser, robin: Person, session: Session) -> None:
    access = f"/company/people/{robin.id}/access"
    page = desk.get(f"/company/people/{robin.id}")
    desk.submit(page, access)
    desk.submit(page, access)
    assert len(audited(session, "person.disabled")) == 1


def test_a_coordinator_does_not_end_the_own_access(desk: Browser, session: Session) -> None:
    casey = people.by_email(session, "casey@sample.example")
    assert casey is not None
    assert not desk.get(f"/company/people/{casey.id}").find("//form[contains(@action, '/access')]")
    assert post(desk, f"/company/people/{casey.id}/access", access="end") == 403


@pytest.mark.parametrize("role", [Role.ADMIN, Role.TRAINER, Role.STAFF])
def test_a_coordinator_does_not_end_an_officials_access(
    desk: Browser, session: Session, company: Organization, role: Role
) -> None:
    official = make_person(session, "Olu Muestra", role=role, organization=company)
    assert post(desk, f"/company/people/{official.id}/access", access="end") == 403
    session.rollback()
    assert session.get_one(Person, official.id).disabled_at is None


@pytest.mark.parametrize("whose", ["other company's", "no company's", "nobody's"])
def test_what_is_foreign_answers_like_what_is_missing(desk: Browser, session: Session, whose: str) -> None:
    person_id = {
        "other company's": make_person(session, organization=make_organization(session, "Placeholder Freight")).id,
        "no company's": make_person(session, role=Role.ADMIN).id,
        "nobody's": 999_999,
    }[whose]
    missing = desk.get(f"/company/people/{2**80}", status=404)
    page = desk.get(f"/company/people/{person_id}", status=404)
    assert page.text == missing.text
    assert post(desk, f"/company/people/{person_id}", functions="it") == 404
    assert post(desk, f"/company/people/{person_id}/access", access="end") == 404
    assert audited(session, "person.functions_changed") == []
    assert audited(session, "person.disabled") == []


def test_a_colleagues_page_is_not_a_learners(app: Flask, robin: Person) -> None:
    browser = Browser(app).sign_in(robin)
    browser.get(f"/company/people/{robin.id}", status=403)
    assert post(browser, f"/company/people/{robin.id}", functions="it") == 403


def test_a_person_out_of_company_has_no_company_pages(app: Flask, session: Session) -> None:
    browser = Browser(app).sign_in(make_person(session, role=Role.COORDINATOR))
    for path in ("/company/people/new", "/company/people/1"):
        assert browser.get(path, status=404).h1 == MISSING
