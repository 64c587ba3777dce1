"""Seats and the waiting list, also when many ask at the same moment."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import queue
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db
from lms.notices.models import Letter
from lms.workshops import seats, service
from lms.workshops.models import Registration, Workshop
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.races import race

from .world import PLANNED, STARTS, make_workshop, staff, who

HOUR = timedelta(hours=1)


def people(session: Session, *names: str) -> list[int]:
    company = make_organization(session)
    return [make_person(session, name, organization=company).id for name in names]


def register(session: Session, workshop: Workshop, *person_ids: int, at: datetime = PLANNED) -> None:
    for person_id in person_ids:
        seats.register(session, workshop.id, person_id, now=at)
    session.commit()


def letters(session: Session, kind: str) -> list[int]:
    session.rollback()
    return list(session.scalars(select(Letter.person_id).where(Letter.kind == kind).order_by(Letter.id)))


@on_both
def test_seats_first_then_the_waiting_list_in_order(session: Session) -> None:
    workshop = make_workshop(session)
    ana, ben, carla, dora = people(session, "Ana", "Ben", "Carla", "Dora")
    register(session, workshop, dora, ana, carla, ben)
    assert who(session, workshop) == ["Dora", "Ana"]
    assert who(session, workshop, "waiting") == ["Carla", "Ben"]
    mine = seats.of(session, workshop.id, ben)
    assert mine is not None
    assert seats.place(session, mine) == 2
    assert letters(session, seats.SEAT) == []


@on_both
def test_a_seat_that_comes_free_goes_to_the_first_of_the_list_who_is_told(session: Session) -> None:
    workshop = make_workshop(session)
    ana, ben, carla, dora = people(session, "Ana", "Ben", "Carla", "Dora")
    register(session, workshop, ana, ben, carla, dora)
    seats.leave(session, workshop.id, ana, now=PLANNED + HOUR)
    session.commit()
    assert who(session, workshop) == ["Ben", "Carla"]
    assert who(session, workshop, "waiting") == ["Dora"]
    assert letters(session, seats.SEAT) == [carla]


@on_both
def test_whoever_asks_again_keeps_what_there_is_and_after_leaving_goes_to_the_end(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben, carla = people(session, "Ana", "Ben", "Carla")
    register(session, workshop, ana, ben, carla, ben, ana)
    assert who(session, workshop, "waiting") == ["Ben", "Carla"]
    seats.leave(session, workshop.id, ben, now=PLANNED)
    register(session, workshop, ben)
    assert who(session, workshop) == ["Ana"]
    assert who(session, workshop, "waiting") == ["Carla", "Ben"]


def test_another_seat_of_the_same_person_is_told_of_again(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben = people(session, "Ana", "Ben")
    register(session, workshop, ana, ben)
    for turn, (gives, asks) in enumerate(((ana, ana), (ben, ben), (ana, ana))):
        seats.leave(session, workshop.id, gives, now=PLANNED + turn * HOUR)
        register(session, workshop, asks, at=PLANNED + turn * HOUR)
    assert letters(session, seats.SEAT) == [ben, ana, ben]


def test_who_gives_up_a_place_in_the_list_frees_no_seat(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben, carla = people(session, "Ana", "Ben", "Carla")
    register(session, workshop, ana, ben, carla)
    seats.leave(session, workshop.id, ben, now=PLANNED)
    session.commit()
    assert (who(session, workshop), who(session, workshop, "waiting")) == (["Ana"], ["Carla"])
    seats.leave(session, workshop.id, ben, now=PLANNED)
    assert letters(session, seats.SEAT) == []


def test_nobody_registers_or_leaves_once_it_has_begun_or_is_cancelled(session: Session) -> None:
    workshop, off = make_workshop(session), make_workshop(session, cancelled_at=PLANNED, cancelled_because="Ice")
    (ana,) = people(session, "Ana")
    register(session, workshop, ana, at=STARTS - timedelta(seconds=1))
    for one, moment in ((workshop, STARTS), (off, PLANNED)):
        with pytest.raises(seats.Closed):
            seats.register(session, one.id, ana, now=moment)
        with pytest.raises(seats.Closed):
            seats.leave(session, one.id, ana, now=moment)
        with pytest.raises(seats.Closed):
            seats.add_person(session, one.id, "terry@program.example", by_id=one.by_id, now=moment)
    assert who(session, workshop) == ["Ana"]


def test_who_has_lost_access_is_passed_over(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben, carla = people(session, "Ana", "Ben", "Carla")
    register(session, workshop, ana, ben, carla)
    gone = session.get_one(Registration, seats.of(session, workshop.id, ben).id).person  # type: ignore[union-attr]
    gone.disabled_at = PLANNED
    session.commit()
    seats.leave(session, workshop.id, ana, now=PLANNED)
    session.commit()
    assert (who(session, workshop), who(session, workshop, "waiting")) == (["Carla"], ["Ben"])


def test_more_seats_go_to_the_waiting_list(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben, carla, dora = people(session, "Ana", "Ben", "Carla", "Dora")
    register(session, workshop, ana, ben, carla, dora)
    held = seats.hold(session, workshop.id)
    held.seats = 3
    session.flush()
    seats.promote(session, held, now=PLANNED)
    session.commit()
    assert who(session, workshop) == ["Ana", "Ben", "Carla"]
    assert letters(session, seats.SEAT) == [ben, carla]


def test_staff_add_a_person_by_address_recorded_and_told(session: Session) -> None:
    workshop, by = make_workshop(session), staff(session)
    company = make_organization(session)
    ana = make_person(session, "Ana", organization=company, email="ana@sample.example")
    made = seats.add_person(session, workshop.id, " Ana@Sample.example", by_id=by.id, now=PLANNED)
    session.commit()
    assert (made.state, made.person_id, made.organization_id) == ("seat", ana.id, company.id)
    assert letters(session, seats.SEAT) == [ana.id]
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "workshop.person_added"))
    assert (entry.actor_id, entry.details) == (by.id, {"person": ana.id, "state": "seat"})
    make_person(session, "Gone", organization=company, email="gone@sample.example", disabled_at=PLANNED)
    for address in ("gone@sample.example", "nobody@sample.example"):
        with pytest.raises(seats.NoSuchPerson):
            seats.add_person(session, workshop.id, address, by_id=by.id, now=PLANNED)


@on_both
def test_of_sixteen_at_once_exactly_as_many_sit_as_there_are_seats(app: Flask, session: Session) -> None:
    workshop = make_workshop(session, seats=5)
    workshop_id, ids = workshop.id, people(session, *(f"Person {n:02}" for n in range(16)))
    session.rollback()
    moment = PLANNED

    def ask(person_id: int) -> str:
        return seats.register(db.session, workshop_id, person_id, now=moment).state

    answers = race(app, *(lambda person_id=person_id: ask(person_id) for person_id in ids))
    assert sorted(map(str, answers)) == ["seat"] * 5 + ["waiting"] * 11
    session.rollback()
    places = session.scalars(select(Registration).where(Registration.state == "waiting")).all()
    assert sorted(seats.place(session, one) for one in places) == list(range(1, 12))


@on_both
def test_seats_given_up_at_once_all_go_to_the_list(app: Flask, session: Session) -> None:
    workshop = make_workshop(session, seats=4)
    workshop_id, ids = workshop.id, people(session, *(f"Person {n}" for n in range(8)))
    register(session, workshop, *ids)
    session.rollback()

    def leave(person_id: int) -> str:
        seats.leave(db.session, workshop_id, person_id, now=PLANNED + HOUR)
        return "left"

    queue.waiting()  # opened before the race, as in a worker that has run for a while
    leaving = [*ids[:4], *ids[:4]]  # each presses twice
    answers = race(app, *(lambda person_id=person_id: leave(person_id) for person_id in leaving))
    assert answers == ["left"] * 8
    assert who(session, workshop) == [f"Person {n}" for n in range(4, 8)]
    assert sorted(letters(session, seats.SEAT)) == ids[4:]


@on_both
def test_one_person_asking_several_times_at_once_has_one_row(app: Flask, session: Session) -> None:
    workshop_id, (ana,) = make_workshop(session).id, people(session, "Ana")
    session.rollback()
    answers = race(app, *[lambda: seats.register(db.session, workshop_id, ana, now=PLANNED).state for _ in range(4)])
    assert answers == ["seat"] * 4


@on_both
def test_a_move_is_told_once_to_everybody_registered(session: Session) -> None:
    workshop = make_workshop(session, seats=1)
    ana, ben, carla = people(session, "Ana", "Ben", "Carla")
    register(session, workshop, ana, ben, carla)
    seats.leave(session, workshop.id, carla, now=PLANNED)
    assert service.moved(session, workshop, now=now()) == 2
    session.commit()
    assert workshop.sequence == 1
    assert letters(session, service.MOVED) == [ana, ben]
