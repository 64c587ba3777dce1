"""Two at once: the database decides, on SQLite and on PostgreSQL."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import inviting, people, signing_in
from lms.accounts.inviting import InvitationSpent
from lms.accounts.models import Person, Profile
from lms.accounts.people import AddressTaken, LastAdmin
from lms.accounts.permissions import Role
from lms.accounts.rules import Standing
from lms.accounts.signing_in import LinkSpent
from lms.core import audit
from lms.core.clock import now
from lms.core.database import db, transaction
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.races import AT_ONCE, race


def kinds(answers: list[object]) -> list[type]:
    return sorted({type(a) for a in answers}, key=lambda t: t.__name__)


@on_both
def test_one_of_many_uses_of_a_link_signs_in(app: Flask, session: Session) -> None:
    make_person(session, email="robin@sample.example")
    with transaction():
        link = signing_in.make_link(session, "robin@sample.example", now=now())
    assert link is not None
    answers = race(app, *[lambda: signing_in.use_link(db.session, link.token, now=now()).id] * AT_ONCE)
    assert sum(isinstance(a, int) for a in answers) == 1
    assert sum(isinstance(a, LinkSpent) for a in answers) == AT_ONCE - 1
    assert list(audit.broken(session)) == []


@on_both
def test_one_of_many_acceptances_makes_the_account(app: Flask, session: Session) -> None:
    organization = make_organization(session)
    casey = make_person(session, role=Role.COORDINATOR, organization=organization)
    standing = Standing(Role.LEARNER, organization.id, ("driver",))
    inviter_id = casey.id
    with transaction():
        letter = inviting.invite(
            session, "Noor", "noor@sample.example", standing, inviter_id=inviter_id,
            inviter_role=Role.COORDINATOR, now=now(),
        )  # fmt: skip

    def accept() -> int:
        return inviting.accept(db.session, letter.token, name="Noor", password_hash=None, now=now()).id

    answers = race(app, *[accept] * AT_ONCE)
    assert sum(isinstance(a, int) for a in answers) == 1
    assert sum(isinstance(a, InvitationSpent) for a in answers) == AT_ONCE - 1


@on_both
def test_an_address_is_given_to_one_of_many(app: Flask, session: Session) -> None:
    def add() -> int:
        return people.add(db.session, name="Noor", email="noor@sample.example", role=Role.LEARNER, now=now()).id

    answers = race(app, *[add] * AT_ONCE)
    assert sum(isinstance(a, int) for a in answers) == 1
    assert sum(isinstance(a, AddressTaken) for a in answers) == AT_ONCE - 1


@on_both
def test_people_alike_who_come_at_once_share_one_profile(app: Flask, session: Session) -> None:
    organization = make_organization(session)
    session.commit()
    organization_id = organization.id

    def add(n: int) -> int | None:
        return people.add(
            db.session, name="x", email=f"x{n}@sample.example", role=Role.LEARNER, now=now(),
            organization_id=organization_id, functions=("driver",),
        ).profile_id  # fmt: skip

    answers = race(app, *[lambda n=n: add(n) for n in range(AT_ONCE)])
    assert kinds(answers) == [int]
    assert len(set(answers)) == 1
    session.rollback()
    assert session.scalar(select(func.count(Profile.id))) == 1


@on_both
def test_two_administrators_who_end_each_other_leave_one(app: Flask, session: Session) -> None:
    """U1. Each alone would be right; counted before the other's change, both would go through."""
    ids = [make_person(session, role=Role.ADMIN).id for _ in range(AT_ONCE)]

    def end(n: int) -> None:
        people.disable(db.session, ids[n], now=now())

    answers = race(app, *[lambda n=n: end(n) for n in range(AT_ONCE)])
    assert sum(isinstance(a, LastAdmin) for a in answers) == 1
    assert sum(a is None for a in answers) == AT_ONCE - 1
    session.rollback()
    admins = select(func.count(Person.id)).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None))
    assert session.scalar(admins) == 1
    assert list(audit.broken(session)) == []
