"""Staff make an answer of a comment, a visitor finds it in words of his or her own, and says whether it helped."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit, accessible, new_context
from tools.demo_site import DemoSite

pytestmark = pytest.mark.browser


def test_a_comment_becomes_an_answer_that_others_find(visit: Visit, width: str, complaints: list[str]) -> None:
    staff = visit("staff")
    staff.goto("/program/rollout/comments/?state=answered")
    staff.locator("main a[href^='/program/rollout/comments/']:not([href*='?'], [href*='periods'])").first.click()
    staff.get_by_role("link", name=re.compile("FAQ entry")).click()
    accessible(staff)
    question = f"May a zebra ride in the {width} cab?"
    staff.get_by_label("Question", exact=True).fill(question)
    staff.get_by_label("Answer", exact=True).fill("No. A **zebra** is no driver.")
    staff.get_by_role("button", name="List the paragraphs").click()
    staff.get_by_label("The paragraph that teaches it").select_option(index=1)
    staff.get_by_role("button", name="Put it into the FAQ").click()
    expect(staff.get_by_role("status")).to_contain_text("is in the FAQ")
    accessible(staff)

    visitor = visit("")
    visitor.goto("/faq/")
    visitor.get_by_label("Your question, or some words of it").fill(f"zebras riding {width} chofer")
    visitor.get_by_role("button", name="Find an answer").click()
    accessible(visitor)
    visitor.get_by_role("link", name=question).click()
    says_that_it_helped(visitor)
    assert complaints == []


def says_that_it_helped(page: Page) -> None:
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("main")).to_contain_text("You said yes. 1 of 1 reader said yes.")
    expect(page.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    accessible(page)


def test_without_script_it_is_found_and_judged_all_the_same(chromium: Browser, site: DemoSite) -> None:
    page = new_context(chromium, site, "phone", script=False).new_page()
    page.goto("/faq/")
    page.get_by_label("Your question, or some words of it").fill("tablt")
    page.get_by_role("button", name="Find an answer").click()
    expect(page.get_by_role("status")).to_contain_text("We looked for “tablet”")
    page.locator(".faq-list a").first.click()
    page.get_by_role("button", name="No").click()
    expect(page.locator("main")).to_contain_text("You said no.")
