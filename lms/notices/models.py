"""Reminders and digests: what is due to whom, once."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Letter(Base):
    """One mail of a kind to a person for a day: the database lets nobody have two (J2).

    `kind`: "reminder" of what is due, or "digest" of a company for its coordinator, whose day is a Monday. `state`: "waiting"
    to be sent, "sending" (a worker has it), "sent", "refused" (the mail server refuses the address), "dropped" (nothing was
    due any more, or the person had switched them off).
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "day"),
        CheckConstraint("kind IN ('reminder', 'digest')", name="kind_known"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused', 'dropped')", name="state_known"),
        Index(None, "state", "day", "id"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Reminder(Base):
    """A module that a letter reminds of, and which of the reminder days it is: days from the letter to the due day, negative
    after it. One for each person, module, due day and reminder day, ever."""

    __tablename__ = "reminder"
    __table_args__ = (Index(None, "letter_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(200), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
