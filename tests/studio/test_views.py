"""The studio in the eyes of a trainer: open, write, check, publish, and nobody's work is lost."""

import pytest
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from tests.factories.people import make_person
from tests.pages import Browser

SEALS = "/studio/modules/seal-security/seals/"


@pytest.fixture
def trainer(browser: Browser, session: Session) -> Browser:
    return browser.sign_in(make_person(session, "Terry Sample", role=Role.TRAINER))


def test_home(trainer: Browser) -> None:
    page = trainer.get("/studio/")
    print(page.text)


def test_edit(trainer: Browser) -> None:
    page = trainer.get(SEALS)
    print(page.text)
