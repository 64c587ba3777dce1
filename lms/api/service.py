"""Tokens with which programs read the figures: make them, look after them, tell whose one is."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import ROLES, Permission
from lms.accounts.rules import token_hash
from lms.core import audit
from lms.core.clock import program_day

from . import rules
from .models import ApiToken

READERS = [role for role, permissions in ROLES.items() if Permission.SEE_PROGRAM in permissions]


class NoSuchToken(Exception):
    """There is no such token, or it is another person's."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token in the list. `holder` is a person's name; `works`: whoever has it can read the figures today."""

    id: int
    name: str
    hint: str
    holder: str
    created_at: datetime
    last_day: date
    used_on: date | None
    revoked_at: datetime | None
    works: bool


def make(session: Session, person_id: int, name: str, last_day: date, *, now: datetime) -> str:
    """A new token of the person. What is returned is kept nowhere."""
    secret = rules.BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken(
        token_hash=token_hash(secret),
        hint=secret[: rules.HINT],
        name=name,
        person_id=person_id,
        created_at=now,
        expires_at=rules.expires_at(last_day),
    )
    session.add(token)
    session.flush()
    audit.record(
        session,
        action="token.made",
        subject=f"token {token.id}",
        actor_id=person_id,
        now=now,
        name=name,
        hint=token.hint,
        last_day=last_day.isoformat(),
    )
    return secret


def revoke(session: Session, token_id: int, *, actor_id: int, everybodys: bool, now: datetime) -> None:
    """End a token for good; once more changes nothing. `everybodys`: not only the actor's own. Raises NoSuchToken."""
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None or not (everybodys or token.person_id == actor_id):
        raise NoSuchToken
    if token.revoked_at is None:
        token.revoked_at = now
        audit.record(session, action="token.revoked", subject=f"token {token.id}", actor_id=actor_id, now=now)


def holder(session: Session, token: str, *, now: datetime) -> tuple[int, date | None] | None:
    """The id of a token that works and the day it was used last, or None.

    It is found by its hash, so that the time it takes tells nothing of tokens that are nearly right. It works until it
    expires or is revoked, and only while its person has access and may see the program.
    """
    named = select(ApiToken.id, ApiToken.used_on).join(Person, Person.id == ApiToken.person_id)
    found = session.execute(named.where(ApiToken.token_hash == token_hash(token), _works(now))).one_or_none()
    return (found.id, found.used_on) if found else None


def _works(now: datetime) -> ColumnElement[bool]:
    return and_(
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > now,
        Person.disabled_at.is_(None),
        or_(Person.access_until.is_(None), Person.access_until >= program_day(now)),
        Person.role.in_(READERS),
    )


def used(session: Session, token_id: int, today: date) -> None:
    """Note the day on which a token was used last."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_on=today))


def count(session: Session, person_id: int | None) -> int:
    """How many tokens the person has made; None: everybody."""
    return session.scalar(select(func.count()).select_from(ApiToken).where(_of(person_id))) or 0


def listed(session: Session, person_id: int | None, *, now: datetime, offset: int, limit: int) -> Sequence[Token]:
    """Tokens of the person (None: of everybody), the newest first, those that ended too."""
    newest = (
        select(ApiToken, Person.name, _works(now))
        .join(Person, Person.id == ApiToken.person_id)
        .where(_of(person_id))
        .order_by(ApiToken.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        Token(
            id=token.id,
            name=token.name,
            hint=token.hint,
            holder=name,
            created_at=token.created_at,
            last_day=rules.last_day(token.expires_at),
            used_on=token.used_on,
            revoked_at=token.revoked_at,
            works=bool(works),
        )
        for token, name, works in session.execute(newest)
    ]


def _of(person_id: int | None) -> ColumnElement[bool]:
    return true() if person_id is None else ApiToken.person_id == person_id
