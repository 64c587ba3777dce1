"""A workshop from the plan to the mark on the roster: staff at a desk, a driver with a phone."""

import re
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from lms.core.clock import now
from tests.browser.conftest import Visit, accessible

pytestmark = pytest.mark.browser
DESK = "/program/rollout/workshops/"
HOUSTON = ZoneInfo("America/Chicago")


def test_from_the_plan_to_the_mark(visit: Visit, complaints: list[str], width: str) -> None:
    staff, driver = visit("staff"), visit("learner")
    begins = (now() + timedelta(minutes=20)).astimezone(HOUSTON)
    title = f"Seals at the dock, {width}"
    staff.goto(f"{DESK}new")
    accessible(staff)
    staff.get_by_label("Title").fill(title)
    staff.get_by_label("What people learn there").fill("Bring a seal that was broken.")
    staff.get_by_label("Field office").select_option("houston")
    staff.get_by_label("Day", exact=True).fill(f"{begins:%Y-%m-%d}")
    staff.get_by_label("Begins at").fill(f"{begins:%H:%M}")
    staff.get_by_label("Time zone of the place").select_option("America/Chicago")
    staff.get_by_label("Criteria", exact=True).fill("6.2, 6.5")
    staff.get_by_role("button", name="Plan it").click()
    expect(staff.locator(".errors")).to_contain_text("one of the two")
    accessible(staff)
    staff.get_by_label("Address", exact=True).fill("Sample Hall, 100 Example Street, Houston")
    staff.get_by_text("Modules whose reading it stands for").click()
    staff.locator("label", has_text="Seals that tell the truth").click()
    accessible(staff)
    staff.get_by_role("button", name="Plan it").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text(title)
    address = staff.url

    driver.goto(address.replace("/program/rollout", ""))
    driver.get_by_role("button", name="Register").click()
    expect(driver.locator("main")).to_contain_text("You have a seat")

    staff.reload()
    accessible(staff)
    sheet = staff.request.get(f"{address}/sign-in-sheet.pdf")
    words = "".join(PdfReader(BytesIO(sheet.body())).pages[0].extract_text().split())
    code = re.search(r"/workshops/[\w-]{22}/attend/[\w-]{22}", words)
    assert code is not None
    driver.goto(code[0])
    accessible(driver)
    driver.get_by_role("button", name="I am here").click()
    expect(driver.locator("main")).to_contain_text("You are marked as present since")
    accessible(driver)

    staff.reload()
    box = staff.get_by_role("checkbox", name="Marisol Ejemplo was there.")
    expect(box).to_be_checked()
    accessible(staff)
    staff.locator("label", has_text="Marisol Ejemplo was there").click()
    staff.get_by_role("button", name="Save who was there").click()
    expect(box).not_to_be_checked()
    for path in ("", "?when=past", "figures", "figures/registered"):
        staff.goto(f"{DESK}{path}")
        accessible(staff)
    staff.goto(f"{address}/cancel")
    accessible(staff)
    assert [one for one in complaints if "422" not in one] == [], "one form was sent with a mistake on purpose"
