"""What the program answers: to a comment, and to those merged into it. The newest disposition counts; each author is told once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core import audit
from lms.notices.kinds import post

from .models import Comment, Disposition

LETTER = "answer"


class NotToAnswer(Exception):
    """The comment is merged into another one, or everybody who made it has withdrawn it."""


class AnsweredMeanwhile(Exception):
    """Somebody else answered since the writer read the comment."""


def newest(session: Session, comment_ids: Collection[int]) -> Mapping[int, Disposition]:
    """The disposition that counts of each of these comments that has one. Merged comments have none of their own."""
    last = (
        select(func.max(Disposition.id)).where(Disposition.comment_id.in_(comment_ids)).group_by(Disposition.comment_id)
    )
    return {one.comment_id: one for one in session.scalars(select(Disposition).where(Disposition.id.in_(last)))}


def answered_of(session: Session, comment_ids: Collection[int]) -> set[int]:
    """Which of these comments have a disposition of their own."""
    return set(
        session.scalars(select(Disposition.comment_id).where(Disposition.comment_id.in_(comment_ids)).distinct())
    )


def history(session: Session, comment_id: int) -> Sequence[tuple[Disposition, str]]:
    """Every disposition of a comment with the name of who recorded it, the newest first."""
    found = select(Disposition, Person.name).join(Person, Person.id == Disposition.by_id)
    recorded = session.execute(found.where(Disposition.comment_id == comment_id).order_by(Disposition.id.desc()))
    return [(disposition, name) for disposition, name in recorded]


def answer(
    session: Session, comment: Comment, *, outcome: str, text: str, seen: int, by_id: int, now: datetime
) -> bool:
    """Record what was decided about a locked comment and tell its authors; False when just that is what stands already.

    `seen` is the id of the disposition that the writer knows to be the newest, 0 for none. Raises NotToAnswer, AnsweredMeanwhile.
    """
    merged = select(Comment).where(Comment.merged_id == comment.id).order_by(Comment.id).with_for_update()
    group = [comment, *session.scalars(merged.execution_options(populate_existing=True))]
    if comment.merged_id is not None or all(one.state != "sent" for one in group):
        raise NotToAnswer
    standing = newest(session, [comment.id]).get(comment.id)
    if standing is not None and (standing.outcome, standing.text) == (outcome, text):
        return False
    if (standing.id if standing else 0) != seen:
        raise AnsweredMeanwhile
    session.add(Disposition(comment_id=comment.id, outcome=outcome, text=text, by_id=by_id, at=now))
    audit.record(
        session,
        action="comment.answered",
        subject=comment.public_id,
        actor_id=by_id,
        now=now,
        outcome=outcome,
        comments=len(group),
    )
    tell(session, group, now=now)
    return True


def tell(session: Session, comments: Iterable[Comment], *, now: datetime) -> None:
    """Write each author the letter about his or her comment, where it was not withdrawn. Who had it gets no other."""
    for comment in comments:
        if comment.state == "sent":
            post(session, LETTER, about=comment.public_id, people=[comment.person_id], now=now)
