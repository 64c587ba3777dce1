"""Reading what entries say: every version is kept, the newest one counts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.language import Language, known
from lms.feedback.models import Comment

from . import search
from .models import FaqEntry, FaqSource, FaqVersion
from .rules import Draft, Entry, Place, Said


class NoSuchEntry(Exception):
    """There is no entry with this number, or no such version of it, or it is not shown any more."""


def entries(session: Session, *, retired: bool = False) -> list[Entry]:
    """Every entry as its newest version says it, of those that are shown, or of those that are not any more."""
    standing = FaqEntry.retired_at.is_not(None) if retired else FaqEntry.retired_at.is_(None)
    found = session.execute(current().where(standing).order_by(FaqVersion.entry_id)).all()
    comments = _comments(session)
    return [_entry(version, retired_at, comments.get(version.entry_id, 0)) for version, retired_at in found]


def one(session: Session, number: int, *, retired: bool = False) -> Entry:
    """The newest version of an entry; of one that is not shown any more only when asked for. Raises NoSuchEntry."""
    found = session.execute(current().where(FaqEntry.id == number)).one_or_none()
    if found is None or (found.retired_at and not retired):
        raise NoSuchEntry
    return _entry(found[0], found.retired_at, _comments(session, number).get(number, 0))


def history(session: Session, number: int) -> Sequence[tuple[int, datetime, str]]:
    """Every version, the newest first: number, when, and by whom."""
    by = versions(number).join(Person, Person.id == FaqVersion.by_id)
    return session.execute(by.with_only_columns(FaqVersion.number, FaqVersion.at, Person.name)).all()


def as_it_was(session: Session, entry: Entry, version: int) -> Entry:
    """Another version of the entry. Raises NoSuchEntry."""
    found = session.get(FaqVersion, (entry.number, version))
    if found is None:
        raise NoSuchEntry
    return Entry(entry.number, version, draft_of(found), found.at, entry.retired, entry.comments)


def answering(session: Session, comment_ids: Collection[int]) -> Mapping[int, int]:
    """The newest entry that is shown for each of these comments, as far as there is one: of itself, or of the one that it is
    merged into."""
    source = or_(FaqSource.comment_id == Comment.id, FaqSource.comment_id == Comment.merged_id)
    statement = (
        select(Comment.id, func.max(FaqSource.entry_id))
        .join(FaqSource, source)
        .join(FaqEntry, FaqEntry.id == FaqSource.entry_id)
        .where(Comment.id.in_(comment_ids), FaqEntry.retired_at.is_(None))
        .group_by(Comment.id)
    )
    return dict(session.execute(statement).all()) if comment_ids else {}


def current() -> Select[FaqVersion, datetime | None]:
    """The newest version of every entry, and when the entry was retired."""
    last = newest().subquery()
    return (
        select(FaqVersion, FaqEntry.retired_at)
        .join(last, (last.c.entry_id == FaqVersion.entry_id) & (last.c.number == FaqVersion.number))
        .join(FaqEntry, FaqEntry.id == FaqVersion.entry_id)
    )


def rows(version: FaqVersion) -> tuple[search.Row, ...]:
    """What the index holds of a version."""
    words = draft_of(version).words
    return tuple(
        search.row(version.entry_id, language, said.question, said.html, version.criteria)
        for language, said in words.items()
    )


def draft_of(version: FaqVersion) -> Draft:
    words: dict[Language, Said] = {"en": Said(version.question, version.answer, version.html)}
    words |= {language: Said(**said) for code, said in version.translations.items() if (language := known(code))}
    place = None
    if version.module and version.section and version.anchor:
        place = Place(version.module, version.section, version.anchor)
    return Draft(words, tuple(version.criteria), tuple(version.entities), place)


def newest() -> Select[int, int]:
    """The number of the newest version, by entry."""
    return select(FaqVersion.entry_id, func.max(FaqVersion.number).label("number")).group_by(FaqVersion.entry_id)


def versions(number: int) -> Select[FaqVersion]:
    """Of one entry, the newest first."""
    return select(FaqVersion).where(FaqVersion.entry_id == number).order_by(FaqVersion.number.desc())


def _entry(version: FaqVersion, retired_at: datetime | None, comments: int) -> Entry:
    return Entry(version.entry_id, version.number, draft_of(version), version.at, retired_at is not None, comments)


def _comments(session: Session, number: int | None = None) -> Mapping[int, int]:
    """How many comments each entry answers: those it was made of, and those merged into them."""
    source = or_(Comment.id == FaqSource.comment_id, Comment.merged_id == FaqSource.comment_id)
    statement = (
        select(FaqSource.entry_id, func.count(Comment.id.distinct()))
        .join(Comment, source)
        .where(Comment.state == "sent")
        .group_by(FaqSource.entry_id)
    )
    statement = statement if number is None else statement.where(FaqSource.entry_id == number)
    return dict(session.execute(statement).all())
