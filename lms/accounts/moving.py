"""Somebody who has an account joins another company: the person moves, and the record goes along."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.clock import program_day

from . import employment, people, rules
from .models import JoinRequest, Person
from .permissions import Role
from .rules import Standing


class Way(StrEnum):
    """What an address that was proved by a mailed link finds at a company."""

    NEW = "new"  # nobody has an account with it
    SIGN_IN = "sign-in"  # somebody has, who must sign in to go on
    MOVE = "move"  # he or she is signed in and must say yes
    RETURN = "return"  # he or she left a company, and comes back here
    MEMBER = "member"  # he or she belongs to this company
    CLOSED = "closed"  # the access was ended, and not by leaving


class NoWay(Exception):
    """Somebody who has an account cannot join like this: see the way."""

    def __init__(self, way: Way) -> None:
        super().__init__(way)
        self.way = way


def way_for(session: Session, email: str, organization_id: int | None, viewer_id: int | None, now: datetime) -> Way:
    """How the owner of an address can join the company, while `viewer_id` is signed in (None: nobody)."""
    person = people.by_email(session, email)
    if person is None:
        return Way.NEW
    today = program_day(now)
    if not rules.has_access(person.disabled_at, person.access_until, today):
        free = select(Person.id).where(Person.id == person.id, employment.free(today))
        return Way.RETURN if session.scalar(free) else Way.CLOSED
    if person.id != viewer_id:
        return Way.SIGN_IN
    return Way.MEMBER if organization_id is not None and person.organization_id == organization_id else Way.MOVE


def move(
    session: Session,
    person: Person,
    organization_id: int,
    *,
    role: Role,
    functions: Iterable[str],
    actor_id: int,
    now: datetime,
) -> None:
    """The person belongs to the company from today on, with access. The caller refreshes the requirements of `profile_id`.

    What he or she asked of other companies before is asked no longer.
    """
    forget_requests(session, person, now=now)
    standing = Standing(rules.role_after_move(person.role, role), organization_id, tuple(functions))
    people.assign(session, person.id, standing, actor_id=actor_id, now=now)
    people.enable(session, person.id, now=now)


def forget_requests(session: Session, person: Person, *, now: datetime, besides: int | None = None) -> None:
    """No company decides any more on what the person asked for, but for one request."""
    open_ones = update(JoinRequest).where(JoinRequest.person_id == person.id, JoinRequest.decided_at.is_(None))
    if besides is not None:
        open_ones = open_ones.where(JoinRequest.id != besides)
    session.execute(open_ones.values(decided_at=now, accepted=False, decided_by=person.id))
