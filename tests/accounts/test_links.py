"""Signing in by a mailed link: it works once and expires, and tells nobody who has an account."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import rules
from lms.accounts.models import Person, SignInLink
from lms.core.clock import now
from tests.accounts.conftest import Outbox, ask_link, audited, signed_in_as
from tests.pages import Browser


def test_a_mailed_link_signs_in(browser: Browser, robin: Person, outbox: Outbox, session: Session) -> None:
    page = ask_link(browser, "ROBIN@sample.example")
    assert page.h1 == "Look into your mail."
    message = outbox.last(robin.email)
    assert message.subject == "Your sign-in link for MSC Ready"
    assert message.body.startswith("Robin Sample,")
    page = browser.get(outbox.path(robin.email))
    assert signed_in_as(browser) is None, "opening the link is not using it"
    assert browser.submit(page).path == "/"
    assert signed_in_as(browser) == "Robin Sample"
    assert audited(session, "person.signed_in")[0].details == {"by": "link"}


def test_a_link_works_once(browser: Browser, app: Flask, robin: Person, outbox: Outbox) -> None:
    ask_link(browser, robin.email)
    thief = Browser(app)
    opened = thief.get(outbox.path(robin.email))
    browser.submit(browser.get(outbox.path(robin.email)))
    assert "no longer works" in thief.submit(opened, status=410).text
    assert "no longer works" in thief.get(outbox.path(robin.email), status=410).text
    assert signed_in_as(thief) is None


def test_a_link_expires(browser: Browser, robin: Person, outbox: Outbox, session: Session) -> None:
    ask_link(browser, robin.email)
    page = browser.get(outbox.path(robin.email))
    link = session.scalars(select(SignInLink)).one()
    assert link.expires_at - link.created_at == timedelta(minutes=15)
    link.expires_at = now()
    session.commit()
    browser.submit(page, status=410)
    assert signed_in_as(browser) is None


def test_using_a_link_ends_the_others(browser: Browser, robin: Person, outbox: Outbox) -> None:
    ask_link(browser, robin.email)
    first = outbox.path(robin.email)
    ask_link(browser, robin.email)
    browser.submit(browser.get(outbox.path(robin.email)))
    assert browser.get(first, status=410).h1 == "This link no longer works."


def test_only_the_hash_of_a_link_is_kept(browser: Browser, robin: Person, outbox: Outbox, session: Session) -> None:
    ask_link(browser, robin.email)
    token = outbox.path(robin.email).rpartition("/")[2]
    link = session.scalars(select(SignInLink)).one()
    assert link.token_hash == rules.token_hash(token)
    assert all(token not in str(entry.details) + entry.subject for entry in audited(session, "sign_in_link.made"))


def test_an_unknown_address_gets_the_same_page_and_no_mail(browser: Browser, robin: Person, outbox: Outbox) -> None:
    known = ask_link(browser, robin.email)
    unknown = ask_link(browser, "nobody@sample.example")
    assert (known.path, known.html) == (unknown.path, unknown.html)
    assert [m.to for m in outbox.messages] == [[robin.email]]


def test_a_disabled_person_gets_no_mail(browser: Browser, robin: Person, outbox: Outbox, session: Session) -> None:
    robin.disabled_at = now()
    session.commit()
    ask_link(browser, "robin@sample.example")
    assert outbox.messages == []


@pytest.mark.usefixtures("clock_stands")
def test_nobody_is_flooded_with_links(browser: Browser, robin: Person, outbox: Outbox) -> None:
    for _ in range(5):
        ask_link(browser, robin.email)
    assert len(outbox.messages) == 3
    page = ask_link(browser, robin.email, status=429)
    assert page.response.headers["Retry-After"]


def test_the_mail_goes_out_after_the_answer(app: Flask, robin: Person, outbox: Outbox) -> None:
    """Its sending takes time, and that time would tell who has an account."""
    browser = Browser(app)
    data = browser.get("/login/link").form().values() | {"email": robin.email}
    response = browser.client.post("/login/link", data=data)
    assert (response.location, outbox.messages) == ("/login/sent", [])
    response.close()
    assert len(outbox.messages) == 1


@pytest.mark.usefixtures("mail_is_down")
def test_a_mail_server_that_is_down_is_logged_and_nothing_else(
    browser: Browser, robin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert ask_link(browser, robin.email).h1 == ask_link(browser, "nobody@sample.example").h1
    assert "sign_in_link" in caplog.text
    assert robin.email not in caplog.text


def test_links_lead_to_the_site_whatever_host_was_asked(browser: Browser, robin: Person, outbox: Outbox) -> None:
    data = browser.get("/login/link").form().values() | {"email": robin.email}
    browser.client.post("/login/link", data=data, headers={"Host": "evil.example"}).close()
    assert all("evil.example" not in message.body for message in outbox.messages)


def test_the_mail_is_in_the_persons_language_else_in_that_of_whoever_asks(
    app: Flask, session: Session, robin: Person, outbox: Outbox
) -> None:
    def mailed(cookie: str) -> str:
        asking = Browser(app)
        asking.client.set_cookie("language", cookie)
        asking.submit(asking.get("/login/link"), email=robin.email)
        return str(outbox.last(robin.email).subject)

    assert mailed("fr") == "Votre lien de connexion à MSC Ready"
    robin.language = "es"
    session.commit()
    assert mailed("fr") == "Su enlace de acceso a MSC Ready"
