"""The switch of reminders, the test mail, and the page of staff."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.database import transaction
from lms.notices import views
from tests.factories.people import make_person
from tests.pages import Browser

from .conftest import Post
from .world import at, company, person, remind


@pytest.fixture
def ana(session: Session) -> Person:
    return person(session, "Ana", company(session))


def link(post: Post) -> str:
    address: str = post.of("ana@sample.example")["List-Unsubscribe"]
    return address.strip().strip("<>").removeprefix("http://localhost")


def wants(session: Session, ana: Person) -> bool:
    session.rollback()
    return session.get_one(Person, ana.id).mail_reminders


def test_the_link_of_a_mail_switches_off_by_a_button(
    app: Flask, session: Session, browser: Browser, post: Post, ana: Person
) -> None:
    with travel(at(28), tick=False):
        remind(app)
    page = browser.get(link(post))
    assert page.h1 == "Switch reminders off"
    assert wants(session, ana), "opening the link changes nothing"
    assert browser.submit(page, link(post)).h1 == "Reminders are switched off"
    assert not wants(session, ana)


@pytest.mark.parametrize("secret", ["x", "WzFd.x"])
def test_other_addresses_are_no_page(app: Flask, browser: Browser, secret: str) -> None:
    browser.get(f"/reminders/off/{secret}", status=404)
    assert app.test_client().post(f"/reminders/off/{secret}").status_code == 404


def test_the_account_switches_off_and_on(app: Flask, session: Session, ana: Person) -> None:
    browser = Browser(app).sign_in(ana)
    page = browser.get("/account/")
    assert page.find("//input[@name='mail_reminders' and @checked]")
    assert "each week" not in page.text
    page = browser.submit(page, "/account/reminders", mail_reminders=[])
    assert not wants(session, ana)
    browser.submit(page, "/account/reminders", mail_reminders="yes")
    assert wants(session, ana)


def test_a_test_mail_clears_the_mark_when_the_server_takes_it(
    app: Flask, session: Session, post: Post, ana: Person
) -> None:
    browser = Browser(app).sign_in(ana)
    assert not browser.get("/account/").find("//form[@action='/account/test-mail']")
    with transaction():
        session.get_one(Person, ana.id).mail_refused_at = at(1)
    post.answers["ana@sample.example"] = "550 no"
    page = browser.submit(browser.get("/account/"), "/account/test-mail")
    assert "still refuses your address" in page.html
    post.answers.clear()
    post.down()
    page = browser.submit(page, "/account/test-mail")
    assert "does not answer" in page.html
    assert "comes back since December 1, 2026" in page.text
    post.up()
    page = browser.submit(page, "/account/test-mail")
    assert "comes back since" not in page.text
    assert post.to == ["ana@sample.example"]


def test_the_coordinator_reads_whose_mail_comes_back(app: Flask, session: Session, ana: Person) -> None:
    with transaction():
        session.get_one(Person, ana.id).mail_refused_at = at(1)
    robin = person(session, "Robin", session.get_one(Person, ana.id).organization, role=Role.COORDINATOR)  # type: ignore[arg-type]
    page = Browser(app).sign_in(robin).get(f"/company/people/{ana.id}")
    assert "Mail to this address comes back since December 1, 2026" in page.text


def test_staff_read_how_the_mail_stands(
    app: Flask, session: Session, post: Post, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = make_person(session, "Sam", role=Role.STAFF)
    assert Browser(app).sign_in(sam).get("/program/reminders").h1 == "Mail reaches everybody"
    monkeypatch.setattr(views, "ROWS", 1)
    home = session.get_one(Person, ana.id).organization
    assert home is not None
    names = ("Bea", "Cho")
    for name in names:
        person(session, name, home)
        post.answers[f"{name.lower()}@sample.example"] = "550 no"
    person(session, "Gone", home, mail_refused_at=at(1), disabled_at=at(1))
    with travel(at(28), tick=False):
        remind(app)
        browser = Browser(app).sign_in(sam)
        page = browser.get("/program/reminders")
        assert page.h1 == "Mail to 2 people comes back"
        assert "1 letter of the last seven days sent, 0 waiting" in page.text
        assert f"{home.name}, {home.number}" in page.text
        shown = [
            name for number in (1, 2) for name in names if name in browser.get(f"/program/reminders?page={number}").text
        ]
    assert sorted(shown) == list(names)
