"""feedback.js in a real browser: a comment is saved as it is typed, and no words are lost or overwritten in silence."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lms.accounts.models import Person
from lms.core.clock import now, program_day
from lms.feedback.models import Comment
from tests.browser.test_quiz_script import sign_in, signed_in, whole
from tests.factories.people import make_organization, make_person
from tests.feedback.said import make_period

pytestmark = pytest.mark.browser
FIRST, SECOND = "What is a high-security seal?", "What is a class H seal?"


@pytest.fixture
def driver(session: Session) -> Person:
    day = program_day(now())
    make_period(session, day - timedelta(days=10), day + timedelta(days=80))
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def address(app: Flask, driver: Person) -> Iterator[str]:
    """The empty form of a comment on 6.2, served."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/feedback/new?criterion=6.2"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(app: Flask, chromium: Chromium, driver: Person, address: str) -> Iterator[BrowserContext]:
    with signed_in(app, chromium, driver, address) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(address)
    return opened


def type_in(page: Page, words: str) -> None:
    page.get_by_label("Your comment").fill(words)


def says(page: Page, words: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(words)


def drafted(page: Page, words: str = FIRST) -> None:
    type_in(page, words)
    says(page, "Saved at")


def texts(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Comment.text).order_by(Comment.id)))


def test_the_first_words_make_a_draft_and_the_next_go_into_it(session: Session, page: Page) -> None:
    says(page, "Nothing saved yet")
    drafted(page)
    assert texts(session) == [FIRST]
    assert "/feedback/comments/" in page.url, "a reload opens the draft"
    type_in(page, SECOND)
    expect(page.locator("[name=version]")).to_have_value("2")
    assert texts(session) == [SECOND]
    expect(page.locator("#text-count")).to_have_text("23 of 1,000 characters")
    page.get_by_label("Criterion", exact=True).select_option("6.1")
    expect(page.locator("#about-title")).to_contain_text("6.1 ")


def test_saved_is_said_only_after_the_server_said_so(session: Session, page: Page) -> None:
    held: list[Route] = []
    page.route("**/feedback/new", lambda route: held.append(route))
    with page.expect_request("**/feedback/new"):
        type_in(page, FIRST)
    says(page, "Saving")
    assert texts(session) == []
    held[0].continue_()
    says(page, "Saved at")
    assert texts(session) == [FIRST]


def test_an_answer_that_was_lost_makes_no_second_draft_and_no_quarrel(session: Session, page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/feedback/new", lose)
    type_in(page, FIRST)
    says(page, "No connection. Kept on this page")
    page.unroute("**/feedback/new")
    drafted(page, SECOND)
    assert texts(session) == [SECOND]
    expect(page.locator("#clash section")).to_have_count(0)


def test_words_survive_a_closed_page(session: Session, page: Page, context: BrowserContext, address: str) -> None:
    page.route("**/feedback/new", lambda route: route.abort())
    type_in(page, FIRST)
    says(page, "No connection")
    page.close()
    again = context.new_page()
    again.goto(address)
    says(again, "Saved at")
    expect(again.get_by_label("Your comment")).to_have_value(FIRST)
    assert texts(session) == [FIRST]


def test_an_answer_that_was_lost_with_the_page_makes_no_second_draft(
    session: Session, page: Page, context: BrowserContext, address: str
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/feedback/new", lose)
    type_in(page, FIRST)
    says(page, "No connection")
    type_in(page, SECOND)
    page.close()
    again = context.new_page()
    again.goto(address)
    says(again, "Saved at")
    assert texts(session) == [SECOND]


def test_a_sign_in_that_ended_loses_no_words(
    app: Flask, session: Session, page: Page, context: BrowserContext, driver: Person
) -> None:
    drafted(page)
    context.clear_cookies()
    type_in(page, SECOND)
    says(page, "Not saved: your sign-in has ended.")
    assert texts(session) == [FIRST]
    sign_in(app, context, driver, page.url)
    page.reload()
    says(page, "Saved at")
    expect(page.get_by_label("Your comment")).to_have_value(SECOND)
    assert texts(session) == [SECOND]


def test_words_do_not_show_up_for_the_next_person_at_the_device(
    app: Flask, session: Session, page: Page, context: BrowserContext, address: str
) -> None:
    page.route("**/feedback/new", lambda route: route.abort())
    type_in(page, FIRST)
    says(page, "No connection")
    page.close()
    sign_in(app, context, make_person(session, "Ana Sample"), address)
    other = context.new_page()
    other.goto(address)
    expect(other.get_by_label("Your comment")).to_have_value("")


def test_two_windows_show_both_and_the_person_chooses(session: Session, page: Page, context: BrowserContext) -> None:
    drafted(page)
    other = context.new_page()
    other.goto(page.url)
    type_in(other, SECOND)
    expect(other.locator("[name=version]")).to_have_value("2")
    type_in(page, "Third words")
    says(page, "Not saved: another window saved other words.")
    expect(page.locator("#clash blockquote")).to_have_text(SECOND)
    assert texts(session) == [SECOND]
    page.reload()
    expect(page.locator("#clash blockquote")).to_have_text(SECOND)
    expect(page.get_by_label("Your comment")).to_have_value("Third words")
    assert texts(session) == [SECOND], "the question comes again until it is answered"
    type_in(page, "Third words and more")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#clash section")).to_have_count(0)
    assert texts(session) == ["Third words and more"]
    type_in(other, "From the other once more")
    says(other, "Not saved: another window saved other words.")
    other.get_by_role("link", name="Take the others").click()
    expect(other.get_by_label("Your comment")).to_have_value("Third words and more")
    assert texts(session) == ["Third words and more"]


def test_sending_while_words_are_being_saved(session: Session, page: Page) -> None:
    drafted(page)
    page.locator("label[for=kind-unclear]").click()
    says(page, "Saved at")
    held: list[Route] = []
    page.route("**/feedback/comments/*", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/feedback/comments/*"):
        type_in(page, SECOND)
    page.get_by_role("button", name="Send the comment").click()
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment on 6.2 is sent")
    assert texts(session) == [SECOND]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('comment ')).length") == 0
