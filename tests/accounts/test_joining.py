"""Joining by oneself, by the services: who is bound at once, who waits, who decides, and two at once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import employment, joining, letting_in, people, rules
from lms.accounts.joining import Outcome, Proof, RequestSpent
from lms.accounts.letting_in import NotWaiting
from lms.accounts.models import ApprovedDomain, JoinRequest, Organization, Person
from lms.accounts.moving import NoWay, Way
from lms.accounts.permissions import Role
from lms.accounts.rules import Wish
from lms.core import audit
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from tests.accounts.conftest import audited
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.races import AT_ONCE, race

EMAIL = "noor@samplefreight.example"


@pytest.fixture
def company(session: Session) -> Organization:
    made = make_organization(session)
    session.commit()
    return made


@pytest.fixture
def casey(session: Session, company: Organization) -> Person:
    return make_person(session, "Casey", role=Role.COORDINATOR, organization=company, email="casey@x.example")


def token_for(number: str, email: str = EMAIL, moment: datetime | None = None) -> str:
    with transaction():
        letter = joining.ask(db.session, Wish("Noor Ejemplo", email, number, ("driver",)), now=moment or now())
    assert letter is not None
    return letter.token


def prove(token: str, viewer: int | None = None, number: str = "") -> Proof:
    with transaction():
        return joining.prove(db.session, token, viewer_id=viewer, number=number, now=now())


def waiting(company_id: int) -> list[str]:
    db.session.rollback()
    return [person.name for _, person in letting_in.waiting(db.session, company_id, now(), offset=0, limit=99)]


def approve(company_id: int, by_id: int, domain: str = "samplefreight.example") -> list[str]:
    with transaction():
        return [d.email for d in letting_in.approve(db.session, company_id, domain, actor_id=by_id, now=now())]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("@Sample.Example", "sample.example"), ("robin@sample.example", "sample.example"), ("a.example.", "a.example")],
)
def test_a_domain_is_understood_however_it_is_written(typed: str, folded: str) -> None:
    assert rules.fold_domain(typed) == folded
    assert rules.domain_problem(folded) is None


@pytest.mark.parametrize(
    "domain", ["gmail.com", "hotmail.com", "prodigy.net.mx", "example", "-a.example", "a b.example", ""]
)
def test_what_anybody_can_have_is_not_approved(domain: str) -> None:
    assert rules.domain_problem(domain) is not None


@pytest.mark.parametrize("held", list(Role))
def test_who_works_for_the_program_goes_on_doing_so(held: Role) -> None:
    kept = held in (Role.TRAINER, Role.STAFF, Role.ADMIN)
    assert rules.role_after_move(held, Role.LEARNER) is (held if kept else Role.LEARNER)


@on_both
def test_an_approved_domain_binds_at_once(session: Session, company: Organization, casey: Person) -> None:
    approve(company.id, casey.id)
    proof = prove(token_for(company.number))
    assert proof.outcome is Outcome.JOINED
    assert proof.person is not None
    session.rollback()
    noor = session.get_one(Person, proof.person.id)
    assert (noor.organization_id, noor.role, people.functions_of(noor)) == (company.id, Role.LEARNER, ("driver",))
    running = employment.current(session, noor.id)
    assert running is not None
    assert running.organization_id == company.id
    assert waiting(company.id) == []
    assert audited(session, "join.proved")[0].details == {"organization_id": company.id, "outcome": "joined"}


@on_both
def test_another_domain_waits_for_the_coordinator(session: Session, company: Organization, casey: Person) -> None:
    approve(company.id, casey.id, "other.example")
    proof = prove(token_for(company.number))
    assert proof.outcome is Outcome.WAITS
    assert proof.person is not None
    assert proof.person.organization_id is None
    assert waiting(company.id) == ["Noor Ejemplo"]
    assert letting_in.count_waiting(session, company.id, now()) == 1
    [(request, _)] = letting_in.waiting(session, company.id, now(), offset=0, limit=1)
    with transaction():
        decision = letting_in.accept(session, request.id, company.id, ("it",), actor_id=casey.id, now=now())
    assert (decision.email, decision.accepted, decision.organization) == (EMAIL, True, company.name)
    session.rollback()
    noor = session.get_one(Person, proof.person.id)
    assert (noor.organization_id, people.functions_of(noor)) == (company.id, ("it",)), "as the coordinator chose"
    assert waiting(company.id) == []
    assert len(audited(session, "join.accepted")) == 1


@on_both
def test_who_is_declined_stays_without_a_company(session: Session, company: Organization, casey: Person) -> None:
    proof = prove(token_for(company.number))
    [(request, _)] = letting_in.waiting(session, company.id, now(), offset=0, limit=1)
    with transaction():
        decision = letting_in.decline(session, request.id, company.id, actor_id=casey.id, now=now())
    assert not decision.accepted
    for act in (letting_in.decline, lambda *a, **k: letting_in.accept(*a, (), **k)):
        with pytest.raises(NotWaiting), transaction():
            act(session, request.id, company.id, actor_id=casey.id, now=now())
    assert proof.person is not None
    session.rollback()
    assert session.get_one(Person, proof.person.id).organization_id is None
    assert len(audited(session, "join.declined")) == 1


def test_a_coordinator_decides_for_the_own_company_alone(session: Session, company: Organization) -> None:
    other = make_organization(session, "Placeholder Freight")
    rival = make_person(session, role=Role.COORDINATOR, organization=other)
    prove(token_for(company.number))
    [(request, _)] = letting_in.waiting(session, company.id, now(), offset=0, limit=1)
    assert waiting(other.id) == []
    with pytest.raises(NotWaiting), transaction():
        letting_in.accept(session, request.id, other.id, (), actor_id=rival.id, now=now())
    with transaction():
        letting_in.remove(session, other.id, "nothing.example", actor_id=rival.id, now=now())
    assert audited(session, "domain.removed") == []


@on_both
def test_a_domain_approved_meanwhile_lets_in_who_waits(session: Session, company: Organization, casey: Person) -> None:
    prove(token_for(company.number))
    prove(token_for(company.number, "kim@other.example"))
    prove(token_for(company.number, "ana@notsamplefreight.example"))
    assert approve(company.id, casey.id) == [EMAIL]
    assert sorted(waiting(company.id)) == ["Noor Ejemplo", "Noor Ejemplo"], "the other two"
    assert approve(company.id, casey.id) == []
    with transaction():
        letting_in.remove(session, company.id, "samplefreight.example", actor_id=casey.id, now=now())
    assert prove(token_for(company.number, "new@samplefreight.example")).outcome is Outcome.WAITS
    assert [len(audited(session, f"domain.{what}")) for what in ("approved", "removed")] == [1, 1]


def test_a_number_that_no_company_has_is_corrected_once(session: Session, company: Organization) -> None:
    token = token_for("NOBODY-1")
    assert prove(token) == Proof(Outcome.NUMBER)
    assert session.scalar(select(func.count(Person.id))) == 0
    assert prove(token) == Proof(Outcome.NUMBER), "the button pressed twice corrects nothing"
    assert prove(token, number=company.number).outcome is Outcome.WAITS
    again = token_for("NOBODY-1", "kim@other.example")
    assert prove(again).outcome is Outcome.NUMBER
    assert prove(again, number="NOBODY-2") == Proof(Outcome.NO_COMPANY)
    with pytest.raises(RequestSpent):
        prove(again, number=company.number)


def test_a_link_works_once_and_for_a_day(session: Session, company: Organization) -> None:
    late = token_for(company.number, moment=now() - timedelta(hours=24))
    with pytest.raises(RequestSpent):
        prove(late)
    token = token_for(company.number, "kim@other.example")
    prove(token)
    with pytest.raises(RequestSpent):
        prove(token)
    with pytest.raises(RequestSpent):
        joining.find(session, "no-such-token", now=now())
    assert token not in str(session.execute(select(JoinRequest.token_hash)).all())


def test_three_letters_go_to_an_address_in_a_quarter_of_an_hour(session: Session, company: Organization) -> None:
    moment = now()
    for _ in range(3):
        token_for(company.number, moment=moment)
    with transaction():
        assert joining.ask(session, Wish("Noor", EMAIL.upper(), company.number), now=moment) is None
    token_for(company.number, moment=moment + timedelta(minutes=16))


@on_both
def test_whoever_has_an_account_moves_by_an_approved_domain(
    session: Session, company: Organization, casey: Person
) -> None:
    kim = make_person(session, "Kim", organization=make_organization(session, "Old"), email=EMAIL)
    approve(company.id, casey.id)
    token = token_for(company.number)
    with pytest.raises(NoWay) as refused:
        prove(token)
    assert refused.value.way is Way.SIGN_IN, "not without signing in"
    assert prove(token, viewer=kim.id).outcome is Outcome.JOINED
    session.rollback()
    assert session.get_one(Person, kim.id).organization_id == company.id


def test_whoever_has_an_account_stays_until_the_coordinator_decides(
    session: Session, company: Organization, casey: Person
) -> None:
    old = make_organization(session, "Old")
    kim = make_person(session, "Kim", organization=old, email=EMAIL)
    assert prove(token_for(company.number), viewer=kim.id).outcome is Outcome.WAITS
    session.rollback()
    assert session.get_one(Person, kim.id).organization_id == old.id
    assert approve(company.id, casey.id) == [EMAIL]
    session.rollback()
    assert session.get_one(Person, kim.id).organization_id == company.id


def test_a_newer_request_takes_the_place_of_the_older(session: Session, company: Organization) -> None:
    other = make_organization(session, "Placeholder Freight")
    session.commit()
    noor = prove(token_for(company.number)).person
    assert noor is not None
    prove(token_for(other.number), viewer=noor.id)
    assert waiting(company.id) == []
    assert waiting(other.id) == ["Noor Ejemplo"]
    asked = letting_in.asked_by(session, noor.id)
    assert asked is not None
    assert asked.organization_id == other.id


def test_a_member_has_nothing_to_ask_for(session: Session, company: Organization) -> None:
    kim = make_person(session, "Kim", organization=company, email=EMAIL)
    assert prove(token_for(company.number), viewer=kim.id).outcome is Outcome.MEMBER
    assert waiting(company.id) == []
    assert len(employment.history(session, kim.id)) == 1


def test_whoever_left_waits_without_access_and_comes_back(
    session: Session, company: Organization, casey: Person
) -> None:
    kim = make_person(session, "Kim", organization=make_organization(session, "Old"), email=EMAIL)
    with transaction():
        people.leave(session, kim.id, on=program_day(now()), now=now())
    assert prove(token_for(company.number)).outcome is Outcome.WAITS
    session.rollback()
    assert session.get_one(Person, kim.id).disabled_at is not None
    assert approve(company.id, casey.id) == [EMAIL]
    session.rollback()
    back = session.get_one(Person, kim.id)
    assert (back.organization_id, back.disabled_at) == (company.id, None)


def test_whose_access_was_ended_neither_joins_nor_waits(session: Session, company: Organization, casey: Person) -> None:
    make_person(session, "Kim", organization=make_organization(session, "Old"), email=EMAIL, disabled_at=now())
    with pytest.raises(NoWay) as refused:
        prove(token_for(company.number))
    assert refused.value.way is Way.CLOSED
    noor = prove(token_for(company.number, "noor@other.example")).person
    assert noor is not None
    person_id = noor.id
    with transaction():
        people.disable(session, person_id, now=now())
    assert waiting(company.id) == [], "an administrator ended the access while the request waited"
    assert approve(company.id, casey.id, "other.example") == []


@on_both
def test_one_of_many_decisions_counts(app: Flask, session: Session, company: Organization, casey: Person) -> None:
    person = prove(token_for(company.number)).person
    assert person is not None
    [(request, _)] = letting_in.waiting(session, company.id, now(), offset=0, limit=1)
    number, place, by = request.id, company.id, casey.id
    session.rollback()

    def accept() -> object:
        return letting_in.accept(db.session, number, place, ("driver",), actor_id=by, now=now())

    def decline() -> object:
        return letting_in.decline(db.session, number, place, actor_id=by, now=now())

    answers = race(app, accept, decline, accept, decline)
    assert sum(isinstance(a, letting_in.Decision) for a in answers) == 1
    assert sum(isinstance(a, NotWaiting) for a in answers) == 3
    assert list(audit.broken(session)) == []


@on_both
def test_a_link_proved_by_many_at_once_makes_one_account(app: Flask, session: Session, company: Organization) -> None:
    token = token_for(company.number)
    session.rollback()
    answers = race(app, *[lambda: joining.prove(db.session, token, viewer_id=None, now=now()).outcome] * AT_ONCE)
    assert sum(isinstance(a, Outcome) for a in answers) == 1
    assert sum(isinstance(a, RequestSpent) for a in answers) == AT_ONCE - 1
    session.rollback()
    assert session.scalar(select(func.count(Person.id))) == 1


@on_both
def test_who_proves_while_the_domain_is_approved_is_not_left_waiting(
    app: Flask, session: Session, company: Organization, casey: Person
) -> None:
    tokens = [token_for(company.number, f"n{number}@samplefreight.example") for number in range(AT_ONCE)]
    place, by = company.id, casey.id
    session.rollback()
    answers = race(
        app,
        lambda: letting_in.approve(db.session, place, "samplefreight.example", actor_id=by, now=now()),
        *[lambda t=t: joining.prove(db.session, t, viewer_id=None, now=now()) for t in tokens],
    )
    assert not [a for a in answers if isinstance(a, Exception)]
    assert waiting(place) == []
    assert session.scalar(select(func.count(Person.id)).where(Person.organization_id == place)) == AT_ONCE + 1
    assert session.scalar(select(func.count()).select_from(ApprovedDomain)) == 1
