"""What can be done with the FAQ: entries are added, said anew, retired and restored; readers say whether they helped."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit, short
from lms.core.database import insert_into

from . import search
from .models import FaqEntry, FaqSource, FaqVersion, FaqVote
from .rules import Draft, Entry, Said, Votes
from .versions import NoSuchEntry, current, draft_of, newest, one, rows, versions


class SaidMeanwhile(Exception):
    """Somebody saved a newer version; its number is the argument. Nothing was changed."""


class NothingNew(Exception):
    """The version would say what the newest one says."""


def said(question: str, answer: str) -> Said:
    """A question with its answer as it will be shown. Takes a moment: do it before a transaction. Raises short.TooCostly."""
    return Said(question, answer, short.rendered(answer))


def add(session: Session, draft: Draft, *, by_id: int, now: datetime, comments: Collection[int] = ()) -> FaqEntry:
    """A new entry, which answers these comments (ids) and those merged into them."""
    entry = FaqEntry(created_at=now)
    session.add(entry)
    session.flush()
    session.add_all(FaqSource(entry_id=entry.id, comment_id=comment) for comment in comments)
    _write(session, entry, 1, draft, by_id, now)
    _record(session, "faq.added", entry.id, by_id, now, comments=sorted(comments))
    return entry


def change(session: Session, number: int, draft: Draft, *, after: int, by_id: int, now: datetime) -> FaqVersion:
    """A new version, written after having read version `after`. Raises NoSuchEntry, SaidMeanwhile, NothingNew."""
    entry = _held(session, number)
    last = session.scalars(versions(number).limit(1)).one()
    if last.number != after:
        raise SaidMeanwhile(last.number)
    if draft_of(last) == draft:
        raise NothingNew
    version = _write(session, entry, after + 1, draft, by_id, now)
    _record(session, "faq.changed", number, by_id, now, version=version.number)
    return version


def retire(session: Session, number: int, *, by_id: int, now: datetime) -> bool:
    """Show it no more; whether that changed anything. Raises NoSuchEntry."""
    entry = _held(session, number)
    if entry.retired_at is not None:
        return False
    entry.retired_at = now
    search.put(session, number, ())
    _record(session, "faq.retired", number, by_id, now)
    return True


def restore(session: Session, number: int, *, by_id: int, now: datetime) -> bool:
    """Show it again; whether that changed anything. Raises NoSuchEntry."""
    entry = _held(session, number)
    if entry.retired_at is None:
        return False
    entry.retired_at = None
    search.put(session, number, rows(session.scalars(versions(number).limit(1)).one()))
    _record(session, "faq.restored", number, by_id, now)
    return True


def link(session: Session, number: int, comment_id: int, *, by_id: int, now: datetime) -> bool:
    """The entry answers one comment more; whether it did not before. Raises NoSuchEntry."""
    _held(session, number)
    if session.get(FaqSource, (number, comment_id)) is not None:
        return False
    session.add(FaqSource(entry_id=number, comment_id=comment_id))
    _record(session, "faq.comment_linked", number, by_id, now, comment=comment_id)
    return True


def vote(session: Session, number: int, voter: str, *, helpful: bool, now: datetime) -> None:
    """A reader's last word about the newest version. Raises NoSuchEntry."""
    shown = one(session, number)
    word = {"number": shown.version, "helpful": helpful, "at": now}
    statement = insert_into(session, FaqVote).values(entry_id=number, voter=voter, **word)
    session.execute(statement.on_conflict_do_update(index_elements=["entry_id", "voter"], set_=word))


def word_of(session: Session, entry: Entry, voter: str) -> bool | None:
    """What the voter said of this version, None for nothing."""
    found = session.get(FaqVote, (entry.number, voter))
    return found.helpful if found and found.number == entry.version else None


def votes(session: Session, entry: Entry) -> Votes:
    """What readers of this version of the entry said."""
    of_it = select(FaqVote.helpful, func.count()).where(
        FaqVote.entry_id == entry.number, FaqVote.number == entry.version
    )
    counted = dict(session.execute(of_it.group_by(FaqVote.helpful)).all())
    return Votes(counted.get(True, 0), counted.get(False, 0))


def votes_by_entry(session: Session) -> Mapping[int, Votes]:
    """Entries of whose newest version nobody said anything are left out."""
    last = newest().subquery()
    yes = func.count().filter(FaqVote.helpful.is_(True))
    statement = (
        select(FaqVote.entry_id, yes, func.count())
        .join(last, (last.c.entry_id == FaqVote.entry_id) & (last.c.number == FaqVote.number))
        .group_by(FaqVote.entry_id)
    )
    return {number: Votes(helpful, every - helpful) for number, helpful, every in session.execute(statement)}


def reindex(session: Session) -> int:
    """Write the index of the search anew, from the versions; how many entries are in it."""
    session.execute(search.INDEX.delete())
    shown = session.scalars(current().where(FaqEntry.retired_at.is_(None))).all()
    for version in shown:
        search.put(session, version.entry_id, rows(version))
    return len(shown)


def _held(session: Session, number: int) -> FaqEntry:
    """Said anew, retired and restored by nobody else until the commit."""
    found = session.get(FaqEntry, number, with_for_update=True)
    if found is None:
        raise NoSuchEntry
    return found


def _write(session: Session, entry: FaqEntry, number: int, draft: Draft, by_id: int, now: datetime) -> FaqVersion:
    english, place = draft.words["en"], draft.place
    others = {language: said for language, said in draft.words.items() if language != "en"}
    version = FaqVersion(
        entry_id=entry.id,
        number=number,
        question=english.question,
        answer=english.answer,
        html=english.html,
        translations={
            language: {"question": said.question, "answer": said.answer, "html": said.html}
            for language, said in others.items()
        },
        criteria=list(draft.criteria),
        entities=list(draft.entities),
        module=place and place.module,
        section=place and place.section,
        anchor=place and place.anchor,
        by_id=by_id,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:  # the key judges two at once
        raise SaidMeanwhile(number) from error
    if entry.retired_at is None:
        search.put(session, entry.id, rows(version))
    return version


def _record(session: Session, action: str, number: int, by_id: int, now: datetime, **details: object) -> None:
    audit.record(session, action=action, subject=f"faq {number}", actor_id=by_id, now=now, **details)
