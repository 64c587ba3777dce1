"""Drafts through the pages: saved as they are typed, never overwritten in silence, never lost."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import now, program_day
from lms.feedback import rules
from lms.feedback.models import CommentPeriod
from tests.factories.people import make_person
from tests.feedback.member import (
    TEXT,
    around_today,
    author,
    comment_path,
    mine,
    only,
    period,
    typed,
    write,
)
from tests.feedback.said import say
from tests.pages import Browser, Page

__all__ = ["author", "mine", "period"]


def test_a_draft_goes_on_where_it_stopped(session: Session, period: CommentPeriod, mine: Browser) -> None:
    page = write(mine, text="Line one\r\n\r\nline <two> & more")
    assert page.path == f"/feedback/comments/{only(session).public_id}"
    again = mine.get(page.path)
    assert again.form(page.path).values()["text"].strip() == "Line one\n\nline <two> & more"
    assert "Saved at" in again.text
    assert "1 draft" in mine.get("/feedback/").text


def test_the_script_is_told_when_it_was_saved(session: Session, period: CommentPeriod, mine: Browser) -> None:
    form = mine.get("/feedback/new")
    first = typed(mine, form, text="What is a hi")
    told = first.one("//*[@data-answer]")
    comment = only(session)
    assert (first.status, told.get("data-version")) == (200, "1")
    assert told.get("data-address") == f"/feedback/comments/{comment.public_id}"
    assert "Saved at" in first.html
    again = typed(mine, form, text="What is a hi")
    assert again.one("//*[@data-answer]").get("data-version") == "1", "its answer was lost: the same draft once more"
    more = typed(mine, mine.get(comment_path(comment)), text=TEXT, criterion="6.2")
    assert more.one("//*[@data-answer]").get("data-version") == "2"
    assert more.one("//h2[@id='about-title']").text.startswith("6.2 ")
    assert only(session).text == TEXT


def test_two_windows_do_not_undo_each_other(session: Session, period: CommentPeriod, mine: Browser) -> None:
    write(mine)
    path = comment_path(only(session))
    left, right = mine.get(path), mine.get(path)
    mine.submit(left, path, text="From the left", do="save")
    clash = mine.submit(right, path, text="From the right", do="save", status=409)
    assert only(session).text == "From the left"
    assert "From the left" in clash.text
    assert clash.form(path).values()["text"].strip() == "From the right", "both are shown"
    mine.submit(clash, path, do="save")
    assert only(session).text == "From the right", "the person chose"


def test_the_script_is_shown_the_words_of_the_other_window(
    session: Session, period: CommentPeriod, mine: Browser
) -> None:
    write(mine)
    path = comment_path(only(session))
    left, right = mine.get(path), mine.get(path)
    assert (
        Page(
            mine.client.post(path, data=left.form(path).values() | {"text": "From the left"}, headers={"X-Typed": "1"})
        ).status
        == 200
    )
    refused = Page(mine.client.post(path, data=right.form(path).values() | {"text": "Right"}, headers={"X-Typed": "1"}))
    assert refused.status == 409
    assert refused.one("//*[@data-saved]").text == "From the left"
    assert refused.one("//section[@data-version]").get("data-version") == "2"


def test_a_comment_sent_in_another_window_is_not_changed(
    session: Session, period: CommentPeriod, mine: Browser
) -> None:
    write(mine)
    path = comment_path(only(session))
    open_one = mine.get(path)
    mine.submit(mine.get(path), path, do="send")
    late = mine.submit(open_one, path, text="Too late", do="save")
    assert "This comment was sent already." in late.text
    script = Page(
        mine.client.post(path, data=open_one.form(path).values() | {"text": "Too late"}, headers={"X-Typed": "1"})
    )
    assert (script.status, "sent in another window" in script.html) == (409, True)
    assert only(session).text == TEXT


def test_the_same_comment_twice(session: Session, period: CommentPeriod, mine: Browser) -> None:
    write(mine, do="send")
    again = mine.submit(
        mine.get("/feedback/new?criterion=6.2"), kind="unclear", text=f"{TEXT}  ", do="send", status=422
    )
    assert "You sent the same comment on" in again.text
    assert "1 draft" in mine.get("/feedback/").text


def test_more_drafts_than_one_may_have(
    session: Session, period: CommentPeriod, mine: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_DRAFTS", 1)
    write(mine)
    form = mine.get("/feedback/new")
    refused = mine.submit(form, text="One more", do="save", status=422)
    assert "You have 1 drafts." in refused.text
    assert refused.form().values()["text"].strip() == "One more"
    assert typed(mine, form, text="One more").status == 422


def test_a_period_that_ends_meanwhile_loses_no_words(session: Session, mine: Browser) -> None:
    period = around_today(session)
    write(mine)
    path = comment_path(only(session))
    open_one, fresh = mine.get(path), mine.get("/feedback/new")
    session.get_one(CommentPeriod, period.id).ends_on = program_day(now()) - timedelta(days=1)
    session.commit()
    late = mine.submit(open_one, path, text="Said too late", do="send")
    assert late.h1 == "This comment was not sent"
    assert "Said too late" in late.text
    assert mine.submit(fresh, criterion="6.2", kind="cost", text="A first word too late", do="send").h1 == late.h1
    assert "2 drafts" in mine.get("/feedback/").text


@pytest.mark.parametrize("tokens", [True, False])
def test_words_that_come_after_the_sign_in_has_ended_are_handed_back(
    session: Session, period: CommentPeriod, author: Person, mine: Browser, tokens: bool
) -> None:
    form = mine.get("/feedback/new?criterion=6.2")
    values = form.form().values() | {"text": "Half an hour of <work>"}
    if tokens:
        session.get_one(Person, author.id).epoch += 1  # signed out everywhere: the token is still this browser's
        session.commit()
    else:
        mine.client.delete_cookie("session")
    answer = Page(mine.client.post("/feedback/new", data=values))
    answer.inspect()
    assert answer.status == (401 if tokens else 400)
    assert answer.one("//textarea").text.strip() == "Half an hour of <work>"
    assert answer.links()["Sign in"] in ("/login", "/login?next=/feedback/new")
    script = mine.client.post("/feedback/new", data=values, headers={"X-Typed": "1"})
    assert script.status_code == (302 if tokens else 400), "the script keeps the words itself"


def test_the_id_of_somebody_elses_comment_begins_no_new_one(
    app: Flask, session: Session, period: CommentPeriod, author: Person
) -> None:
    theirs = say(session, period, person=author, state="draft")
    other = Browser(app).sign_in(make_person(session, "Ana Sample"))
    form = other.get("/feedback/new")
    other.submit(form, public_id=theirs.public_id, text="Mine now", do="save", status=404)
    assert only(session).text == TEXT
