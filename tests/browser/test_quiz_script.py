"""quiz.js in a real browser: what it says about an answer is true, and what could not be sent is not lost."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from threading import Thread
from urllib.parse import urljoin
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.models import Attempt
from lms.assessment.service import Sheet
from lms.core.clock import now
from lms.core.database import transaction
from tests.assessment.answers import numbers
from tests.assessment.conftest import begin
from tests.factories.people import make_organization, make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def driver(session: Session) -> Person:
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def sheet(session: Session, driver: Person) -> Sheet:
    return begin(session, driver.id, driver.organization_id)


def whole(app: Flask) -> WSGIApplication:
    """The app, each answer read to its end first: Werkzeug's server leaves a file open when a browser hangs up on it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with closing(app(environ, start_response)) as parts:  # type: ignore[type-var]
            return [b"".join(parts)]

    return answer


@pytest.fixture
def address(app: Flask, sheet: Sheet) -> Iterator[str]:
    """The class question of the open attempt, served."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/attempts/{sheet.public_id}/questions/{numbers(sheet)['seals-class']}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(app: Flask, chromium: Chromium, person: Person, address: str, **options: bool) -> BrowserContext:
    context = chromium.new_context(**options)  # type: ignore[arg-type]
    sign_in(app, context, person, address)
    return context


def sign_in(app: Flask, context: BrowserContext, person: Person, address: str) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = signer.dumps({"_user_id": as_signed_in(person).get_id(), "_fresh": True})
    context.add_cookies([{"name": "session", "value": str(cookie), "url": urljoin(address, "/")}])


@pytest.fixture
def page(app: Flask, chromium: Chromium, driver: Person, address: str) -> Iterator[Page]:
    context = signed_in(app, chromium, driver, address)
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def choose(page: Page, letter: str) -> None:
    page.locator(".usa-radio__label", has_text=letter).click()


def says(page: Page, words: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(words)


def kept(session: Session, sheet: Sheet) -> list[int] | None:
    session.rollback()
    saved = service.answers(session, sheet).get("seals-class")
    return saved.response if saved else None


def test_an_answer_is_saved_when_it_is_given(session: Session, page: Page, sheet: Sheet) -> None:
    says(page, "Not answered yet")
    choose(page, "H")
    says(page, "Saved at")
    assert kept(session, sheet) == [1]
    expect(page.locator("aside h2")).to_have_text("1 of 7 answered")
    expect(page.locator(".dots [aria-current]")).to_have_class("saved")
    expect(page.locator(".dots [aria-current]")).to_have_accessible_name(
        re.compile(r"^Question \d, answered, this page$")
    )


def test_saved_is_said_only_after_the_server_said_so(session: Session, page: Page, sheet: Sheet) -> None:
    held: list[Route] = []
    page.route("**/questions/*", lambda route: held.append(route))
    with page.expect_request("**/questions/*"):
        choose(page, "H")
    says(page, "Saving")
    assert kept(session, sheet) is None
    held[0].continue_()
    says(page, "Saved at")
    assert kept(session, sheet) == [1]


def test_a_lost_connection_loses_nothing(session: Session, page: Page, sheet: Sheet) -> None:
    page.context.set_offline(True)
    choose(page, "H")
    says(page, "No connection. Kept on this page")
    assert kept(session, sheet) is None
    page.context.set_offline(False)
    says(page, "Saved at")
    assert kept(session, sheet) == [1]


def test_an_answer_that_was_not_sent_survives_a_closed_page(session: Session, page: Page, sheet: Sheet) -> None:
    page.route("**/questions/*", lambda route: route.abort())
    choose(page, "H")
    says(page, "No connection")
    address = page.url
    page.close()
    again = page.context.new_page()
    again.goto(address)
    says(again, "Saved at")
    assert again.locator("input:checked").count() == 1
    assert kept(session, sheet) == [1]


def test_a_mistake_of_the_server_is_not_called_saved(session: Session, page: Page, sheet: Sheet) -> None:
    page.route("**/questions/*", lambda route: route.fulfill(status=500, body="no"))
    choose(page, "H")
    says(page, "Not saved: something broke on our side.")
    page.unroute("**/questions/*")
    choose(page, "S")
    says(page, "Saved at")
    assert kept(session, sheet) == [2]


def test_a_sign_in_that_ended_is_said_and_the_answer_sent_after_the_next(
    app: Flask, session: Session, page: Page, driver: Person, sheet: Sheet
) -> None:
    page.context.clear_cookies()
    choose(page, "H")
    says(page, "Not saved: your sign-in has ended.")
    assert kept(session, sheet) is None
    sign_in(app, page.context, driver, page.url)
    page.goto(page.url)
    expect(page.locator(".usa-radio__input:checked + label")).to_have_text("H")
    says(page, "Saved at")
    assert kept(session, sheet) == [1]


def test_the_page_one_is_led_to_is_not_taken_for_an_answer(
    session: Session, page: Page, driver: Person, sheet: Sheet
) -> None:
    """All sessions were ended elsewhere: the server leads to the sign-in page, whose words have no place here."""
    driver.epoch += 1
    session.commit()
    choose(page, "H")
    says(page, "Not saved: your sign-in has ended.")
    assert page.locator("h1").count() == 1


def test_a_quiz_submitted_in_another_window_is_said(session: Session, page: Page, sheet: Sheet) -> None:
    with transaction():
        mine = service.find(session, public_id=sheet.public_id, person_id=sheet.person_id, to="submit")
        service.submit(session, mine, now=now())
    choose(page, "H")
    says(page, "Not saved: this quiz was submitted in another window at")
    assert page.evaluate("localStorage.length") == 0


def test_what_is_sent_again_is_the_same_request(page: Page) -> None:
    """The same address and the same fields: the server keeps it once, however often it arrives."""
    sent: list[tuple[str, str | None]] = []
    page.on("request", lambda r: sent.append((r.url, r.post_data)) if r.method == "POST" else None)
    page.context.set_offline(True)
    choose(page, "H")
    says(page, "No connection")
    page.context.set_offline(False)
    says(page, "Saved at")
    assert len(sent) > 1
    assert len(set(sent)) == 1


def test_the_answer_given_last_without_a_connection_is_the_one_that_is_sent(
    session: Session, page: Page, sheet: Sheet
) -> None:
    choose(page, "I")
    says(page, "Saved at")
    page.context.set_offline(True)
    choose(page, "H")
    says(page, "No connection")
    choose(page, "S")
    says(page, "No connection")
    assert kept(session, sheet) == [0]
    page.context.set_offline(False)
    says(page, "Saved at")
    assert kept(session, sheet) == [2]


def test_an_answer_under_way_survives_a_closed_browser(
    session: Session, chromium: Chromium, page: Page, sheet: Sheet
) -> None:
    """The request never arrives, and nobody waits for its failure."""
    held: list[Route] = []
    page.route("**/questions/*", lambda route: held.append(route))
    with page.expect_request("**/questions/*"):
        choose(page, "H")
    says(page, "Saving")
    left_behind, address = page.context.storage_state(), page.url
    page.context.close()
    assert kept(session, sheet) is None
    opened = chromium.new_context(storage_state=left_behind)
    again = opened.new_page()
    again.goto(address)
    says(again, "Saved at")
    expect(again.locator(".usa-radio__input:checked + label")).to_have_text("H")
    assert kept(session, sheet) == [1]
    opened.close()


def test_an_answer_changed_while_one_is_under_way_is_not_called_saved(
    session: Session, page: Page, sheet: Sheet
) -> None:
    held: list[Route] = []
    page.route("**/questions/*", lambda route: held.append(route))
    with page.expect_request("**/questions/*"):
        choose(page, "H")
    choose(page, "S")
    with page.expect_request("**/questions/*"):
        held[0].continue_()
    says(page, "Saving")
    assert kept(session, sheet) == [1]
    assert page.evaluate("localStorage.length") == 1
    held[1].continue_()
    says(page, "Saved at")
    assert kept(session, sheet) == [2]
    assert page.evaluate("localStorage.length") == 0


def test_typing_on_takes_back_that_it_is_saved(session: Session, page: Page, sheet: Sheet) -> None:
    page.goto(urljoin(page.url, str(numbers(sheet)["seals-iso"])))
    field = page.locator("main form input[type=text]")
    field.press_sequentially("177")
    says(page, "Saved at")
    page.route("**/questions/*", lambda route: route.abort())
    field.press_sequentially("12")
    expect(page.locator("#save-state")).not_to_contain_text("Saved at", timeout=900)  # before the pause that sends it


def test_another_answer_saved_since_is_not_overwritten_by_one_kept_here(
    app: Flask, session: Session, chromium: Chromium, driver: Person, page: Page, sheet: Sheet
) -> None:
    """Kept in a page that was closed, while another device saved its own: the person decides."""
    address = page.url
    page.route("**/questions/*", lambda route: route.abort())
    choose(page, "H")
    says(page, "No connection")
    page.close()
    elsewhere = signed_in(app, chromium, driver, address)
    other = elsewhere.new_page()
    other.goto(address)
    choose(other, "S")
    says(other, "Saved at")
    elsewhere.close()
    again = page.context.new_page()
    again.goto(address)
    says(again, "This answer is not saved yet.")
    expect(again.locator(".usa-radio__input:checked + label")).to_have_text("H")
    assert kept(session, sheet) == [2]
    again.locator(".button-next").click()
    again.wait_for_url(lambda url: url != address)
    assert kept(session, sheet) == [1]


def test_what_the_button_saved_is_kept_here_no_longer(session: Session, page: Page, sheet: Sheet) -> None:
    """Pressed so soon that the page never heard of its own request."""
    address = page.url
    page.route("**/questions/*", lambda r: r.fallback() if r.request.is_navigation_request() else None)
    choose(page, "H")
    assert page.evaluate("localStorage.length") == 1
    page.locator(".button-next").click()
    page.wait_for_url(lambda url: url != address)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("localStorage.length") == 0
    assert kept(session, sheet) == [1]


def test_the_button_pressed_without_a_connection_loses_nothing(session: Session, page: Page, sheet: Sheet) -> None:
    address = page.url
    page.context.set_offline(True)
    choose(page, "H")
    page.locator(".button-next").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(address)
    says(page, "Saved at")
    assert kept(session, sheet) == [1]


def test_the_button_pressed_when_the_sign_in_has_ended_loses_nothing(
    app: Flask, session: Session, page: Page, driver: Person, sheet: Sheet
) -> None:
    address = page.url
    choose(page, "I")
    says(page, "Saved at")
    page.context.clear_cookies()
    choose(page, "H")
    page.locator(".button-next").click()
    expect(page.locator("h1")).to_have_text("The page was open too long.")
    assert kept(session, sheet) == [0]
    sign_in(app, page.context, driver, address)
    page.goto(address)
    says(page, "This answer is not saved yet.")
    expect(page.locator(".usa-radio__input:checked + label")).to_have_text("H")
    page.locator(".button-next").click()
    page.wait_for_url(lambda url: url != address)
    assert kept(session, sheet) == [1]


def test_an_answer_after_the_time_is_refused_in_words(session: Session, page: Page, sheet: Sheet) -> None:
    choose(page, "H")
    says(page, "Saved at")
    session.rollback()
    with transaction():
        session.execute(update(Attempt).values(closes_at=now() - timedelta(minutes=1)))
    choose(page, "S")
    says(page, "Not saved: the time of this quiz ended at")
    assert kept(session, sheet) == [1]
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("link", name="See the result").click()
    expect(page.locator("h1")).to_contain_text("Not yet")


def test_the_back_button_after_a_submission_leads_to_the_result(page: Page) -> None:
    page.goto(page.url.rpartition("/questions")[0])
    page.locator("label[for=acknowledged]").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("h1")).to_contain_text("Not yet")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Not yet")


def test_without_javascript_the_button_saves(
    app: Flask, session: Session, chromium: Chromium, driver: Person, address: str, sheet: Sheet
) -> None:
    context = signed_in(app, chromium, driver, address, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    choose(page, "H")
    page.locator(".button-next").click()
    page.goto(address)
    says(page, "Saved at")
    assert kept(session, sheet) == [1]
    context.close()
