"""People, the companies they work for, and the ways they sign in."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.database import Base, IntPk

from .permissions import Role


class Organization(Base):
    """A member company. `declined` are the scopes it answered no to; `due_by` is its own date, earlier than the phases'."""

    __tablename__ = "organization"

    id: Mapped[IntPk]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    declined: Mapped[list[str]] = mapped_column(JSON, default=list)
    due_by: Mapped[date | None]
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

    Everybody with the same combination shares one row, so a requirement is stored once for all of them.
    """

    __tablename__ = "profile"

    id: Mapped[IntPk]
    key: Mapped[str] = mapped_column(String(1000), unique=True)
    entities: Mapped[list[str]] = mapped_column(JSON)
    declined: Mapped[list[str]] = mapped_column(JSON)
    functions: Mapped[list[str]] = mapped_column(JSON)


class Person(Base):
    """Somebody with an account. `email` is case-folded; `epoch` grows whenever every session must end.

    `language` is the one chosen last, None for none: it goes along to every phone and computer.
    `mail_certificates`: each certificate is to be mailed when it is issued.
    `extra_time` is granted where a module has a time limit, in whole percent of it.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_folded"),
        Index(None, "organization_id", "name"),
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
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    organization: Mapped[Organization | None] = relationship()
    profile: Mapped[Profile | None] = relationship()


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
