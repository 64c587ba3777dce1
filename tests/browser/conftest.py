"""A demonstration site and a real Chromium. Nothing here leaves this machine."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.chromium import ARGUMENTS, executable
from tools.demo_site import DemoSite, demo_site
from tools.screenshots import sign_in

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
Visit = Callable[[str], Page]


@pytest.fixture(scope="session")
def site() -> Iterator[DemoSite]:
    with demo_site() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = executable()
    if program is None:
        pytest.skip("Chromium is not on this machine: install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=WIDTHS, ids=list(WIDTHS))
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console and its security policy complained about; must stay empty."""
    return []


def new_context(chromium: Browser, site: DemoSite, width: str = "desktop", *, script: bool = True) -> BrowserContext:
    across, down = WIDTHS[width]
    return chromium.new_context(
        base_url=site.url, viewport={"width": across, "height": down}, java_script_enabled=script
    )


@pytest.fixture
def visit(chromium: Browser, site: DemoSite, width: str, complaints: list[str]) -> Iterator[Visit]:
    """Open a fresh browser window for a role ("" for a visitor), signed in through the form."""
    contexts = []

    def open_for(role: str) -> Page:
        context = new_context(chromium, site, width)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if role:
            sign_in(page, role)
        return page

    yield open_for
    for context in contexts:
        context.close()


def accessible(page: Page) -> None:
    """No violation of any of axe's rules, and nothing that makes the page scroll sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"
