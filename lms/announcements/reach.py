"""How many people an announcement reaches and how many have read it: counts, and the rows behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person

from .models import Announcement, AnnouncementReading
from .rules import Audience
from .service import audience_of, conditions

UNKNOWN = "unknown"
Read = Literal["yes", "no", ""]


@dataclass(frozen=True, slots=True)
class Reach:
    """People reached, and how many of these have read it. Whoever read it counts, whatever has changed since."""

    people: int = 0
    read: int = 0


def before(session: Session, audience: Audience) -> tuple[int, int]:
    """How many people, of how many companies, an announcement would reach now."""
    counted = select(func.count(), func.count(func.distinct(Person.organization_id))).where(*conditions(audience))
    people, companies = session.execute(counted).one()
    return people, companies


def by_office(session: Session, announcement: Announcement) -> Mapping[str, Reach]:
    """By the field office of people's companies; UNKNOWN for companies without one."""
    office = func.coalesce(Organization.field_office, UNKNOWN)
    statement = _people(announcement, office, func.count(), func.count(AnnouncementReading.person_id))
    return {slug: Reach(people, read) for slug, people, read in session.execute(statement.group_by(office))}


def read_counts(session: Session, announcement_ids: Sequence[int]) -> Mapping[int, int]:
    """How many people have read each."""
    counted = (
        select(AnnouncementReading.announcement_id, func.count())
        .where(AnnouncementReading.announcement_id.in_(announcement_ids))
        .group_by(AnnouncementReading.announcement_id)
    )
    return dict(session.execute(counted).all())


def count(session: Session, announcement: Announcement, *, office: str, read: Read) -> int:
    statement = _narrowed(_people(announcement, func.count()), office, read)
    return session.execute(statement).scalar_one()  # type: ignore[no-any-return]


def rows(
    session: Session, announcement: Announcement, *, office: str, read: Read, offset: int, limit: int
) -> Sequence[Any]:
    """Name, company, its number, and when it was read: by company and name."""
    columns = (Person.name, Organization.name.label("company"), Organization.number, AnnouncementReading.read_at)
    statement = _narrowed(_people(announcement, *columns), office, read)
    ordered = statement.order_by(Organization.name, Organization.id, Person.name, Person.id)
    return session.execute(ordered.offset(offset).limit(limit)).all()


def _people(announcement: Announcement, *columns: Any) -> Any:
    mine = and_(AnnouncementReading.announcement_id == announcement.id, AnnouncementReading.person_id == Person.id)
    return (
        select(*columns)
        .select_from(Person)
        .outerjoin(AnnouncementReading, mine)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(or_(and_(*conditions(audience_of(announcement))), AnnouncementReading.person_id.is_not(None)))
    )


def _narrowed(statement: Any, office: str, read: Read) -> Any:
    if office:
        statement = statement.where(func.coalesce(Organization.field_office, UNKNOWN) == office)
    if read:
        has = AnnouncementReading.person_id
        statement = statement.where(has.is_not(None) if read == "yes" else has.is_(None))
    return statement
