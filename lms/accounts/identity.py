"""Who is asking: one light value a request, from one statement, in place of a model with its lazy loads."""

from dataclasses import dataclass

from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import Connection, bindparam, select

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


_PERSON, _ORGANIZATION = Person.__table__.c, Organization.__table__.c
# Plain Core: every signed-in request runs it.
IDENTITY = (
    select(
        _PERSON.id,
        _PERSON.name,
        _PERSON.email,
        _PERSON.role,
        _PERSON.epoch,
        _PERSON.organization_id,
        _PERSON.profile_id,
        _ORGANIZATION.name,
    )
    .select_from(Person.__table__.outerjoin(Organization.__table__))
    .where(_PERSON.id == bindparam("person"), _PERSON.epoch == bindparam("epoch"), _PERSON.disabled_at.is_(None))
)


def load(connection: Connection, session_id: str) -> SignedIn | None:
    """The person behind a session cookie, or None when the session has been ended or the person disabled (U3)."""
    person, _, epoch = session_id.partition(".")
    if not (person.isdigit() and epoch.isdigit()):
        return None
    row = connection.execute(IDENTITY, {"person": int(person), "epoch": int(epoch)}).one_or_none()
    return SignedIn(*tuple(row)[:7], organization=row[7] or "") if row else None


def as_signed_in(person: Person) -> SignedIn:
    """The identity of a person just loaded, for signing in."""
    name = person.organization.name if person.organization else ""
    return SignedIn(
        person.id, person.name, person.email, person.role, person.epoch, person.organization_id, person.profile_id, name
    )
