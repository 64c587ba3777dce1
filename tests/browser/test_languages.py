"""Main pages in Spanish and French: longer words break nothing, and a phone keeps the menu in sight."""

import pytest

from tests.browser.conftest import Visit, accessible
from tools.screenshots import PAGES

pytestmark = pytest.mark.browser
# The others' pages are in English only.
ROLES = ("", "learner", "coordinator")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "fr"])
@pytest.mark.parametrize("role", ROLES)
def test_main_pages_are_accessible(visit: Visit, role: str, language: str, complaints: list[str]) -> None:
    page = visit(role)
    page.goto("/timeline/")
    page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])  # leaves the account as it is
    page.reload()
    assert page.locator("html").get_attribute("lang") == language
    for _, who, path in PAGES:
        if who == role:
            page.goto(path)
            accessible(page)
    assert [c for c in complaints if "404" not in c] == []


def test_the_header_offers_every_language_and_keeps_the_menu_in_sight(visit: Visit) -> None:
    page = visit("")
    page.goto("/")
    page.get_by_role("link", name="Français").click()
    menu = page.get_by_role("navigation", name="Principal")
    assert "Critères" in menu.inner_text()
    box = menu.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 160
    assert page.get_by_role("link", name="Français").get_attribute("aria-current") == "true"
