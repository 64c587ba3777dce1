"""The letters of the room, as they arrive."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.core import working
from lms.core.jobs import Job
from lms.workshops import seats, service
from tests.conftest import on_both
from tests.notices.conftest import Post

from .world import PLANNED, STARTS, TITLE, WHEN, make_workshop, who

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINK = "https://meet.sample.example/seals"


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with travel(PLANNED, tick=False):
        yield


def work(session: Session, moment: datetime = PLANNED) -> None:
    """What a worker does within a minute."""
    with travel(moment, tick=False):
        working.look_after(moment)
        while True:
            session.rollback()
            ours = ("workshops.remind", "letters.send")
            waiting = select(Job.id).where(Job.state == "queued", Job.kind.in_(ours)).order_by(Job.id)
            if not sum(working.run(job) for job in session.scalars(waiting).all()):
                return


def text(message: EmailMessage) -> str:
    return str(message.get_content())


@on_both
def test_whoever_gets_a_free_seat_is_told_at_once(session: Session, post: Post, ana: Person, ben: Person) -> None:
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
    seats.leave(session, workshop.id, ana.id, now=PLANNED)
    session.commit()
    work(session)
    message = post.of("ben@sample.example")
    assert message["Subject"] == f"You have a seat: {TITLE}"
    page = f"http://localhost/workshops/{workshop.public_id}"
    for said in (WHEN, workshop.place, page, f"{page}.ics"):
        assert said in text(message)
    work(session, PLANNED + HOUR)
    assert post.to == ["ben@sample.example"]


def test_a_letter_of_a_seat_that_is_given_up_again_is_not_sent(
    session: Session,
    post: Post,
    ana: Person,
    ben: Person,
) -> None:
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
    for person in (ana, ben):
        seats.leave(session, workshop.id, person.id, now=PLANNED)
    session.commit()
    work(session)
    assert post.to == []


@on_both
def test_a_reminder_goes_out_two_days_before_once_to_those_with_a_seat(
    session: Session,
    post: Post,
    ana: Person,
    ben: Person,
) -> None:
    workshop = make_workshop(session, seats=1, place="", link=LINK)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
    session.commit()
    work(session, STARTS - 2 * DAY - HOUR)
    assert post.to == []
    work(session, STARTS - 2 * DAY + HOUR)
    message = post.of("ana@sample.example")
    assert message["Subject"] == f"Your workshop: {TITLE}"
    assert WHEN in text(message)
    assert LINK in text(message)
    for hours in (3, 20, 46, 50):
        work(session, STARTS - 2 * DAY + hours * HOUR)
    assert post.to == ["ana@sample.example"]


def test_nobody_is_reminded_of_what_is_cancelled_or_was_registered_for_just_now(
    session: Session,
    post: Post,
    ana: Person,
) -> None:
    off = make_workshop(session)
    seats.register(session, off.id, ana.id, now=PLANNED)
    off.cancelled_at, off.cancelled_because = PLANNED, "Ice"
    late = make_workshop(session)
    seats.register(session, late.id, ana.id, now=STARTS - DAY)
    session.commit()
    work(session, STARTS - 20 * HOUR)
    assert post.to == []


def test_a_seat_of_somebody_who_lost_access_goes_to_the_list_before_the_reminder(
    session: Session, post: Post, ana: Person, ben: Person
) -> None:
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
    ana.disabled_at = PLANNED
    session.commit()
    work(session, STARTS - DAY)
    work(session, STARTS - DAY + HOUR)
    assert who(session, workshop) == ["Ben Sample"]
    assert post.of("ben@sample.example")["Subject"] == f"You have a seat: {TITLE}"
    assert post.to == ["ben@sample.example"]


@on_both
def test_a_move_is_told_to_all_and_reminded_of_by_its_new_date(
    session: Session,
    post: Post,
    ana: Person,
    ben: Person,
) -> None:
    workshop = make_workshop(session, seats=1, place="", link=LINK)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
    session.commit()
    work(session, STARTS - DAY)
    workshop.starts_at += 7 * DAY
    service.moved(session, workshop, now=STARTS - DAY)
    session.commit()
    work(session, STARTS - DAY)
    reminder, hers = (mail for mail in post.mails if mail["To"] == "ana@sample.example")
    his = post.of("ben@sample.example")
    assert WHEN in text(reminder)
    assert {hers["Subject"], his["Subject"]} == {f"Changed: {TITLE}"}
    assert "Tuesday, December 15, 2026, 9:00 AM to 11:00 AM (Central Time, Chicago)" in text(hers)
    assert "You still have your seat." in text(hers)
    assert LINK in text(hers)
    assert "You still have your place in the waiting list." in text(his)
    assert LINK not in text(his)
    work(session, STARTS + 6 * DAY)
    assert [mail["Subject"] for mail in post.mails][3:] == [f"Your workshop: {TITLE}"]


def test_of_two_changes_the_last_is_told(session: Session, post: Post, ana: Person) -> None:
    workshop = make_workshop(session)
    seats.register(session, workshop.id, ana.id, now=PLANNED)
    service.moved(session, workshop, now=PLANNED)
    workshop.cancelled_at, workshop.cancelled_because = PLANNED, "The hall is closed."
    service.moved(session, workshop, now=PLANNED)
    session.commit()
    work(session)
    message = post.of("ana@sample.example")
    assert message["Subject"] == f"Cancelled: {TITLE}"
    assert "The hall is closed." in text(message)
    assert ".ics" not in text(message)


@pytest.mark.parametrize(("language", "said"), [("es", "martes, 8 de diciembre de 2026"), ("fr", "mardi 8 décembre")])
def test_a_letter_is_in_the_language_of_its_reader(
    session: Session,
    post: Post,
    ana: Person,
    language: str,
    said: str,
) -> None:
    workshop = make_workshop(session)
    ana.language = language
    seats.register(session, workshop.id, ana.id, now=PLANNED)
    session.commit()
    work(session, STARTS - DAY)
    assert said in text(post.of("ana@sample.example"))
