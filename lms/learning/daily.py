"""What the calendar asks for, once a day: access whose last day is over ends, and what is due once more becomes so.

A worker does it by itself after midnight in America/New_York; `flask daily` does the same where none runs.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.accounts import access
from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Job, enqueue, handles, regularly

from . import retraining

KIND = "daily"


@dataclass(frozen=True, slots=True)
class Turned:
    """How many people's access ended, and how many refreshers became due or late; None while nothing is published."""

    ended: int
    refreshers: int | None


def turn(beat: Beat = lambda: None) -> Turned:
    """Do all of it for today, in transactions of its own. Twice does no harm."""
    ended = 0
    while some := _end_some():
        ended += some
        beat()
    with transaction():
        try:
            program = published(db.session).library.framework.program
        except NothingPublished:
            return Turned(ended, None)
        return Turned(ended, retraining.turn(db.session, program, today=program_day(now())))


def _end_some() -> int:
    with transaction():
        return access.end_due(db.session, today=program_day(now()), now=now())


@handles(KIND)
def do(_arguments: Arguments, beat: Beat) -> None:
    """The day of its arguments is only the job's name: what is done is always today's."""
    turn(beat)


@regularly
def ask(session: Session, moment: datetime) -> None:
    """A job a day. One that failed is left to `flask jobs --again`."""
    day = str(program_day(moment))
    key = f"{KIND} {day}"
    if not session.scalar(select(exists().where(Job.key == key))):
        enqueue(session, KIND, {"day": day}, key=key, now=moment)
