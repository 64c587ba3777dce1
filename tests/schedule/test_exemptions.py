"""Exemptions: what they take away, for whom, for how long; and that none of them makes a completion or loses one."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Exemption, Organization, Person
from lms.accounts.permissions import Role
from lms.accounts.rules import Standing
from lms.catalog.shelf import published
from lms.certificates import settling
from lms.certificates.models import Certificate
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db
from lms.fsck import exemptions as invariant
from lms.fsck.reading import Reading
from lms.learning.models import Completion
from lms.schedule import exemptions, service
from lms.schedule.exemptions import AlreadyEnded, AlreadyExempt, Wanted
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, WALK, complete
from tests.races import race

AT_ONCE = 4


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Specimen", role=Role.STAFF)


def exempt(session: Session, staff: Person, module: str, of: Person | Organization) -> int:
    """The number of the exemption, committed with the requirements that follow."""
    whom = {"person_id": of.id} if isinstance(of, Person) else {"organization_id": of.id}
    made, profiles = exemptions.exempt(
        session, module=module, reason="Loads no containers.", by_id=staff.id, now=now(), **whom
    )
    service.refresh(session, published(session).library, profiles)
    number = made.id
    session.commit()
    return number


def end(session: Session, staff: Person, number: int) -> None:
    profiles = exemptions.end(session, number, reason="Loads again.", by_id=staff.id, now=now())
    service.refresh(session, published(session).library, profiles)
    session.commit()


def required(session: Session, person: Person) -> set[str]:
    session.expire_all()
    mine = select(ProfileRequirement.module).where(ProfileRequirement.profile_id == person.profile_id)
    return set(session.scalars(mine))


def whole(session: Session) -> bool:
    return not list(invariant.exemptions(Reading(session, lambda _: None)))


@on_both
def test_a_person_need_not_take_the_module_until_the_exemption_ends(
    session: Session, company: Organization, staff: Person
) -> None:
    ana, ben = (make_person(session, name, organization=company) for name in ("Ana Sample", "Ben Sample"))
    before = required(session, ana)
    assert SEALS in before
    number = exempt(session, staff, SEALS, ana)
    assert required(session, ana) == before - {SEALS}
    assert required(session, ben) == before, "a colleague with the same work keeps it"
    assert whole(session)
    end(session, staff, number)
    assert required(session, ana) == before
    assert ana.profile_id == ben.profile_id
    assert whole(session)


@on_both
def test_everybody_of_a_company_is_exempt_now_and_later(session: Session, company: Organization, staff: Person) -> None:
    ana = make_person(session, "Ana Sample", organization=company)
    loader = make_person(session, "Lê Sample", organization=company, functions=("loader",))
    other = make_person(session, "Kim Exemple", organization=make_organization(session, "Placeholder Freight"))
    number = exempt(session, staff, PASSWORDS, company)
    late = people.add(
        session, name="Late", email="late@sample.example", role=Role.LEARNER, organization_id=company.id, now=now()
    )
    service.refresh(session, published(session).library, (late.profile_id or 0,))
    session.commit()
    for person in (ana, loader, late):
        assert PASSWORDS not in required(session, person)
    assert PASSWORDS in required(session, other)
    assert whole(session)
    end(session, staff, number)
    for person in (ana, loader, late):
        assert PASSWORDS in required(session, person)
    assert whole(session)


@on_both
def test_whoever_is_exempt_as_a_person_stays_so_when_the_companys_ends(
    session: Session, company: Organization, staff: Person
) -> None:
    ana, ben = (make_person(session, name, organization=company) for name in ("Ana Sample", "Ben Sample"))
    exempt(session, staff, SEALS, ana)
    number = exempt(session, staff, SEALS, company)
    assert ana.profile_id == ben.profile_id
    end(session, staff, number)
    assert SEALS not in required(session, ana)
    assert SEALS in required(session, ben)
    assert whole(session)


@on_both
def test_the_persons_own_goes_along_the_companys_does_not(
    session: Session, company: Organization, staff: Person
) -> None:
    ana = make_person(session, "Ana Sample", organization=company)
    there = make_organization(session, "Placeholder Freight")
    exempt(session, staff, SEALS, ana)
    exempt(session, staff, PASSWORDS, company)
    moved = people.assign(session, ana.id, Standing(Role.LEARNER, there.id, ("driver",)), actor_id=None, now=now())
    service.refresh(session, published(session).library, (moved.profile_id or 0,))
    session.commit()
    assert SEALS not in required(session, ana)
    assert PASSWORDS in required(session, ana)
    assert [one.module for one in exemptions.of_person(session, ana.id, there.id)] == [SEALS]
    assert whole(session)


def test_somebody_of_no_company_sees_no_exemption_of_others(
    session: Session, company: Organization, staff: Person
) -> None:
    exempt(session, staff, SEALS, make_person(session, organization=company))
    exempt(session, staff, SEALS, company)
    assert exemptions.of_person(session, staff.id, None) == []


def test_no_exemption_takes_or_makes_a_completion(session: Session, company: Organization, staff: Person) -> None:
    ana = make_person(session, "Ana Sample", organization=company)
    complete(session, ana, SEALS)
    number = exempt(session, staff, SEALS, ana)
    assert session.scalar(select(func.count(Completion.id))) == 1
    end(session, staff, number)
    assert SEALS in required(session, ana)
    assert session.scalar(select(Completion.module).where(Completion.person_id == ana.id)) == SEALS


def test_who_gave_it_and_why_is_on_record(session: Session, company: Organization, staff: Person) -> None:
    ana = make_person(session, "Ana Sample", organization=company)
    number = exempt(session, staff, SEALS, ana)
    end(session, staff, number)
    said = session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("exemption.")).order_by(AuditEntry.id)
    ).all()
    assert [(one.action, one.actor_id, one.details) for one in said] == [
        ("exemption.given", staff.id, {"module": SEALS, "reason": "Loads no containers."}),
        ("exemption.ended", staff.id, {"module": SEALS, "reason": "Loads again."}),
    ]
    shown = exemptions.known(session, number)
    assert (shown.person, shown.company, shown.by, shown.ended_by, shown.ended_because) == (
        "Ana Sample", "Sample Freight Lines", "Sam Specimen", "Sam Specimen", "Loads again.",
    )  # fmt: skip


def test_to_end_twice_is_to_end_once(session: Session, company: Organization, staff: Person) -> None:
    number = exempt(session, staff, SEALS, company)
    end(session, staff, number)
    with pytest.raises(AlreadyEnded):
        end(session, staff, number)
    assert exempt(session, staff, SEALS, company) != number, "it may be given anew"


def test_lists(session: Session, company: Organization, staff: Person) -> None:
    ana = make_person(session, "Ana Sample", organization=company, email="ana@sample.example")
    first = exempt(session, staff, SEALS, ana)
    second = exempt(session, staff, PASSWORDS, company)
    end(session, staff, first)

    def found(wanted: Wanted) -> list[int]:
        rows = exemptions.listed(session, wanted, offset=0, limit=10)
        assert exemptions.count(session, wanted) == len(rows)
        return [one.id for one in rows]

    assert found(Wanted()) == [second, first]
    assert found(Wanted("ended")) == [first]
    assert found(Wanted("in force")) == [second]
    assert found(Wanted(words="ANA@")) == [first]
    assert found(Wanted(words=company.number)) == [second]
    assert found(Wanted(module=SEALS)) == [first]
    assert found(Wanted("ended", "ana", PASSWORDS)) == []


@on_both
@pytest.mark.parametrize("whose", ["person", "company"])
def test_of_many_at_once_one_exempts(
    app: Flask, session: Session, company: Organization, staff: Person, whose: str
) -> None:
    ana = make_person(session, "Ana Sample", organization=company)
    whom = {"person_id": ana.id} if whose == "person" else {"organization_id": company.id}
    by_id = staff.id

    def give() -> int:
        made, _ = exemptions.exempt(db.session, module=SEALS, reason="x", by_id=by_id, now=now(), **whom)
        return made.id

    session.rollback()
    answers = race(app, *[give] * AT_ONCE)
    assert [type(a) for a in answers].count(AlreadyExempt) == AT_ONCE - 1, answers
    assert session.scalar(select(func.count(Exemption.id))) == 1
    assert whole(session)


@on_both
def test_other_work_and_an_exemption_at_once_both_count(
    app: Flask, session: Session, company: Organization, staff: Person
) -> None:
    """Whichever comes first, the profile has the new functions and the exemptions of both kinds."""
    ana = make_person(session, "Ana Sample", organization=company)
    number, home, by_id = ana.id, company.id, staff.id

    def work() -> None:
        person = people.get(db.session, number)
        people.set_functions(db.session, person, ("it",), actor_id=None, now=now())

    def of_person() -> None:
        exemptions.exempt(db.session, module=SEALS, reason="x", by_id=by_id, now=now(), person_id=number)

    def of_company() -> None:
        exemptions.exempt(db.session, module=PASSWORDS, reason="x", by_id=by_id, now=now(), organization_id=home)

    session.rollback()
    answers = race(app, work, of_person, of_company)
    assert answers == [None, None, None]
    profile = session.get_one(Person, number).profile
    assert profile is not None
    assert (profile.functions, profile.exempt) == (["it"], [PASSWORDS, SEALS])
    assert whole(session)


@on_both
def test_a_certificate_follows_where_the_rest_is_complete(
    session: Session, company: Organization, staff: Person
) -> None:
    """The program's: everything but one category of a single module is complete, and that module falls away."""
    ana, ben = (make_person(session, name, organization=company) for name in ("Ana Sample", "Ben Sample"))
    rest = required(session, ana) - {PASSWORDS}
    assert {SEALS, WALK} <= rest
    complete(session, ana, *sorted(rest))
    complete(session, ben, SEALS)
    exempt(session, staff, PASSWORDS, company)
    arguments = {"module": PASSWORDS, "category": 4, "person": None, "organization": company.id}
    for _ in range(2):
        settling.settle_all(arguments, lambda: None)
    session.expire_all()
    issued = session.scalars(select(Certificate).where(Certificate.category == 0)).all()
    assert [one.person_id for one in issued] == [ana.id], "once, and to nobody else"
    assert not any("password" in title.lower() for title in issued[0].record["modules"])
