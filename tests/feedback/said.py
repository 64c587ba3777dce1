"""Comments that members sent, for tests of what the program does with them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.feedback.models import Comment, CommentPeriod
from lms.feedback.rules import Words, digest
from tests.factories.people import make_organization, make_person

# A Monday, 10 in the morning in New York.
AT = datetime(2026, 10, 5, 14, tzinfo=UTC)
_number = count(1)


def make_period(
    session: Session, begins_on: date = date(2026, 10, 1), ends_on: date = date(2026, 12, 29), edition: str = "2019"
) -> CommentPeriod:
    """Committed."""
    period = CommentPeriod(
        edition=edition, purpose="Every comment is read.", begins_on=begins_on, ends_on=ends_on, created_at=AT
    )
    session.add(period)
    session.commit()
    return period


def say(
    session: Session,
    period: CommentPeriod,
    text: str = "What is a high-security seal?",
    *,
    person: Person | None = None,
    criterion: str = "6.2",
    entity: str = "importers",
    kind: str = "unclear",
    at: datetime = AT,
    state: str = "sent",
) -> Comment:
    """A comment of somebody of a company of his or her own, committed."""
    number = next(_number)
    author = person or make_person(
        session, f"Member {number} Ejemplo", organization=make_organization(session, f"Sample {number}")
    )
    comment = Comment(
        public_id=f"comment-{number:014}",
        period_id=period.id,
        person_id=author.id,
        organization_id=author.organization_id,
        criterion=criterion,
        entity=entity,
        kind=kind,
        text=text,
        language="en",
        state=state,
        digest=digest(Words(criterion, entity, kind, text)) if state == "sent" else None,
        created_at=at,
        saved_at=at,
        sent_at=None if state == "draft" else at,
        withdrawn_at=at + timedelta(hours=1) if state == "withdrawn" else None,
    )
    session.add(comment)
    session.commit()
    return comment
