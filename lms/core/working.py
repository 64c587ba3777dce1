"""What a worker does: take a job, show a heartbeat while it runs, and write down how it ended.

A job is taken, kept and ended by compare-and-set on its row, so that no two workers have it at once unless one of them showed
no heartbeat for a minute.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from . import clock, queue
from .database import db, transaction
from .jobs import CHORES, HANDLERS, LOST_AFTER, MOST_TRIES, RESTS, Job, Lost, Unfinished, after_failure, due, priority

# A heartbeat is written at most so often.
BEAT_EVERY = timedelta(seconds=5)
SWEPT_AT_ONCE = 1000
KILLED = "Its worker was ended while it ran, again and again. Look into the log and at the memory of the machine."

Clock = Callable[[], datetime]


def run(job_id: int, now: Clock = clock.now) -> bool:
    """Do a job if it is due; whether it was. Needs an app context."""
    job = _taken(job_id, now())
    if job is None:
        return False
    pulse = _Pulse(job, now)
    try:
        if job.kind not in HANDLERS:
            raise Unfinished(f"This version of the site does not know jobs of the kind {job.kind}.")
        HANDLERS[job.kind].work(job.arguments, pulse.beat)
    except Lost:
        return True
    except Unfinished as error:
        _failed(job, str(error), now())
    except Exception as error:
        current_app.logger.exception("Job %s (%s) failed.", job.id, job.kind)
        _failed(job, f"The site met an error ({type(error).__name__}). The log says more.", now())
    except BaseException:
        db.session.rollback()
        _end(job, state="queued", tries=job.tries - 1, heartbeat_at=None)  # the worker is told to stop: nobody's fault
        raise
    else:
        moment = now()
        _end(job, state="done", failure="", heartbeat_at=moment, finished_at=moment)
    return True


def sweep(session: Session, now: datetime) -> int:
    """Tell the workers of every job that is due, when they have read all messages; how many. Ends those that only kill workers."""
    if queue.waiting():
        return 0
    found = [job for job in _open(session, now) if due(job.state, job.tries, job.heartbeat_at, now)]
    session.rollback()  # nothing is open while messages are sent
    for job in found:
        queue.put(job.id, priority(job.kind, job.arguments))
    return len(found)


def look_after(now: datetime) -> None:
    """Ask for what the rooms want done regularly. A chore that fails keeps no other from its turn. Needs an app context."""
    for chore in CHORES:
        try:
            with transaction():
                chore(db.session, now)
        except Exception as error:
            current_app.logger.error("The chore %s failed (%s).", chore.__name__, type(error).__name__)


class _Pulse:
    """The heartbeat of one run of a job."""

    def __init__(self, job: Row[int, str, dict[str, object], int], now: Clock) -> None:
        self.job, self.now, self.last = job, now, now()

    def beat(self) -> None:
        """Show that the worker lives. Raises Lost when another one has the job. Ends an open transaction of the session."""
        moment = self.now()
        if moment - self.last >= BEAT_EVERY:
            self.last = moment
            if not _end(self.job, heartbeat_at=moment):
                raise Lost


def _open(session: Session, now: datetime) -> list[Row[int, str, dict[str, object], str, int, datetime | None]]:
    """Jobs that may be due: the earliest first. All have rested as long as the shortest rest."""
    columns = (Job.id, Job.kind, Job.arguments, Job.state, Job.tries, Job.heartbeat_at)
    rested = or_(Job.heartbeat_at.is_(None), Job.heartbeat_at <= now - min(LOST_AFTER, *RESTS))
    waiting = select(*columns).where(Job.state.in_(("queued", "running")), rested)
    return list(session.execute(waiting.order_by(Job.id).limit(SWEPT_AT_ONCE)))


def _taken(job_id: int, moment: datetime) -> Row[int, str, dict[str, object], int] | None:
    """The job, now this worker's; None when it is not due. One that has used up its tries has killed its workers: it ends."""
    with transaction():
        job = db.session.execute(select(Job.state, Job.tries, Job.heartbeat_at).where(Job.id == job_id)).one_or_none()
        if job is None or not due(job.state, job.tries, job.heartbeat_at, moment):
            return None
        same = update(Job).where(Job.id == job_id, Job.state == job.state, Job.tries == job.tries)
        if job.tries >= MOST_TRIES:
            db.session.execute(same.values(state="failed", failure=KILLED, finished_at=moment))
            return None
        taken = same.values(state="running", tries=Job.tries + 1, started_at=moment, heartbeat_at=moment)
        return db.session.execute(taken.returning(Job.id, Job.kind, Job.arguments, Job.tries)).one_or_none()


def _failed(job: Row[int, str, dict[str, object], int], sentence: str, moment: datetime) -> None:
    db.session.rollback()
    state = after_failure(job.tries)
    _end(job, state=state, failure=sentence, heartbeat_at=moment, finished_at=moment if state == "failed" else None)


def _end(job: Row[int, str, dict[str, object], int], **values: object) -> bool:
    """Write this to the job if it is still this worker's."""
    with transaction():
        own = update(Job).where(Job.id == job.id, Job.state == "running", Job.tries == job.tries)
        return bool(db.session.connection().execute(own.values(**values)).rowcount)
