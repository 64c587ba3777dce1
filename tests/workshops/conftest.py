"""A company of two people, and the mail server of the site."""

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from tests.factories.people import make_organization, make_person
from tests.notices.conftest import post  # noqa: F401 - a fixture


@pytest.fixture
def ana(session: Session) -> Person:
    return make_person(session, "Ana Ejemplo", organization=make_organization(session), email="ana@sample.example")


@pytest.fixture
def ben(session: Session, ana: Person) -> Person:
    return make_person(session, "Ben Sample", organization=ana.organization, email="ben@sample.example")
