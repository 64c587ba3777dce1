"""What can be done with announcements: written, published once, withdrawn; read by those whom they are for."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, OrganizationEntity, Person
from lms.core import audit, jobs
from lms.core.database import insert_into
from lms.core.language import Language
from lms.learning.due import is_ahead
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .models import Announcement, AnnouncementReading
from .rules import Audience, Reader, Words, is_shown, reaches, words_in

MAIL = "announcement.mail"
# Of so many announcements that were published before somebody can look at the list.
LISTED = 200


class NoSuchAnnouncement(Exception):
    """There is none with this id, or it is not for this person."""


class AlreadyPublished(Exception):
    """It was published, or withdrawn, meanwhile; it is not changed any more."""


@dataclass(frozen=True, slots=True)
class Written:
    """What staff wrote, rendered. `translations` by language; `mailed`: it goes out by mail as well."""

    english: Words
    translations: Mapping[str, Mapping[str, str]]
    audience: Audience
    mailed: bool
    shown_until: date


@dataclass(frozen=True, slots=True)
class Mine:
    """An announcement for a reader, in the reader's language. `read_at` None: not read yet."""

    public_id: str
    words: Words
    published_at: datetime
    read_at: datetime | None
    shown: bool


def get(session: Session, public_id: str) -> Announcement:
    found = session.scalar(select(Announcement).where(Announcement.public_id == public_id))
    if found is None:
        raise NoSuchAnnouncement
    return found


def english(announcement: Announcement) -> Words:
    return Words(announcement.title, announcement.body, announcement.html, "en")


def audience_of(announcement: Announcement) -> Audience:
    return Audience(tuple(announcement.entities), tuple(announcement.offices), tuple(announcement.phases))


def save(session: Session, public_id: str | None, written: Written, *, by_id: int, now: datetime) -> Announcement:
    """Keep a draft, a new one where no id is given. Raises NoSuchAnnouncement, AlreadyPublished."""
    if public_id is None:
        draft = Announcement(public_id=secrets.token_urlsafe(16), by_id=by_id, created_at=now)
        session.add(draft)
    else:
        draft = _draft(session, public_id)
    draft.title, draft.body, draft.html = written.english.title, written.english.body, written.english.html
    draft.translations = {language: dict(words) for language, words in written.translations.items()}
    draft.entities, draft.offices = list(written.audience.entities), list(written.audience.offices)
    draft.phases = list(written.audience.phases)
    draft.mailed, draft.shown_until, draft.saved_at = written.mailed, written.shown_until, now
    session.flush()
    return draft


def _draft(session: Session, public_id: str) -> Announcement:
    """The draft, locked. Raises NoSuchAnnouncement, AlreadyPublished."""
    draft = session.scalar(select(Announcement).where(Announcement.public_id == public_id).with_for_update())
    if draft is None:
        raise NoSuchAnnouncement
    if draft.published_at or draft.withdrawn_at:
        raise AlreadyPublished
    return draft


def publish(session: Session, public_id: str, *, actor_id: int, now: datetime) -> Announcement:
    """Show it to those whom it is for from now on, and ask for the mails where they are wanted. Raises NoSuchAnnouncement,
    AlreadyPublished."""
    draft = _draft(session, public_id)
    draft.published_at = now
    if draft.mailed:
        jobs.enqueue(session, MAIL, {"announcement": draft.id}, key=f"{MAIL} {draft.id}", now=now)
    audit.record(
        session,
        action="announcement.published",
        subject=public_id,
        actor_id=actor_id,
        now=now,
        title=draft.title,
        entities=draft.entities,
        offices=draft.offices,
        phases=draft.phases,
        mailed=draft.mailed,
    )
    return draft


def withdraw(session: Session, public_id: str, *, actor_id: int, now: datetime) -> bool:
    """Show it to nobody any more; letters that wait are not sent. A draft is put away. False when that was done before."""
    found = session.scalar(select(Announcement).where(Announcement.public_id == public_id).with_for_update())
    if found is None:
        raise NoSuchAnnouncement
    if found.withdrawn_at:
        return False
    found.withdrawn_at = now
    audit.record(session, action="announcement.withdrawn", subject=public_id, actor_id=actor_id, now=now)
    return True


def newest(session: Session, *, limit: int) -> Sequence[Announcement]:
    """Those published last that members can see."""
    published = select(Announcement).where(Announcement.published_at.is_not(None), Announcement.withdrawn_at.is_(None))
    return session.scalars(published.order_by(Announcement.published_at.desc()).limit(limit)).all()


def of_person(session: Session, person_id: int, language: Language, *, today: date, shown: bool) -> list[Mine]:
    """The announcements for somebody, the newest first: with `shown` those that dashboards show, else all that were published.

    One statement while there is none.
    """
    published = select(Announcement, AnnouncementReading.read_at).outerjoin(
        AnnouncementReading,
        and_(AnnouncementReading.announcement_id == Announcement.id, AnnouncementReading.person_id == person_id),
    )
    published = published.where(Announcement.published_at.is_not(None), Announcement.withdrawn_at.is_(None))
    if shown:
        published = published.where(Announcement.shown_until >= today)
    rows = session.execute(
        published.order_by(Announcement.published_at.desc(), Announcement.id.desc()).limit(LISTED)
    ).all()
    reader = _reader(session, person_id) if rows else None
    return [
        _mine(announcement, read_at, language, today)
        for announcement, read_at in rows
        if reader and (read_at or reaches(audience_of(announcement), reader))
    ]


def _mine(announcement: Announcement, read_at: datetime | None, language: Language, today: date) -> Mine:
    return Mine(
        announcement.public_id,
        words_in(language, english(announcement), announcement.translations),
        announcement.published_at or announcement.created_at,
        read_at,
        is_shown(True, announcement.withdrawn_at is not None, announcement.shown_until, today),
    )


def one_of_person(session: Session, person_id: int, public_id: str, language: Language, *, today: date) -> Mine:
    """Raises NoSuchAnnouncement where it is not published, or for somebody else."""
    announcement = get(session, public_id)
    read_at = session.scalar(
        select(AnnouncementReading.read_at).where(
            AnnouncementReading.announcement_id == announcement.id, AnnouncementReading.person_id == person_id
        )
    )
    if announcement.published_at is None or announcement.withdrawn_at is not None:
        raise NoSuchAnnouncement
    if read_at is None and not reaches(audience_of(announcement), _reader(session, person_id)):
        raise NoSuchAnnouncement
    return _mine(announcement, read_at, language, today)


def _reader(session: Session, person_id: int) -> Reader:
    company, office = session.execute(
        select(Person.organization_id, Organization.field_office)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(Person.id == person_id)
    ).one()
    entities = session.scalars(select(OrganizationEntity.entity).where(OrganizationEntity.organization_id == company))
    phases = select(ProfileRequirement.phase).distinct().where(Person.id == person_id)
    return Reader(company is not None, frozenset(entities), office, frozenset(session.scalars(_ahead(phases))))


def _ahead(statement: Any) -> Any:
    """Over the requirements that people have ahead of them."""
    return (
        statement.select_from(Person)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(is_ahead)
    )


def conditions(audience: Audience) -> Sequence[Any]:
    """Which people (rows of Person) an announcement is for, the same as rules.reaches: those with access, of a company."""
    found: list[Any] = [Person.disabled_at.is_(None), Person.organization_id.is_not(None)]
    if audience.entities:
        of_types = select(OrganizationEntity.organization_id).where(OrganizationEntity.entity.in_(audience.entities))
        found.append(Person.organization_id.in_(of_types))
    if audience.offices:
        of_offices = select(Organization.id).where(Organization.field_office.in_(audience.offices))
        found.append(Person.organization_id.in_(of_offices))
    if audience.phases:
        ahead = (
            select(ProfileRequirement.module)
            .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
            .where(ProfileRequirement.profile_id == Person.profile_id)
            .where(ProfileRequirement.phase.in_(audience.phases), is_ahead)
            .correlate(Person)
        )
        found.append(ahead.exists())
    return found


def read(session: Session, person_id: int, public_id: str, *, now: datetime) -> None:
    """The person has read it. The first time counts, and pressing twice is no error."""
    row = {"announcement_id": get(session, public_id).id, "person_id": person_id, "read_at": now}
    session.execute(insert_into(session, AnnouncementReading).values(row).on_conflict_do_nothing())
