"""Answers to questions for which no figures are kept, counted by a worker when somebody asks."""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.catalog.shelf import NothingPublished, published
from lms.core import clock
from lms.core.clock import program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, handles, repeat

from .facts import Reading
from .filters import Filters
from .ledger import ALL, Days, Group, add, days_of, pack, unpack
from .models import CountedQuestion
from .requirements import Slice

KIND = "figures.count"
# So long an answer stands, though something changed since; and so long it is kept when nobody asks.
STANDS = timedelta(hours=1)
FORGOTTEN = timedelta(days=2)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[tuple[str, str, str, dict[int, tuple[int, ...]]]])


def key_of(filters: Filters, by: str) -> str:
    """Of the question, whatever status is chosen."""
    return sha256(msgspec.json.encode([filters.but(status="").chosen, by])).hexdigest()


def answer(session: Session, key: str, *, since: datetime, now: datetime) -> tuple[datetime, dict[Group, Days]] | None:
    """When the question was counted, and its figures; None where it was not since the last change, and not within an hour."""
    stands = min(since, now - STANDS)
    found = select(CountedQuestion.counted_at, CountedQuestion.figures).where(
        CountedQuestion.key == key, CountedQuestion.counted_at >= stands
    )
    row = session.execute(found).one_or_none()
    return (row.counted_at, _read(row.figures)) if row else None


def ask(session: Session, filters: Filters, by: str, now: datetime) -> str:
    """Have a question counted; its key."""
    key = key_of(filters, by)
    if session.scalar(select(CountedQuestion.key).where(CountedQuestion.key == key)) is None:
        asked = filters.but(status="").chosen | {"by": by}
        session.execute(insert(CountedQuestion).values(key=key, asked=asked, asked_at=now))
    repeat(session, KIND, {"key": key}, key=f"{KIND}:{key}", now=now)
    return key


@handles(KIND)
def _count(arguments: Arguments, beat: Beat) -> None:
    asked = db.session.scalar(select(CountedQuestion.asked).where(CountedQuestion.key == arguments["key"]))
    if asked is None:
        return
    by = asked["by"]
    filters = Filters(**{name: value for name, value in asked.items() if name != "by"})
    now = clock.now()
    try:
        part = Slice(filters, published(db.session).library.framework, program_day(now))
    except NothingPublished:
        return
    groups = counted(db.session, part, beat)
    wanted = {group: days for group, days in groups.items() if group[0] in (ALL, by)}
    with transaction():
        db.session.execute(delete(CountedQuestion).where(CountedQuestion.asked_at < now - FORGOTTEN))
        answered = update(CountedQuestion).where(CountedQuestion.key == arguments["key"])
        db.session.execute(answered.values(counted_at=now, asked_at=now, figures=_written(wanted)))


def counted(session: Session, part: Slice, beat: Callable[[], None] = lambda: None) -> dict[Group, Days]:
    """Every group of a part, counted from nothing."""
    groups: dict[Group, Days] = {}
    for _, company in Reading(session, part.framework, part.today, part.filters).companies():
        for group, days in days_of(company).items():
            add(groups.setdefault(group, {}), days)
        beat()
    return groups


def _written(groups: Mapping[Group, Days]) -> bytes:
    rows = [(*group, {day: unpack(delta) for day, delta in days.items()}) for group, days in groups.items()]
    return zlib.compress(_ENCODER.encode(rows), 1)


def _read(figures: bytes) -> dict[Group, Days]:
    return {
        (dimension, value, topic): {day: pack(counts) for day, counts in days.items()}
        for dimension, value, topic, days in _DECODER.decode(zlib.decompress(figures))
    }
