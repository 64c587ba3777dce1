"""Joining by oneself, by the pages: the same answer whatever is known, a mailed link, and a coordinator who decides."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import ApprovedDomain, JoinRequest, Organization, Person
from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.schedule.models import ProfileRequirement
from tests.accounts.conftest import Outbox, signed_in_as
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser, Page

EMAIL = "noor@samplefreight.example"
JOINING = "/company/joining/"


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def desk(app: Flask, session: Session, company: Organization) -> Browser:
    """The coordinator's browser."""
    casey = make_person(session, "Casey", role=Role.COORDINATOR, organization=company, email="casey@x.example")
    return Browser(app).sign_in(casey)


def ask(browser: Browser, number: str, email: str = EMAIL, *, status: int = 200, **changes: object) -> Page:
    changes = {"name": "Noor Ejemplo", "email": email, "number": number, "functions": ["driver"]} | changes
    return browser.submit(browser.get("/join"), "/join", status=status, **changes)


def approve(desk: Browser, domain: str, *, status: int = 200) -> Page:
    return desk.submit(desk.get(JOINING), f"{JOINING}domains", domain=domain, status=status)


def confirm(browser: Browser, path: str, *, status: int = 200, **changes: str) -> Page:
    return browser.submit(browser.get(path), path, status=status, **changes)


def person_at(session: Session, email: str = EMAIL) -> Person | None:
    session.rollback()
    return people.by_email(session, email)


def test_visitors_find_the_way(browser: Browser) -> None:
    assert browser.get("/login").links()["Join your company"] == "/join"
    assert browser.get("/").links()["New here? Join your company"] == "/join"


def test_an_approved_address_is_in_at_once(
    browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    page = approve(desk, " @SampleFreight.example ")
    assert "Whoever proves an address at samplefreight.example joins your company at once." in page.text
    page = ask(browser, company.number.lower())
    assert page.path == "/join/sent"
    assert "Noor Ejemplo" in outbox.last(EMAIL).body
    assert "within 24 hours" in outbox.last(EMAIL).body
    path = outbox.path(EMAIL)
    page = browser.get(path)
    assert page.h1 == "Is this your address?"
    assert company.name in page.text
    assert person_at(session) is None, "opening the link proves nothing"
    page = browser.submit(page, path)
    assert page.path == "/"
    assert f"You belong to {company.name} now." in page.text
    assert signed_in_as(browser) == "Noor Ejemplo"
    noor = person_at(session)
    assert noor is not None
    assert (noor.organization_id, noor.role, people.functions_of(noor)) == (company.id, Role.LEARNER, ("driver",))
    required = select(ProfileRequirement).where(ProfileRequirement.profile_id == noor.profile_id)
    assert session.scalars(required).all(), "the requirements follow"
    browser.get(path, status=410)


def test_mail_is_in_the_language_in_which_somebody_came_in(
    app: Flask, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    def arrived(accepted: str, email: str) -> str | None:
        comer = Browser(app)
        comer.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accepted
        ask(comer, company.number, email)
        confirm(comer, outbox.path(email))
        person = person_at(session, email)
        assert person is not None
        return person.language

    assert arrived("es-MX,en", EMAIL) == "es"
    assert arrived("en-US,es", "kim@samplefreight.example") is None, "a roster may still say otherwise"
    address = desk.get(JOINING).find(f"//tr[contains(., '{EMAIL}')]/td[@data-label='Decide']/a/@href")[0]
    desk.submit(desk.get(address), address)
    assert outbox.last(EMAIL).subject == f"Usted pertenece a {company.name} en MSC Ready"


def test_others_wait_and_are_let_in(
    browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    ask(browser, company.number)
    page = confirm(browser, outbox.path(EMAIL))
    assert page.h1 == "Your company decides now."
    assert f"You asked {company.name} on" in browser.get("/account/").text
    assert "1 person waits to join" in desk.get("/company/").text
    page = desk.get(JOINING)
    assert page.h1 == "1 person waits to join"
    assert EMAIL in page.text
    address = page.find("//td[@data-label='Decide']/a/@href")[0]
    page = desk.get(address)
    assert page.h1 == "Let Noor Ejemplo in?"
    assert page.find("//input[@name='functions'][@checked]/@value") == ["driver"]
    told = desk.submit(page, address, functions=["it"])
    assert "Noor Ejemplo belongs to your company now, and is told by mail." in told.text
    message = outbox.last(EMAIL)
    assert message.subject == f"You belong to {company.name} on MSC Ready"
    assert outbox.path(EMAIL) == "/login/link"
    desk.submit(page, address, status=404)
    desk.submit(page, f"{address}/decline", status=404)
    noor = person_at(session)
    assert noor is not None
    assert (noor.organization_id, people.functions_of(noor)) == (company.id, ("it",))
    required = select(ProfileRequirement).where(ProfileRequirement.profile_id == noor.profile_id)
    assert session.scalars(required).all()
    assert company.name in browser.get("/account/").text


def test_who_is_declined_is_told(
    browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    ask(browser, company.number)
    confirm(browser, outbox.path(EMAIL))
    address = desk.get(JOINING).find("//td[@data-label='Decide']/a/@href")[0]
    page = desk.submit(desk.get(address), f"{address}/decline")
    assert "Noor Ejemplo is not let in, and is told by mail." in page.text
    assert outbox.last(EMAIL).subject == f"{company.name} did not let you in"
    assert desk.get(JOINING).h1 == "Nobody waits to join"
    noor = person_at(session)
    assert noor is not None
    assert (noor.organization_id, noor.disabled_at) == (None, None)


def test_another_companys_request_answers_like_none(
    app: Flask, browser: Browser, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    ask(browser, company.number)
    confirm(browser, outbox.path(EMAIL))
    address = desk.get(JOINING).find("//td[@data-label='Decide']/a/@href")[0]
    rival = make_person(session, role=Role.COORDINATOR, organization=make_organization(session, "Placeholder Freight"))
    theirs = Browser(app).sign_in(rival)
    assert EMAIL not in theirs.get(JOINING).html
    assert theirs.get(address, status=404).h1 == MISSING
    token = theirs.get(JOINING).find("//input[@name='csrf_token']/@value")[0]
    for decision in (address, f"{address}/decline"):
        assert theirs.client.post(decision, data={"csrf_token": token}).status_code == 404
    assert session.scalars(select(JoinRequest.decided_at)).all() == [None]


@pytest.mark.parametrize("kind", ["known", "unknown"])
def test_the_answer_is_the_same_whatever_is_known(
    browser: Browser, company: Organization, session: Session, outbox: Outbox, kind: str
) -> None:
    if kind == "known":
        make_person(session, organization=company, email=EMAIL)
    session.commit()
    page = ask(browser, company.number if kind == "known" else "NOBODY-1")
    assert page.h1 == "Look into your mail."
    assert page.text == browser.get("/join/sent").text
    assert len(outbox.messages) == 1
    assert outbox.messages[0].subject == "Your link to join your company on MSC Ready"


def test_an_unknown_number_is_corrected_once(
    browser: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    session.commit()
    ask(browser, "nobody 1")
    path = outbox.path(EMAIL)
    page = confirm(browser, path)
    assert page.h1 == "We know no company with this number."
    assert "You wrote NOBODY1." in page.text
    page = browser.submit(page, path, number=" ", status=422)
    assert "#number" in page.links().values()
    page = browser.submit(page, path, number=company.number)
    assert page.h1 == "Your company decides now."
    ask(browser, "NOBODY-1", "kim@other.example")
    path = outbox.path("kim@other.example")
    page = browser.submit(confirm(browser, path), path, number="NOBODY-2", status=410)
    assert page.h1 == "We know no company with this number either."
    assert person_at(session, "kim@other.example") is None


def test_whoever_has_an_account_says_yes_first(
    app: Flask, desk: Browser, company: Organization, outbox: Outbox, session: Session
) -> None:
    approve(desk, "samplefreight.example")
    kim = make_person(session, "Kim", organization=make_organization(session, "Placeholder Freight"), email=EMAIL)
    stranger, theirs = Browser(app), Browser(app).sign_in(kim)
    ask(stranger, company.number)
    path = outbox.path(EMAIL)
    page = stranger.get(path)
    assert "Placeholder" not in page.text
    assert page.links()["Sign in"] == f"/login?next={path}"
    token = stranger.get("/login").form("/login").values()["csrf_token"]
    assert stranger.client.post(path, data={"csrf_token": token}).status_code == 409
    page = theirs.get(path)
    assert f"You leave Placeholder Freight and join {company.name}." in page.text
    theirs.submit(page, path)
    moved = person_at(session)
    assert moved is not None
    assert moved.organization_id == company.id


def test_what_is_wrong_is_said_at_its_field(browser: Browser, session: Session, outbox: Outbox) -> None:
    page = ask(browser, " ", "@sample.example", status=422, name="")
    assert {"#name", "#email", "#number"} <= set(page.links().values())
    assert session.scalars(select(JoinRequest)).all() == []
    assert outbox.messages == []


@pytest.mark.usefixtures("clock_stands")
def test_asking_again_and_again_waits(browser: Browser, session: Session, outbox: Outbox) -> None:
    for _ in range(5):
        ask(browser, "NOBODY-1")
    page = ask(browser, "NOBODY-1", status=429)
    assert "Too many tries in a short time." in page.text
    assert len(outbox.messages) == 3, "and three letters at most go out"


@pytest.mark.usefixtures("mail_is_down")
def test_mail_that_is_down_costs_the_mail_alone(browser: Browser, session: Session) -> None:
    assert ask(browser, "NOBODY-1").path == "/join/sent"


def test_domains_are_approved_and_removed(desk: Browser, session: Session) -> None:
    page = approve(desk, "gmail.com", status=422)
    assert "Anybody can have an address at gmail.com." in page.text
    assert page.form(f"{JOINING}domains").values()["domain"] == "gmail.com"
    page = approve(desk, "samplefreight.example")
    assert page.find("//main//strong/text()") == ["samplefreight.example"]
    page = desk.submit(page, f"{JOINING}domains/remove")
    assert "The domain is removed." in page.text
    session.rollback()
    assert session.scalars(select(ApprovedDomain)).all() == []


def test_who_waits_comes_page_by_page(desk: Browser, company: Organization, session: Session) -> None:
    for number in range(51):
        person = make_person(session, f"Person {number:02}")
        at = now() + timedelta(seconds=number)
        request = JoinRequest(
            token_hash=str(number), email=person.email, name=person.name, number=company.number, functions=[],
            organization_id=company.id, created_at=at, expires_at=at, proved_at=at, person_id=person.id,
        )  # fmt: skip
        session.add(request)
    session.commit()
    page = desk.get(JOINING)
    assert page.h1 == "51 people wait to join"
    assert "Person 50" not in page.text
    assert "Person 50" in desk.get(f"{JOINING}?page=2").text
