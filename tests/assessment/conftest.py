"""People with quizzes: a driver of a member company, and shortcuts through an attempt at the small library's seals."""

from collections.abc import Collection
from datetime import datetime
from random import Random

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.service import Sheet
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import transaction
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

from .answers import SEALS


@pytest.fixture
def driver(session: Session) -> Person:
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def phone(browser: Browser, driver: Person) -> Browser:
    """The driver's browser."""
    return browser.sign_in(driver)


@pytest.fixture
def sheet(session: Session, driver: Person) -> Sheet:
    """The driver's open attempt at the seals quiz."""
    return begin(session, driver.id, driver.organization_id)


def begin(
    session: Session,
    person_id: int,
    organization_id: int | None,
    module: str = SEALS,
    seed: int = 1,
    at: datetime | None = None,
    only: Collection[str] = (),
) -> Sheet:
    """An attempt begun now, or at a moment of one's own."""
    with transaction():
        shelf = published(session)
        public_id = service.start(
            session,
            person_id=person_id,
            organization_id=organization_id,
            module=shelf.library.modules[module],
            published=shelf,
            now=at or now(),
            rng=Random(seed),
            only=only,
        )
    return service.find(session, public_id=public_id, person_id=person_id)
