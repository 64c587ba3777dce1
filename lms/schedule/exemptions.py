"""Exemptions: a module that a person, or everybody of a company, need not take, with the reason. Staff give and end them.

What an exemption changes lies in the profiles of those it concerns, so each of these functions that changes one returns the
profiles whose requirements the caller refreshes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from lms.accounts import organizations, people, stale
from lms.accounts.models import Exemption, Organization, Person, Profile
from lms.core import audit
from lms.core.clock import program_day


class AlreadyExempt(Exception):
    """The person or the company is exempt from this module: to exempt twice is to exempt once."""


class NoSuchExemption(Exception):
    """There is no exemption with this number."""


class AlreadyEnded(Exception):
    """The exemption was ended before."""


Standing = Literal["in force", "ended"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exemptions to list. `words` are of a person or a company, `module` is a key; None and "" for all."""

    standing: Standing | None = None
    words: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An exemption as it is shown: of a person (`person_id`), or of everybody of a company (`organization_id`).

    `company` is the company itself, or the one where the person works now. `by` gave it, `ended_by` ended it.
    """

    id: int
    person_id: int | None
    organization_id: int | None
    person: str
    company: str
    module: str
    reason: str
    by: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str
    ended_because: str

    @property
    def since(self) -> date:
        return program_day(self.created_at)

    @property
    def until(self) -> date | None:
        """The day on which it was ended, None while it is in force."""
        return program_day(self.ended_at) if self.ended_at else None


def exempt(
    session: Session,
    *,
    module: str,
    reason: str,
    by_id: int,
    now: datetime,
    person_id: int | None = None,
    organization_id: int | None = None,
) -> tuple[Exemption, tuple[int, ...]]:
    """Exempt a person, or everybody of a company now and later; and the profiles that follow.

    Raises AlreadyExempt, people.NoSuchPerson and people.NoSuchOrganization.
    """
    whose = _held(session, person_id, organization_id)
    made = Exemption(
        person_id=person_id,
        organization_id=organization_id,
        module=module,
        reason=reason,
        by_id=by_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # the unique key judges two at once
        raise AlreadyExempt from error
    profiles = _follow(session, whose, module, given=True)
    _record(session, "exemption.given", made, reason, by_id, now)
    return made, profiles


def end(session: Session, exemption_id: int, *, reason: str, by_id: int, now: datetime) -> tuple[int, ...]:
    """The module is required again; the profiles that follow. Raises NoSuchExemption and AlreadyEnded."""
    found = get(session, exemption_id)
    whose = _held(session, found.person_id, found.organization_id)
    running = update(Exemption).where(Exemption.id == exemption_id, Exemption.ended_at.is_(None))
    ended = running.values(ended_at=now, ended_by=by_id, ended_because=reason).returning(Exemption.id)
    if session.execute(ended).one_or_none() is None:
        raise AlreadyEnded
    profiles = _follow(session, whose, found.module, given=False)
    _record(session, "exemption.ended", found, reason, by_id, now)
    return profiles


def get(session: Session, exemption_id: int) -> Exemption:
    """Raises NoSuchExemption."""
    found = session.get(Exemption, exemption_id)
    if found is None:
        raise NoSuchExemption
    return found


def _held(session: Session, person_id: int | None, organization_id: int | None) -> Person | Organization:
    """Whom it is of, placed anew by nobody else until the commit."""
    if person_id is not None:
        person = people.get(session, person_id)
        people.hold(session, person)
        return person
    assert organization_id is not None  # noqa: S101 - an exemption is of one of the two
    return organizations.held(session, organization_id)


def _follow(session: Session, whose: Person | Organization, module: str, *, given: bool) -> tuple[int, ...]:
    """The profiles of those whom the exemption concerns."""
    if isinstance(whose, Organization):
        return _place_company(session, whose, module, given=given)
    people.place(session, whose)
    return (whose.profile_id,) if whose.profile_id is not None else ()


def _place_company(session: Session, company: Organization, module: str, *, given: bool) -> tuple[int, ...]:
    """Everybody of the company gets the profile with the module exempt, or without, one statement a profile.

    Whoever is exempt as a person stays so.
    """
    held = select(Person.profile_id).where(Person.organization_id == company.id)
    own = select(Exemption.person_id).where(
        Exemption.person_id.is_not(None), Exemption.module == module, Exemption.ended_at.is_(None)
    )
    new = []
    for profile in session.scalars(select(Profile).where(Profile.id.in_(held)).order_by(Profile.key)).all():
        modules = {*profile.exempt, module} if given else {*profile.exempt} - {module}
        right = people.profile_for(session, profile.entities, profile.declined, profile.functions, modules)
        theirs = update(Person).where(Person.organization_id == company.id, Person.profile_id == profile.id)
        if not given:
            theirs = theirs.where(Person.id.not_in(own))
        if right is not profile:
            session.execute(theirs.values(profile_id=right.id))
        new.append(right.id)
    stale.company(session, company.id)
    return tuple(new)


def of_person(session: Session, person_id: int, organization_id: int | None) -> list[Known]:
    """What the person is exempt from now, by him- or herself or with everybody of the company, the oldest first."""
    theirs = _KNOWN.where(_concerns(person_id, organization_id), Exemption.ended_at.is_(None))
    return _read(session, theirs.order_by(Exemption.id))


def ended_for(session: Session, person_id: int, organization_id: int, since: date) -> list[Known]:
    """What ended on this day or later and was the person's, or that of this company, the oldest first."""
    theirs = _KNOWN.where(_concerns(person_id, organization_id), Exemption.ended_at.is_not(None))
    rows = _read(session, theirs.order_by(Exemption.id))
    return [one for one in rows if one.until is not None and one.until >= since]


def _concerns(person_id: int, organization_id: int | None) -> ColumnElement[bool]:
    own = Exemption.person_id == person_id
    return own if organization_id is None else or_(own, Exemption.organization_id == organization_id)


def of_company(session: Session, organization_id: int) -> list[Known]:
    """What everybody of the company is exempt from now, the oldest first."""
    theirs = _KNOWN.where(Exemption.organization_id == organization_id, Exemption.ended_at.is_(None))
    return _read(session, theirs.order_by(Exemption.id))


def known(session: Session, exemption_id: int) -> Known:
    """Raises NoSuchExemption."""
    rows = _read(session, _KNOWN.where(Exemption.id == exemption_id))
    if not rows:
        raise NoSuchExemption
    return rows[0]


def count(session: Session, wanted: Wanted) -> int:
    counted = _KNOWN.where(*_matching(wanted)).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(counted) or 0


def listed(session: Session, wanted: Wanted, *, offset: int, limit: int) -> list[Known]:
    """Those wanted, in force first, the newest of each first."""
    order = (Exemption.ended_at.is_not(None), Exemption.id.desc())
    return _read(session, _KNOWN.where(*_matching(wanted)).order_by(*order).offset(offset).limit(limit))


_by, _ended_by, _home = aliased(Person), aliased(Person), aliased(Organization)
_KNOWN: Select[*tuple[Any, ...]] = (
    select(
        Exemption.id,
        Exemption.person_id,
        Exemption.organization_id,
        func.coalesce(Person.name, ""),
        func.coalesce(Organization.name, _home.name, ""),
        Exemption.module,
        Exemption.reason,
        _by.name,
        Exemption.created_at,
        Exemption.ended_at,
        func.coalesce(_ended_by.name, ""),
        func.coalesce(Exemption.ended_because, ""),
    )
    .select_from(Exemption)
    .join(_by, _by.id == Exemption.by_id)
    .outerjoin(_ended_by, _ended_by.id == Exemption.ended_by)
    .outerjoin(Person, Person.id == Exemption.person_id)
    .outerjoin(Organization, Organization.id == Exemption.organization_id)
    .outerjoin(_home, _home.id == Person.organization_id)
)


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Known]:
    return [Known(*row) for row in session.execute(statement)]


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.standing is not None:
        ended = Exemption.ended_at.is_not(None)
        found.append(ended if wanted.standing == "ended" else ~ended)
    if wanted.words:
        columns = (Person.name, Person.email, Organization.name, Organization.number)
        found.append(or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    if wanted.module:
        found.append(Exemption.module == wanted.module)
    return found


def _record(session: Session, action: str, of: Exemption, reason: str, by_id: int, now: datetime) -> None:
    subject = f"person {of.person_id}" if of.person_id is not None else f"organization {of.organization_id}"
    audit.record(session, action=action, subject=subject, actor_id=by_id, now=now, module=of.module, reason=reason)
