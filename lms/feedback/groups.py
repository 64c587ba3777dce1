"""Comments that say the same, answered as one; and who of the staff looks after a comment.

A comment that leads others is itself merged into none, and all of a group are about one criterion in one period.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.accounts.permissions import ROLES, Permission
from lms.core import audit

from .dispositions import answered_of, tell
from .likeness import most_alike_first
from .models import Comment

# So many others of a criterion are compared with a comment, the newest ones: more would make a page wait.
COMPARED = 500


class NoSuchComment(Exception):
    """No comment with this number was ever sent. Drafts are their author's alone and look the same."""


class CannotMerge(Exception):
    """What was ticked cannot be answered by this comment; the message says why, in a sentence."""


class NotMerged(Exception):
    """The comment is merged into none."""


class NotOfTheStaff(Exception):
    """Comments are looked after by people who run the roll-out and have access."""


def known(session: Session, public_id: str, *, locked: bool = False) -> Comment:
    """A comment that was sent, whatever became of it. Raises NoSuchComment.

    `locked`: for the rest of the transaction nobody else changes it, and what is read is what stands.
    """
    wanted = select(Comment).where(Comment.public_id == public_id, Comment.sent_at.is_not(None))
    if locked:
        audit.hold(session)
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NoSuchComment
    return found


def group_of(session: Session, comment_id: int) -> Sequence[Comment]:
    """The comments that were merged into this one, in the order in which they were sent."""
    merged = select(Comment).where(Comment.merged_id == comment_id).order_by(Comment.sent_at, Comment.id)
    return session.scalars(merged.options(joinedload(Comment.person), joinedload(Comment.organization))).all()


def alike(session: Session, comment: Comment, *, most: int) -> Sequence[Comment]:
    """Other comments on the criterion in the period that stand by themselves, the most alike first."""
    alone = (
        select(Comment.id, Comment.text)
        .where(
            Comment.period_id == comment.period_id,
            Comment.criterion == comment.criterion,
            Comment.state == "sent",
            Comment.merged_id.is_(None),
            Comment.id != comment.id,
        )
        .order_by(Comment.sent_at.desc(), Comment.id.desc())
        .limit(COMPARED)
    )
    texts = {row.id: row.text for row in session.execute(alone)}
    nearest = most_alike_first(comment.text, texts)[:most]
    wanted = select(Comment).where(Comment.id.in_(nearest))
    found = session.scalars(wanted.options(joinedload(Comment.person), joinedload(Comment.organization)))
    return sorted(found, key=lambda other: nearest.index(other.id))


def merge(session: Session, public_id: str, others: Collection[str], *, by_id: int, now: datetime) -> int:
    """Let this comment be answered for others too, with those merged into them; how many were merged now. Where it is answered
    already, their authors are told. Raises NoSuchComment, CannotMerge."""
    head = known(session, public_id, locked=True)
    if head.merged_id is not None or head.state != "sent":
        raise CannotMerge(
            "This comment is merged into another one, or was withdrawn. Merge into one that stands by itself."
        )
    ticked = _locked(session, set(others) - {public_id})
    for comment in ticked:
        if (comment.period_id, comment.criterion) != (head.period_id, head.criterion):
            raise CannotMerge("Only comments on the same criterion, sent in the same comment period, can be merged.")
        if comment.state != "sent":
            raise CannotMerge("One of the comments was withdrawn meanwhile. Look at the list again.")
        if comment.merged_id not in (None, head.id):
            raise CannotMerge("One of the comments is merged into another one. Take it out there first.")
    fresh = [comment for comment in ticked if comment.merged_id is None]
    if answered_of(session, [comment.id for comment in fresh]):
        raise CannotMerge("One of the comments has an answer of its own. Merge this comment into that one instead.")
    moved = [*fresh, *(other for comment in fresh for other in group_of(session, comment.id))]
    for comment in moved:
        comment.merged_id = head.id
    session.flush()
    if moved:
        names = [comment.public_id for comment in moved]
        audit.record(session, action="comment.merged", subject=public_id, actor_id=by_id, now=now, comments=names)
        if answered_of(session, [head.id]):
            tell(session, moved, now=now)
    return len(moved)


def take_out(session: Session, public_id: str, *, by_id: int, now: datetime) -> str:
    """Let a merged comment stand by itself again, open; the number of the one that it was merged into. Raises NoSuchComment,
    NotMerged."""
    comment = known(session, public_id, locked=True)
    if comment.merged_id is None:
        raise NotMerged
    head = session.get_one(Comment, comment.merged_id)
    comment.merged_id = None
    audit.record(
        session, action="comment.taken_out", subject=public_id, actor_id=by_id, now=now, merged_into=head.public_id
    )
    return head.public_id


def staff(session: Session) -> Sequence[Person]:
    """Everybody who may look after a comment, by name."""
    roles = [role for role, may in ROLES.items() if Permission.RUN_ROLLOUT in may]
    return session.scalars(
        select(Person).where(Person.role.in_(roles), Person.disabled_at.is_(None)).order_by(Person.name, Person.id)
    ).all()


def assign(session: Session, public_id: str, person_id: int | None, *, by_id: int, now: datetime) -> None:
    """Give a comment to somebody of the staff, to nobody for None. Raises NoSuchComment, NotOfTheStaff."""
    comment = known(session, public_id, locked=True)
    if person_id is not None and person_id not in {person.id for person in staff(session)}:
        raise NotOfTheStaff
    if comment.assigned_id == person_id:
        return
    comment.assigned_id = person_id
    audit.record(session, action="comment.assigned", subject=public_id, actor_id=by_id, now=now, to=person_id)


def _locked(session: Session, public_ids: Collection[str]) -> Sequence[Comment]:
    """Raises NoSuchComment when one of them is not there."""
    wanted = select(Comment).where(Comment.public_id.in_(public_ids), Comment.sent_at.is_not(None)).order_by(Comment.id)
    found = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()
    if len(found) != len(set(public_ids)):
        raise NoSuchComment
    return found
