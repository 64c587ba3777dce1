"""What can be done with packets: ask for one, see how far it is, keep it."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from lms.certificates.designs import Paper
from lms.certificates.drawing import Place
from lms.core import audit, jobs
from lms.core.database import transaction
from lms.core.jobs import Job
from lms.core.language import Language

from . import gathering, making, packet, rules
from .making import Question
from .models import EvidencePacket
from .rules import Period

MAKE = "evidence.make"

# waiting: it is to be made, or being made. stopped: it could not be, and nothing tries again by itself.
State = Literal["ready", "waiting", "stopped"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a packet is. `failure` is the sentence of the last failure, "" for none; `size` is in bytes, 0 before it is ready."""

    state: State
    failure: str
    size: int


def ask(session: Session, asked: Question, *, by_id: int, now: datetime) -> EvidencePacket:
    """A new packet, still to be made."""
    made = EvidencePacket(
        public_id=secrets.token_urlsafe(16),
        organization_id=asked.organization_id,
        by_id=by_id,
        since=asked.period.since,
        until=asked.period.until,
        language=asked.language,
        paper=asked.paper,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    note(session, asked, by_id=by_id, subject=made.public_id, now=now)
    return made


def note(session: Session, asked: Question, *, by_id: int | None, subject: str, now: datetime) -> None:
    """Write down that somebody took the records of a company out."""
    audit.record(
        session,
        action="evidence.asked",
        subject=subject,
        actor_id=by_id,
        now=now,
        organization=asked.organization_id,
        since=asked.period.since.isoformat(),
        until=asked.period.until.isoformat(),
    )


def quick(session: Session, asked: Question) -> bool:
    """Whether a page may wait for it."""
    people = gathering.count_people(session, asked.organization_id)
    return rules.at_once(people, making.undrawn(session, asked))


def queue(session: Session, packet_id: int, *, now: datetime) -> None:
    """Have it made by a worker; asked again, what failed is tried anew."""
    jobs.enqueue(session, MAKE, {"packet": packet_id}, key=rules.key(packet_id), now=now)


def make(session: Session, packet_id: int, settings: Place, beat: Callable[[], None], *, now: datetime) -> None:
    """Make it and keep it, unless that is done. Raises CannotDraw. Commits by itself: drawing stands in no transaction."""
    found = session.get_one(EvidencePacket, packet_id, options=(defer(EvidencePacket.body),))
    if found.digest is not None:
        return
    body = making.make(session, question(found), settings, beat)
    digest = hashlib.sha256()
    for piece in packet.stream(session, body):
        digest.update(piece)
        beat()
    with transaction():
        found = session.get_one(EvidencePacket, packet_id, with_for_update=True)
        if found.digest is None:  # of two that make the same, the first stays
            found.body, found.digest, found.made_at = body, digest.hexdigest(), now


def question(found: EvidencePacket) -> Question:
    period = Period(found.since, found.until)
    return Question(found.organization_id, period, cast(Language, found.language), cast(Paper, found.paper))


def find(session: Session, public_id: str) -> EvidencePacket | None:
    """Without its body, which is read where it is needed."""
    its = select(EvidencePacket).where(EvidencePacket.public_id == public_id).options(defer(EvidencePacket.body))
    return session.scalars(its).one_or_none()


def count(session: Session, organization_id: int) -> int:
    return session.scalar(select(func.count()).where(EvidencePacket.organization_id == organization_id)) or 0


def listed(session: Session, organization_id: int, *, offset: int, limit: int) -> Sequence[EvidencePacket]:
    """A company's packets, the newest first."""
    theirs = select(EvidencePacket).where(EvidencePacket.organization_id == organization_id)
    newest = theirs.order_by(EvidencePacket.asked_at.desc(), EvidencePacket.id.desc())
    return session.scalars(newest.offset(offset).limit(limit).options(defer(EvidencePacket.body))).all()


def progress(session: Session, found: EvidencePacket) -> Progress:
    if found.digest is not None and found.body is not None:
        return Progress("ready", "", packet.length(found.body))
    job = session.execute(select(Job.state, Job.failure).where(Job.key == rules.key(found.id))).one_or_none()
    waiting = job is not None and job.state in ("queued", "running")
    return Progress("waiting" if waiting else "stopped", job.failure if job else "", 0)
