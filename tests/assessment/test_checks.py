"""Knowledge checks in the lessons: open to everybody, answered at once, never graded."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment.models import Answer, Attempt, CheckTry
from tests.factories.people import make_person
from tests.pages import Browser, Page

from .answers import SEALS, count

CHECK = f"/courses/{SEALS}/checks/seals-check"


def try_check(browser: Browser, **form: Any) -> Page:
    section = browser.get(f"/courses/{SEALS}/what-a-seal-tells/")
    return browser.submit(section, CHECK, **form)


def test_a_visitor_tries_a_knowledge_check_and_nothing_is_kept(session: Session, browser: Browser) -> None:
    page = try_check(browser, **{"seals-check": "1"})
    assert page.h1 == "Knowledge check: What a seal tells"
    assert "Not right" in page.text
    assert "A count shows that, never a seal." in page.text
    assert page.links()["Back to the lesson"] == f"/courses/{SEALS}/what-a-seal-tells/#check-seals-check"
    assert "Right" in browser.submit(page, **{"seals-check": "0"}).text
    assert count(session, Attempt) == count(session, Answer) == 0


def test_a_knowledge_check_is_answered_in_place(browser: Browser) -> None:
    section = browser.get(f"/courses/{SEALS}/what-a-seal-tells/")
    form = section.form(CHECK).values() | {"seals-check": "0"}
    response = browser.client.post(CHECK, data=form, headers={"HX-Request": "true"})
    body = response.get_data(as_text=True)
    assert body.strip().startswith("<form")
    assert "A seal is evidence of entry." in body


def test_an_empty_knowledge_check_asks_for_an_answer(browser: Browser) -> None:
    page = try_check(browser)
    assert "Answer first, then check." in page.text
    assert "evidence of entry" not in page.text


@pytest.mark.parametrize("question", ["seals-class", "nothing"])
def test_a_quiz_question_is_no_knowledge_check(browser: Browser, question: str) -> None:
    token = browser.get(f"/courses/{SEALS}/what-a-seal-tells/").form(CHECK).values()["csrf_token"]
    path = f"/courses/{SEALS}/checks/{question}"
    assert browser.client.post(path, data={"csrf_token": token, question: "1"}).status_code == 404


def test_of_somebody_signed_in_it_is_kept_once_that_the_check_was_tried(session: Session, browser: Browser) -> None:
    person = make_person(session)
    browser.sign_in(person)
    try_check(browser)
    session.rollback()
    assert session.scalars(select(CheckTry)).all() == [], "nothing was answered"
    for choice in ("1", "2"):
        try_check(browser, **{"seals-check": choice})
    session.rollback()
    assert [(t.person_id, t.question) for t in session.scalars(select(CheckTry))] == [(person.id, "seals-check")]
