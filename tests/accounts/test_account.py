"""One's own account: name, password, and ending sessions."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, SignInLink
from tests.accounts.conftest import PASSWORD, Outbox, audited, sign_in, signed_in_as
from tests.factories.people import make_person
from tests.pages import Browser, Page

NEW = "four quiet lamps beside water"


def change_password(browser: Browser, *, status: int = 200, **changes: str) -> Page:
    return browser.submit(browser.get("/account/"), "/account/password", status=status, **changes)


def test_the_account_shows_who_one_is(browser: Browser, robin: Person) -> None:
    page = browser.sign_in(robin).get("/account/")
    for fact in ("robin@sample.example", "Learner", "Sample Freight Lines", "Driver or yard worker"):
        assert fact in page.text


def test_visitors_are_sent_to_sign_in(browser: Browser) -> None:
    for address in ("/account/", "/start", "/company/people/new", "/admin/", "/admin/organizations/"):
        assert browser.get(address).path == "/login"


def test_a_name_is_changed(browser: Browser, robin: Person, session: Session) -> None:
    browser.sign_in(robin)
    page = browser.submit(browser.get("/account/"), "/account/name", name="  Robin  O’Ejemplo <b>")
    assert "Certificates you hold keep the name of their day." in page.text
    assert signed_in_as(browser) == "Robin O’Ejemplo <b>"
    assert "<b>" not in page.html.replace("&lt;b&gt;", "")
    entry = audited(session, "person.renamed")[0]
    assert (entry.actor_id, entry.details) == (robin.id, {}), "names are not kept where nothing can be erased"


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200b", "x" * 201])
def test_a_name_has_something_to_read(browser: Browser, robin: Person, name: str) -> None:
    browser.sign_in(robin)
    page = browser.submit(browser.get("/account/"), "/account/name", name=name, status=422)
    assert "#name" in page.links().values()
    assert signed_in_as(browser) == "Robin Sample"


def test_a_new_password_ends_the_other_sessions(
    browser: Browser, app: Flask, robin: Person, outbox: Outbox, session: Session
) -> None:
    other = Browser(app)
    sign_in(other, robin.email)
    sign_in(browser, robin.email)
    browser.submit(browser.get("/account/"), "/account/password", current=PASSWORD, password=NEW)
    assert signed_in_as(browser) == "Robin Sample", "this session goes on"
    assert signed_in_as(other) is None
    assert outbox.last("robin@sample.example").subject == "Your password for MSC Ready was changed"
    sign_in(other, robin.email, PASSWORD, status=422)
    sign_in(other, robin.email, NEW)
    assert signed_in_as(other) == "Robin Sample"
    assert NEW not in str(audited(session, "person.password_changed")[0].details)


def test_the_present_password_is_asked_for(browser: Browser, robin: Person, outbox: Outbox) -> None:
    browser.sign_in(robin)
    page = change_password(browser, current="wrong wrong wrong", password=NEW, status=422)
    assert "#current" in page.links().values()
    assert outbox.messages == []
    sign_in(Browser(browser.app), robin.email, PASSWORD)


@pytest.mark.usefixtures("clock_stands")
def test_guessing_the_present_password_is_throttled(browser: Browser, robin: Person) -> None:
    browser.sign_in(robin)
    for _ in range(5):
        change_password(browser, current="wrong wrong wrong", password=NEW, status=422)
    page = change_password(browser, current=PASSWORD, password=NEW, status=429)
    assert page.response.headers["Retry-After"]


@pytest.mark.parametrize("password", ["", "too short", "password1234", "robin@sample.example"])
def test_a_bad_new_password_is_refused(browser: Browser, robin: Person, password: str) -> None:
    browser.sign_in(robin)
    page = change_password(browser, current=PASSWORD, password=password, status=422)
    assert "#password" in page.links().values()
    sign_in(Browser(browser.app), robin.email, PASSWORD)


def test_whoever_signs_in_by_link_sets_a_first_password(browser: Browser, session: Session, outbox: Outbox) -> None:
    person = make_person(session, "Lena Ejemplo", email="lena@sample.example")
    browser.sign_in(person)
    assert not browser.get("/account/").find("//input[@name='current']")
    change_password(browser, password=NEW)
    assert outbox.last("lena@sample.example")
    sign_in(Browser(browser.app), person.email, NEW)


def test_signing_out_everywhere_ends_every_session_and_link(
    browser: Browser, app: Flask, robin: Person, session: Session
) -> None:
    other = Browser(app)
    sign_in(other, robin.email)
    sign_in(browser, robin.email)
    asking = Browser(app)
    asking.submit(asking.get("/login/link"), email=robin.email)
    assert session.scalars(select(SignInLink)).all()
    page = browser.submit(browser.get("/account/"), "/account/sign-out-everywhere")
    assert "You are signed out on every phone and computer." in page.text
    assert signed_in_as(browser) is None
    assert signed_in_as(other) is None
    session.rollback()
    assert session.scalars(select(SignInLink)).all() == []
    assert len(audited(session, "person.signed_out_everywhere")) == 1


def test_an_old_cookie_does_not_come_back_to_life(browser: Browser, app: Flask, robin: Person) -> None:
    sign_in(browser, robin.email)
    thief = Browser(app)
    with browser.client.session_transaction() as good, thief.client.session_transaction() as copied:
        copied.update(good)
    assert signed_in_as(thief) == "Robin Sample"
    browser.submit(browser.get("/account/"), "/account/sign-out-everywhere")
    sign_in(browser, robin.email)
    assert signed_in_as(thief) is None
