"""Due, valid until, access until: three dates by these words, on each page that has to do with them."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.clock import months_later, now, program_day
from lms.web.dates import day
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, complete
from tests.pages import Browser


def test_each_page_names_the_three(app: Flask, session: Session) -> None:
    today = program_day(now())
    company = make_organization(session, due_by=date(2018, 12, 3))
    last_day = today + timedelta(days=200)
    robin = make_person(session, "Robin Sample", organization=company, access_until=last_day)
    boss = make_person(session, "Casey Sample", role=Role.COORDINATOR, organization=company)
    complete(session, robin, SEALS)
    due, valid = day(date(2018, 12, 3)), day(months_later(today, 12))
    mine = Browser(app).sign_in(robin)
    training = mine.get("/").text
    assert f"Due {due}" in training or "Due Monday, December 3, 2018" in training
    assert f"valid until {valid}" in training
    assert f"You have access until {day(last_day)}." in training
    facts = mine.get("/account/").one("//main//dl")
    said = {dt.text: dt.getnext().text for dt in facts.findall("dt")}
    assert said["Due"].startswith(due)
    assert said["Valid until"].startswith(valid)
    assert said["Access until"] == day(last_day)
    page = Browser(app).sign_in(boss).get(f"/company/people/{robin.id}/training")
    assert f"Access until {day(last_day)}." in page.text
    heads = [head.text for head in page.find("//th[@scope='col']")]
    assert {"Due", "Valid until"} <= set(heads)
    assert due in page.text
    assert valid in page.text


def test_functions_away_and_back_lose_no_completion(app: Flask, session: Session) -> None:
    company = make_organization(session)
    robin = make_person(session, "Robin Sample", organization=company)
    boss = make_person(session, "Casey Sample", role=Role.COORDINATOR, organization=company)
    complete(session, robin, SEALS, PASSWORDS)
    desk, address = Browser(app).sign_in(boss), f"/company/people/{robin.id}"
    page = desk.submit(desk.get(address), address, functions=["it"])
    today = day(program_day(now()))
    assert f"completed on {today}; the completion stays in the record" in page.text
    desk.submit(page, address)
    training = desk.get(f"{address}/training").text
    assert "Not required now" in training
    page = desk.submit(desk.get(address), address, functions=["driver"])
    assert f"completed on {today}, which counts" in page.text
    desk.submit(page, address)
    session.rollback()
    assert session.get_one(Person, robin.id).profile is not None
    assert "Not required now" not in desk.get(f"{address}/training").text
