"""Signing in by password or by a mailed link, and ending sessions."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.clock import program_day

from . import passwords, rules
from .models import Person, SignInFailure, SignInLink
from .people import NoSuchPerson, by_email, end_sessions, get, subject

BY_PASSWORD = "password"  # noqa: S105 - the name of a way in
BY_LINK = "link"
BY_JOIN = "join"


class TooManyTries(Exception):
    """Too many tries in a short time for this address or from this client; the next counts in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class LinkSpent(Exception):
    """The link was used, has expired, or never existed."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a mailed sign-in link needs. The token is kept nowhere else. `language` is the person's own, None for none."""

    email: str
    name: str
    token: str
    language: str | None = None


def admit(session: Session, way: str, email: str, client: str, *, now: datetime) -> None:
    """Count a try as failed until `arrive` takes that back. Raises TooManyTries, and then does not count it.

    Committed before the password is looked at, so that many tries at once do not all find the count low.
    """
    address = _address(way, email)
    client = rules.client_key(client)
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - rules.WINDOW))
    seconds = max(
        rules.wait(*_failures(session, SignInFailure.email_hash == address), rules.FREE_OF_ADDRESS, now),
        rules.wait(*_failures(session, SignInFailure.client == client), rules.FREE_OF_CLIENT, now),
    )
    if seconds:
        raise TooManyTries(seconds)
    session.add(SignInFailure(email_hash=address, client=client, at=now))
    session.flush()


def verified(session: Session, email: str, password: str, *, today: date) -> int | None:
    """The id of the person whom address and password belong to, or None; after as much work for an unknown address.

    Writes nothing and is called outside a transaction: nobody else's writing waits for the hashing. Raises TooBusy.
    """
    columns = (Person.id, Person.password_hash, Person.disabled_at, Person.access_until)
    row = session.execute(select(*columns).where(Person.email == rules.fold_email(email))).one_or_none()
    right = passwords.matches(password, row.password_hash if row else None)
    return row.id if row and right and rules.has_access(row.disabled_at, row.access_until, today) else None


def arrive(session: Session, person_id: int, *, way: str, now: datetime) -> Person:
    """Somebody who proved to be this person signs in. Raises NoSuchPerson when access was ended meanwhile."""
    person = get(session, person_id)
    if not _has_access(person, now):
        raise NoSuchPerson
    forget_tries(session, way, person.email)
    if way == BY_LINK:
        person.mail_refused_at = None  # the link came by mail
    audit.record(session, action="person.signed_in", subject=subject(person), actor_id=person.id, now=now, by=way)
    return person


def forget_tries(session: Session, way: str, email: str) -> None:
    """The last try was right, so those before it were slips."""
    session.execute(delete(SignInFailure).where(SignInFailure.email_hash == _address(way, email)))


def make_link(session: Session, email: str, *, now: datetime) -> Link | None:
    """A new sign-in link to mail, or None where none is due: no account, access ended, or three made in 15 minutes."""
    person = by_email(session, email)
    if person is None or not _has_access(person, now):
        return None
    theirs = SignInLink.person_id == person.id
    session.execute(delete(SignInLink).where(theirs, SignInLink.created_at <= now - rules.WINDOW))
    made = session.scalar(select(func.count(SignInLink.id)).where(theirs)) or 0
    return _link(session, person, now) if made < rules.LINKS_A_WINDOW else None


def _link(session: Session, person: Person, now: datetime) -> Link:
    token = secrets.token_urlsafe(32)
    kept = SignInLink(
        token_hash=rules.token_hash(token), person_id=person.id, created_at=now, expires_at=now + rules.LINK_LIFE
    )
    session.add(kept)
    audit.record(session, action="sign_in_link.made", subject=subject(person), now=now)
    return Link(person.email, person.name, token, person.language)


def link_works(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the link could be used now. Changes nothing: mail scanners open links too."""
    kept = select(SignInLink.expires_at, SignInLink.used_at).join(Person, SignInLink.person_id == Person.id)
    row = session.execute(
        kept.where(SignInLink.token_hash == rules.token_hash(token), Person.disabled_at.is_(None))
    ).one_or_none()
    return row is not None and rules.alive(row.expires_at, row.used_at, now)


def use_link(session: Session, token: str, *, now: datetime) -> Person:
    """Sign in by a link, once: of two uses at the same time the database lets one through. Raises LinkSpent."""
    unused = update(SignInLink).where(
        SignInLink.token_hash == rules.token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    person_id = session.scalar(unused.values(used_at=now).returning(SignInLink.person_id))
    if person_id is None:
        raise LinkSpent
    try:
        person = arrive(session, person_id, way=BY_LINK, now=now)
    except NoSuchPerson as error:
        raise LinkSpent from error
    others = delete(SignInLink).where(SignInLink.person_id == person_id, SignInLink.used_at.is_(None))
    session.execute(others)
    return person


def _has_access(person: Person, now: datetime) -> bool:
    return rules.has_access(person.disabled_at, person.access_until, program_day(now))


def has_password(session: Session, person_id: int) -> bool:
    return session.scalar(select(Person.password_hash).where(Person.id == person_id)) is not None


def change_password(session: Session, person_id: int, password_hash: str, *, now: datetime) -> Person:
    """Keep the new hash and end every session; the caller begins a new one for whoever asked."""
    person = get(session, person_id)
    person.password_hash = password_hash
    end_sessions(session, person)
    forget_tries(session, BY_PASSWORD, person.email)
    audit.record(session, action="person.password_changed", subject=subject(person), actor_id=person.id, now=now)
    return person


def sign_out_everywhere(session: Session, person_id: int, *, now: datetime) -> None:
    """End every session and sign-in link of the person, this one too."""
    person = get(session, person_id)
    end_sessions(session, person)
    audit.record(session, action="person.signed_out_everywhere", subject=subject(person), actor_id=person.id, now=now)


def demo_sign_ins(session: Session) -> list[Person]:
    """The demo's accounts, where `flask demo` made them; none otherwise."""
    made = select(Person).where(
        Person.demo, Person.email.in_(rules.DEMO_SIGN_INS.values()), Person.disabled_at.is_(None)
    )
    order = list(rules.DEMO_SIGN_INS)
    return sorted(session.scalars(made), key=lambda person: order.index(person.role))


def _failures(session: Session, whose: ColumnElement[bool]) -> tuple[int, datetime | None]:
    """How many of the kept failures are theirs, and when the last one was."""
    row = session.execute(select(func.count(SignInFailure.id), func.max(SignInFailure.at)).where(whose)).one()
    return row[0], row[1]


def _address(way: str, email: str) -> str:
    """Each way in has its own count, so that guessing passwords does not keep the person from asking for a link."""
    return rules.token_hash(f"{way} {rules.fold_email(email)}")
