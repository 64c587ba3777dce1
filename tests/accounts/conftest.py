"""What the tests of the accounts room share: the mail that went out, and a person with a password."""

import re
from functools import cache
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts import blueprint, passwords
from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

PASSWORD = "correct horse battery staple"


@cache
def kept() -> str:
    return passwords.hashed(PASSWORD)


class FreshClient(FlaskClient):
    """A request shares nothing with the test or the request before it: its own `g` (who is signed in), its own session.

    What the test read before is let go, so that it sees afterwards what the request wrote.
    """

    def open(self, *args: Any, **values: Any) -> TestResponse:
        if has_app_context():
            db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **values)


@pytest.fixture(autouse=True)
def fresh_clients(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", FreshClient)


class Outbox:
    """The mail sent in this test."""

    def __init__(self, app: Flask) -> None:
        self._mailman = app.extensions["mailman"]
        self._mailman.outbox = []

    @property
    def messages(self) -> list[EmailMessage]:
        return list(self._mailman.outbox)

    def last(self, to: str) -> EmailMessage:
        assert self.messages, "no mail was sent"
        message = self.messages[-1]
        assert message.to == [to]
        return message

    def path(self, to: str) -> str:
        """The path of the address in the last mail."""
        found: list[str] = re.findall(r"^http://localhost(/\S+)$", self.last(to).body, re.MULTILINE)
        assert len(found) == 1
        return found[0]


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    return Outbox(app)


@pytest.fixture
def mail_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_values: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("lms.web.mail.send", refuse)


@pytest.fixture
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The throttle's clock stands still, so that a slow machine does not wait without being told to."""
    moment = now()
    monkeypatch.setattr(blueprint, "now", lambda: moment)


@pytest.fixture
def robin(session: Session) -> Person:
    """A learner of a company, with a password."""
    organization = make_organization(session)
    return make_person(
        session, "Robin Sample", organization=organization, email="robin@sample.example", password_hash=kept()
    )


def sign_in(browser: Browser, email: str, password: str = PASSWORD, *, status: int = 200) -> Page:
    return browser.submit(browser.get("/login"), email=email, password=password, status=status)


def signed_in_as(browser: Browser) -> str | None:
    """The name of whoever the browser's session belongs to, None for nobody."""
    page = browser.get("/account/")
    return None if page.path == "/login" else str(page.form("/account/name").values()["name"])


def audited(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def ask_link(browser: Browser, email: str, *, status: int = 200) -> Page:
    return browser.submit(browser.get("/login/link"), email=email, status=status)
