"""What a company's coordinator decides about people who come by themselves: approved mail domains, and who waits (U4: own ones)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.clock import program_day

from . import employment, moving, rules
from .models import ApprovedDomain, JoinRequest, Organization, Person
from .permissions import Role


class NotWaiting(Exception):
    """Nobody waits for this company under this number, or no longer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the mail to somebody who waited needs. `language` is the person's own, None for none.

    `profile_id` is the person's now; its requirements want refreshing.
    """

    email: str
    name: str
    organization: str
    accepted: bool
    language: str | None
    profile_id: int | None


def hold(session: Session, organization_id: int) -> Organization:
    """The company, for this transaction alone: who proves an address and who approves its domain do not miss each other."""
    held = select(Organization).where(Organization.id == organization_id).with_for_update(key_share=True)
    return session.scalars(held).one()


def approves(session: Session, organization_id: int, email: str) -> bool:
    return session.get(ApprovedDomain, (organization_id, rules.domain_of(email))) is not None


def domains(session: Session, organization_id: int) -> Sequence[ApprovedDomain]:
    own = select(ApprovedDomain).where(ApprovedDomain.organization_id == organization_id)
    return session.scalars(own.order_by(ApprovedDomain.domain)).all()


def approve(session: Session, organization_id: int, domain: str, *, actor_id: int, now: datetime) -> Sequence[Decision]:
    """Let people of this mail domain in from now on, and those who wait. `domain` has none of the rules' problems."""
    hold(session, organization_id)
    if session.get(ApprovedDomain, (organization_id, domain)) is None:
        approved = ApprovedDomain(organization_id=organization_id, domain=domain, by_id=actor_id, approved_at=now)
        session.add(approved)
        _record(session, "domain.approved", organization_id, actor_id, now, domain=domain)
    theirs = JoinRequest.email.endswith(f"@{domain}", autoescape=True)
    requests = session.execute(_waiting(organization_id, now).where(theirs)).all()
    return [accept(session, request.id, organization_id, request.functions, actor_id=actor_id, now=now)
            for request, _ in requests]  # fmt: skip


def remove(session: Session, organization_id: int, domain: str, *, actor_id: int, now: datetime) -> None:
    """People of the domain wait for the coordinator again. Whoever came in stays."""
    own = delete(ApprovedDomain).where(
        ApprovedDomain.organization_id == organization_id, ApprovedDomain.domain == domain
    )
    if session.scalar(own.returning(ApprovedDomain.domain)) is not None:
        _record(session, "domain.removed", organization_id, actor_id, now, domain=domain)


def count_waiting(session: Session, organization_id: int, now: datetime) -> int:
    waiting = _waiting(organization_id, now).with_only_columns(func.count(JoinRequest.id), maintain_column_froms=True)
    return session.scalar(waiting) or 0


def waiting(
    session: Session, organization_id: int, now: datetime, *, offset: int, limit: int
) -> Sequence[tuple[JoinRequest, Person]]:
    """Who waits for the company, the longest first, each as what was asked and the person."""
    chosen = _waiting(organization_id, now).order_by(JoinRequest.proved_at, JoinRequest.id)
    return [(row[0], row[1]) for row in session.execute(chosen.offset(offset).limit(limit))]


def one_waiting(session: Session, request_id: int, organization_id: int, now: datetime) -> tuple[JoinRequest, Person]:
    """Raises NotWaiting."""
    row = session.execute(_waiting(organization_id, now).where(JoinRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotWaiting
    return row[0], row[1]


def asked_by(session: Session, person_id: int) -> JoinRequest | None:
    """What the person waits for: the company of the request has not decided yet."""
    theirs = select(JoinRequest).where(
        JoinRequest.person_id == person_id, JoinRequest.organization_id.is_not(None), JoinRequest.decided_at.is_(None)
    )
    return session.scalar(theirs.order_by(JoinRequest.id.desc()).limit(1))


def accept(
    session: Session, request_id: int, organization_id: int, functions: Iterable[str], *, actor_id: int, now: datetime
) -> Decision:
    """The person belongs to the company from now on, with these job functions. Raises NotWaiting: of two who decide at the same
    time the database lets one through."""
    person = _decide(session, request_id, organization_id, accepted=True, actor_id=actor_id, now=now)
    moving.move(session, person, organization_id, role=Role.LEARNER, functions=functions, actor_id=actor_id, now=now)
    return _decision(session, person, organization_id, accepted=True)


def decline(session: Session, request_id: int, organization_id: int, *, actor_id: int, now: datetime) -> Decision:
    """The person stays as he or she is. Raises NotWaiting."""
    person = _decide(session, request_id, organization_id, accepted=False, actor_id=actor_id, now=now)
    return _decision(session, person, organization_id, accepted=False)


def _decide(
    session: Session, request_id: int, organization_id: int, *, accepted: bool, actor_id: int, now: datetime
) -> Person:
    _, person = one_waiting(session, request_id, organization_id, now)
    undecided = update(JoinRequest).where(JoinRequest.id == request_id, JoinRequest.decided_at.is_(None))
    decided = undecided.values(decided_at=now, decided_by=actor_id, accepted=accepted)
    if session.scalar(decided.returning(JoinRequest.id)) is None:
        raise NotWaiting
    action, subject = "join.accepted" if accepted else "join.declined", f"join request {request_id}"
    audit.record(session, action=action, subject=subject, actor_id=actor_id, now=now, person_id=person.id)
    return person


def _decision(session: Session, person: Person, organization_id: int, *, accepted: bool) -> Decision:
    name = session.get_one(Organization, organization_id).name
    return Decision(person.email, person.name, name, accepted, person.language, person.profile_id)


def _waiting(organization_id: int, now: datetime) -> Select[JoinRequest, Person]:
    """Requests of this company that are proved and not decided, of people who may still be let in."""
    here = and_(Person.disabled_at.is_(None), Person.organization_id == organization_id)
    welcome = or_(Person.disabled_at.is_(None), employment.free(program_day(now)))
    return (
        select(JoinRequest, Person)
        .join(Person, Person.id == JoinRequest.person_id)
        .where(
            JoinRequest.organization_id == organization_id,
            JoinRequest.decided_at.is_(None),
            welcome,
            or_(Person.organization_id.is_(None), ~here),
        )
    )


def _record(
    session: Session, action: str, organization_id: int, actor_id: int, now: datetime, **details: object
) -> None:
    subject = f"organization {organization_id}"
    audit.record(session, action=action, subject=subject, actor_id=actor_id, now=now, **details)
