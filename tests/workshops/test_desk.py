"""Staff plan workshops, change and cancel them, and register people."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.notices.models import Letter
from lms.workshops import attendance, planning, seats
from lms.workshops.models import Workshop
from tests.conftest import on_both
from tests.factories.training import SEALS
from tests.pages import MISSING, Browser, Page

from .test_desk_rules import TYPED
from .world import STARTS, TITLE, WHEN, make_workshop, staff, who

DESK = "/program/rollout/workshops/"
NEW = f"{DESK}new"
# Near enough that a session lasts until the workshop.
NEAR = STARTS - timedelta(days=3)


@pytest.fixture(autouse=True)
def some_days_before() -> Iterator[None]:
    with travel(NEAR, tick=False):
        yield


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(staff(session))


def plan(desk: Browser, status: int = 200, **changed: Any) -> Page:
    return desk.submit(desk.get(NEW), NEW, status=status, **TYPED | changed)


def planned(session: Session) -> list[Workshop]:
    session.rollback()
    return list(session.scalars(select(Workshop).order_by(Workshop.starts_at)))


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).where(AuditEntry.subject.startswith("workshop "))))


def told(session: Session, kind: str) -> list[int]:
    session.rollback()
    return list(session.scalars(select(Letter.person_id).where(Letter.kind == kind).order_by(Letter.person_id)))


def test_a_workshop_is_planned_and_members_see_it(desk: Browser, browser: Browser, session: Session) -> None:
    assert "Workshops to come or under way will be here" in desk.get(DESK).text
    page = plan(desk, reads=[SEALS], language="en")
    (made,) = planned(session)
    assert page.path == f"{DESK}{made.public_id}"
    assert (page.h1, WHEN in page.text, "0 of 40 taken" in page.text) == (TITLE, True, True)
    assert made.reads == [SEALS]
    assert made.by_id == staff(session).id
    assert len({made.public_id, made.code}) == 2
    assert WHEN in browser.get("/workshops/").text
    assert desk.get(DESK).h1 == "1 workshop to come or under way"
    assert "0 of 40" in desk.get(f"{DESK}?office=houston&q=seals").text
    assert "No workshop fits all of that" in desk.get(f"{DESK}?office=miami").text
    assert actions(session) == ["workshop.planned"]


def test_a_series_is_one_a_week(desk: Browser, session: Session) -> None:
    page = plan(desk, times="3")
    assert page.path == DESK
    assert "3 workshops are planned, one a week." in page.text
    assert [one.starts_at for one in planned(session)] == [STARTS + timedelta(weeks=week) for week in range(3)]


def test_a_form_that_is_sent_twice_plans_once(desk: Browser, session: Session) -> None:
    plan(desk, times="2")
    again = plan(desk, 409, times="3")
    assert "planned already, on December 8, 2026" in again.text
    assert len(planned(session)) == 2
    plan(desk, title="Another one")
    assert len(planned(session)) == 3


def test_what_was_typed_stays_when_something_is_wrong(desk: Browser, session: Session) -> None:
    page = plan(desk, 422, title="", criteria="99.9", entities=["importers"], reads=[SEALS])
    assert "Two things need another look" in page.text
    values = page.form(NEW).values()
    assert (values["about"], values["criteria"], values["day"]) == (TYPED["about"], "99.9", "2026-12-08")
    assert (values["entities"], values["reads"]) == (["importers"], [SEALS])
    assert planned(session) == []


def test_another_like_it_leaves_day_and_time_to_type(desk: Browser, session: Session) -> None:
    workshop = make_workshop(session)
    values = desk.get(f"{NEW}?like={workshop.public_id}").form(NEW).values()
    assert (values["title"], values["criteria"], values["day"], values["time"]) == (TITLE, "6.1, 6.7", "", "")
    desk.get(f"{NEW}?like=nothing", status=404)


def test_a_move_is_told_and_other_changes_are_not(desk: Browser, session: Session, ana: Person, ben: Person) -> None:
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=NEAR)
    session.commit()
    edit = f"{DESK}{workshop.public_id}/edit"
    page = desk.submit(desk.get(edit), edit, title="Seals, twice")
    assert "Saved." in page.text
    assert told(session, "moved") == []
    page = desk.submit(desk.get(edit), edit, time="10:30")
    assert "2 people will be told by mail" in page.text
    assert sorted(told(session, "moved")) == sorted([ana.id, ben.id])
    (now_at,) = planned(session)
    assert (now_at.starts_at, now_at.sequence) == (STARTS + timedelta(minutes=90), 1)
    page = desk.submit(desk.get(edit), edit)
    assert "Saved." in page.text
    assert planned(session)[0].sequence == 1, "nothing changed"
    assert actions(session) == ["workshop.changed"] * 2


@on_both
def test_more_seats_go_to_the_waiting_list_and_never_fewer_than_are_taken(
    desk: Browser, session: Session, ana: Person, ben: Person
) -> None:
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=NEAR)
    session.commit()
    edit = f"{DESK}{workshop.public_id}/edit"
    desk.submit(desk.get(edit), edit, seats="2")
    assert who(session, workshop) == ["Ana Ejemplo", "Ben Sample"]
    assert told(session, "seat") == [ben.id], "who asks for a seat sees it on the page"
    page = desk.submit(desk.get(edit), edit, status=409, seats="1")
    assert "2 seats are taken. Write at least that number." in page.text
    assert planned(session)[0].seats == 2


def test_one_is_cancelled_with_a_reason_once(desk: Browser, session: Session, ana: Person) -> None:
    workshop = make_workshop(session)
    seats.register(session, workshop.id, ana.id, now=NEAR)
    session.commit()
    address = f"{DESK}{workshop.public_id}/cancel"
    asked = desk.get(address)
    assert "1 person has a seat" in asked.text
    desk.submit(asked, address, status=422, reason=" ")
    page = desk.submit(asked, address, reason="The hall is closed by a storm.")
    assert "The workshop is cancelled. 1 person will be told by mail." in page.text
    assert "The hall is closed by a storm." in page.text
    assert told(session, "moved") == [ana.id]
    assert "Nothing was changed" in desk.submit(asked, address, reason="Again.").text
    assert "It can no longer be changed" in desk.get(f"{DESK}{workshop.public_id}/edit").text
    assert desk.get(f"{DESK}?when=cancelled").h1 == "1 workshop cancelled"
    assert actions(session) == ["workshop.cancelled"]
    (now_at,) = planned(session)
    assert now_at.cancelled_because == "The hall is closed by a storm."


def test_nothing_moves_once_attendance_is_taken(session: Session, desk: Browser, ana: Person) -> None:
    workshop, by = make_workshop(session), staff(session)
    edit = f"{DESK}{workshop.public_id}/edit"
    form = desk.get(edit)
    begun = STARTS - timedelta(minutes=30)
    with travel(begun, tick=False):
        page = desk.submit(form, edit, time="11:00")
        assert "Nothing was changed." in page.text
    assert planned(session)[0].starts_at == STARTS
    attendance.mark(session, workshop.id, ana.id, "roster", by_id=by.id, now=begun)
    session.commit()
    with pytest.raises(planning.PeopleMarked):
        planning.cancel(session, workshop.id, "Storm.", by_id=by.id, now=begun)
    session.rollback()
    attendance.take_back(session, workshop.id, ana.id, by_id=by.id, now=begun)
    with pytest.raises(planning.Fixed):
        planning.cancel(session, workshop.id, "Storm.", by_id=by.id, now=STARTS + timedelta(minutes=120))
    assert planning.cancel(session, workshop.id, "Storm.", by_id=by.id, now=begun) == 0, "nobody is registered"


def test_nobody_is_told_by_mail_of_one_that_has_begun(session: Session, ana: Person) -> None:
    workshop = make_workshop(session)
    seats.register(session, workshop.id, ana.id, now=NEAR)
    assert planning.cancel(session, workshop.id, "Nobody came.", by_id=staff(session).id, now=STARTS) == 0


def test_staff_register_somebody_by_address(desk: Browser, session: Session, ana: Person, ben: Person) -> None:
    workshop = make_workshop(session, seats=1)
    page = desk.get(f"{DESK}{workshop.public_id}")
    add = f"{DESK}{workshop.public_id}/people"
    assert "Nobody is registered" in page.text
    assert "Nobody with access has this address." in desk.submit(page, add, status=422, email="x@sample.example").text
    assert "Ana Ejemplo has a seat." in desk.submit(page, add, email=" ANA@sample.example ").text
    page = desk.submit(page, add, email="ben@sample.example")
    assert "Ben Sample waits for a seat." in page.text
    assert (who(session, workshop), who(session, workshop, "waiting")) == (["Ana Ejemplo"], ["Ben Sample"])
    with travel(STARTS, tick=False):
        assert "Registration is closed" in desk.submit(page, add, email="ben@sample.example").text


@pytest.mark.parametrize("then", ["", "/edit", "/cancel", "/sign-in-sheet.pdf"])
def test_there_is_no_page_of_a_workshop_that_is_not_there(desk: Browser, then: str) -> None:
    assert desk.get(f"{DESK}nothing-of-this-name{then}", status=404).h1 == MISSING
