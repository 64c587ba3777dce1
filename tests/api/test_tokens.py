"""Tokens: made, shown once, listed, revoked; and whom they let in for how long."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.accounts.rules import Standing
from lms.api import rules, service
from lms.api.models import ApiToken
from lms.core.audit import AuditEntry
from lms.core.clock import now
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.pages import Browser, words
from tests.reporting.histories import NOON

from .conftest import LAST_DAY, Ask

PAGE = "/program/tokens/"


def made(browser: Browser, name: str = "Night report", last_day: str = "2019-03-31") -> str:
    page = browser.submit(browser.get(PAGE), PAGE, name=name, last_day=last_day)
    assert page.h1 == "Copy the token now. It is not shown again."
    return words(page.one("//*[@id='token']"))


@pytest.fixture
def staff(browser: Browser, pat: Person) -> Browser:
    return browser.sign_in(pat)


@on_both
def test_a_token_is_made_shown_once_and_works(staff: Browser, ask: Ask) -> None:
    secret = made(staff)
    assert secret.startswith("msc_")
    assert len(secret) > 40
    assert ask("/figures", token=secret).status_code == 200
    page = staff.get(PAGE)
    assert secret not in page.html
    rows = [[words(cell) for cell in row] for row in page.find("//tbody/tr")]
    assert ["Night report", secret[: rules.HINT], "December 20, 2018", "March 31, 2019", "Revoke Night report"] in rows


def test_only_the_hash_is_kept_and_the_audit_has_no_secret(staff: Browser, session: Session) -> None:
    secret = made(staff)
    session.commit()
    token = session.scalars(select(ApiToken)).one()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "token.made")).one()
    assert secret not in f"{token.token_hash}{token.hint}{token.name}{entry.details}{entry.subject}"
    assert entry.details == {"name": "Night report", "hint": secret[:10], "last_day": "2019-03-31"}


@pytest.mark.parametrize(
    ("name", "last_day", "said"),
    [
        ("", "2019-03-31", "Write what the token is for"),
        ("x" * 101, "2019-03-31", "Use 100 characters at most."),
        ("Report", "2018-12-19", "Choose a day from today to December 20, 2019."),
        ("Report", "2019-12-21", "Choose a day from today to December 20, 2019."),
        ("Report", "soon", "Choose a day from today to December 20, 2019."),
    ],
)
def test_what_cannot_be_made(staff: Browser, session: Session, name: str, last_day: str, said: str) -> None:
    page = staff.submit(staff.get(PAGE), PAGE, status=422, name=name, last_day=last_day)
    assert said in page.text
    assert session.scalars(select(ApiToken)).all() == []


def test_a_year_and_today_are_the_edges(staff: Browser, ask: Ask) -> None:
    assert ask("/figures", token=made(staff, last_day="2018-12-20")).status_code == 200
    assert ask("/figures", token=made(staff, last_day="2019-12-20")).status_code == 200


def test_it_works_to_the_end_of_its_last_day_in_new_york(ask: Ask) -> None:
    end = rules.expires_at(LAST_DAY)
    assert end.isoformat() == "2019-12-21T05:00:00+00:00"
    assert rules.last_day(end) == LAST_DAY
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert ask("/figures").status_code == 200
    with time_machine.travel(end, tick=False):
        assert ask("/figures").status_code == 401


def test_revoked_is_refused_and_cannot_be_undone(staff: Browser, session: Session, ask: Ask) -> None:
    secret = made(staff)
    session.commit()
    token = session.scalars(select(ApiToken).where(ApiToken.hint == secret[:10])).one()
    page = staff.submit(staff.get(PAGE), f"{PAGE}{token.id}/revoke")
    assert "The token is revoked." in page.html
    assert ask("/figures", token=secret).status_code == 401
    assert not page.find(f"//form[@action='{PAGE}{token.id}/revoke']")
    session.commit()
    service.revoke(session, token.id, actor_id=token.person_id, everybodys=False, now=now())
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "token.revoked")).all()) == 1


def test_one_sees_ones_own_and_an_administrator_all(app: Flask, session: Session, token: str, pat: Person) -> None:
    own = session.scalars(select(ApiToken)).one()
    other = Browser(app).sign_in(make_person(session, "Kim Colleague", role=Role.STAFF))
    assert "Tokens that you make will be listed here" in other.get(PAGE).text
    sent = other.get(PAGE).form(PAGE).values()
    assert other.client.post(f"{PAGE}{own.id}/revoke", data=sent).status_code == 404
    assert other.client.post(f"{PAGE}987654/revoke", data=sent).status_code == 404
    admin = Browser(app).sign_in(make_person(session, "Ada Min", role=Role.ADMIN))
    page = admin.get(PAGE)
    assert "Pat Program" in page.text
    admin.submit(page, f"{PAGE}{own.id}/revoke")
    session.commit()
    assert own.revoked_at == NOON


@pytest.mark.parametrize("role", [Role.LEARNER, Role.COORDINATOR, Role.TRAINER])
def test_who_may_not_see_the_figures_makes_no_token(browser: Browser, session: Session, role: Role) -> None:
    assert not browser.sign_in(make_person(session, role=role)).get(PAGE, status=403).find("//main//form")


@on_both
def test_a_token_stops_with_the_access_of_its_person(session: Session, ask: Ask, pat: Person) -> None:
    boss = make_person(session, role=Role.ADMIN)
    assert ask("/figures").status_code == 200
    people.disable(session, pat.id, now=now(), actor_id=boss.id)
    session.commit()
    assert ask("/figures").status_code == 401


def test_a_token_stops_with_the_permission_of_its_person(session: Session, ask: Ask, pat: Person) -> None:
    boss = make_person(session, role=Role.ADMIN)
    people.assign(session, pat.id, Standing(Role.TRAINER), actor_id=boss.id, now=now())
    session.commit()
    assert ask("/figures").status_code == 401
    seen = service.listed(session, pat.id, now=now(), offset=0, limit=9)
    assert [token.works for token in seen] == [False]


def test_a_token_stops_on_the_last_day_of_access(session: Session, ask: Ask, pat: Person) -> None:
    pat.access_until = date(2018, 12, 20)
    session.commit()
    assert ask("/figures").status_code == 200
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert ask("/figures").status_code == 401


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer msc_abc", "msc_abc"),
        ("bearer  msc_abc ", "msc_abc"),
        ("Basic msc_abc", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
    ],
)
def test_the_token_of_a_header(header: str, token: str | None) -> None:
    assert rules.token_of(header) == token
