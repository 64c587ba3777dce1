"""P4, J2: comments say what was sent, merged ones lead to the one that is answered for them, and who is answered is told."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lms.core.clock import program_day
from lms.feedback.dispositions import LETTER
from lms.feedback.models import Comment, CommentPeriod, Disposition
from lms.feedback.outcomes import OUTCOMES
from lms.feedback.rules import KINDS, Words, digest
from lms.notices.models import Letter

from .reading import Reading
from .rules import AT_ONCE, Broken, side_by_side

_head = aliased(Comment)
_COMMENTS = (
    select(
        Comment.id,
        Comment.state,
        Comment.criterion,
        Comment.entity,
        Comment.kind,
        Comment.text,
        Comment.digest,
        Comment.sent_at,
        Comment.period_id,
        Comment.merged_id,
        CommentPeriod.begins_on,
        CommentPeriod.ends_on,
        _head.state.label("head_state"),
        _head.merged_id.label("head_merged_id"),
        _head.period_id.label("head_period_id"),
        _head.criterion.label("head_criterion"),
    )
    .join(CommentPeriod, CommentPeriod.id == Comment.period_id)
    .outerjoin(_head, _head.id == Comment.merged_id)
    .order_by(Comment.id)
)
_DISPOSITIONS = select(Disposition.comment_id, Disposition.id, Disposition.outcome, Disposition.at).order_by(
    Disposition.comment_id, Disposition.id
)
_ANSWERED = (
    select(Comment.id, Comment.person_id, Letter.id.label("letter_id"))
    .join(Disposition, Disposition.comment_id == func.coalesce(Comment.merged_id, Comment.id))
    .outerjoin(
        Letter,
        (Letter.person_id == Comment.person_id) & (Letter.kind == LETTER) & (Letter.about == Comment.public_id),
    )
    .where(Comment.state == "sent")
    .order_by(Comment.id)
)


def comments(read: Reading) -> Iterator[Broken]:
    """One that was sent is as it was sent, in its period; one that leads others is about the same and led by none."""
    for comment_id, (own, given) in side_by_side(read.stream(_COMMENTS), read.stream(_DISPOSITIONS)):
        for comment in own:
            if what := _wrong(comment) or _wrongly_merged(comment):
                yield Broken("comment", {"id": comment_id}, what)
            yield from _dispositions(comment, given)


def told(read: Reading) -> Iterator[Broken]:
    """Whoever sent a comment that is answered has a letter about it."""
    for row in read.stream(_ANSWERED):
        if row.letter_id is None:
            yield Broken(
                "comment", {"id": row.id}, f"it is answered, and person {row.person_id} has no letter about it"
            )


def _wrong(comment: Any) -> str:
    if comment.state != "sent":
        return "" if comment.digest is None else f"state is {comment.state}, though it has a digest"
    said = digest(Words(comment.criterion, comment.entity, comment.kind, comment.text))
    if comment.digest != said:
        return "digest is not that of what it says"
    if comment.kind not in KINDS:
        return f"kind is {comment.kind}, which there is not"
    if not comment.begins_on <= program_day(comment.sent_at) <= comment.ends_on:
        return f"sent_at is {comment.sent_at}, its period runs from {comment.begins_on} to {comment.ends_on}"
    return ""


def _wrongly_merged(comment: Any) -> str:
    if comment.merged_id is None:
        return ""
    if "draft" in (comment.state, comment.head_state):
        return f"it is merged into comment {comment.merged_id}, and one of them is a draft"
    if comment.head_merged_id is not None:
        return f"it is merged into comment {comment.merged_id}, which is merged itself"
    if (comment.period_id, comment.criterion) != (comment.head_period_id, comment.head_criterion):
        return f"it is merged into comment {comment.merged_id}, which is about something else"
    return ""


def _dispositions(comment: Any, given: Sequence[Any]) -> Iterator[Broken]:
    for one in given:
        what = ""
        if comment.merged_id is not None or comment.state == "draft":
            what = f"it answers comment {comment.id}, which is {'a draft' if comment.state == 'draft' else 'merged'}"
        elif one.outcome not in OUTCOMES:
            what = f"outcome is {one.outcome}, which there is not"
        elif one.at < comment.sent_at - AT_ONCE:
            what = f"at is {one.at}, comment {comment.id} was sent at {comment.sent_at}"
        if what:
            yield Broken("disposition", {"id": one.id}, what)
