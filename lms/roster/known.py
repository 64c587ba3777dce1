"""What is known of a company's people, and of addresses that others have. Reads only."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from lms.accounts import employment
from lms.accounts.models import Employment, Exemption, Person, Profile
from lms.accounts.permissions import Role
from lms.accounts.rules import has_access

from .rules import Known

T = TypeVar("T")

AT_ONCE = 10_000  # addresses a statement: below what a database takes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An account that is not of the company. `free`: its holder left the last company, so another one may take him or her up."""

    id: int
    organization_id: int | None
    free: bool


def of_company(session: Session, organization_id: int, today: date) -> list[Known]:
    """Everybody of the company, those whose access ended too, locked until the end of the transaction."""
    theirs = Person.organization_id == organization_id
    began = select(Employment.person_id, Employment.began_on).join(Person, Person.id == Employment.person_id)
    running = dict(session.execute(began.where(theirs, Employment.ended_on.is_(None))).all())
    ended = select(Employment.person_id, func.max(Employment.ended_on)).join(Person, Person.id == Employment.person_id)
    before = dict(
        session.execute(ended.where(theirs, Employment.ended_on.is_not(None)).group_by(Employment.person_id)).all()
    )
    held = select(Profile.id, Profile.functions).where(Profile.id.in_(select(Person.profile_id).where(theirs)))
    functions = {id: tuple(slugs) for id, slugs in session.execute(held)}
    columns = (
        Person.id, Person.name, Person.email, Person.role, Person.profile_id, Person.language, Person.site,
        Person.employee_number, Person.access_until, Person.disabled_at,
    )  # fmt: skip
    people = select(*columns).where(theirs).order_by(Person.id).with_for_update(key_share=True)
    return [
        Known(
            id=row.id,
            name=row.name,
            email=row.email,
            role=row.role,
            functions=functions.get(row.profile_id or 0, ()),
            profile_id=row.profile_id,
            language=row.language,
            site=row.site,
            employee_number=row.employee_number,
            access_until=row.access_until,
            has_access=has_access(row.disabled_at, row.access_until, today),
            began_on=running.get(row.id),
            since=before.get(row.id),
        )
        for row in session.execute(people)
    ]


def elsewhere(session: Session, organization_id: int, emails: Collection[str], today: date) -> dict[str, Elsewhere]:
    """Accounts with these addresses that are not of the company. For the site's own eyes: no coordinator may know (U4)."""
    free = and_(Person.role == Role.LEARNER, employment.free(today))
    others = select(Person.email, Person.id, Person.organization_id, free.label("free")).where(
        Person.organization_id.is_distinct_from(organization_id)
    )
    return {
        row.email: Elsewhere(row.id, row.organization_id, row.free)
        for some in pieces(emails)
        for row in session.execute(others.where(Person.email.in_(some)))
    }


def exemptions(
    session: Session, organization_id: int, others: Collection[int]
) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """Modules that everybody of the company is exempt from now, and further ones by person, of these others too."""
    of_all = select(Exemption.module).where(Exemption.organization_id == organization_id, Exemption.ended_at.is_(None))
    single: dict[int, tuple[str, ...]] = {}
    people = select(Person.id, Exemption.module).join(Exemption, Exemption.person_id == Person.id)
    wanted: list[ColumnElement[bool]] = [Person.organization_id == organization_id]
    wanted += [Person.id.in_(some) for some in pieces(others)]
    for condition in wanted:
        for person_id, module in session.execute(people.where(condition, Exemption.ended_at.is_(None))):
            single[person_id] = (*single.get(person_id, ()), module)
    return tuple(session.scalars(of_all)), single


def last_times(session: Session, person_ids: Collection[int]) -> dict[int, Employment]:
    """The last employment of each person who has had one."""
    order = employment.ORDER
    return {
        time.person_id: time
        for some in pieces(person_ids)
        for time in session.scalars(select(Employment).where(Employment.person_id.in_(some)).order_by(*order))
    }


def pieces(values: Collection[T]) -> Iterator[Sequence[T]]:
    """The values, so many at once as a statement takes."""
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some
