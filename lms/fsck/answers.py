"""P3 and P4: the FAQ's search holds what the entries say, and every entry says something."""

from collections.abc import Iterator

from sqlalchemy import func, select

from lms.faq.models import FaqEntry, FaqVersion, FaqVote
from lms.faq.search import INDEX
from lms.faq.versions import current, rows

from .reading import Reading
from .rules import Broken, side_by_side

_VERSIONS = (
    select(FaqEntry.id, func.count(FaqVersion.number), func.min(FaqVersion.number), func.max(FaqVersion.number))
    .outerjoin(FaqVersion, FaqVersion.entry_id == FaqEntry.id)
    .group_by(FaqEntry.id)
    .order_by(FaqEntry.id)
)
_LANGUAGES = (INDEX.c.language, INDEX.c.question, INDEX.c.answer, INDEX.c.criteria)


def versions(read: Reading) -> Iterator[Broken]:
    """From 1 on without a gap; a vote is about one that there is."""
    for number, many, first, last in read.stream(_VERSIONS):
        if not many:
            yield Broken("faq_entry", {"id": number}, "it has no version")
        elif (first, last) != (1, many):
            yield Broken("faq_entry", {"id": number}, f"its {many} versions are numbered from {first} to {last}")
    lost = (
        select(FaqVote.entry_id, FaqVote.voter, FaqVote.number)
        .outerjoin(FaqVersion, (FaqVersion.entry_id == FaqVote.entry_id) & (FaqVersion.number == FaqVote.number))
        .where(FaqVersion.number.is_(None))
        .order_by(FaqVote.entry_id, FaqVote.voter)
    )
    read.whole(FaqVote)
    for row in read.odd(lost):
        key = {"entry_id": row.entry_id, "voter": row.voter}
        yield Broken("faq_vote", key, f"it is about version {row.number}, which there is not")


def index(read: Reading) -> Iterator[Broken]:
    """A row a language of each entry that is shown, and none else."""
    said = current().where(FaqEntry.retired_at.is_(None)).order_by(FaqVersion.entry_id)
    said = said.with_only_columns(*FaqVersion.__table__.columns)
    kept = select(INDEX.c.entry_id, *_LANGUAGES).order_by(INDEX.c.entry_id, INDEX.c.language)
    shown = ((row.entry_id, FaqVersion(**row._mapping)) for row in read.stream(said))
    for number, (newest, held) in side_by_side(shown, read.stream(kept)):
        right = {row.language: (row.question, row.answer, row.criteria) for _, one in newest for row in rows(one)}
        there = {row.language: (row.question, row.answer, row.criteria) for row in held}
        if len(held) != len(there) or there != right:
            languages = ", ".join(sorted(k for k in {*there, *right} if there.get(k) != right.get(k))) or "a row twice"
            what = f"the search holds other words than the entry says ({languages}); flask faq reindex puts it right"
            yield Broken("faq_index", {"entry_id": number}, what)
