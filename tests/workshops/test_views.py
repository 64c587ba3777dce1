"""The public pages: the list, a workshop, registering and leaving, the calendar file."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.workshops import seats, service
from lms.workshops.models import Workshop
from tests.factories.training import SEALS
from tests.pages import Browser

from .world import PLANNED, STARTS, TITLE, WHEN, make_workshop, staff, who

DAY = timedelta(days=1)
LINK = "https://meet.sample.example/seals"


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    """A month before the workshops of these tests."""
    with travel(PLANNED, tick=False):
        yield


def address(workshop: Workshop, then: str = "") -> str:
    return f"/workshops/{workshop.public_id}{then}"


def calendar(browser: Browser, workshop: Workshop) -> Any:
    """The happening of the calendar file, read."""
    response = browser.client.get(address(workshop, ".ics"))
    assert response.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(response.data).walk("VEVENT")
    return event


def test_the_list_says_when_where_and_how_many_seats_are_left(session: Session, browser: Browser, ana: Person) -> None:
    workshop = make_workshop(session)
    seats.register(session, workshop.id, ana.id, now=PLANNED)
    session.commit()
    page = browser.get("/workshops/")
    assert page.h1 == "1 workshop is ahead"
    assert WHEN in page.text
    assert "1 seat left" in page.text
    assert page.links()[TITLE] == address(workshop)
    assert "You have a seat" not in page.text
    page = browser.sign_in(ana).get("/workshops/")
    assert "You are registered" in page.text
    assert "You have a seat" in page.text


def test_the_list_without_workshops_says_what_will_be_here(browser: Browser) -> None:
    assert "No workshop is planned now." in browser.get("/workshops/").text
    assert "No workshop was held yet." in browser.get("/workshops/?past=1").text
    assert "Take one filter away." in browser.get("/workshops/?office=houston").text


def titles(browser: Browser, query: str) -> list[str]:
    page = browser.get(f"/workshops/{query}")
    return [a.text for a in page.find("//li[contains(@class, 'workshop-row')]//h3/a")]


def test_the_list_is_filtered(session: Session, browser: Browser) -> None:
    make_workshop(session, title="Room", entities=["sea-carriers"])
    make_workshop(session, title="Online", office="miami", place="", link=LINK, starts_at=STARTS + DAY)
    make_workshop(session, title="Spanish", language="es", office="miami", starts_at=STARTS + 2 * DAY)
    assert titles(browser, "") == ["Room", "Online", "Spanish"]
    assert titles(browser, "?office=miami") == ["Online", "Spanish"]
    assert titles(browser, "?office=miami&how=place") == ["Spanish"]
    assert titles(browser, "?how=online") == ["Online"]
    assert titles(browser, "?language=es") == ["Spanish"]
    assert titles(browser, "?entity=sea-carriers") == ["Room", "Online", "Spanish"]
    assert titles(browser, "?entity=consolidators") == ["Online", "Spanish"]
    assert titles(browser, "?office=nowhere&language=xx&entity=pirates&how=by+ship") == ["Room", "Online", "Spanish"]


def test_what_has_begun_is_listed_apart_and_a_cancelled_one_to_those_registered(
    session: Session, browser: Browser, ana: Person
) -> None:
    make_workshop(session, title="First", starts_at=PLANNED - 2 * DAY)
    make_workshop(session, title="Second", starts_at=PLANNED - DAY)
    make_workshop(session, title="Off", starts_at=PLANNED - DAY, cancelled_at=PLANNED, cancelled_because="Ice")
    make_workshop(session, title="Ahead")
    off = make_workshop(session, title="Off too")
    seats.register(session, off.id, ana.id, now=PLANNED)
    off.cancelled_at, off.cancelled_because = PLANNED, "The hall is closed."
    session.commit()
    assert titles(browser, "?past=1") == ["Second", "First"]
    assert titles(browser, "") == ["Ahead"]
    assert titles(browser.sign_in(ana), "") == ["Off too", "Ahead"]
    page = browser.get(address(off))
    assert "The hall is closed." in page.text
    assert not page.find("//main//form")


def test_a_long_list_has_pages(session: Session, browser: Browser) -> None:
    for number in range(23):
        make_workshop(session, title=f"Number {number}", office="miami", starts_at=STARTS + number * DAY)
    assert len(titles(browser, "?office=miami")) == 20
    following = browser.get("/workshops/?office=miami").links()["Next page"]
    assert titles(browser, following.removeprefix("/workshops/")) == ["Number 20", "Number 21", "Number 22"]


def test_a_workshop_says_all_about_it(session: Session, browser: Browser) -> None:
    workshop = make_workshop(session, reads=[SEALS, "seal-security/gone"], entities=["sea-carriers"], minutes=90)
    page = browser.get(address(workshop))
    assert page.h1 == TITLE
    for said in (
        "9:00 AM to 10:30 AM (Central Time, Chicago)",
        "Bring a seal that was broken.",
        "2 of 2 seats are left.",
        "90 minutes",
        "Sample Hall, 100 Example Street, Houston",
        "You still pass their quizzes.",
    ):
        assert said in page.text
    assert "/criteria/6.1" in page.links().values()
    assert f"/courses/{SEALS}/" in page.links().values()
    assert page.links()["Sign in to register"] == f"/login?next={address(workshop)}"


def test_registering_waiting_and_leaving(app: Flask, session: Session, ana: Person, ben: Person) -> None:
    workshop = make_workshop(session, seats=1)
    hers, his = Browser(app).sign_in(ana), Browser(app).sign_in(ben)
    page = hers.submit(hers.get(address(workshop)), address(workshop, "/register"))
    assert "You have a seat. Put the workshop into your calendar." in page.text
    page = his.get(address(workshop))
    assert "The only seat is taken." in page.text
    page = his.submit(page, address(workshop, "/register"))
    assert "You are number 1 in the waiting list." in page.text
    page = hers.submit(hers.get(address(workshop)), address(workshop, "/leave"))
    assert "You are no longer registered." in page.text
    assert "You have a seat" in his.get(address(workshop)).text
    assert who(session, workshop) == ["Ben Sample"]


def test_registration_closes_when_it_begins(session: Session, browser: Browser, ana: Person) -> None:
    workshop = make_workshop(session)
    with travel(STARTS - DAY, tick=False):
        page = browser.sign_in(ana).get(address(workshop))
    with travel(STARTS, tick=False):
        late = browser.submit(page, address(workshop, "/register"))
        assert "Registration is closed. Nothing was changed." in late.text
        assert "The workshop has begun." in late.text
        assert not late.find("//main//form")
    with travel(STARTS + DAY, tick=False):
        assert "This workshop was held." in browser.get(address(workshop)).text
    assert who(session, workshop) == []


def test_leaving_after_it_began_changes_nothing(session: Session, browser: Browser, ana: Person) -> None:
    workshop = make_workshop(session)
    with travel(STARTS - DAY, tick=False):
        page = browser.sign_in(ana).get(address(workshop))
        page = browser.submit(page, address(workshop, "/register"))
    with travel(STARTS, tick=False):
        assert "Nothing was changed." in browser.submit(page, address(workshop, "/leave")).text
    assert who(session, workshop) == ["Ana Ejemplo"]


def test_only_whoever_has_a_seat_and_staff_learn_the_link(app: Flask, session: Session, ana: Person) -> None:
    workshop = make_workshop(session, place="", link=LINK)
    browser = Browser(app)
    for _ in ("a visitor", "signed in"):
        assert LINK not in browser.get(address(workshop)).html
        assert LINK not in calendar(browser, workshop)["description"]
        browser.sign_in(ana)
    page = browser.submit(browser.get(address(workshop)), address(workshop, "/register"))
    assert LINK in page.text
    assert LINK in calendar(browser, workshop)["description"]
    assert LINK in calendar(Browser(app).sign_in(staff(session)), workshop)["description"]


def test_the_calendar_file_is_that_moment_everywhere(session: Session, browser: Browser) -> None:
    workshop = make_workshop(session)
    event = calendar(browser, workshop)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (STARTS, STARTS + timedelta(hours=2))
    assert event["summary"] == TITLE
    assert event["location"] == workshop.place
    assert WHEN in event["description"]
    assert event["url"].endswith(address(workshop))
    assert (event["uid"], event["sequence"]) == (f"workshop-{workshop.public_id}@localhost", 0)


def test_a_move_and_a_cancellation_replace_the_entry(session: Session, browser: Browser) -> None:
    workshop = make_workshop(session)
    before = calendar(browser, workshop)["uid"]
    workshop.starts_at += DAY
    service.moved(session, workshop, now=PLANNED)
    session.commit()
    event = calendar(browser, workshop)
    assert (event["uid"], event["sequence"], event["status"]) == (before, 1, "CONFIRMED")
    assert event.decoded("dtstart") == STARTS + DAY
    workshop.cancelled_at, workshop.cancelled_because = PLANNED, "The hall is closed."
    service.moved(session, workshop, now=PLANNED)
    session.commit()
    event = calendar(browser, workshop)
    assert (event["sequence"], event["status"]) == (2, "CANCELLED")
    assert "The hall is closed." in event["description"]


def test_what_does_not_exist_is_answered_404(session: Session, browser: Browser, ana: Person) -> None:
    page = browser.sign_in(ana).get(address(make_workshop(session)))
    data = {"csrf_token": page.find("//main//input[@name='csrf_token']/@value")[0]}
    for then in ("", ".ics"):
        assert browser.client.get(f"/workshops/none{then}").status_code == 404
    for then in ("/register", "/leave"):
        assert browser.client.post(f"/workshops/none{then}", data=data).status_code == 404
