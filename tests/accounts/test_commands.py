"""flask person, for operators."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.clock import now
from tests.accounts.conftest import PASSWORD, Outbox, audited, sign_in, signed_in_as
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

ADA = "ada@demo.example"


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["person", *arguments], input=typed)


def person_at(session: Session, email: str) -> Person | None:
    session.rollback()
    return people.by_email(session, email)


def test_the_first_administrator_is_made(app: Flask, session: Session, browser: Browser) -> None:
    made = run(app, "create", "Ada@demo.example", "--name", "Ada Sample", "--role", "admin", typed=f"{PASSWORD}\n" * 2)
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    person = person_at(session, ADA)
    assert person is not None
    assert (person.name, person.role, person.organization_id) == ("Ada Sample", Role.ADMIN, None)
    assert sign_in(browser, ADA).path == "/admin/"
    assert audited(session, "person.added")[0].details == {"role": "admin", "organization_id": None}


def test_a_bad_password_is_asked_for_again(app: Flask, session: Session) -> None:
    typed = "short\nshort\n" + f"{PASSWORD}\n" * 2
    made = run(app, "create", ADA, "--name", "Ada Sample", "--role", "admin", typed=typed)
    assert made.exit_code == 0, made.output
    assert "12 or more characters" in made.output
    assert person_at(session, ADA) is not None


def test_a_person_of_a_company_is_made(app: Flask, session: Session, outbox: Outbox, browser: Browser) -> None:
    organization = make_organization(session)
    session.commit()
    made = run(
        app, "create", "noor@sample.example", "--name", "Noor Ejemplo", "--role", "coordinator",
        "--org", organization.number, "--function", "manager", "--link",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    person = person_at(session, "noor@sample.example")
    assert person is not None
    assert (person.organization_id, people.functions_of(person)) == (organization.id, ("manager",))
    browser.client.post(
        outbox.path("noor@sample.example"),
        data=browser.get(outbox.path("noor@sample.example")).form().values(),
    )
    assert signed_in_as(browser) == "Noor Ejemplo"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("create", "robin@sample.example", "--name", "R", "--link"), 1, "has an account"),
        (("create", "x@sample.example", "--name", "X", "--link", "--org", "NONE"), 1, "No organization"),
        (("create", "x@sample.example", "--name", "X", "--link", "--role", "coordinator"), 1, "needs an organization"),
        (("create", "no address", "--name", "X", "--link"), 2, "no e-mail address"),
        (("create", "x@sample.example", "--name", "X", "--role", "king"), 2, "king"),
        (("create", "x@sample.example"), 2, "--name"),
        (("role", "nobody@sample.example", "staff"), 1, "Nobody has an account"),
        (("disable", "nobody@sample.example"), 1, "Nobody has an account"),
        (("link", "nobody@sample.example"), 1, "Nobody has an account"),
    ],
)
def test_a_no_is_status_1_and_wrong_use_status_2(
    app: Flask, robin: Person, session: Session, arguments: tuple[str, ...], status: int, words: str
) -> None:
    answer = run(app, *arguments)
    assert answer.exit_code == status, answer.output
    assert words in answer.output
    assert person_at(session, "x@sample.example") is None


def test_roles_and_access_are_changed(app: Flask, robin: Person, session: Session) -> None:
    email = robin.email
    assert run(app, "role", email, "trainer").exit_code == 0
    assert run(app, "disable", email).exit_code == 0
    assert run(app, "disable", email).exit_code == 0, "twice is once"
    person = person_at(session, email)
    assert person is not None
    assert person.role is Role.TRAINER
    assert person.disabled_at is not None
    assert people.functions_of(person) == ("driver",), "a role keeps the job functions"
    assert run(app, "link", email).exit_code == 1
    assert run(app, "enable", email).exit_code == 0
    person = person_at(session, email)
    assert person is not None
    assert person.disabled_at is None
    assert len(audited(session, "person.disabled")) == 1


def test_the_last_administrator_stays(app: Flask, session: Session) -> None:
    make_person(session, role=Role.ADMIN, email=ADA)
    make_person(session, role=Role.ADMIN, disabled_at=now())
    for arguments in (("role", ADA, "learner"), ("disable", ADA)):
        answer = run(app, *arguments)
        assert answer.exit_code == 1
        assert "last administrator" in answer.output


def test_a_link_is_printed_when_mail_cannot_be_sent(app: Flask, robin: Person, browser: Browser) -> None:
    answer = run(app, "link", robin.email)
    assert answer.exit_code == 0
    path = answer.output.strip().removeprefix("http://localhost")
    browser.submit(browser.get(path))
    assert signed_in_as(browser) == "Robin Sample"


@pytest.mark.usefixtures("mail_is_down")
def test_when_mail_is_down_the_operator_is_told(app: Flask, session: Session) -> None:
    answer = run(app, "create", ADA, "--name", "Ada Sample", "--role", "admin", "--link")
    assert answer.exit_code == 1
    assert "mail server does not answer" in answer.output
    assert person_at(session, ADA) is not None
