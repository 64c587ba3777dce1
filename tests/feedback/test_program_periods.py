"""Opening comment periods and changing their end."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.permissions import Role
from lms.core.audit import AuditEntry
from lms.core.database import db
from lms.feedback import periods
from lms.feedback.models import CommentPeriod
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.feedback.said import make_period, say
from tests.pages import MISSING, Browser
from tests.races import AT_ONCE, race

PERIODS = "/program/rollout/comments/periods"
# 23 o'clock in New York: it is December there no more than in UTC it is November.
NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
TODAY = date(2026, 11, 30)


@pytest.fixture
def staff(session: Session, browser: Browser) -> Browser:
    return browser.sign_in(make_person(session, role=Role.STAFF))


def stored(session: Session) -> list[tuple[str, date, date]]:
    session.rollback()
    found = session.scalars(select(CommentPeriod).order_by(CommentPeriod.id))
    return [(one.edition, one.begins_on, one.ends_on) for one in found]


@on_both
def test_a_period_of_90_days_is_proposed_and_opened(session: Session, staff: Browser) -> None:
    with travel(NOW, tick=False):
        page = staff.get(PERIODS)
        assert page.h1 == "No comment period runs"
        page = staff.submit(page, purpose="Every comment is read.")
        assert page.h1 == "Members can comment until February 27, 2027"
    assert stored(session) == [("2019", TODAY, date(2027, 2, 27))]
    assert (date(2027, 2, 27) - TODAY).days == 89
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment_period.opened")).one()
    assert entry.details == {"edition": "2019", "begins_on": "2026-11-30", "ends_on": "2027-02-27"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"edition": "1776"}, "Choose the edition"),
        ({"purpose": " "}, "Write what becomes of the comments"),
        ({"purpose": "x" * 301}, "300 characters at most"),
        ({"begins_on": "2026-11-29"}, "Choose today or a later day."),
        ({"begins_on": "30.11.2026"}, "Write the day as year-month-day"),
        ({"ends_on": "2026-11-29"}, "Choose the first day or a later one."),
    ],
)
def test_what_cannot_be_a_period_is_said_at_its_field(
    session: Session, staff: Browser, typed: dict[str, str], says: str
) -> None:
    with travel(NOW, tick=False):
        data = {"purpose": "Every comment is read."} | typed
        page = staff.submit(staff.get(PERIODS), status=422, **data)
    assert says in page.text
    assert "One thing needs another look" in page.text
    assert stored(session) == []


@on_both
@pytest.mark.parametrize(
    ("begins", "ends", "free"),
    [
        ("2026-12-01", "2026-12-09", True),
        ("2026-12-01", "2026-12-10", False),
        ("2026-12-20", "2027-02-01", False),
        ("2026-12-12", "2026-12-15", False),
        ("2026-12-21", "2027-02-01", True),
    ],
)
def test_two_periods_of_an_edition_never_share_a_day(
    session: Session, staff: Browser, begins: str, ends: str, free: bool
) -> None:
    make_period(session, date(2026, 12, 10), date(2026, 12, 20))
    make_period(session, date(2026, 12, 1), date(2027, 2, 1), edition="2031")
    with travel(NOW, tick=False):
        page = staff.submit(
            staff.get(PERIODS), status=200 if free else 409, purpose="Read.", begins_on=begins, ends_on=ends
        )
    assert len(stored(session)) == 2 + free
    assert ("There is a comment period of edition 2019 already" in page.text) is not free


@on_both
def test_opened_at_the_same_moment_one_period_comes_of_it(app: Flask, session: Session) -> None:
    by_id = make_person(session, role=Role.STAFF).id
    session.rollback()

    def add() -> int:
        days = {"begins_on": TODAY, "ends_on": date(2027, 1, 1)}
        return periods.add(db.session, edition="2019", purpose="Read.", **days, by_id=by_id, now=NOW).id

    answers = race(app, *[add] * AT_ONCE)
    assert sorted(type(answer).__name__ for answer in answers) == ["Overlaps"] * (AT_ONCE - 1) + ["int"]
    assert len(stored(session)) == 1


@on_both
def test_the_end_moves_to_today_at_the_earliest_and_comments_stay(session: Session, staff: Browser) -> None:
    period = make_period(session)
    say(session, period)
    address = f"{PERIODS}/{period.id}"
    with travel(NOW, tick=False):
        assert (
            "November 30, 2026 or a later day"
            in staff.submit(staff.get(address), status=422, ends_on="2026-11-29").text
        )
        assert (
            staff.submit(staff.get(address), ends_on="2026-11-30").h1 == "Members can comment until November 30, 2026"
        )
        session.rollback()
        make_period(session, date(2027, 1, 10), date(2027, 1, 20))
        assert "already, January 10, 2027" in staff.submit(staff.get(address), status=409, ends_on="2027-01-10").text
        page = staff.submit(staff.get(address), ends_on="2027-01-09")
        assert [a.get("href") for a in page.find("//td[@data-label='Comments']/a")] == [
            f"/program/rollout/comments/?period={period.id}#rows"
        ]
    assert stored(session)[0] == ("2019", date(2026, 10, 1), date(2027, 1, 9))
    moved = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment_period.end_moved")).all()
    assert [(one.details["before"], one.details["after"]) for one in moved] == [
        ("2026-12-29", "2026-11-30"),
        ("2026-11-30", "2027-01-09"),
    ]


def test_a_period_that_is_over_says_so_and_may_go_on(session: Session, staff: Browser) -> None:
    period = make_period(session, date(2026, 1, 1), date(2026, 3, 1))
    with travel(NOW, tick=False):
        page = staff.get(f"{PERIODS}/{period.id}")
        assert page.h1 == "The comment period ended March 1, 2026"
        assert staff.submit(page, ends_on="2026-12-31").h1 == "Members can comment until December 31, 2026"


def test_a_period_to_come_ends_no_earlier_than_it_begins(session: Session, staff: Browser) -> None:
    period = make_period(session, date(2027, 5, 1), date(2027, 8, 1))
    with travel(NOW, tick=False):
        page = staff.get(f"{PERIODS}/{period.id}")
        assert page.h1 == "The comment period begins May 1, 2027"
        assert "May 1, 2027 or a later day" in staff.submit(page, status=422, ends_on="2027-04-30").text


@pytest.mark.parametrize("number", ["0", "987654"])
def test_a_period_that_is_not_there(staff: Browser, number: str) -> None:
    assert staff.get(f"{PERIODS}/{number}", status=404).h1 == MISSING
