"""Invitations: who may send which, how they are accepted, and that a company learns nothing of another's people."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import employment, people, rules
from lms.accounts.models import Invitation, Organization, Person
from lms.accounts.permissions import Role
from lms.core.clock import now, program_day
from lms.core.database import transaction
from lms.schedule.models import ProfileRequirement
from tests.accounts.conftest import PASSWORD, Outbox, audited, sign_in, signed_in_as
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

EMAIL = "noor@sample.example"


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session, "Sample Freight Lines")


@pytest.fixture
def casey(session: Session, company: Organization) -> Person:
    return make_person(
        session, "Casey Sample", role=Role.COORDINATOR, organization=company, email="casey@sample.example"
    )


@pytest.fixture
def desk(app: Flask, casey: Person) -> Browser:
    """The coordinator's browser."""
    return Browser(app).sign_in(casey)


def invite(browser: Browser, email: str = EMAIL, *, status: int = 200, **changes: object) -> Page:
    changes = {"name": "Noor Ejemplo", "email": email} | changes
    return browser.submit(browser.get("/company/people/new"), "/company/people/new", status=status, **changes)


def accept(browser: Browser, path: str, *, status: int = 200, **changes: str) -> Page:
    return browser.submit(browser.get(path), path, status=status, **changes)


def person_at(session: Session, email: str) -> Person | None:
    session.rollback()
    return people.by_email(session, email)


def test_an_invited_person_sets_up_the_account(
    browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    page = invite(desk, functions=["driver", "loader"])
    assert f"The invitation to {EMAIL} is sent." in page.text
    message = outbox.last(EMAIL)
    assert message.subject == "Sample Freight Lines invites you to its CTPAT training"
    assert "Casey Sample of Sample Freight Lines" in message.body
    page = browser.get(outbox.path(EMAIL))
    assert page.h1 == "Sample Freight Lines invites you."
    assert signed_in_as(browser) is None, "opening the link is not accepting"
    assert accept(browser, outbox.path(EMAIL), name="Noor  Ejemplo-García", password=PASSWORD).path == "/"
    person = person_at(session, EMAIL)
    assert person is not None
    assert (person.name, person.role, person.organization_id) == ("Noor Ejemplo-García", Role.LEARNER, company.id)
    assert people.functions_of(person) == ("driver", "loader")
    required = select(ProfileRequirement).where(ProfileRequirement.profile_id == person.profile_id)
    assert session.scalars(required).all(), "the requirements follow"
    assert sign_in(Browser(browser.app), EMAIL).path == "/"


def test_mail_goes_on_in_the_language_in_which_the_account_was_set_up(
    browser: Browser, desk: Browser, outbox: Outbox, session: Session
) -> None:
    invite(desk)
    browser.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-CA"
    accept(browser, outbox.path(EMAIL))
    person = person_at(session, EMAIL)
    assert person is not None
    assert person.language == "fr"


def test_without_a_password_one_goes_on_by_link(
    browser: Browser, desk: Browser, outbox: Outbox, session: Session
) -> None:
    invite(desk)
    accept(browser, outbox.path(EMAIL), password="")
    person = person_at(session, EMAIL)
    assert person is not None
    assert person.password_hash is None
    assert signed_in_as(browser) == "Noor Ejemplo"


def test_what_is_wrong_is_said_at_its_field(browser: Browser, desk: Browser, outbox: Outbox, session: Session) -> None:
    page = invite(desk, email="@sample.example", name=" ", role="admin", status=422)
    assert {"#name", "#email", "#role"} <= set(page.links().values())
    assert "Put the name before the @" in page.text
    invite(desk)
    page = accept(browser, outbox.path(EMAIL), name="", password="short", status=422)
    assert {"#name", "#password"} <= set(page.links().values())
    assert person_at(session, EMAIL) is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.STAFF, Role.TRAINER])
def test_a_coordinator_makes_no_officials(desk: Browser, session: Session, role: Role, outbox: Outbox) -> None:
    invite(desk, role=role.value, status=422)
    assert session.scalars(select(Invitation)).all() == []
    assert outbox.messages == []


def test_a_coordinator_invites_another_one(browser: Browser, desk: Browser, outbox: Outbox, session: Session) -> None:
    invite(desk, role="coordinator")
    accept(browser, outbox.path(EMAIL))
    person = person_at(session, EMAIL)
    assert person is not None
    assert person.role is Role.COORDINATOR


def test_an_invitation_works_once(browser: Browser, desk: Browser, outbox: Outbox) -> None:
    invite(desk)
    path = outbox.path(EMAIL)
    opened = browser.get(path)
    accept(Browser(browser.app), path)
    browser.submit(opened, path, status=410)
    assert "no longer works" in browser.get(path, status=410).text
    assert signed_in_as(browser) is None


def test_an_invitation_expires(browser: Browser, desk: Browser, outbox: Outbox, session: Session) -> None:
    invite(desk)
    path = outbox.path(EMAIL)
    opened = browser.get(path)
    invitation = session.scalars(select(Invitation)).one()
    assert invitation.expires_at - invitation.created_at == timedelta(days=14)
    invitation.expires_at = now()
    session.commit()
    browser.submit(opened, path, status=410)
    assert person_at(session, EMAIL) is None


def test_only_the_hash_of_an_invitation_is_kept(desk: Browser, outbox: Outbox, session: Session) -> None:
    invite(desk)
    token = outbox.path(EMAIL).rpartition("/")[2]
    assert session.scalars(select(Invitation.token_hash)).all() == [rules.token_hash(token)]
    entry = audited(session, "invitation.sent")[0]
    assert token not in str(entry.details)
    assert EMAIL not in str(entry.details)


def test_inviting_again_ends_the_first_link(browser: Browser, desk: Browser, outbox: Outbox) -> None:
    invite(desk)
    first = outbox.path(EMAIL)
    page = invite(desk, email=EMAIL.upper())
    browser.get(first, status=410)
    browser.get(outbox.path(EMAIL))
    assert page.text.count(EMAIL + " Sent") + page.text.count(f"{EMAIL}Sent") == 1, "one of them waits"


def test_a_withdrawn_invitation_is_dead(browser: Browser, desk: Browser, outbox: Outbox, session: Session) -> None:
    page = invite(desk)
    invitation = session.scalars(select(Invitation)).one()
    page = desk.submit(page, f"/company/invitations/{invitation.id}/withdraw")
    assert "withdrawn" in page.text
    browser.get(outbox.path(EMAIL), status=410)


def test_a_colleague_with_an_account_is_not_invited(desk: Browser, casey: Person, outbox: Outbox) -> None:
    page = invite(desk, email="CASEY@sample.example", status=409)
    assert "has an account already" in page.text
    assert outbox.messages == []


def test_a_coordinator_does_not_learn_who_has_an_account_elsewhere(
    browser: Browser, desk: Browser, outbox: Outbox, session: Session
) -> None:
    elsewhere = make_organization(session, "Placeholder Freight")
    other = make_person(session, "Kim Muestra", organization=elsewhere, email="kim@placeholder.example")
    unknown = invite(desk, email="nobody@sample.example")
    known = invite(desk, email=other.email)
    assert f"The invitation to {other.email} is sent." in known.text
    assert unknown.path == known.path
    path = outbox.path(other.email)
    page = browser.get(path)
    assert page.h1 == "You have an account already."
    assert "Placeholder Freight" not in page.text, "that is for the owner of the account"
    assert page.links()["Sign in"] == f"/login?next={path}"
    token = browser.get("/login").form("/login").values()["csrf_token"]
    assert browser.client.post(path, data={"csrf_token": token, "name": "Kim"}).status_code == 409
    assert signed_in_as(browser) is None
    session.rollback()
    assert session.get_one(Person, other.id).organization_id == elsewhere.id
    assert audited(session, "invitation.accepted") == []


def test_whoever_has_an_account_moves_after_saying_yes(
    desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    elsewhere = make_organization(session, "Placeholder Freight")
    kim = make_person(
        session, "Kim Muestra", organization=elsewhere, role=Role.COORDINATOR, email="kim@placeholder.example",
        employee_number="77",
    )  # fmt: skip
    invite(desk, email=kim.email, functions=["loader"])
    path, theirs = outbox.path(kim.email), Browser(desk.app).sign_in(kim)
    page = theirs.get(path)
    assert page.h1 == "Join Sample Freight Lines?"
    assert "You leave Placeholder Freight and join Sample Freight Lines. Your record goes with you." in page.text
    page = theirs.submit(page, path)
    assert page.path == "/"
    assert "You belong to Sample Freight Lines now." in page.text
    session.rollback()
    moved = session.get_one(Person, kim.id)
    assert (moved.organization_id, moved.role, people.functions_of(moved)) == (company.id, Role.LEARNER, ("loader",))
    assert moved.employee_number is None, "the other company's own words stay there"
    assert [time.organization_id for time in employment.history(session, kim.id)] == [elsewhere.id, company.id]
    theirs.get(path, status=410)


def test_somebody_elses_session_does_not_accept(desk: Browser, outbox: Outbox, session: Session) -> None:
    kim = make_person(session, "Kim Muestra", email="kim@placeholder.example")
    invite(desk, email=kim.email)
    other = Browser(desk.app).sign_in(make_person(session, "Ben Muestra", email="ben@placeholder.example"))
    page = other.get(outbox.path(kim.email))
    assert "You are signed in as ben@placeholder.example. This is for kim@placeholder.example" in page.text
    assert not page.find("//main//form")


def test_whoever_left_comes_back_by_another_companys_invitation(
    browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    elsewhere = make_organization(session, "Placeholder Freight")
    kim = make_person(session, "Kim Muestra", organization=elsewhere, email="kim@placeholder.example")
    invite(desk, email=kim.email)
    path, person_id = outbox.path(kim.email), kim.id
    with transaction():
        people.leave(session, person_id, on=program_day(now()), now=now())
    page = browser.submit(browser.get(path), path)
    assert "You belong to Sample Freight Lines now." in page.text
    assert signed_in_as(browser) == "Kim Muestra"
    session.rollback()
    assert session.get_one(Person, person_id).organization_id == company.id


def test_whose_access_was_ended_does_not_come_back_by_an_invitation(
    browser: Browser, desk: Browser, outbox: Outbox, session: Session
) -> None:
    kim = make_person(
        session, "Kim Muestra", organization=make_organization(session), email="kim@placeholder.example",
        disabled_at=now(),
    )  # fmt: skip
    invite(desk, email=kim.email)
    page = browser.get(outbox.path(kim.email))
    assert page.h1 == "You have an account already."
    assert not page.find("//main//form")


def test_another_companys_invitation_cannot_be_withdrawn(desk: Browser, session: Session, outbox: Outbox) -> None:
    invite(desk)
    other = make_person(session, role=Role.COORDINATOR, organization=make_organization(session, "Placeholder Freight"))
    browser = Browser(desk.app).sign_in(other)
    page = browser.get("/company/people/new")
    assert EMAIL not in page.html
    token = page.form("/company/people/new").values()["csrf_token"]
    invitation = session.scalars(select(Invitation)).one()
    answer = browser.client.post(f"/company/invitations/{invitation.id}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 404
    Browser(desk.app).get(outbox.path(EMAIL))


def test_whoever_loses_the_role_lets_nobody_in_by_old_invitations(
    browser: Browser, desk: Browser, casey: Person, outbox: Outbox, session: Session
) -> None:
    invite(desk)
    person_id = casey.id
    with transaction():
        people.disable(session, person_id, now=now())
    assert "no longer works" in browser.get(outbox.path(EMAIL), status=410).text


@pytest.mark.usefixtures("mail_is_down")
def test_when_mail_is_down_the_coordinator_is_told(desk: Browser, session: Session) -> None:
    page = invite(desk)
    assert "did not go out" in page.text
    assert len(session.scalars(select(Invitation)).all()) == 1


def test_learners_invite_nobody(browser: Browser, session: Session, company: Organization) -> None:
    browser.sign_in(make_person(session, organization=company))
    browser.get("/company/people/new", status=403)
    assert browser.client.post("/company/people/new").status_code == 400, "without a token nothing is looked at"


def test_an_administrator_invites_anybody_anywhere(
    browser: Browser, session: Session, company: Organization, outbox: Outbox
) -> None:
    desk = Browser(browser.app).sign_in(make_person(session, "Ada Sample", role=Role.ADMIN))
    new = "/admin/people/new"
    page = desk.submit(desk.get(new), new, name="Noor Ejemplo", email=EMAIL, role="coordinator", status=422)
    assert "#organization_id" in page.links().values(), "a coordinator needs a company"
    desk.submit(page, new, organization_id=str(company.id))
    accept(browser, outbox.path(EMAIL))
    person = person_at(session, EMAIL)
    assert person is not None
    assert (person.role, person.organization_id) == (Role.COORDINATOR, company.id)
    desk.submit(desk.get(new), new, name="Sam Trainer", email="sam@demo.example", role="trainer")
    assert "invites you to MSC Ready" in outbox.last("sam@demo.example").body
    page = desk.submit(desk.get(new), new, name="Noor Ejemplo", email=EMAIL, role="learner", status=409)
    assert "already" in page.text
    waiting = session.scalars(select(Invitation).where(Invitation.used_at.is_(None))).one()
    desk.submit(desk.get(new), f"/admin/invitations/{waiting.id}/withdraw")
    browser.get(outbox.path("sam@demo.example"), status=410)
