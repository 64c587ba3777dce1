"""One seat and two people who want it, from the public list to the calendar."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from lms.core.clock import now
from lms.demo import PASSWORD
from tests.browser.conftest import Visit, accessible

pytestmark = pytest.mark.browser


def plan(staff: Page, title: str) -> None:
    """An online workshop of one seat in ten days."""
    staff.goto("/program/rollout/workshops/new")
    staff.get_by_label("Title").fill(title)
    staff.get_by_label("What people learn there").fill("What a cut bolt shows.")
    staff.get_by_label("Field office").select_option("miami")
    staff.get_by_label("Day", exact=True).fill(f"{now() + timedelta(days=10):%Y-%m-%d}")
    staff.get_by_label("Begins at").fill("09:00")
    staff.get_by_label("Criteria", exact=True).fill("6.5")
    staff.get_by_label("Or the link of a workshop").fill("https://meet.sample.example/bolt")
    staff.get_by_label("Seats", exact=True).fill("1")
    staff.get_by_role("button", name="Plan it").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text(title)


def test_a_seat_that_is_given_up_goes_to_the_next(visit: Visit, complaints: list[str], width: str) -> None:
    title = f"What a cut bolt shows, {width}"
    plan(visit("staff"), title)
    driver, boss = visit(""), visit("coordinator")

    driver.goto("/workshops/?office=miami&how=online")
    accessible(driver)
    driver.get_by_role("link", name=title).click()
    accessible(driver)
    driver.get_by_role("link", name="Sign in to register").click()
    driver.get_by_label("E-mail").fill("learner@demo.example")
    driver.get_by_label("Password").fill(PASSWORD)
    driver.locator("main form button[type=submit]").first.click()
    expect(driver.get_by_role("heading", level=1)).to_have_text(title)
    driver.get_by_role("button", name="Register").click()
    expect(driver.locator("main")).to_contain_text("You have a seat")
    expect(driver.get_by_role("link", name="https://meet.sample.example/bolt")).to_be_visible()
    accessible(driver)
    file = driver.request.get(f"{driver.url}.ics")
    (event,) = Calendar.from_ical(file.body()).walk("VEVENT")
    assert event["summary"] == title

    boss.goto(driver.url)
    boss.get_by_role("button", name="Join the waiting list").click()
    expect(boss.locator("main")).to_contain_text("You are number 1 in the waiting list.")
    accessible(boss)

    driver.get_by_role("button", name="Give up your seat").click()
    expect(driver.locator("main")).to_contain_text("You are no longer registered.")
    boss.goto("/workshops/")
    expect(boss.get_by_role("listitem").filter(has_text=title).first).to_contain_text("You have a seat")
    accessible(boss)
    assert complaints == []
