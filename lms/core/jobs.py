"""Work that no page waits for: a row for each job, so that none is lost.

`enqueue` puts the row into the caller's transaction; after the commit a worker is told (core.queue). A message that gets lost
costs time alone: workers look through the rows again and again (core.working). Rooms register what is to be done by kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from flask import current_app
from sqlalchemy import JSON, CheckConstraint, Index, String, Table, Text, and_, event, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import queue
from .database import Base, IntPk

State = Literal["queued", "running", "done", "failed"]

MOST_TRIES = 3
# A running job that has shown no heartbeat for so long has lost its worker.
LOST_AFTER = timedelta(seconds=60)
# How long a job rests after its first and after its second failure.
RESTS = (timedelta(minutes=1), timedelta(minutes=15))
# A site where a job waits for so long without a sign of any worker has none.
NEGLECTED_AFTER = timedelta(minutes=2)
TO_WAKE = "jobs to wake"


class Job(Base):
    """A job and how far it is. `key`, where there is one, keeps the same work from being asked for twice.

    A job whose worker was killed has an old `heartbeat_at` and is taken up again, so every job may run twice (J1, J4).
    `tries` grows whenever a worker takes it, so that it also names who has it. `failure` is the sentence of the last failure.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state_known"),
        Index(None, "state", "heartbeat_at"),
    )

    id: Mapped[IntPk]
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


_TABLE = cast(Table, Job.__table__)
# A new row, unless its key is there.
_NEW = {
    name: insert(_TABLE).on_conflict_do_nothing(index_elements=["key"]).returning(_TABLE.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


class Unfinished(Exception):
    """A job cannot be finished now. The message is one sentence that says what to do."""


class Lost(Exception):
    """Another worker has taken the job, because this one showed no heartbeat for too long."""


Arguments = Mapping[str, Any]
Beat = Callable[[], None]
Work = Callable[[Arguments, Beat], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """What does a kind of job. `priority`: of waiting jobs the one with the highest goes first."""

    work: Work
    priority: Callable[[Arguments], int]


HANDLERS: dict[str, Handler] = {}

Chore = Callable[[Session, datetime], None]
CHORES: list[Chore] = []


def handles(kind: str, *, priority: Callable[[Arguments], int] = lambda _: 0) -> Callable[[Work], Work]:
    """Register what does jobs of this kind. It may run twice, at the same time too, and calls `beat()` between its pieces."""

    def register(work: Work) -> Work:
        HANDLERS[kind] = Handler(work, priority)
        return work

    return register


def regularly(chore: Chore) -> Chore:
    """Register what every worker program looks after some times a minute. It commits nothing and takes no time: where there is
    something to do, it asks for a job by `repeat`."""
    CHORES.append(chore)
    return chore


def priority(kind: str, arguments: Arguments) -> int:
    return HANDLERS[kind].priority(arguments) if kind in HANDLERS else 0


def due(state: State, tries: int, heartbeat_at: datetime | None, now: datetime) -> bool:
    """Whether a worker may take the job: it waits and has rested, or it runs and its worker is gone."""
    if state == "queued":
        return heartbeat_at is None or not tries or now >= heartbeat_at + RESTS[min(tries, len(RESTS)) - 1]
    return state == "running" and (heartbeat_at is None or now >= heartbeat_at + LOST_AFTER)


def after_failure(tries: int) -> State:
    """What becomes of a job that has failed so many times."""
    return "failed" if tries >= MOST_TRIES else "queued"


def enqueue(session: Session, kind: str, arguments: Arguments, *, key: str | None = None, now: datetime) -> int:
    """Ask for a job within the caller's transaction; workers are told after the commit. Returns its id.

    Asked again with the same key, the answer is the job that is there; one that failed is queued anew.
    """
    connection = session.connection()  # plain Core, put together once: a row goes with quiz submissions
    fresh = {"created_at": now, "state": "queued", "tries": 0, "failure": ""}
    new = {"kind": kind, "arguments": dict(arguments), "key": key, **fresh}
    job_id: int | None = connection.execute(_NEW[connection.dialect.name], new).scalar()
    if job_id is None:
        job_id = connection.execute(select(Job.id).where(Job.key == key)).scalar_one()
        again(session, job_id)
    session.info.setdefault(TO_WAKE, {})[job_id] = priority(kind, arguments)
    return job_id


def again(session: Session, job_id: int) -> None:
    """Queue a failed job anew, and let one that rests after a failure rest no longer."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(("queued", "failed")))
        .values(state="queued", tries=0, heartbeat_at=None, failure="", finished_at=None)
    )


def repeat(session: Session, kind: str, arguments: Arguments, *, key: str, now: datetime) -> int:
    """Ask for a job that is to be done again and again under one key: one that has ended is queued anew, one that waits or runs
    is left alone. Returns its id."""
    ended = update(Job).where(Job.key == key, Job.state.in_(("done", "failed")))
    session.execute(
        ended.values(
            state="queued", tries=0, heartbeat_at=None, failure="", finished_at=None, arguments=dict(arguments),
            created_at=now,
        )
    )  # fmt: skip
    return enqueue(session, kind, arguments, key=key, now=now)


def neglected(session: Session, now: datetime) -> bool:
    """Whether a job waits, or runs without a heartbeat, and no worker has shown one for a while."""
    quiet = now - NEGLECTED_AFTER
    fresh = and_(Job.state == "queued", Job.heartbeat_at.is_(None), Job.created_at <= quiet)
    silent = and_(Job.state == "running", Job.heartbeat_at <= quiet)
    alive = and_(Job.state.in_(get_args(State)), Job.heartbeat_at > quiet)
    waits, works = (session.scalar(select(exists().where(which))) for which in (or_(fresh, silent), alive))
    return bool(waits) and not works


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    """Tell the workers. What cannot be told is found by their sweep."""
    for job_id, urgency in session.info.pop(TO_WAKE, {}).items():
        try:
            queue.put(job_id, urgency)
        except Exception as error:  # whatever is wrong with the queue, the row stands
            current_app.logger.warning("The queue of jobs cannot be written (%s).", type(error).__name__)
            return


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(TO_WAKE, None)
