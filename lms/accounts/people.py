"""People: who has an account, as what, where they work and what they do there."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from lms.core import audit
from lms.core.clock import program_day

from . import employment, rules, stale
from .models import Exemption, Invitation, Organization, Person, Profile, SignInLink
from .permissions import Role
from .rules import Standing


class NoSuchPerson(Exception):
    """Nobody here has this number. Another company's people look the same (U4)."""


class NoSuchOrganization(Exception):
    """There is no organization with this number."""


class AddressTaken(Exception):
    """Somebody has an account with this e-mail address."""


class LastAdmin(Exception):
    """This would leave the site without an administrator (U1)."""


class NotYours(Exception):
    """This is not for the person who asks to decide."""


class NeedsOrganization(Exception):
    """A coordinator runs a company; without one there is nothing to run."""


def get(session: Session, person_id: int) -> Person:
    """Raises NoSuchPerson."""
    person = session.get(Person, person_id)
    if person is None:
        raise NoSuchPerson
    return person


def colleague(session: Session, person_id: int, organization_id: int | None) -> Person:
    """A person of this company. Raises NoSuchPerson for everybody else, as if they did not exist (U4)."""
    person = get(session, person_id)
    if organization_id is None or person.organization_id != organization_id:
        raise NoSuchPerson
    return person


def by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email == rules.fold_email(email)))


def language_of(session: Session, person_id: int) -> str | None:
    """The language the person chose last, None for none."""
    return session.scalar(select(Person.language).where(Person.id == person_id))


def speak(session: Session, person_id: int, language: str) -> None:
    """The person reads this language, on every phone and computer from the next sign-in on."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def functions_of(person: Person) -> tuple[str, ...]:
    """Slugs of the person's job functions, `everyone` aside."""
    return tuple(person.profile.functions) if person.profile else ()


def standing_of(person: Person) -> Standing:
    return Standing(person.role, person.organization_id, functions_of(person))


def add(
    session: Session,
    *,
    name: str,
    email: str,
    role: Role,
    now: datetime,
    organization_id: int | None = None,
    functions: Iterable[str] = (),
    password_hash: str | None = None,
    demo: bool = False,
    hired: date | None = None,
    actor_id: int | None = None,
) -> Person:
    """Give somebody an account. Raises AddressTaken, NoSuchOrganization or NeedsOrganization.

    The caller refreshes the requirements of its `profile_id` afterwards. Without an actor the person acts for him- or
    herself. `hired` is the first day with the company where its records state one, else it is today.
    """
    organization = organization_of(session, role, organization_id)
    if by_email(session, email):
        raise AddressTaken
    person = Person(
        name=name,
        email=rules.fold_email(email),
        password_hash=password_hash,
        role=role,
        organization=organization,
        demo=demo,
        created_at=now,
    )
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:  # two at once: the unique key let one of them in
        raise AddressTaken from error
    employment.begin(session, person, hired or program_day(now))
    place(session, person, functions)
    details = {"role": role.value, "organization_id": organization_id}
    _record(session, "person.added", person, actor_id or person.id, now, **details)
    return person


def place(session: Session, person: Person, functions: Iterable[str] | None = None) -> None:
    """Give the person the profile of his or her company and these job functions (None: those held so far).

    The caller refreshes the requirements of `person.profile_id` afterwards.
    """
    held = functions_of(person) if functions is None else functions
    company = person.organization
    person.profile = (
        profile_for(session, company.entities, company.declined, held, exempted(session, person)) if company else None
    )
    session.flush()
    stale.company(session, person.organization_id)


def hold(session: Session, person: Person) -> None:
    """Nobody else places the person anew, and no facts of the company change, until the commit: what was read before counts."""
    session.flush()
    company = select(Organization.id).where(Organization.id == person.organization_id)
    session.execute(company.with_for_update(key_share=True, read=True))
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    session.expire(person, ["organization_id", "profile_id", "organization", "profile"])


def exempted(session: Session, person: Person) -> Sequence[str]:
    """Keys of the modules that the person, or everybody of his or her company, is exempt from now."""
    concerned = or_(Exemption.person_id == person.id, Exemption.organization_id == person.organization_id)
    return session.scalars(select(Exemption.module).where(concerned, Exemption.ended_at.is_(None))).all()


def profile_for(
    session: Session,
    entities: Iterable[str],
    declined: Iterable[str],
    functions: Iterable[str],
    exempt: Iterable[str] = (),
) -> Profile:
    """The one row that everybody with this combination shares; made when it is the first."""
    entities, declined, functions, exempt = (rules.canonical(part) for part in (entities, declined, functions, exempt))
    key = rules.profile_key(entities, declined, functions, exempt)
    named = select(Profile).where(Profile.key == key)
    found = session.scalar(named)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = Profile(
                key=key,
                entities=entities,
                declined=declined,
                functions=functions,
                exempt=exempt,
            )
            session.add(made)
    except IntegrityError:  # somebody made it between the two statements
        return session.scalars(named).one()
    return made


def rename(session: Session, person_id: int, name: str, *, actor_id: int, now: datetime) -> None:
    """Change the name from now on; certificates keep the one they were issued to."""
    person = get(session, person_id)
    if person.name == name:
        return
    person.name = name
    _record(session, "person.renamed", person, actor_id, now)


def set_functions(
    session: Session, person: Person, functions: Iterable[str], *, actor_id: int | None, now: datetime
) -> None:
    """Change what the person does, and with it which modules are required."""
    hold(session, person)
    before = functions_of(person)
    place(session, person, functions)
    after = functions_of(person)
    if after != before:
        details = {"before": list(before), "after": list(after)}
        _record(session, "person.functions_changed", person, actor_id, now, **details)


def grant_extra_time(session: Session, person: Person, percent: int, *, actor_id: int, now: datetime) -> None:
    """Where a quiz has a time limit, so much more of it from the next attempt on."""
    before = person.extra_time
    if percent != before:
        person.extra_time = percent
        _record(session, "person.extra_time_changed", person, actor_id, now, before=before, after=percent)


def assign(session: Session, person_id: int, standing: Standing, *, actor_id: int | None, now: datetime) -> Person:
    """Set role, company and job functions at once. Raises NeedsOrganization, LastAdmin, NoSuchOrganization.

    A move ends one employment and begins the next on the same day; whoever has no access begins when it is given back.
    """
    person = get(session, person_id)
    organization = organization_of(session, standing.role, standing.organization_id)
    if standing.role is not person.role:
        _change_role(session, person, standing.role, actor_id=actor_id, now=now)
    if standing.organization_id != person.organization_id:
        _move(session, person, organization, actor_id=actor_id, now=now)
    set_functions(session, person, standing.functions, actor_id=actor_id, now=now)
    return person


def _move(
    session: Session, person: Person, organization: Organization | None, *, actor_id: int | None, now: datetime
) -> None:
    """The company's own words about the person stay behind, and so does its last day of access."""
    details = {"before": person.organization_id, "after": organization.id if organization else None}
    stale.company(session, person.organization_id)
    employment.end(session, person.id, program_day(now))
    person.organization = organization
    person.employee_number = person.site = person.access_until = None
    if person.disabled_at is None:
        employment.begin(session, person, program_day(now))
    end_invitations_from(session, person.id, now)
    _record(session, "person.moved", person, actor_id, now, **details)


def _change_role(session: Session, person: Person, role: Role, *, actor_id: int | None, now: datetime) -> None:
    _keep_an_admin(session, person)
    before, person.role = person.role, role
    end_invitations_from(session, person.id, now)
    _record(session, "person.role_changed", person, actor_id, now, before=before.value, after=role.value)


def disable(
    session: Session, person_id: int, *, now: datetime, actor_id: int | None = None, actor_role: Role = Role.ADMIN
) -> None:
    """End the person's access: sessions, sign-in links, and invitations to and from them (U3). Twice is once.

    Raises NotYours when the actor may not, LastAdmin when nobody would be left to run the site.
    """
    person = _of_actor(session, person_id, actor_id, actor_role)
    if person.disabled_at is None:
        _end_access(session, person, actor_id=actor_id, now=now)
        session.execute(update(Invitation).where(Invitation.email == person.email, OPEN).values(expires_at=now))


def leave(
    session: Session,
    person_id: int,
    *,
    on: date,
    now: datetime,
    actor_id: int | None = None,
    actor_role: Role = Role.ADMIN,
) -> None:
    """The person's last day with the company was `on`: the employment ends, and access with it. The record stays.

    Another company's invitation still works: it is the way to go on there. Raises NotYours, LastAdmin.
    """
    person = _of_actor(session, person_id, actor_id, actor_role)
    if person.disabled_at is None:
        _end_access(session, person, actor_id=actor_id, now=now)
    if (ended := employment.end(session, person_id, on)) is not None:
        details = {"organization_id": ended.organization_id, "on": str(ended.ended_on)}
        _record(session, "person.left", person, actor_id, now, **details)


def _of_actor(session: Session, person_id: int, actor_id: int | None, actor_role: Role) -> Person:
    """The person whose access the actor may end, or give back. Raises NotYours."""
    person = get(session, person_id)
    if not rules.may_end_access(actor_role, person.role, oneself=actor_id == person.id):
        raise NotYours
    return person


def _end_access(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    _keep_an_admin(session, person)
    person.disabled_at = now
    stale.company(session, person.organization_id)
    end_sessions(session, person)
    end_invitations_from(session, person.id, now)
    _record(session, "person.disabled", person, actor_id, now)


def enable(
    session: Session, person_id: int, *, now: datetime, actor_id: int | None = None, actor_role: Role = Role.ADMIN
) -> None:
    """Give access back. The old sessions stay ended. Raises NotYours.

    Whoever had left the company is employed again, and a last day of access that is over is one no more.
    """
    person, today = _of_actor(session, person_id, actor_id, actor_role), program_day(now)
    if person.access_until is not None and person.access_until < today:
        person.access_until = None
    if person.disabled_at is None:
        return
    person.disabled_at = None
    employment.begin(session, person, today)
    stale.company(session, person.organization_id)
    _record(session, "person.enabled", person, actor_id, now)


def end_sessions(session: Session, person: Person) -> None:
    """Every session and every sign-in link of the person ends with this."""
    person.epoch = Person.epoch + 1
    session.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    session.flush()


OPEN = Invitation.used_at.is_(None)


def end_invitations_from(session: Session, person_id: int, now: datetime) -> None:
    """Somebody who may no longer invite must not let people in by what he or she sent before."""
    sent = update(Invitation).where(Invitation.invited_by == person_id, OPEN, Invitation.expires_at > now)
    session.execute(sent.values(expires_at=now))


def count(session: Session, words: str = "", role: Role | None = None) -> int:
    return session.scalar(select(func.count(Person.id)).where(*_matching(words, role))) or 0


def listed(session: Session, words: str, role: Role | None, *, offset: int, limit: int) -> Sequence[Person]:
    """People whose name or address has the words in it, by name, each with the company."""
    chosen = select(Person).options(joinedload(Person.organization)).where(*_matching(words, role))
    return session.scalars(chosen.order_by(func.lower(Person.name), Person.id).offset(offset).limit(limit)).all()


def _matching(words: str, role: Role | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words:
        found.append(or_(Person.name.icontains(words, autoescape=True), Person.email.icontains(words, autoescape=True)))
    if role is not None:
        found.append(Person.role == role)
    return found


def organization_of(session: Session, role: Role, organization_id: int | None) -> Organization | None:
    """The organization with this number, None for none. Raises NoSuchOrganization, NeedsOrganization."""
    if organization_id is None:
        if rules.needs_organization(role):
            raise NeedsOrganization
        return None
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NoSuchOrganization
    return organization


def _keep_an_admin(session: Session, person: Person) -> None:
    """Locks the administrators' rows: two who take each other's role at once would otherwise both be last."""
    admins = select(Person.id).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None)).order_by(Person.id)
    if rules.leaves_no_admin(session.scalars(admins.with_for_update()).all(), person.id):
        raise LastAdmin


def _record(
    session: Session, action: str, person: Person, actor_id: int | None, now: datetime, **details: object
) -> None:
    audit.record(session, action=action, subject=subject(person), actor_id=actor_id, now=now, **details)


def subject(person: Person) -> str:
    """What the audit record calls a person: never by name or address, since it outlives both (U5)."""
    return f"person {person.id}"
