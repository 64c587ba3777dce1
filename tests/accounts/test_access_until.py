"""The last day of access: set ahead, shown to the person, and over when it is over."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import access, employment, people, rules
from lms.accounts.models import Person
from lms.accounts.people import NotYours
from lms.accounts.permissions import Role
from lms.core.clock import now, program_day
from lms.core.database import transaction
from lms.learning import daily
from tests.accounts.conftest import PASSWORD, Outbox, ask_link, audited, sign_in, signed_in_as
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

TODAY = program_day(now())
DAY = timedelta(days=1)


def with_access(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.scalars(select(Person.name).where(Person.disabled_at.is_(None))))


def test_the_last_day_is_one_with_access() -> None:
    day = date(2026, 12, 7)
    assert rules.has_access(None, day, day)
    assert not rules.has_access(None, day, day + DAY)
    assert rules.has_access(None, None, day)
    assert not rules.has_access(now(), day, day)


@on_both
def test_whose_last_day_is_over_loses_access(session: Session) -> None:
    home = make_organization(session)
    for name, day in (("yesterday", TODAY - DAY), ("long ago", date(2020, 1, 1)), ("today", TODAY), ("never", None)):
        make_person(session, name, organization=home, access_until=day)
    with transaction():
        assert access.end_due(session, today=TODAY, now=now()) == 2
    assert with_access(session) == ["never", "today"]
    assert len(audited(session, "person.disabled")) == 2
    with transaction():
        assert access.end_due(session, today=TODAY, now=now()) == 0
    assert session.scalar(select(func.count(Person.id))) == 4


@on_both
def test_it_goes_on_until_nobody_is_left_and_keeps_the_last_administrator(session: Session) -> None:
    make_person(session, "admin", role=Role.ADMIN, access_until=TODAY - DAY)
    for number in range(5):
        make_person(session, f"guest {number}", access_until=TODAY - DAY)
    ended = []
    while True:
        with transaction():
            some = access.end_due(session, today=TODAY, now=now(), at_once=2)
        if not some:
            break
        ended.append(some)
    assert ended == [2, 2, 1]
    assert with_access(session) == ["admin"]


def test_a_coordinator_sets_it_and_the_person_sees_it(app: Flask, session: Session, robin: Person) -> None:
    casey = make_person(session, role=Role.COORDINATOR, organization=robin.organization)
    desk, address = Browser(app).sign_in(casey), f"/company/people/{robin.id}"
    page = desk.get(address)
    page = desk.submit(page, f"{address}/access-until", access_until="2099-01-04")
    assert "Access ends after January 4, 2099." in page.text
    assert page.form(f"{address}/access-until").values()["access_until"] == "2099-01-04"
    assert "Access untilJanuary 4, 2099" in Browser(app).sign_in(robin).get("/account/").text
    entry = audited(session, "person.access_until_set")[0]
    assert entry.details == {"before": None, "after": "2099-01-04"}
    for wrong in (str(TODAY - DAY), "2099"):
        refused = desk.submit(page, f"{address}/access-until", access_until=wrong, status=422)
        assert "#access_until" in refused.links().values()
    page = desk.submit(page, f"{address}/access-until", access_until="")
    assert "Access has no last day." in page.text
    session.rollback()
    assert session.get_one(Person, robin.id).access_until is None


def test_an_administrator_sets_it_too(app: Flask, session: Session, robin: Person) -> None:
    desk, address = Browser(app).sign_in(make_person(session, role=Role.ADMIN)), f"/admin/people/{robin.id}"
    page = desk.submit(desk.get(address), f"{address}/access-until", access_until="2099-01-04")
    assert "Access ends after January 4, 2099." in page.text
    desk.submit(page, f"{address}/access-until", access_until="x", status=422)
    session.rollback()
    assert session.get_one(Person, robin.id).access_until == date(2099, 1, 4)


def test_nobody_sets_the_own_last_day(session: Session) -> None:
    admin = make_person(session, role=Role.ADMIN)
    with pytest.raises(NotYours), transaction():
        access.set_until(session, admin, None, actor_id=admin.id, actor_role=Role.ADMIN, now=now())


def test_after_the_last_day_signing_in_is_as_for_somebody_unknown(
    browser: Browser, session: Session, robin: Person, outbox: Outbox
) -> None:
    robin.access_until = TODAY - DAY
    session.commit()
    over = sign_in(browser, "robin@sample.example", status=422)
    unknown = sign_in(browser, "nobody@sample.example", status=422)
    assert over.text.replace("robin", "") == unknown.text.replace("nobody", "")
    ask_link(browser, "robin@sample.example")
    assert outbox.messages == []


def test_the_day_ends_sessions_and_giving_access_back_forgets_it(
    app: Flask, browser: Browser, session: Session, robin: Person
) -> None:
    robin.access_until = TODAY
    session.commit()
    sign_in(browser, robin.email, PASSWORD)
    assert signed_in_as(browser) == "Robin Sample"
    session.get_one(Person, robin.id).access_until = TODAY - DAY
    session.commit()
    daily.turn()
    assert signed_in_as(browser) is None
    with transaction():
        people.enable(session, robin.id, now=now())
    session.rollback()
    back = session.get_one(Person, robin.id)
    assert (back.access_until, back.disabled_at) == (None, None)
    assert employment.current(session, back.id) is not None
