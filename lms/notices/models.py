"""Reminders and digests: what is due to whom, once."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Letter(Base):
    """One mail of a kind to a person for a day, or about one thing: the database lets nobody have two (J2).

    `kind`: "reminder" of what is due, "digest" of a company for its coordinator, whose day is a Monday, or one of the kinds that
    rooms register (kinds.KINDS), which are about something: `about` says what, and then there is one ever. `state`: "waiting"
    to be sent, "sending" (a worker has it), "sent", "refused" (the mail server refuses the address), "dropped" (there was
    nothing to tell any more, or the person had switched them off).
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "day", "about"),
        CheckConstraint("(kind IN ('reminder', 'digest')) = (about = '')", name="about_something"),
        Index(
            "uq_letter_about",
            "person_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=text("about <> ''"),
            postgresql_where=text("about <> ''"),
        ),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused', 'dropped')", name="state_known"),
        Index(None, "state", "day", "id"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(60), default="")
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
