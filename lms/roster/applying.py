"""A roster becomes true: some statements over all rows at once, in the caller's transaction, all of it or nothing (J3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from lms.accounts import people, stale
from lms.accounts.models import Employment, Invitation, JoinRequest, Organization, Person, Profile, SignInLink
from lms.accounts.permissions import Role
from lms.content.library import Library
from lms.schedule import service as schedules

from . import known
from .known import Elsewhere
from .rules import Known, Plan

PERSON, EMPLOYMENT = cast(Table, Person.__table__), cast(Table, Employment.__table__)
OPEN = Invitation.used_at.is_(None)


@dataclass(slots=True)
class Profiles:
    """The profiles of a company's people by job functions and exemptions, each asked for once."""

    session: Session
    company: Organization
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], int]
    everybody: tuple[str, ...]
    single: Mapping[int, tuple[str, ...]]

    def of(self, functions: Iterable[str], person_id: int | None = None) -> int:
        exempt = self.everybody + self.single.get(person_id or 0, ())
        key = tuple(functions), tuple(sorted(set(exempt)))
        if key not in self.found:
            company = self.company
            self.found[key] = people.profile_for(self.session, company.entities, company.declined, *key).id
        return self.found[key]


def carry_out(
    session: Session, company: Organization, found: Sequence[Plan], library: Library, *, today: date, now: datetime
) -> list[Plan]:
    """Do what the plans say. Returns those whose addresses have an account elsewhere: their holders are to be asked.

    Raises IntegrityError when somebody gets one of the new addresses at the same moment.
    """
    newest_profile = session.scalar(select(func.max(Profile.id))) or 0
    adds = [plan for plan in found if plan.outcome == "add"]
    taken = known.elsewhere(session, company.id, [plan.entry.email for plan in adds], today)
    fresh = [plan for plan in adds if plan.entry.email not in taken]
    moves = [
        (plan, taken[plan.entry.email]) for plan in adds if plan.entry.email in taken and taken[plan.entry.email].free
    ]
    exempt = known.exemptions(session, company.id, [other.id for _, other in moves])
    profiles = Profiles(session, company, {}, *exempt)
    _add(session, company, fresh, profiles, today=today, now=now)
    _move(session, company, moves, profiles, today=today, now=now)
    _change(session, company, [plan for plan in found if plan.outcome in ("change", "return")], profiles)
    _return(session, company, [plan for plan in found if plan.outcome == "return"], today=today)
    _end(session, [plan for plan in found if plan.outcome in ("end", "gone")], today=today, now=now)
    made = session.scalars(select(Profile.id).where(Profile.id > newest_profile).order_by(Profile.id)).all()
    if made:
        schedules.refresh(session, library, tuple(made))
    stale.company(session, company.id)
    return [plan for plan in adds if plan.entry.email in taken and not taken[plan.entry.email].free]


def _add(
    session: Session, company: Organization, fresh: Sequence[Plan], profiles: Profiles, *, today: date, now: datetime
) -> None:
    """Accounts without a password: their holders come by a mailed link. What invited them before has done its work."""
    if not fresh:
        return
    newest = session.scalar(select(func.max(Person.id))) or 0
    rows = [_stated(plan, profiles.of(plan.entry.functions or ())) for plan in fresh]
    constant = {"role": Role.LEARNER, "organization_id": company.id, "created_at": now}
    session.execute(insert(PERSON), [row | constant for row in rows])
    new = select(Person.email, Person.id).where(Person.id > newest, Person.organization_id == company.id)
    ids = dict(session.execute(new).all())
    times = [(ids[plan.entry.email], plan.entry.hired or today) for plan in fresh]
    _employ(session, company.id, times)
    asked = select(Person.email).where(Person.id > newest, Person.organization_id == company.id)
    waiting = update(Invitation).where(OPEN, Invitation.expires_at > now, Invitation.email.in_(asked))
    session.execute(waiting.values(expires_at=now).execution_options(synchronize_session=False))


def _stated(plan: Plan, profile_id: int) -> dict[str, Any]:
    """A new account's values."""
    entry = plan.entry
    return {
        "name": entry.name,
        "email": entry.email,
        "profile_id": profile_id,
        "language": entry.language,
        "site": entry.site,
        "employee_number": entry.employee_number,
        "access_until": entry.left,
    }


def _move(
    session: Session,
    company: Organization,
    moves: Sequence[tuple[Plan, Elsewhere]],
    profiles: Profiles,
    *,
    today: date,
    now: datetime,
) -> None:
    """People who left another company and are now of this one, as moving.move does for one: their records go with them, what
    they asked of other companies is asked no longer."""
    if not moves:
        return
    last = known.last_times(session, [other.id for _, other in moves])
    rows, times = [], []
    for plan, other in moves:
        values = _stated(plan, profiles.of(plan.entry.functions or (), other.id))
        rows.append({"person": other.id, "to": company.id, **{f"new_{name}": value for name, value in values.items()}})
        ended = last[other.id].ended_on or max(today, last[other.id].began_on)
        times.append((other.id, max(plan.entry.hired or today, ended)))
    new: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in ("name", "profile_id", "site", "employee_number", "access_until")
    }
    moved = update(PERSON).where(PERSON.c.id == bindparam("person"))
    language = func.coalesce(PERSON.c.language, bindparam("new_language", type_=PERSON.c.language.type))
    session.connection().execute(
        moved.values(**new, language=language, organization_id=bindparam("to"), disabled_at=None), rows
    )
    _stop(session, [{"person": other.id, "day": today} for _, other in moves])
    _employ(session, company.id, times)
    requests = update(JoinRequest).where(JoinRequest.person_id == bindparam("person"), JoinRequest.decided_at.is_(None))
    decided = {"decided_at": now, "accepted": False, "decided_by": bindparam("person")}
    session.connection().execute(requests.values(decided), rows)
    for former in {other.organization_id for _, other in moves}:
        stale.company(session, former)


def _change(session: Session, company: Organization, changed: Sequence[Plan], profiles: Profiles) -> None:
    """What rows state otherwise; whoever returns has access again."""
    if not changed:
        return
    rows = [_changed(plan, cast(Known, plan.person), profiles) for plan in changed]
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in CHANGED}
    session.connection().execute(update(PERSON).where(PERSON.c.id == bindparam("person")).values(**new), rows)
    hired = [
        {"person": cast(Known, plan.person).id, "day": plan.changes["hired"]}
        for plan in changed
        if "hired" in plan.changes
    ]
    if hired:
        current = update(EMPLOYMENT).where(
            EMPLOYMENT.c.person_id == bindparam("person"),
            EMPLOYMENT.c.organization_id == company.id,
            EMPLOYMENT.c.ended_on.is_(None),
        )
        session.connection().execute(current.values(began_on=bindparam("day")), hired)


CHANGED = ("name", "language", "site", "employee_number", "access_until", "profile_id", "disabled_at")


def _changed(plan: Plan, person: Known, profiles: Profiles) -> dict[str, Any]:
    """Every value that a roster may change, changed or not. Both outcomes are of people who have access afterwards."""
    changes = plan.changes
    functions = changes.get("functions")
    until = plan.entry.left if plan.outcome == "return" else changes.get("access_until", person.access_until)
    return {
        "person": person.id,
        "new_name": changes.get("name", person.name),
        "new_language": changes.get("language", person.language),
        "new_site": changes.get("site", person.site),
        "new_employee_number": changes.get("employee_number", person.employee_number),
        "new_access_until": until,
        "new_profile_id": profiles.of(cast(tuple[str, ...], functions), person.id)
        if functions is not None
        else person.profile_id,
        "new_disabled_at": None,
    }


def _return(session: Session, company: Organization, returned: Sequence[Plan], *, today: date) -> None:
    """A new time with the company for each; the last one goes on where it ended on the day of the return or later."""
    last = known.last_times(session, [cast(Known, plan.person).id for plan in returned])
    again, new = [], []
    for plan in returned:
        person = cast(Known, plan.person)
        start, before = plan.entry.hired or today, last.get(person.id)
        if before is None:
            new.append((person.id, start))
        elif before.ended_on is None:
            continue  # it goes on
        elif before.ended_on >= start and before.organization_id == company.id:
            again.append(before.id)
        else:
            new.append((person.id, max(start, before.ended_on)))
    _employ(session, company.id, new)
    for some in known.pieces(again):
        session.execute(update(EMPLOYMENT).where(EMPLOYMENT.c.id.in_(some)).values(ended_on=None))


def _end(session: Session, ended: Sequence[Plan], *, today: date, now: datetime) -> None:
    """As people.leave does for one: access ends with sessions, links and invitations sent (U3), and so does the employment."""
    if not ended:
        return
    connection = session.connection()
    rows = [{"person": cast(Known, plan.person).id, "day": plan.entry.left or today} for plan in ended]
    who = PERSON.c.id == bindparam("person")
    out = {"disabled_at": func.coalesce(PERSON.c.disabled_at, now), "epoch": PERSON.c.epoch + 1}
    connection.execute(update(PERSON).where(who).values(out), rows)
    links, invitations = cast(Table, SignInLink.__table__), cast(Table, Invitation.__table__)
    connection.execute(delete(links).where(links.c.person_id == bindparam("person")), rows)
    open_ones = update(invitations).where(invitations.c.used_at.is_(None), invitations.c.expires_at > now)
    connection.execute(open_ones.where(invitations.c.invited_by == bindparam("person")).values(expires_at=now), rows)
    _stop(session, rows)


def _stop(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """The employment that goes on of each `person` had the last day `day`, its first one at the earliest."""
    day = bindparam("day", type_=EMPLOYMENT.c.ended_on.type)
    last = case((EMPLOYMENT.c.began_on > day, EMPLOYMENT.c.began_on), else_=day)
    time = update(EMPLOYMENT).where(EMPLOYMENT.c.person_id == bindparam("person"), EMPLOYMENT.c.ended_on.is_(None))
    session.connection().execute(time.values(ended_on=last), rows)


def _employ(session: Session, organization_id: int, times: Sequence[tuple[int, date]]) -> None:
    """Times with the company that begin: of a person, from a day."""
    if times:
        rows = [{"person_id": id, "organization_id": organization_id, "began_on": day} for id, day in times]
        session.execute(insert(EMPLOYMENT), rows)
