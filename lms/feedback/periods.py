"""Comment periods: when members comment on the criteria of an edition. Two of one edition never share a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit

from .models import Comment, CommentPeriod


class NoSuchPeriod(Exception):
    """There is no comment period with this number."""


class Overlaps(Exception):
    """Another comment period of the edition has some of these days. `other` is that one."""

    def __init__(self, other: CommentPeriod) -> None:
        super().__init__(f"comment period {other.id}")
        self.other = other


def listed(session: Session) -> Sequence[tuple[CommentPeriod, int]]:
    """Every period with how many comments were sent in it, the newest first."""
    sent = (
        select(func.count(Comment.id))
        .where(Comment.period_id == CommentPeriod.id, Comment.state == "sent")
        .scalar_subquery()
    )
    found = select(CommentPeriod, sent).order_by(CommentPeriod.begins_on.desc(), CommentPeriod.id.desc())
    return [(period, count) for period, count in session.execute(found)]


def get(session: Session, period_id: int) -> CommentPeriod:
    """Raises NoSuchPeriod."""
    found = session.get(CommentPeriod, period_id)
    if found is None:
        raise NoSuchPeriod
    return found


def add(
    session: Session, *, edition: str, purpose: str, begins_on: date, ends_on: date, by_id: int, now: datetime
) -> CommentPeriod:
    """Raises Overlaps."""
    audit.hold(session)  # of two at the same moment the second one sees the first
    period = CommentPeriod(
        edition=edition, purpose=purpose, begins_on=begins_on, ends_on=ends_on, by_id=by_id, created_at=now
    )
    _apart(session, period, ends_on)
    session.add(period)
    session.flush()
    audit.record(
        session,
        action="comment_period.opened",
        subject=f"comment period {period.id}",
        actor_id=by_id,
        now=now,
        edition=edition,
        begins_on=begins_on.isoformat(),
        ends_on=ends_on.isoformat(),
    )
    return period


def move_end(session: Session, period_id: int, ends_on: date, *, by_id: int, now: datetime) -> None:
    """Let a period end on another day. Raises NoSuchPeriod, Overlaps."""
    audit.hold(session)
    period = get(session, period_id)
    before = period.ends_on
    if before == ends_on:
        return
    _apart(session, period, ends_on)
    period.ends_on = ends_on
    audit.record(
        session,
        action="comment_period.end_moved",
        subject=f"comment period {period.id}",
        actor_id=by_id,
        now=now,
        before=before.isoformat(),
        after=ends_on.isoformat(),
    )


def _apart(session: Session, period: CommentPeriod, ends_on: date) -> None:
    other = session.scalar(
        select(CommentPeriod)
        .where(
            CommentPeriod.edition == period.edition,
            CommentPeriod.id != (period.id or 0),
            CommentPeriod.begins_on <= ends_on,
            CommentPeriod.ends_on >= period.begins_on,
        )
        .order_by(CommentPeriod.begins_on)
        .limit(1)
    )
    if other is not None:
        raise Overlaps(other)
