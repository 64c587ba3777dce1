"""What people did, put straight into the tables."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.certificates.models import Certificate
from lms.learning.models import Completion, Progress
from tests.factories.training import rest_completion

TODAY = date(2018, 12, 20)  # 12 days before phase 1, in which every module of the small library is
NOON = datetime(2018, 12, 20, 17, tzinfo=UTC)


def begin(session: Session, person: Person, module: str, at: datetime = NOON - timedelta(days=9)) -> None:
    session.add(Progress(person_id=person.id, module=module, started_at=at, completed_at=None))
    session.commit()


def complete(
    session: Session,
    person: Person,
    module: str,
    at: datetime = NOON - timedelta(days=2),
    *,
    percent: int = 90,
    certificate: str = "",
) -> None:
    """The person completes the module while with the company he or she is in now."""
    shelf = published(session)
    done = rest_completion(session, person, module, percent=percent, at=at)
    session.merge(Progress(person_id=person.id, module=module, started_at=at, completed_at=at))
    session.flush()
    if certificate:
        certify(session, done, shelf.library.modules[module].category, certificate)
    session.commit()


def certify(session: Session, done: Completion, category: int, number: str) -> None:
    session.add(
        Certificate(
            number=number,
            person_id=done.person_id,
            organization_id=done.organization_id,
            category=category,
            completion_id=done.id,
            record={},
            issued_at=done.completed_at,
            valid_until=date(2019, 12, 18),
        )
    )
