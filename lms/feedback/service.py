"""Comments as their author writes them: drafts that are saved as they are typed, sending, taking back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import OrganizationEntity, Person

from . import rules
from .dispositions import newest
from .models import Comment, CommentPeriod, Disposition
from .rules import Standing, Words


class Answered(Exception):
    """The program answered it, so it is not taken back any more."""


class IdTaken(Exception):
    """Somebody else's comment has this id."""


class Refused(Exception):
    """Why words were not saved or a comment was not sent: one of those below."""


class TooManyDrafts(Refused):
    """The person has as many drafts as one may have."""


class NewerText(Refused):
    """Other words were saved since the ones that the writer changed were read."""


class NoDraft(Refused):
    """It was sent already: from then on it is not changed."""


class Closed(Refused):
    """Its comment period does not run today."""


class SaidAlready(Refused):
    """The person sent the same before. `comment` is the one."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(comment.public_id)
        self.comment = comment


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, for which company (None: for none), in which language."""

    person_id: int
    organization_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What members said in a period so far, in numbers."""

    comments: int
    people: int
    answered: int


# A comment merged into another is answered with it.
ANSWERED: ColumnElement[bool] = exists().where(Disposition.comment_id == func.coalesce(Comment.merged_id, Comment.id))


def periods(session: Session) -> Sequence[CommentPeriod]:
    """All comment periods there were, are and will be: a few a decade."""
    return session.scalars(select(CommentPeriod).order_by(CommentPeriod.begins_on, CommentPeriod.id)).all()


def entities_of(session: Session, organization_id: int | None) -> tuple[str, ...]:
    """The entity types of a company; none of nobody's."""
    theirs = select(OrganizationEntity.entity).where(OrganizationEntity.organization_id == organization_id)
    return tuple(session.scalars(theirs.order_by(OrganizationEntity.entity)))


def heard(session: Session, period_id: int) -> Heard:
    counted = select(func.count(), func.count(Comment.person_id.distinct()), func.count().filter(ANSWERED))
    sent = counted.select_from(Comment).where(Comment.period_id == period_id, Comment.state == "sent")
    comments, people, answered = session.execute(sent).one()
    return Heard(comments, people, answered)


def on_criterion(session: Session, period_id: int, criterion: str) -> int:
    """How many comments on it were sent in the period so far."""
    of = (Comment.period_id == period_id, Comment.state == "sent", Comment.criterion == criterion)
    return session.scalar(select(func.count()).select_from(Comment).where(*of)) or 0


def own(session: Session, public_id: str, *, person_id: int, lock: bool = False) -> Comment | None:
    """The person's comment, None for anybody else's.

    `lock`: until the commit nobody else changes it, and what the person begins or sends in other windows waits.
    """
    mine = select(Comment).where(Comment.public_id == public_id, Comment.person_id == person_id)
    if not lock:
        return session.scalar(mine.options(joinedload(Comment.period)))
    _one_by_one(session, person_id)
    return session.scalar(mine.with_for_update(of=Comment).execution_options(populate_existing=True))


def words_of(comment: Comment) -> Words:
    return Words(comment.criterion, comment.entity, comment.kind, comment.text)


def begin(
    session: Session,
    public_id: str,
    words: Words,
    *,
    period: CommentPeriod,
    author: Author,
    now: datetime,
) -> Comment:
    """A new draft, after `own` found none of this id, with `lock`. Raises TooManyDrafts, and IdTaken for somebody else's id."""
    if session.scalar(select(Comment.id).where(Comment.public_id == public_id)) is not None:
        raise IdTaken
    mine = select(func.count()).select_from(Comment).where(Comment.person_id == author.person_id)
    if (session.scalar(mine.where(Comment.state == "draft")) or 0) >= rules.MOST_DRAFTS:
        raise TooManyDrafts
    comment = _written(public_id, words, period, author, now)
    session.add(comment)
    session.flush()
    return comment


def save(session: Session, comment: Comment, words: Words, *, version: int, language: str, now: datetime) -> None:
    """Put these words in the place of those of `version`. Words that stand there already change nothing, whatever the version.

    Take the comment with `lock`. Raises NoDraft, NewerText.
    """
    if comment.state != "draft":
        raise NoDraft
    if words == words_of(comment):
        return
    if version != comment.version:
        raise NewerText
    _say(comment, words)
    comment.language, comment.version, comment.saved_at = language, comment.version + 1, now
    session.flush()


def send(session: Session, comment: Comment, *, today: date, now: datetime) -> None:
    """Hand a whole draft in. Take it with `lock`. Raises NoDraft, Closed, SaidAlready."""
    if comment.state != "draft":
        raise NoDraft
    if not rules.runs(comment.period, today):
        raise Closed
    digest = rules.digest(words_of(comment))
    same = (Comment.period_id == comment.period_id, Comment.person_id == comment.person_id, Comment.digest == digest)
    twin = session.scalar(select(Comment).where(*same))
    if twin is not None:
        raise SaidAlready(twin)
    comment.state, comment.digest, comment.sent_at = "sent", digest, now
    session.flush()


def withdraw(session: Session, comment: Comment, *, now: datetime) -> None:
    """Take a comment back: a draft is gone, a sent one stays and says so. Take it with `lock`. Raises Answered.

    Comments that are merged into it stay so: what they say is still to be answered.
    """
    if comment.state == "draft":
        session.delete(comment)
    elif comment.state == "sent":
        if answer(session, comment) is not None:
            raise Answered
        comment.state, comment.withdrawn_at, comment.digest = "withdrawn", now, None
    session.flush()


def send_all(
    session: Session,
    said: Iterable[Words],
    *,
    period: CommentPeriod,
    author: Author,
    public_ids: Iterable[str],
    today: date,
    now: datetime,
) -> int:
    """Hand in what a workbook says; what the person sent before is left out. How many were new. Raises Closed."""
    if not rules.runs(period, today):
        raise Closed
    _one_by_one(session, author.person_id)
    known, new = sent_before(session, period_id=period.id, person_id=author.person_id), []
    for words, public_id in zip(said, public_ids, strict=False):
        digest = rules.digest(words)
        if digest not in known:
            known.add(digest)
            comment = _written(public_id, words, period, author, now)
            comment.state, comment.via, comment.digest, comment.sent_at = "sent", "workbook", digest, now
            new.append(comment)
    session.add_all(new)
    session.flush()
    return len(new)


def sent_before(session: Session, *, period_id: int, person_id: int) -> set[str]:
    """Digests of what the person sent in the period and did not take back."""
    sent = select(Comment.digest).where(Comment.period_id == period_id, Comment.person_id == person_id)
    return {digest for digest in session.scalars(sent) if digest is not None}


def answer(session: Session, comment: Comment) -> Disposition | None:
    """What the program decided about it last, or about the one that it is merged into."""
    return answers(session, (comment,)).get(comment.id)


def answers(session: Session, comments: Iterable[Comment]) -> dict[int, Disposition]:
    """The same for many, by the comment's id; those without an answer are left out."""
    heads = {comment.id: comment.merged_id or comment.id for comment in comments}
    found = newest(session, set(heads.values()))
    return {id_: found[head] for id_, head in heads.items() if head in found}


def tally(session: Session, person_id: int) -> dict[Standing, int]:
    """How many comments of the person stand how; those that none does are left out."""
    mine = select(Comment.state, ANSWERED, func.count()).where(Comment.person_id == person_id)
    counts: dict[Standing, int] = {}
    for state, answered, many in session.execute(mine.group_by(Comment.state, ANSWERED)):
        stands = rules.standing(state, answered=answered)
        counts[stands] = counts.get(stands, 0) + many
    return {stands: counts[stands] for stands in rules.STANDINGS if stands in counts}


def mine(session: Session, person_id: int, stands: Standing, *, offset: int, limit: int) -> Sequence[Comment]:
    """The person's comments that stand like that, the one that changed last first."""
    chosen = select(Comment).where(Comment.person_id == person_id)
    if stands in ("sent", "answered"):
        chosen = chosen.where(Comment.state == "sent", ANSWERED if stands == "answered" else ~ANSWERED)
    else:
        chosen = chosen.where(Comment.state == stands)
    changed = func.coalesce(Comment.withdrawn_at, Comment.sent_at, Comment.saved_at)
    ordered = chosen.order_by(changed.desc(), Comment.id.desc())
    return session.scalars(ordered.options(joinedload(Comment.period)).offset(offset).limit(limit)).all()


def _written(public_id: str, words: Words, period: CommentPeriod, author: Author, now: datetime) -> Comment:
    comment = Comment(
        public_id=public_id,
        period=period,
        person_id=author.person_id,
        organization_id=author.organization_id,
        language=author.language,
        state="draft",
        version=1,
        created_at=now,
        saved_at=now,
    )
    _say(comment, words)
    return comment


def _say(comment: Comment, words: Words) -> None:
    comment.criterion, comment.entity, comment.kind, comment.text = (
        words.criterion,
        words.entity,
        words.kind,
        words.text,
    )


def _one_by_one(session: Session, person_id: int) -> None:
    """What a person begins or sends in two windows at once is done one after the other, until the commit."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
