"""Invitations: an address is asked to join, and becomes a person when somebody there follows the link."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session, joinedload

from lms.core import audit

from . import moving, people, rules
from .models import Invitation, Person
from .moving import NoWay, Way
from .permissions import Role
from .rules import Standing


class InvitationSpent(Exception):
    """The invitation was accepted or withdrawn, has expired, or never existed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail to the invited address needs. The token is kept nowhere else. `organization` is "" for none."""

    email: str
    name: str
    organization: str
    token: str


def invite(
    session: Session,
    name: str,
    email: str,
    standing: Standing,
    *,
    inviter_id: int,
    inviter_role: Role,
    now: datetime,
) -> Letter:
    """Ask an address to join. An open invitation of the same company to it ends, so inviting again sends a new link.

    Raises NotYours for a role the inviter may not give, NeedsOrganization, and AddressTaken when the inviter may know
    of the account. A coordinator may not know of another company's people (U4): the invitation is sent as to anybody,
    and says at its other end that the address has an account.
    """
    if standing.role not in rules.invites(inviter_role):
        raise people.NotYours
    organization = people.organization_of(session, standing.role, standing.organization_id)
    known = people.by_email(session, email)
    if known and (inviter_role is Role.ADMIN or known.organization_id == standing.organization_id):
        raise people.AddressTaken
    email = rules.fold_email(email)
    same = Invitation.organization_id == standing.organization_id, Invitation.email == email
    session.execute(_open(now).where(*same).values(expires_at=now))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=rules.token_hash(token),
        organization=organization,
        email=email,
        name=name,
        role=standing.role,
        functions=rules.canonical(standing.functions),
        invited_by=inviter_id,
        created_at=now,
        expires_at=now + rules.INVITATION_LIFE,
    )
    session.add(invitation)
    session.flush()
    details = {"role": standing.role.value, "organization_id": standing.organization_id}
    _record(session, "invitation.sent", invitation, inviter_id, now, **details)
    return Letter(email, name, organization.name if organization else "", token)


def find(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation behind a link that still works. Raises InvitationSpent."""
    named = select(Invitation).options(joinedload(Invitation.organization))
    invitation = session.scalar(named.where(Invitation.token_hash == rules.token_hash(token)))
    if invitation is None or not rules.alive(invitation.expires_at, invitation.used_at, now):
        raise InvitationSpent
    return invitation


def accept(session: Session, token: str, *, name: str, password_hash: str | None, now: datetime) -> Person:
    """Make the account, once: of two who accept at the same time the database lets one through.

    Without a password the person goes on by sign-in links. Raises InvitationSpent or AddressTaken.
    """
    invitation = _take(session, token, now)
    person = people.add(
        session,
        name=name,
        email=invitation.email,
        role=invitation.role,
        organization_id=invitation.organization_id,
        functions=invitation.functions,
        password_hash=password_hash,
        now=now,
    )
    session.execute(_open(now).where(Invitation.email == person.email).values(expires_at=now))
    _record(session, "invitation.accepted", invitation, person.id, now)
    return person


def move(session: Session, token: str, *, viewer_id: int | None, now: datetime) -> Person:
    """Somebody who has an account accepts, and belongs to the inviting company from now on. Raises InvitationSpent, NoWay."""
    invitation = _take(session, token, now)
    person = people.by_email(session, invitation.email)
    way = moving.way_for(session, invitation.email, invitation.organization_id, viewer_id, now)
    if person is None or invitation.organization_id is None or way not in (Way.MOVE, Way.RETURN):
        raise NoWay(way)
    moving.move(
        session,
        person,
        invitation.organization_id,
        role=invitation.role,
        functions=invitation.functions,
        actor_id=person.id,
        now=now,
    )
    _record(session, "invitation.accepted", invitation, person.id, now)
    return person


def _take(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation, used from now on. Raises InvitationSpent."""
    unused = _open(now).where(Invitation.token_hash == rules.token_hash(token))
    taken = session.scalar(unused.values(used_at=now).returning(Invitation.id))
    if taken is None:
        raise InvitationSpent
    return session.get_one(Invitation, taken)


def withdraw(
    session: Session, invitation_id: int, *, actor_id: int, now: datetime, organization_id: int | None = None
) -> None:
    """End an open invitation. Raises InvitationSpent; for another company's too, where a company is named (U4)."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or not rules.alive(invitation.expires_at, invitation.used_at, now):
        raise InvitationSpent
    if organization_id is not None and invitation.organization_id != organization_id:
        raise InvitationSpent
    invitation.expires_at = now
    _record(session, "invitation.withdrawn", invitation, actor_id, now)


def waiting(session: Session, *, now: datetime, organization_id: int | None = None) -> Sequence[Invitation]:
    """Invitations that nobody has answered yet, of this company where one is named; the newest hundred."""
    chosen = select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > now)
    if organization_id is not None:
        chosen = chosen.where(Invitation.organization_id == organization_id)
    newest = chosen.options(joinedload(Invitation.organization)).order_by(Invitation.id.desc()).limit(100)
    return session.scalars(newest).all()


def _open(now: datetime) -> Update:
    return update(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > now)


def _record(
    session: Session, action: str, invitation: Invitation, actor_id: int, now: datetime, **details: object
) -> None:
    subject = f"invitation {invitation.id}"
    audit.record(session, action=action, subject=subject, actor_id=actor_id, now=now, **details)
