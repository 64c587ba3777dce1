"""People, the companies they work for, and the ways they sign in."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.database import Base, IntPk

from .permissions import Role


class Organization(Base):
    """A member company. `declined` are the scopes it answered no to; `due_by` is its own date, earlier than the phases'.

    `field_office` is the slug of the program's office that looks after it, `country` an ISO 3166 code of two letters,
    `employees` how many people it says it employs; null where nobody said.
    """

    __tablename__ = "organization"

    id: Mapped[IntPk]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    declined: Mapped[list[str]] = mapped_column(JSON, default=list)
    due_by: Mapped[date | None]
    field_office: Mapped[str | None] = mapped_column(String(60), index=True)
    country: Mapped[str | None] = mapped_column(String(2))
    employees: Mapped[int | None]
    created_at: Mapped[datetime]

    entity_types: Mapped[list["OrganizationEntity"]] = relationship(
        cascade="all, delete-orphan", order_by="OrganizationEntity.entity", lazy="selectin"
    )

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(e.entity for e in self.entity_types)


class OrganizationEntity(Base):
    """One of the entity types (slugs of the framework) under which a company is a member."""

    __tablename__ = "organization_entity"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    entity: Mapped[str] = mapped_column(String(60), primary_key=True)


class Profile(Base):
    """What decides which modules a person must take: the company's entity types and scopes, the person's job functions.

    `exempt` are the modules that the person, or the whole company, need not take (see Exemption). Everybody with the same
    combination shares one row, so a requirement is stored once for all of them.
    """

    __tablename__ = "profile"

    id: Mapped[IntPk]
    key: Mapped[str] = mapped_column(String(1000), unique=True)
    entities: Mapped[list[str]] = mapped_column(JSON)
    declined: Mapped[list[str]] = mapped_column(JSON)
    functions: Mapped[list[str]] = mapped_column(JSON)
    exempt: Mapped[list[str]] = mapped_column(JSON, default=list)


class Person(Base):
    """Somebody with an account. `email` is case-folded; `epoch` grows whenever every session must end.

    `language` is the one chosen last, None for none: it goes along to every phone and computer.
    `mail_certificates`: each certificate is to be mailed when it is issued.
    `extra_time` is granted where a module has a time limit, in whole percent of it. `employee_number` and `site` are the
    company's own words. `access_until` is the last day on which the person may sign in, null for no end.
    `mail_reminders`: reminders of what is due are wanted. `mail_refused_at`: since then mail to the address comes back.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_folded"),
        Index(None, "organization_id", "name"),
        Index(
            "ix_person_mail_refused_at",
            "mail_refused_at",
            sqlite_where=text("mail_refused_at IS NOT NULL"),
            postgresql_where=text("mail_refused_at IS NOT NULL"),
        ),
    )

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=20, values_callable=lambda e: [r.value for r in e])
    )
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("profile.id"), index=True)
    epoch: Mapped[int] = mapped_column(default=1)
    extra_time: Mapped[int] = mapped_column(default=0)
    demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(2))
    mail_certificates: Mapped[bool] = mapped_column(default=False)
    mail_reminders: Mapped[bool] = mapped_column(default=True)
    mail_refused_at: Mapped[datetime | None]
    employee_number: Mapped[str | None] = mapped_column(String(40))
    site: Mapped[str | None] = mapped_column(String(100))
    access_until: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    organization: Mapped[Organization | None] = relationship()
    profile: Mapped[Profile | None] = relationship()


class Employment(Base):
    """A time with a company. The last one of a person has no `ended_on` while it goes on. Days are those of the company's
    records where a roster states them, else the day on which the site learned of it, in America/New_York."""

    __tablename__ = "employment"
    __table_args__ = (
        Index(
            "uq_employment_current",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(None, "organization_id", "person_id"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    began_on: Mapped[date]
    ended_on: Mapped[date | None]

    organization: Mapped[Organization] = relationship()


class Exemption(Base):
    """A module that a person, or everybody of a company, need not take, with the reason. Ended, never deleted;
    one in force at most for a module and whom it is of.

    What it changes is in the profiles of those it concerns, so that every requirement follows from a profile alone.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (organization_id IS NULL)", name="of_one"),
        Index(
            "uq_exemption_person",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_exemption_organization",
            "organization_id",
            "module",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "person_id"),
        Index(None, "organization_id"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    module: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(500))


class ApprovedDomain(Base):
    """Whoever proves an address of this mail domain, and names the company's CTPAT number, belongs to the company at once."""

    __tablename__ = "approved_domain"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True)
    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime]


class JoinRequest(Base):
    """Somebody who came by him- or herself: first the address is proved by a mailed link, then, where its domain is not
    approved, a coordinator of the company decides. `number` is the CTPAT number as it was typed.

    Only the hash of the link's token is kept; it works once, until `expires_at`. `person_id` is the account it led to.
    """

    __tablename__ = "join_request"
    __table_args__ = (Index(None, "organization_id", "decided_at"), Index(None, "email"))

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(40))
    functions: Mapped[list[str]] = mapped_column(JSON)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]

    organization: Mapped[Organization | None] = relationship()


class StaleFigures(Base):
    """Something changed that figures of the company count: they are to be counted again. See accounts.stale."""

    __tablename__ = "stale_figures"

    id: Mapped[IntPk]
    organization_id: Mapped[int] = mapped_column(index=True)


class Invitation(Base):
    """An address asked to join a company. Only the hash of the link's token is kept; it works once and expires."""

    __tablename__ = "invitation"

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=20, values_callable=lambda e: [r.value for r in e])
    )
    functions: Mapped[list[str]] = mapped_column(JSON)
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    organization: Mapped[Organization | None] = relationship()


class SignInLink(Base):
    """A link mailed to a person instead of a password: works once, within minutes."""

    __tablename__ = "sign_in_link"

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A failed sign-in, for the throttle: a hash of the address typed, and where it came from."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "email_hash", "at"), Index(None, "client", "at"))

    id: Mapped[IntPk]
    email_hash: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
