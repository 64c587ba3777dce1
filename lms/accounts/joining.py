"""Joining by oneself: an address is proved by a mailed link, then an approved mail domain or a coordinator lets it in."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from lms.core import audit

from . import letting_in, moving, organizations, people, rules
from .models import JoinRequest, Organization, Person
from .moving import NoWay, Way
from .permissions import Role
from .rules import Wish


class RequestSpent(Exception):
    """The link was used, has expired, or never existed."""


class Outcome(StrEnum):
    JOINED = "joined"
    WAITS = "waits"  # for a coordinator
    MEMBER = "member"  # already
    NUMBER = "number"  # no company has it: once more
    NO_COMPANY = "no-company"  # nor the second one


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail to the address needs. The token is kept nowhere else."""

    email: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a proved address. Without a company, `company` is "" and there is no person."""

    outcome: Outcome
    person: Person | None = None
    company: str = ""


def ask(session: Session, wish: Wish, *, now: datetime) -> Letter | None:
    """Keep what was asked, and what to mail; None when three letters went to the address in 15 minutes. Says nothing else:
    whether the address has an account, or the number a company, shows when the address is proved."""
    email = rules.fold_email(wish.email)
    unproved = JoinRequest.email == email, JoinRequest.proved_at.is_(None)
    session.execute(delete(JoinRequest).where(*unproved, JoinRequest.expires_at <= now))
    recent = select(func.count(JoinRequest.id)).where(*unproved, JoinRequest.created_at > now - rules.WINDOW)
    if (session.scalar(recent) or 0) >= rules.LINKS_A_WINDOW:
        return None
    token = secrets.token_urlsafe(32)
    request = JoinRequest(
        token_hash=rules.token_hash(token),
        email=email,
        name=wish.name,
        number=wish.number,
        functions=rules.canonical(wish.functions),
        created_at=now,
        expires_at=now + rules.JOIN_LIFE,
    )
    session.add(request)
    session.flush()
    _record(session, "join.asked", request, None, now)
    return Letter(email, wish.name, token)


def find(session: Session, token: str, *, now: datetime) -> JoinRequest:
    """What was asked behind a link that still works. Raises RequestSpent."""
    return _alive(session.scalar(_named(token)), now)


def company_of(session: Session, request: JoinRequest) -> Organization | None:
    return organizations.by_number(session, request.number)


def prove(session: Session, token: str, *, viewer_id: int | None, now: datetime, number: str = "") -> Proof:
    """Whoever has the link owns the address: bind the person to the company, or let its coordinator decide.

    `number` corrects one that no company has, once. The caller refreshes the requirements of the person's profile.
    Raises RequestSpent, NoWay where somebody who has an account must sign in first or may not join like this, and
    AddressTaken when the address was given away at the same moment.
    """
    request = _alive(session.scalar(_named(token).with_for_update()), now)
    corrected = request.proved_at is not None and number != ""
    if corrected:
        request.number = number
    company = company_of(session, request)
    if company is None:
        request.proved_at = request.proved_at or now
        if corrected:
            request.decided_at, request.accepted = now, False
        return Proof(Outcome.NO_COMPANY if corrected else Outcome.NUMBER)
    letting_in.hold(session, company.id)
    way = moving.way_for(session, request.email, company.id, viewer_id, now)
    if way in (Way.SIGN_IN, Way.CLOSED):
        raise NoWay(way)
    return _proved(session, request, company, way, now)


def _proved(session: Session, request: JoinRequest, company: Organization, way: Way, now: datetime) -> Proof:
    person, approved = people.by_email(session, request.email), letting_in.approves(session, company.id, request.email)
    request.proved_at, request.organization_id = now, company.id
    if person is None:
        person = people.add(
            session,
            name=request.name,
            email=request.email,
            role=Role.LEARNER,
            organization_id=company.id if approved else None,
            functions=request.functions if approved else (),
            now=now,
        )
    request.person_id = person.id
    outcome = Outcome.MEMBER if way is Way.MEMBER else Outcome.JOINED if approved else Outcome.WAITS
    if outcome is not Outcome.WAITS:
        request.decided_at, request.accepted = now, True
    if way is not Way.NEW:
        moving.forget_requests(session, person, now=now, besides=request.id)
    _record(session, "join.proved", request, person.id, now, organization_id=company.id, outcome=outcome.value)
    if outcome is Outcome.JOINED and way is not Way.NEW:
        moving.move(
            session, person, company.id, role=Role.LEARNER, functions=request.functions, actor_id=person.id, now=now
        )
    return Proof(outcome, person, company.name)


def _record(
    session: Session, action: str, request: JoinRequest, actor_id: int | None, now: datetime, **details: object
) -> None:
    subject = f"join request {request.id}"
    audit.record(session, action=action, subject=subject, actor_id=actor_id, now=now, **details)


def _named(token: str) -> Select[JoinRequest]:
    return select(JoinRequest).where(JoinRequest.token_hash == rules.token_hash(token))


def _alive(request: JoinRequest | None, now: datetime) -> JoinRequest:
    """One that is to be proved, or whose number is to be corrected. Raises RequestSpent."""
    if request is None or request.decided_at is not None or request.organization_id is not None:
        raise RequestSpent
    if now >= request.expires_at:
        raise RequestSpent
    return request
