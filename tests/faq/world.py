"""Entries of the FAQ, and comments that they answer, for tests."""

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.faq import service
from lms.faq.rules import Draft, Said
from lms.feedback.models import Comment, CommentPeriod, Disposition
from lms.feedback.rules import digest
from lms.feedback.service import words_of

AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
_number = count(1)


def said(question: str, answer: str) -> Said:
    """Plain paragraphs: no process of its own is needed for these."""
    return Said(question, answer, "".join(f"<p>{part}</p>" for part in answer.split("\n\n")))


def make_entry(
    session: Session,
    by: Person,
    question: str,
    answer: str = "It is in the policy.",
    *,
    spanish: tuple[str, str] | None = None,
    french: tuple[str, str] | None = None,
    criteria: tuple[str, ...] = (),
    entities: tuple[str, ...] = (),
    comments: tuple[int, ...] = (),
) -> int:
    """The number of a new entry, committed."""
    words = {"en": said(question, answer)}
    words |= {code: said(*pair) for code, pair in (("es", spanish), ("fr", french)) if pair}
    draft = Draft(words, criteria, entities)  # type: ignore[arg-type]
    made = service.add(session, draft, by_id=by.id, now=AT, comments=comments).id
    session.commit()  # nothing is read after it: no snapshot stays open
    return made


def make_comment(session: Session, person: Person, text: str, *, answer: str = "", **values: object) -> Comment:
    """A comment that was sent on 6.2, committed; with what was answered by its own author, who stands for staff."""
    period = session.query(CommentPeriod).first()
    if period is None:
        period = CommentPeriod(
            edition="2019", purpose="We read them all.", begins_on=AT.date(), ends_on=AT.date(), created_at=AT
        )
        session.add(period)
        session.flush()
    comment = Comment(
        public_id=f"comment{next(_number):015}",
        period_id=period.id,
        person_id=person.id,
        organization_id=person.organization_id,
        text=text,
        **{
            "criterion": "6.2",
            "entity": "highway-carriers-us-mexico",
            "kind": "unclear",
            "language": "en",
            "state": "sent",
            "created_at": AT,
            "saved_at": AT,
            "sent_at": AT,
            **values,
        },
    )
    comment.digest = digest(words_of(comment)) if comment.state == "sent" else None
    session.add(comment)
    session.flush()
    if answer:
        session.add(Disposition(comment_id=comment.id, outcome="explained", text=answer, by_id=person.id, at=AT))
    session.commit()
    return comment
