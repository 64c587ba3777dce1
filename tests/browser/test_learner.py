"""The main job in a real browser: read, be quizzed, get the certificate, have it checked by a stranger."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from lms.content.check import check
from lms.content.course import Module, Question
from lms.content.folder import read_folder
from lms.settings import ROOT
from tests.browser.conftest import accessible, new_context
from tools.demo_site import DemoSite
from tools.screenshots import sign_in

pytestmark = pytest.mark.browser
TAGS = re.compile(r"[`*_]")


def published_module(key: str) -> Module:
    library = check(read_folder(ROOT / "courses").files).library
    assert library is not None
    return library.modules[key]


def by_title(module: Module) -> dict[str, Question]:
    return {plain(q.title): q for q in module.questions}


def plain(text: str) -> str:
    return " ".join(TAGS.sub("", text).split())


def answer_rightly(page: Page, question: Question) -> None:
    """Give the right answer with the controls that the page offers."""
    if question.type in ("single", "multiple", "true-false"):
        for option in question.options:
            if option.right:
                page.locator(
                    "fieldset label", has_text=re.compile(f"^\\s*{re.escape(plain(option.text))}\\s*$")
                ).click()
    elif question.type == "match":
        for pair in question.pairs:
            if pair.left:
                row = page.get_by_label(plain(pair.left), exact=True)
                row.select_option(label=plain(pair.right))
    elif question.type == "order":
        for place, step in enumerate(question.items, 1):
            page.get_by_label(plain(step), exact=True).select_option(label=str(place))
    elif question.type == "short":
        page.locator("main form input[type=text]").fill(next(o.text for o in question.options if o.right))
    else:
        page.locator("main form input[type=text]").fill(next(r.low for r in question.ranges if r.right))


def take_quiz(page: Page, module: Module) -> None:
    """From the start page of a quiz to its result, everything right."""
    questions = by_title(module)
    page.locator("main form button[type=submit]").first.click()
    while "/questions/" in page.url:
        heading = page.locator("legend, .question h2").first.inner_text()
        answer_rightly(page, questions[plain(heading)])
        page.locator("main form button.button-next").click()
    page.get_by_text("I answered these questions myself.").click()
    page.get_by_role("button", name=re.compile("Submit")).click()


def test_from_what_is_due_to_a_checked_certificate(
    chromium: Browser, site: DemoSite, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The learner of the demonstration closes the category of conveyance security; a stranger checks the certificate."""
    context = new_context(chromium, site, "phone")
    page = context.new_page()
    sign_in(page, "learner")
    page.locator("a.button-next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Seventeen places to look")
    accessible(page)
    take_quiz(page, published_module("conveyance-and-iit-security/seventeen-places-to-look"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("You passed")
    accessible(page)
    page.goto("/certificates/")
    accessible(page)
    with page.expect_download() as downloading:
        page.locator("a[href$='.pdf']").first.click()
    pdf = tmp_path_factory.mktemp("certificate") / "certificate.pdf"
    downloading.value.save_as(pdf)
    assert site.flask("certificate", "verify", str(pdf)).returncode == 0
    context.close()

    stranger = new_context(chromium, site, "desktop").new_page()
    stranger.goto("/verify/")
    stranger.locator("input[type=file]").set_input_files(pdf)
    stranger.locator("form[enctype] button[type=submit]").click()
    expect(stranger.locator("main")).to_contain_text("Marisol Ejemplo")
    accessible(stranger)
    stranger.context.close()


def test_without_javascript(chromium: Browser, site: DemoSite) -> None:
    """The same job by plain links and forms, for the coordinator."""
    context = new_context(chromium, site, script=False)
    page = context.new_page()
    sign_in(page, "coordinator")
    module = published_module("cybersecurity/the-phone-in-your-cab")
    for section in module.sections:
        page.goto(f"/courses/{module.key}/{section.anchor}/")
    page.goto(f"/courses/{module.key}/quiz")
    take_quiz(page, module)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You passed")
    context.close()


def test_the_keyboard_alone_is_enough(chromium: Browser, site: DemoSite) -> None:
    """Skip link, menu, radio tiles and buttons by Tab, Space, arrows and Enter."""
    context = new_context(chromium, site)
    page = context.new_page()
    page.goto("/")
    page.locator("body").press("Tab")
    expect(page.locator(".usa-skipnav")).to_be_focused()
    page.locator(".usa-skipnav").press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    sign_in(page, "learner")
    page.goto("/courses/agricultural-security/mud-bugs-and-bad-wood/quiz")
    page.locator("main form button[type=submit]").first.press("Enter")
    expect(page).to_have_url(re.compile("/questions/1$"))
    page.locator("main form input:not([type=hidden]), main form select").first.press("Space")
    page.locator("main form button.button-next").press("Enter")
    expect(page).to_have_url(re.compile("/questions/2$"))
    context.close()


def test_answers_survive_a_closed_browser(chromium: Browser, site: DemoSite) -> None:
    page = new_context(chromium, site, "phone").new_page()
    sign_in(page, "learner")
    page.goto("/courses/procedural-security/what-does-not-add-up/quiz")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/questions/1")
    questions = by_title(published_module("procedural-security/what-does-not-add-up"))
    title = plain(page.locator("legend, .question h2").first.inner_text())
    answer_rightly(page, questions[title])
    if questions[title].type in ("short", "number"):
        page.locator("main form input[type=text]").press("Tab")
    expect(page.locator(".state--ok")).to_contain_text("Saved at")
    page.context.close()
    again = new_context(chromium, site).new_page()
    sign_in(again, "learner")
    again.goto("/courses/procedural-security/what-does-not-add-up/quiz")
    expect(again.locator("main")).to_contain_text(re.compile("1 of 8 answered"))
    again.context.close()
