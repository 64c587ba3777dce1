"""Two trainers, each with a browser."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from tests.factories.people import make_person
from tests.pages import Browser


@pytest.fixture
def terry(browser: Browser, session: Session) -> Browser:
    return browser.sign_in(make_person(session, "Terry Sample", role=Role.TRAINER))


@pytest.fixture
def robin(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Robin Muestra", role=Role.TRAINER))
