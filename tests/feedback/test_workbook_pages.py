"""A filled-in workbook becomes comments: handed in, looked at, sent."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import now, program_day
from lms.core.language import translated, using
from lms.feedback.models import Comment, CommentPeriod
from lms.workbooks import layout
from tests.factories.people import make_person
from tests.feedback.member import author, mine, period
from tests.feedback.said import make_period
from tests.pages import Browser, Page

__all__ = ["author", "mine", "period"]

CARRIERS = "highway-carriers-us-mexico"
PLACES = {column.slug: at for at, column in enumerate(layout.COLUMNS, 1)}


def filled(browser: Browser, said: dict[str, tuple[str, str]], entity: str = CARRIERS, language: str = "en") -> bytes:
    """The workbook of the site with a kind, as the drop-down offers it, and a comment in the rows of these criteria."""
    response = browser.client.get(f"/workbooks/{entity}.xlsx?language={language}")
    book = load_workbook(BytesIO(response.data))
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, PLACES["criterion"]).value: row for row in range(layout.FIRST, sheet.max_row + 1)}
    for criterion, (kind, comment) in said.items():
        sheet.cell(rows[criterion], PLACES["kind"]).value = kind
        sheet.cell(rows[criterion], PLACES["comment"]).value = comment
    body = BytesIO()
    book.save(body)
    return body.getvalue()


def hand_in(browser: Browser, body: bytes, status: int = 200) -> Page:
    return browser.submit(
        browser.get("/feedback/workbook"), "/feedback/workbook", file=(BytesIO(body), "workbook.xlsx"), status=status
    )


def many(session: Session) -> int:
    """How many comments there are now."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(Comment)) or 0


SAID = {
    "6.1": (layout.KIND_WORDS["unclear"], "Whose seal?"),
    "6.2": (layout.KIND_WORDS["cost"], "Two dollars a bolt.\nEach time."),
}


def test_from_the_file_to_the_sent_comments(
    session: Session, period: CommentPeriod, author: Person, mine: Browser
) -> None:
    page = hand_in(mine, filled(mine, SAID))
    assert page.h1 == "2 comments would be sent"
    assert many(session) == 0
    sent = mine.submit(page, "/feedback/workbook/send")
    assert "2 comments are sent." in sent.text
    assert "2 wait for an answer" in sent.text
    assert many(session) == 2
    found = session.scalars(select(Comment).order_by(Comment.criterion)).all()
    assert [(c.criterion, c.entity, c.kind, c.text, c.via, c.state) for c in found] == [
        ("6.1", CARRIERS, "unclear", "Whose seal?", "workbook", "sent"),
        ("6.2", CARRIERS, "cost", "Two dollars a bolt.\nEach time.", "workbook", "sent"),
    ]
    assert {c.organization_id for c in found} == {author.organization_id}


def test_the_same_file_twice_changes_nothing(session: Session, period: CommentPeriod, mine: Browser) -> None:
    body = filled(mine, SAID)
    page = hand_in(mine, body)
    mine.submit(page, "/feedback/workbook/send")
    twice = mine.submit(page, "/feedback/workbook/send")
    assert "All of these comments were sent before." in twice.text
    again = hand_in(mine, body)
    assert again.h1 == "This workbook has nothing new"
    assert not again.find("//form[@action='/feedback/workbook/send']")
    assert many(session) == 2


def test_a_workbook_in_spanish(session: Session, period: CommentPeriod, mine: Browser) -> None:
    with using("es"):
        kind = translated(layout.KIND_WORDS["wording"])
    page = hand_in(mine, filled(mine, {"6.1": (kind, "¿Qué sello?")}, language="es"))
    mine.submit(page, "/feedback/workbook/send")
    assert many(session) == 1
    assert session.scalars(select(Comment)).one().kind == "wording"


def test_rows_with_problems_are_named_and_left_out(session: Session, period: CommentPeriod, mine: Browser) -> None:
    page = hand_in(
        mine, filled(mine, SAID | {"6.5": ("", "No kind"), "6.6": (layout.KIND_WORDS["unclear"], "x" * 1001)})
    )
    assert page.h1 == "2 comments would be sent"
    assert "2 rows have a problem and would be left out." in page.text
    assert "The comment has 1,001 characters. Shorten it to 1,000." in page.text
    mine.submit(page, "/feedback/workbook/send")
    assert many(session) == 2
    assert set(session.scalars(select(Comment.criterion))) == {"6.1", "6.2"}


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"PK\x03\x04 no archive"])
def test_what_is_no_workbook_is_refused(period: CommentPeriod, mine: Browser, body: bytes) -> None:
    page = hand_in(mine, body, status=422)
    assert page.find("//section[@role='alert']//a/@href") == ["#file"]


def test_no_file_at_all(period: CommentPeriod, mine: Browser) -> None:
    page = mine.submit(mine.get("/feedback/workbook"), "/feedback/workbook", status=422)
    assert "Choose the workbook with your comments." in page.text


def test_workbooks_of_others_and_empty_ones_are_refused(period: CommentPeriod, mine: Browser) -> None:
    other = hand_in(mine, filled(mine, SAID, entity="importers"), status=422)
    assert "another kind of company" in other.text
    assert "This workbook has no comment." in hand_in(mine, filled(mine, {}), status=422).text


def test_a_workbook_of_an_edition_that_nobody_asks_about(session: Session, mine: Browser) -> None:
    day = program_day(now())
    make_period(session, day - timedelta(days=30), day - timedelta(days=1))
    assert "No comments are taken today." in mine.get("/feedback/workbook").text
    body = filled(mine, SAID)
    token = mine.get("/account/").find("//input[@name='csrf_token']/@value")[0]
    late = mine.client.post("/feedback/workbook", data={"csrf_token": token, "file": (BytesIO(body), "w.xlsx")})
    assert late.status_code == 422


def test_a_period_that_ended_while_the_rows_were_looked_at(
    session: Session, period: CommentPeriod, mine: Browser
) -> None:
    page = hand_in(mine, filled(mine, SAID))
    session.get_one(CommentPeriod, period.id).ends_on = program_day(now()) - timedelta(days=1)
    session.commit()
    late = mine.submit(page, "/feedback/workbook/send")
    assert "so nothing was sent" in late.text
    assert many(session) == 0


def test_what_a_page_carries_is_of_use_to_its_reader_alone(
    app: Flask, session: Session, period: CommentPeriod, mine: Browser
) -> None:
    page = hand_in(mine, filled(mine, SAID))
    carried = page.form("/feedback/workbook/send").values()["rows"]
    other = Browser(app).sign_in(make_person(session, "Ana Sample"))
    token = other.get("/feedback/workbook").form().values()["csrf_token"]
    for rows in (carried, carried[:-1], "", "none"):
        answer = other.client.post("/feedback/workbook/send", data={"csrf_token": token, "rows": rows})
        assert answer.status_code == 400
    assert many(session) == 0
