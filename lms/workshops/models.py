"""Workshops of the field offices: dates and seats, who registered, who was there."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.database import Base, IntPk


class Workshop(Base):
    """A meeting of so many `minutes`, from `starts_at` on, shown in the zone of its place (`zone`, an IANA name).

    `office` is the slug of the program's field office, `place` its address, "" for one that is online at `link`. `criteria` are
    its topics; `entities` empty: for all entity types; `reads` are keys of modules whose reading it stands for, never the quiz.
    `code` is what the QR code of the sign-in sheet says. `language` is the one in which it is held.
    """

    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint("seats > 0", name="has_seats"),
        CheckConstraint("minutes BETWEEN 15 AND 960", name="minutes_of_a_day"),
        CheckConstraint("(place = '') <> (link IS NULL)", name="place_or_link"),
        Index(None, "starts_at"),
        Index(None, "office", "starts_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    title: Mapped[str] = mapped_column(String(150))
    about: Mapped[str] = mapped_column(Text)
    office: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(200))
    link: Mapped[str | None] = mapped_column(String(300))
    zone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    seats: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    criteria: Mapped[list[str]] = mapped_column(JSON)
    entities: Mapped[list[str]] = mapped_column(JSON)
    reads: Mapped[list[str]] = mapped_column(JSON)
    code: Mapped[str] = mapped_column(String(22))
    sequence: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str | None] = mapped_column(String(300))


class Registration(Base):
    """A person's seat, or place in the waiting list: `state` is "seat", "waiting" or "cancelled". One row a person and workshop;
    `asked_at` is when the present state of it was asked for, and the order of the waiting list. `public_id` is in the QR code
    beside the name on the sign-in sheet."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("workshop_id", "person_id"),
        CheckConstraint("state IN ('seat', 'waiting', 'cancelled')", name="state_known"),
        Index(None, "workshop_id", "state", "asked_at"),
        Index(None, "person_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    workshop: Mapped[Workshop] = relationship()
    person: Mapped[Person] = relationship()


class Attendance(Base):
    """Somebody was there: by his or her own phone ("phone"), by the sign-in sheet's code read by staff ("scan"), or ticked on the
    roster ("roster"). A mark that was a mistake is taken back, never deleted; certificates follow when the workshop is over."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("workshop_id", "person_id"),
        CheckConstraint("how IN ('phone', 'scan', 'roster')", name="how_known"),
        Index(None, "person_id"),
        Index(
            "ix_attendance_open",
            "at",
            sqlite_where=text("certificate_id IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("certificate_id IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    how: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))

    workshop: Mapped[Workshop] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
