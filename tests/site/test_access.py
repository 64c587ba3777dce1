"""Who may open what: every address, every role, one's own and other people's. What is foreign answers like what is missing."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.accounts.models import Invitation, JoinRequest, Organization, Person
from lms.accounts.permissions import Role, may
from lms.certificates.models import Certificate
from lms.core.clock import now
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, begin_attempt, complete
from tests.pages import Browser

from .addresses import PUBLIC, TABLE

# Mail programs send these without having opened a page (RFC 8058); the signed token in the address stands for the form's.
ONE_CLICK = {"/reminders/off/<token>"}


def plain(rule: Rule) -> str:
    """The address with its converters left out."""
    return re.sub(r"<(?:[^:<>]+:)?([a-z_]+)>", r"<\1>", rule.rule)


def test_the_table_names_every_address_and_no_other(app: Flask) -> None:
    assert {plain(rule) for rule in app.url_map.iter_rules()} == set(TABLE)


def test_every_view_wears_what_the_table_says(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        assert hasattr(view, "permission"), f"{rule.rule} does not say who may open it"
        assert view.permission is TABLE[plain(rule)], rule.rule


@dataclass(frozen=True)
class World:
    """Two companies, with a learner and a coordinator each; the first company's learner has an attempt and a certificate."""

    ours: Organization
    theirs: Organization
    people: dict[str, Person]
    attempt: str
    certificate: str
    invitation: int
    request: int

    def fill(self, address: str) -> str:
        values = {
            "<slug>": "seal-security", "<name>": "seals", "<anchor>": "what-a-seal-tells", "<question_id>": "seals-check",
            "<category>": "conveyance-and-iit-security", "<criterion_id>": "6.1", "<token>": "no-such-token", "<filename>": "css/look.css",
            "<public_id>": self.attempt, "<person_id>": str(self.people["learner"].id), "<invitation_id>": str(self.invitation),
            "<organization_id>": str(self.ours.id), "<path>": "program.yml", "<exemption_id>": "1", "<request_id>": str(self.request),
            "<a>": "2019", "<b>": "2019", "<entry_number>": "1", "<entity>": "importers",
            "<dimension>": "office", "<view_id>": "1", "<period_id>": "1", "<token_id>": "1",
        }  # fmt: skip
        if address.startswith("/courses/<category>/images"):
            values["<name>"] = "walk.svg"
        of_one = any(part in address for part in ("questions", "revisions", "repairs"))
        values["<number>"] = "1" if of_one else self.certificate
        for name, value in values.items():
            address = address.replace(name, value)
        return address


@pytest.fixture
def world(session: Session) -> World:
    ours, theirs = make_organization(session), make_organization(session, "Placeholder Freight")
    people = {
        "learner": make_person(session, organization=ours),
        "colleague": make_person(session, "Ana Sample", organization=ours),
        "coordinator": make_person(session, "Robin Sample", organization=ours, role=Role.COORDINATOR),
        "stranger": make_person(session, "Ben Muestra", organization=theirs),
        "rival": make_person(session, "Kim Exemple", organization=theirs, role=Role.COORDINATOR),
        "trainer": make_person(session, role=Role.TRAINER),
        "staff": make_person(session, role=Role.STAFF),
        "admin": make_person(session, role=Role.ADMIN),
    }
    complete(session, people["learner"], PASSWORDS)
    attempt = begin_attempt(session, people["learner"], SEALS)
    invitation = Invitation(
        token_hash="x" * 64, organization_id=ours.id, email="new@sample.example", name="New", role=Role.LEARNER, functions=["driver"],
        invited_by=people["coordinator"].id, created_at=now(), expires_at=now(),
    )  # fmt: skip
    comer = make_person(session, "Noor Exemple")
    request = JoinRequest(
        token_hash="y" * 64, organization_id=ours.id, email=comer.email, name="Noor Exemple", number=ours.number, functions=[],
        created_at=now(), expires_at=now(), proved_at=now(), person_id=comer.id,
    )  # fmt: skip
    session.add_all((invitation, request))
    session.commit()
    number = session.scalars(select(Certificate.number)).first() or ""
    return World(ours, theirs, people, attempt, number, invitation.id, request.id)


def readable(app: Flask) -> list[str]:
    return sorted({plain(r) for r in app.url_map.iter_rules() if "GET" in (r.methods or ())})


def test_roles(app: Flask, world: World) -> None:
    """Every address that can be read, by a visitor and by each role: sent to sign in, refused, or answered."""
    actors = {"visitor": None} | {
        role: world.people[role] for role in ("learner", "coordinator", "trainer", "staff", "admin")
    }
    wrong = []
    for name, person in actors.items():
        browser = Browser(app)
        if person is not None:
            browser.sign_in(person)
        for address in readable(app):
            path, needed = world.fill(address), TABLE[address]
            with browser.client.get(path) as response:
                status, location = response.status_code, response.headers.get("Location", "")
            if needed is PUBLIC:
                fine = status not in (401, 403, 500)
            elif address.startswith("/api/v1/"):
                fine = status == 401  # it asks for a token, whoever is signed in
            elif person is None:
                fine = status == 302 and location.startswith("/login?next=")
            elif may(person.role, needed):
                fine = status not in (401, 403, 500) and not location.startswith("/login")
            else:
                fine = status == 403
            if not fine:
                wrong.append(f"{name} at {path}: {status} {location}")
    assert wrong == []


def test_what_changes_something_asks_for_the_permission_and_the_token(app: Flask, world: World) -> None:
    wrong = []
    app.config["WTF_CSRF_ENABLED"] = True
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or plain(rule) in ONE_CLICK:
            continue
        path = world.fill(plain(rule))
        for person in (None, world.people["learner"], world.people["admin"]):
            browser = Browser(app)
            if person is not None:
                browser.sign_in(person)
            response = browser.client.post(path, data={"email": "x@y.example", "message": "x"})
            if response.status_code != 400 or b"The page was open too long" not in response.data:
                wrong.append(f"{path}: {response.status_code}")
    assert wrong == [], "a POST without its CSRF token must be refused before anything else"


OWN = {
    "/attempts/{attempt}": {"learner"},
    "/attempts/{attempt}/questions/1": {"learner"},
    "/certificates/{certificate}.pdf": {"learner", "coordinator", "staff", "admin"},
    "/program/certificates/{certificate}": {"staff", "admin"},
    "/program/certificates/{certificate}/revoke": {"staff", "admin"},
    "/company/people/{learner}": {"coordinator"},
    "/company/people/{learner}/training": {"coordinator"},
    "/company/joining/{request}": {"coordinator"},
}


@pytest.mark.parametrize("address", OWN)
def test_what_is_somebody_elses_answers_like_what_is_missing(app: Flask, world: World, address: str) -> None:
    path = address.format(
        attempt=world.attempt,
        certificate=world.certificate,
        learner=world.people["learner"].id,
        request=world.request,
    )
    missing = address.format(attempt="A" * 22, certificate="2222222222222", learner=987654, request=987654)
    for name, person in world.people.items():
        browser = Browser(app).sign_in(person)
        answer, other = browser.client.get(path), browser.client.get(missing)
        if name in OWN[address]:
            assert answer.status_code == 200, f"{name} at {path}"
        else:
            assert answer.status_code == other.status_code, f"{name} at {path}"
            assert answer.status_code in (403, 404)
            said, elsewhere = answer.data.replace(path.encode(), b""), other.data.replace(missing.encode(), b"")
            assert said == elsewhere, f"{name} can tell {path} from what is not there"


def test_a_coordinator_sees_no_row_of_another_company(app: Flask, world: World) -> None:
    rival = Browser(app).sign_in(world.people["rival"])
    for path in ("/company/", "/company/roster.csv", "/company/training-record.csv"):
        text = rival.client.get(path).get_data(as_text=True)
        assert "Kim Exemple" in text or path.endswith("record.csv")
        for name in ("Marisol", "Ana Sample", "Robin Sample"):
            assert name not in text
