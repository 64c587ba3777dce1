"""Staff exempt people and companies: shown first, then done; whoever it concerns reads it."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Exemption, Organization, Person
from lms.accounts.permissions import Role
from lms.certificates.models import Certificate
from lms.certificates.settling import SETTLE
from lms.core import working
from lms.core.clock import now, program_day
from lms.core.jobs import Job
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, WALK, complete
from tests.pages import Browser, Page

NEW = "/program/exemptions/new"
LIST = "/program/exemptions/"
REASON = "Loads no containers."


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def ana(session: Session, company: Organization) -> Person:
    return make_person(session, "Ana Sample", organization=company, email="ana@sample.example")


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Sam Specimen", role=Role.STAFF))


def ask(desk: Browser, status: int = 200, **values: str) -> Page:
    return desk.submit(desk.get(NEW), NEW, status=status, **{"module": SEALS, "reason": REASON} | values)


def required(session: Session, person: Person) -> set[str]:
    session.rollback()
    mine = select(ProfileRequirement.module).where(ProfileRequirement.profile_id == person.profile_id)
    return set(session.scalars(mine))


def test_a_person_is_exempt_and_is_no_longer(desk: Browser, session: Session, ana: Person) -> None:
    assert "Nobody is exempt from a module" in desk.get(LIST).text
    page = ask(desk, email=" ANA@sample.example")
    assert page.h1 == "What this exemption will do"
    assert "required of this person now" in page.text
    assert SEALS in required(session, ana), "nothing is saved yet"
    page = desk.submit(page, NEW)
    assert page.path == LIST
    assert page.h1 == "1 exemption"
    assert [word in page.text for word in ("Ana Sample", REASON, "Sam Specimen", "In force")] == [True] * 4
    assert SEALS not in required(session, ana)
    one = desk.get(f"{LIST}1")
    page = desk.submit(desk.submit(one, f"{LIST}1", reason="", status=422), f"{LIST}1", reason="Loads again.")
    assert page.h1 == "Ana Sample is exempt no longer"
    assert "Loads again." in page.text
    assert SEALS in required(session, ana)
    assert "Somebody ended it before you." in desk.submit(one, f"{LIST}1", reason="Me too.").text
    assert "No exemptions found" in desk.get(f"{LIST}?standing=in+force").text
    assert "1 exemption" in desk.get(f"{LIST}?standing=ended&q=ana&module={SEALS}").text


def test_a_company_is_exempt_by_its_number(desk: Browser, session: Session, company: Organization, ana: Person) -> None:
    make_person(session, "Ben Sample", organization=company)
    complete(session, ana, SEALS)
    page = ask(desk, number=company.number.lower())
    assert "required of 2 people with access now" in page.text
    assert "1 of them has completed it" in page.text
    assert "Everybody of Sample Freight Lines" in desk.submit(page, NEW).text
    assert SEALS not in required(session, ana)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"#email"}),
        ({"email": "nobody@sample.example"}, {"#email"}),
        ({"email": "ana@sample.example", "number": "TEST-0001"}, {"#email"}),
        ({"number": "NOBODYS"}, {"#number"}),
        ({"email": "ana@sample.example", "module": "no/such"}, {"#module"}),
        ({"email": "ana@sample.example", "reason": ""}, {"#reason"}),
        ({"email": "ana@sample.example", "reason": "x" * 501}, {"#reason"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    desk: Browser, session: Session, ana: Person, values: dict[str, str], fields: set[str]
) -> None:
    page = ask(desk, status=422, **values)
    assert fields <= set(page.links().values())
    assert session.scalar(select(func.count(Exemption.id))) == 0


def test_to_exempt_twice_is_to_exempt_once(desk: Browser, session: Session, ana: Person) -> None:
    page = ask(desk, email=ana.email)
    desk.submit(page, NEW)
    assert "This exemption is there already." in desk.submit(page, NEW, status=409).text
    session.rollback()
    assert session.scalar(select(func.count(Exemption.id))) == 1


@on_both
def test_a_module_is_the_last_open_one_by_what_the_person_has_completed(
    desk: Browser, session: Session, company: Organization, ana: Person
) -> None:
    another = "seal-security/another"
    stated = {"phase": 1, "due_on": program_day(now()), "functions": [], "criteria": []}
    session.add(ProfileRequirement(profile_id=ana.profile_id, module=another, category=6, **stated))
    for person in (make_person(session, "Ben Sample", organization=company), ana):
        assert "No category becomes complete by it." in ask(desk, email=ana.email).text
        session.add(Progress(person_id=person.id, module=another, started_at=now(), completed_at=now()))
        session.commit()
    assert "It is the last open module of category 6" in ask(desk, email=ana.email).text


def test_the_last_open_module_gone_the_certificate_comes(desk: Browser, session: Session, ana: Person) -> None:
    """Nothing of the category is left to do, so the job issues the program's certificate: each other module is complete."""
    complete(session, ana, *sorted(required(session, ana) - {PASSWORDS}))
    desk.submit(ask(desk, email=ana.email, module=PASSWORDS), NEW)
    session.rollback()
    job = session.scalars(select(Job.id).where(Job.kind == SETTLE)).one()
    session.rollback()
    assert working.run(job)
    session.rollback()
    assert 0 in session.scalars(select(Certificate.category).where(Certificate.person_id == ana.id)).all()


def test_coordinator_and_learner_read_it(
    app: Flask, desk: Browser, session: Session, company: Organization, ana: Person
) -> None:
    robin = make_person(session, "Robin Sample", role=Role.COORDINATOR, organization=company)
    desk.submit(ask(desk, email=ana.email), NEW)
    desk.submit(ask(desk, number=company.number, module=WALK), NEW)
    session.rollback()
    page = Browser(app).sign_in(robin).get(f"/company/people/{ana.id}")
    assert "Exempt from" in page.text
    assert page.text.count(REASON) == 2
    assert "with everybody of your company" in page.text
    mine = Browser(app).sign_in(ana)
    page = mine.get("/")
    assert page.text.count("You are exempt from") == 2
    assert REASON in mine.get("/courses/seal-security/").text
    assert "You are exempt from" not in mine.get("/courses/cybersecurity/").text
    assert "You need not take" in page.text


def test_others_have_no_such_pages(app: Flask, session: Session, company: Organization, ana: Person) -> None:
    for role in (Role.LEARNER, Role.COORDINATOR, Role.TRAINER):
        browser = Browser(app).sign_in(make_person(session, role=role, organization=company))
        for path in (LIST, NEW, f"{LIST}1", "/program/dates"):
            assert not browser.get(path, status=403).find("//main//form"), (role, path)


def test_what_is_not_there(desk: Browser) -> None:
    assert not desk.get(f"{LIST}999999", status=404).find("//main//form")
