"""What several tests of certificates need."""

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.certificates.models import Certificate
from lms.core.clock import now
from lms.signing import keys
from lms.signing.keys import SigningKeys
from tests.factories.people import make_organization, make_person

from .records import SEALS, earn


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return keys.new(tmp_path_factory.mktemp("foreign") / "keys.json", name="MSC Ready", now=now())


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def driver(session: Session, company: Organization) -> Person:
    return make_person(session, organization=company)


@pytest.fixture
def certificate(session: Session, driver: Person) -> Certificate:
    return earn(session, driver, SEALS)[0]
