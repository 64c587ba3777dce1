"""Who is asking: one light value a request, from one statement, in place of a model with its lazy loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import and_, bindparam, select

from lms.core.prepared import Prepared

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
# Plain Core: every signed-in request runs it, alone or as the head of a larger statement (learning.standing).
COLUMNS = (
    _PERSON.id,
    _PERSON.name,
    _PERSON.email,
    _PERSON.role,
    _PERSON.epoch,
    _PERSON.organization_id,
    _PERSON.profile_id,
    _ORGANIZATION.name,
)
SOURCE = Person.__table__.outerjoin(Organization.__table__)
LIVE = and_(
    _PERSON.id == bindparam("person", None), _PERSON.epoch == bindparam("epoch", None), _PERSON.disabled_at.is_(None)
)
_IDENTITY = Prepared(select(*COLUMNS).select_from(SOURCE).where(LIVE))


def values_of(session_id: str) -> dict[str, int] | None:
    """What LIVE asks for, from a session cookie's id; None when that is none of ours."""
    person, _, epoch = session_id.partition(".")
    return {"person": int(person), "epoch": int(epoch)} if person.isdigit() and epoch.isdigit() else None


def signed_in(columns: Sequence[Any]) -> SignedIn:
    """The person of a row of COLUMNS."""
    *facts, organization = columns
    return SignedIn(*facts, organization=organization or "")


def load(session_id: str) -> SignedIn | None:
    """The person behind a session cookie, or None when the session has been ended or the person disabled (U3)."""
    values = values_of(session_id)
    rows = _IDENTITY.read(**values) if values else ()
    return signed_in(rows[0]) if rows else None


def as_signed_in(person: Person) -> SignedIn:
    """The identity of a person just loaded, for signing in."""
    name = person.organization.name if person.organization else ""
    return SignedIn(
        person.id, person.name, person.email, person.role, person.epoch, person.organization_id, person.profile_id, name
    )
