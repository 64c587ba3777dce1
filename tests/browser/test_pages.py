"""Every main page of every role is accessible at both widths, and the console stays silent."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit, accessible, new_context
from tools.demo_site import DemoSite
from tools.screenshots import PAGES, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("role", list(dict.fromkeys(role for _, role, _ in PAGES)))
def test_main_pages(visit: Visit, role: str, complaints: list[str]) -> None:
    page = visit(role)
    for _, who, path in PAGES:
        if who != role:
            continue
        page.goto(path)
        accessible(page)
    assert [c for c in complaints if "404" not in c] == []


@pytest.mark.parametrize("standing", ["valid", "renewed", "revoked"])
def test_a_certificate_as_staff_and_everybody_see_it(visit: Visit, standing: str, complaints: list[str]) -> None:
    """Numbers and ids of keys are long words without a place to break, and differ in every demonstration."""
    page = visit("staff")
    page.goto(f"/program/certificates/?standing={standing}")
    page.locator("main table a").first.click()
    accessible(page)
    address = page.url
    if standing != "revoked":
        page.goto(f"{address}/revoke")
        accessible(page)
    page.goto(f"/verify/{address.rpartition('/')[2]}")
    accessible(page)
    assert complaints == []


def test_no_label_of_a_list_on_a_phone_reaches_into_the_next_line(chromium: Browser, site: DemoSite) -> None:
    page = new_context(chromium, site, "phone").new_page()
    sign_in(page, "admin")
    page.goto("/admin/organizations/")
    cells = page.locator("table.roster td")
    assert cells.count() > 10
    assert cells.evaluate_all("found => found.filter(one => one.scrollHeight > one.clientHeight + 1).length") == 0
