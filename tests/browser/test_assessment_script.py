"""assessment.js in a real browser: what it says is true, nobody's words are written over, and what could not be sent is not lost."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import accessible, new_context
from tools.demo_site import DemoSite
from tools.screenshots import sign_in

pytestmark = pytest.mark.browser
SEALS = "/company/assessment/seal-security"


@pytest.fixture
def context(chromium: Browser, site: DemoSite) -> Iterator[BrowserContext]:
    made = new_context(chromium, site)
    sign_in(made.new_page(), "coordinator")
    yield made
    made.close()


def tab(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(SEALS)
    return page


def write(page: Page, field: str) -> str:
    """Words that nobody wrote before, into a field."""
    words = f"by {secrets.token_hex(6)}"
    page.locator(field).fill(words)
    return words


def says(page: Page, words: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(words, timeout=15_000)


def test_what_is_typed_is_saved(context: BrowserContext) -> None:
    page = tab(context)
    words = write(page, "#note-6-1")
    page.get_by_role("group", name="Where we stand with 6.1").get_by_text("Partly").click()
    says(page, "Saved at")
    again = tab(context)
    expect(again.locator("#note-6-1")).to_have_value(words)
    expect(again.get_by_role("group", name="Where we stand with 6.1").get_by_label("Partly")).to_be_checked()


def test_two_tabs_see_each_others_words(context: BrowserContext) -> None:
    first, second = tab(context), tab(context)
    theirs = write(first, "#note-6-2")
    says(first, "Saved at")
    mine = write(second, "#note-6-2")
    says(second, "Not saved: somebody else saved other words for 6.2.")
    expect(second.locator("#conflict-6-2")).to_contain_text(theirs)
    accessible(second)
    saved = context.request.get(SEALS).text()
    assert theirs in saved
    assert mine not in saved
    second.get_by_text("Save what stands here in its place").click()
    says(second, "Saved at")
    expect(second.locator("#conflict-6-2")).to_be_empty()
    expect(tab(context).locator("#note-6-2")).to_have_value(mine)


def test_without_a_connection_it_is_kept_and_sent_later(context: BrowserContext) -> None:
    page = tab(context)
    context.set_offline(True)
    words = write(page, "#note-6-3")
    says(page, "No connection.")
    context.set_offline(False)
    says(page, "Saved at")
    expect(tab(context).locator("#note-6-3")).to_have_value(words)


def test_a_session_that_ended_while_somebody_typed_loses_nothing(context: BrowserContext) -> None:
    page = tab(context)
    cookies = context.cookies()
    context.clear_cookies()
    words = write(page, "#note-6-5")
    says(page, "Not saved: your sign-in has ended.")
    context.add_cookies([{"name": c["name"], "value": c["value"], "url": page.url} for c in cookies])
    page.goto(SEALS)
    says(page, "Saved at")
    expect(page.locator("#note-6-5")).to_have_value(words)
    expect(tab(context).locator("#note-6-5")).to_have_value(words)


def test_it_works_without_script(chromium: Browser, site: DemoSite) -> None:
    context = new_context(chromium, site, "phone", script=False)
    page = context.new_page()
    sign_in(page, "coordinator")
    page.goto(SEALS)
    words = write(page, "#note-6-6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#note-6-6")).to_have_value(words)
    context.close()
