"""The jobs of this room: write the letters of a day, and send those that wait."""

from collections import Counter
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import PROGRAM_ZONE, now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Job, enqueue, handles, regularly, repeat
from lms.learning import daily as calendar

from . import mails, rules, service
from .kinds import SEND

WRITE = "letters.write"


@regularly
def letters(session: Session, now: datetime) -> None:
    """Ask once a day for the day's letters, from 07:00 on; and for the sending of those that still wait, now and then."""
    local = now.astimezone(PROGRAM_ZONE)
    key = f"{WRITE} {local.date().isoformat()}"
    if local.time() >= rules.BEGINS and session.scalar(select(Job.id).where(Job.key == key)) is None:
        enqueue(session, WRITE, {}, key=key, now=now)
    last = session.execute(select(Job.state, Job.finished_at).where(Job.key == SEND)).one_or_none()
    rested = last is None or (last.finished_at is not None and last.finished_at <= now - rules.TRIED_EVERY)
    if rested and (last is None or last.state in ("done", "failed")) and service.any_waiting(session):
        ask_to_send(session, now)


def ask_to_send(session: Session, now: datetime) -> None:
    repeat(session, SEND, {}, key=SEND, now=now)


@handles(WRITE)
def write_letters(_arguments: Arguments, beat: Beat) -> None:
    """Write the letters of the day on which this runs; may run twice."""
    try:
        write(beat)
    except NothingPublished:
        return
    with transaction():
        ask_to_send(db.session, now())


@handles(SEND)
def send_letters(_arguments: Arguments, beat: Beat) -> None:
    """Send what waits. Raises Unfinished when the mail server does not answer: the rest waits."""
    send(beat)


def write(beat: Beat) -> None:
    """Write today's letters, some hundred people at a time. Raises NothingPublished.

    What the calendar makes due is made due first, where nothing has done so today.
    """
    program = published(db.session).library.framework.program
    calendar.turn(beat)
    today, after = program_day(now()), 0
    while (upto := service.part(db.session, after)) is not None:
        wanting = service.wanting(db.session, program, after=after, upto=upto, today=today)
        readers = service.readers(db.session, after=after, upto=upto, today=today)
        if wanting or readers:
            with transaction():
                service.write(db.session, program, wanting, readers, today=today, now=now())
        db.session.rollback()  # no snapshot is held from one part to the next
        after = upto
        beat()


def send(beat: Beat) -> Counter[str]:
    """Send every letter that waits; how many ended how. Raises Unfinished when the mail server does not answer."""
    with transaction():
        lost = service.drop_lost(db.session, now=now())
    if lost:
        current_app.logger.warning("%s letters were taken to be sent and never marked. They are not sent again.", lost)
    ends: Counter[str] = Counter()
    after = (date.min, 0)
    while found := service.waiting(db.session, after):
        for _, letter_id in found:
            ends[mails.deliver(letter_id) or "dropped"] += 1
            beat()
        after = found[-1]
    return ends
