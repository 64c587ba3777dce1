"""Who is asking: one light value a request, from one statement, in place of a model with its lazy loads."""

from dataclasses import dataclass

from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from .models import Organization, Person
from .permissions import ROLES, Permission, Role


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """A person with a live session. `organization_id` and `profile_id` are None for people of no company."""

    id: int
    name: str
    email: str
    role: Role
    epoch: int
    organization_id: int | None
    profile_id: int | None
    organization: str

    @property
    def given_name(self) -> str:
        return self.name.split(" ")[0]

    def get_id(self) -> str:
        """What the session cookie carries: the epoch too, so that ending all sessions is one increment."""
        return f"{self.id}.{self.epoch}"

    def may(self, permission: Permission) -> bool:
        return permission in ROLES[self.role]


class Visitor(AnonymousUserMixin):  # type: ignore[misc]
    """Nobody in particular: may open only what is public."""

    id = None
    organization_id = None
    profile_id = None

    def may(self, permission: Permission) -> bool:
        return False


def identity_statement() -> Select[int, str, str, Role, int, int | None, int | None, str]:
    return (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.role,
            Person.epoch,
            Person.organization_id,
            Person.profile_id,
            Organization.name,
        )
        .outerjoin(Organization)
        .where(Person.id == bindparam("person"), Person.epoch == bindparam("epoch"), Person.disabled_at.is_(None))
    )


IDENTITY = identity_statement()


def load(session: Session, session_id: str) -> SignedIn | None:
    """The person behind a session cookie, or None when the session has been ended or the person disabled (U3)."""
    person, _, epoch = session_id.partition(".")
    if not (person.isdigit() and epoch.isdigit()):
        return None
    row = session.execute(IDENTITY, {"person": int(person), "epoch": int(epoch)}).one_or_none()
    return SignedIn(*row[:7], organization=row[7] or "") if row else None


def as_signed_in(person: Person) -> SignedIn:
    """The identity of a person just loaded, for signing in."""
    name = person.organization.name if person.organization else ""
    return SignedIn(
        person.id, person.name, person.email, person.role, person.epoch, person.organization_id, person.profile_id, name
    )
