"""Figures by office and week equal the people behind them."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel

from lms.workshops import attendance, seats, statistics
from lms.workshops.statistics import WHATS, Figures, Period
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page, words

from .world import PLANNED, STARTS, make_workshop, staff

DAY = timedelta(days=1)
FIGURES = "/program/rollout/workshops/figures"
NOW = STARTS + 5 * DAY
ALL = Period(date(2026, 11, 1))


@pytest.fixture(autouse=True)
def some_days_later() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(staff(session))


def crowd(session: Session) -> None:
    """Six people and five workshops: three are over, one is ahead, one is cancelled; who came is drawn by lot."""
    lot, by = Random(7), staff(session).id
    home = make_organization(session)
    people = [make_person(session, f"Person {n} Sample", organization=home) for n in range(6)]
    held = [
        make_workshop(session, seats=3),
        make_workshop(session, seats=2, office="miami", starts_at=STARTS + DAY),
        make_workshop(session, seats=4, starts_at=STARTS - 7 * DAY, title="=Gates"),
    ]
    ahead = make_workshop(session, seats=2, starts_at=NOW + 7 * DAY)
    gone = make_workshop(session, seats=5)
    for workshop in (*held, ahead, gone):
        for person in lot.sample(people, 4):
            seats.register(session, workshop.id, person.id, now=PLANNED)
    for workshop in held:
        for person in lot.sample(people, 3):
            attendance.mark(session, workshop.id, person.id, "roster", by_id=by, now=workshop.starts_at)
    attendance.take_back(session, held[0].id, people[0].id, by_id=by, now=NOW)
    gone.cancelled_at = PLANNED
    session.commit()


@on_both
def test_every_number_equals_its_rows(session: Session) -> None:
    crowd(session)
    found = statistics.counted(session, ALL, NOW)
    assert len(found) == 4, "a cancelled workshop counts nowhere"
    for one in found:
        for what in WHATS:
            rows = statistics.people(session, [one], what, NOW)
            assert len(rows) == one.figures.of(what), what
        f = one.figures
        if f.expected:
            assert f.registered + f.walk_ins == f.attended + f.no_shows
    total = statistics.total(found)
    assert total.attended > total.walk_ins > 0
    assert min(total.no_shows, total.waiting) > 0
    for key in (lambda one: one.workshop.office, lambda one: one.week):
        assert sum(statistics.folded(found, key).values(), Figures()) == total
    pages = [statistics.people(session, found, "attended", NOW, offset=n, limit=2) for n in range(0, total.attended, 2)]
    assert [row for page in pages for row in page] == statistics.people(session, found, "attended", NOW)


def test_nobody_is_a_no_show_before_it_is_over(session: Session) -> None:
    crowd(session)
    running = statistics.counted(session, ALL, STARTS + timedelta(minutes=90))
    assert [one.figures.no_shows > 0 for one in running] == [True, False, False, False]
    assert sum(one.figures.expected for one in running) == running[0].figures.registered


def test_a_week_is_that_of_the_place(session: Session) -> None:
    make_workshop(session, zone="Pacific/Honolulu", starts_at=STARTS - DAY - timedelta(hours=6))  # Sunday, 11 PM there
    found = statistics.counted(session, ALL, NOW)
    assert [one.week for one in found] == [date(2026, 11, 30)]
    assert statistics.counted(session, Period(date(2026, 12, 6), date(2026, 12, 6)), NOW) != []
    assert statistics.counted(session, Period(date(2026, 12, 7)), NOW) == []


def numbers(page: Page, section: str) -> dict[str, list[str]]:
    """The cells of a table by the head of their line."""
    lines = page.find(f"//section[@aria-labelledby='{section}']//tbody/tr")
    return {words(line[0]): [words(cell) for cell in line[1:]] for line in lines}


@pytest.mark.usefixtures("session")
def test_the_page_says_who_came_and_each_number_leads_to_its_people(desk: Browser, session: Session) -> None:
    assert desk.get(FIGURES).h1 == "No workshop in these weeks"
    crowd(session)
    total = statistics.total(statistics.counted(session, ALL, NOW))
    session.rollback()
    page = desk.get(FIGURES)
    assert page.h1 == f"{total.expected - total.no_shows} of {total.expected} people with a seat came"
    by_office, by_week = numbers(page, "offices"), numbers(page, "weeks")
    assert list(by_office) == ["Houston", "Miami", "All"]
    assert list(by_week) == ["November 30, 2026", "December 7, 2026", "December 14, 2026"]
    for column, value in enumerate(by_office["All"]):
        assert sum(int(cells[column]) for cells in by_week.values()) == int(value)
    for link in page.find("//section[@aria-labelledby='offices' or @aria-labelledby='weeks']//td/a"):
        behind = desk.get(link.get("href"))
        rows = behind.find("//main//table/tbody/tr")
        if "figures/" in link.get("href"):
            assert (behind.h1.rpartition(": ")[2], len(rows)) == (words(link), int(words(link)))
        else:
            assert len(numbers(behind, "workshops")) <= int(words(link)), "two of one title are one head"
    desk.get(f"{FIGURES}/everybody", status=404)


def test_the_files_hold_the_same(desk: Browser, session: Session) -> None:
    crowd(session)
    found = statistics.counted(session, ALL, NOW)
    total = statistics.total(found)
    lines = list(csv.DictReader(StringIO(desk.client.get(f"{FIGURES}.csv").text)))
    assert [(line["Office"], line["Week of"]) for line in lines] == [
        ("Houston", "2026-11-30"),
        ("Houston", "2026-12-07"),
        ("Houston", "2026-12-14"),
        ("Miami", "2026-12-07"),
    ]
    assert sum(int(line["Attended"]) for line in lines) == total.attended
    assert sum(int(line["No-shows"]) for line in lines) == total.no_shows
    people = list(csv.DictReader(StringIO(desk.client.get(f"{FIGURES}/attended.csv").text)))
    assert len(people) == total.attended
    assert "'=Gates" in {row["Workshop"] for row in people}, "no formula"
    assert desk.client.get(f"{FIGURES}/everybody.csv").status_code == 404
