"""A member with a comment period that runs, and what the pages are asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import now, program_day
from lms.feedback.models import Comment, CommentPeriod, Disposition
from tests.factories.people import make_organization, make_person
from tests.feedback.said import make_period
from tests.pages import Browser, Page

TEXT = "What is a high-security seal?"


def around_today(session: Session, before: int = 10, after: int = 80) -> CommentPeriod:
    """A period from so many days before today to so many after."""
    day = program_day(now())
    return make_period(session, day - timedelta(days=before), day + timedelta(days=after))


@pytest.fixture
def period(session: Session) -> CommentPeriod:
    return around_today(session)


@pytest.fixture
def author(session: Session) -> Person:
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def mine(browser: Browser, author: Person) -> Browser:
    return browser.sign_in(author)


def only(session: Session) -> Comment:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Comment)).one()


def action(page: Page) -> str:
    """Where the form of a comment sends it."""
    return str(page.one("//form[@data-comment]").get("action"))


def comment_path(comment: Comment) -> str:
    return f"/feedback/comments/{comment.public_id}"


def write(browser: Browser, address: str = "/feedback/new?criterion=6.2", **changes: str) -> Page:
    """A draft of the form at this address, saved by its button."""
    return browser.submit(browser.get(address), **{"kind": "unclear", "text": TEXT, "do": "save", **changes})


def typed(browser: Browser, page: Page, **changes: str) -> Page:
    """What the script sends while somebody types, and the fragment that answers it."""
    form = page.form(action(page))
    data = form.values() | changes
    return Page(browser.client.post(form.action, data=data, headers={"X-Typed": "1"}))


def answered(session: Session, comment: Comment, text: str = "One by ISO 17712.") -> None:
    staff = make_person(session, "Terry Sample")
    session.add(Disposition(comment_id=comment.id, outcome="explained", text=text, by_id=staff.id, at=now()))
    session.commit()
