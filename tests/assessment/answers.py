"""Right and wrong answers to the quizzes of the small library by question id, and the ways to give them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.assessment import service
from lms.assessment.paper import to_entry
from lms.assessment.service import FIELD, Sheet
from tests.pages import Browser, Page

SEALS, WALK = "seal-security/seals", "conveyance-and-iit-security/walk"

RIGHT: dict[str, list[Any]] = {
    "seals-class": [1],
    "seals-log": [0, 1],
    "seals-read": [0],
    "seals-moves": [0, 1, 2, 3],
    "seals-match": [0, 1],
    "seals-iso": ["iso 17712"],
    "seals-review": ["1"],
}
WRONG: dict[str, list[Any]] = {
    "seals-class": [0],
    "seals-log": [2],
    "seals-read": [1],
    "seals-moves": [3, 2, 1, 0],
    "seals-match": [1, 0],
    "seals-iso": ["9001"],
    "seals-review": ["12"],
}
# What only the key knows: texts of the small library that no page may show before a submission.
KEY_WORDS = (
    "High security under",
    "Indicative seals only",
    "Security seals are weaker",
    "Only the high-security class",
    "Weather says nothing",
    "Number and holder make",
    "A number from the booking",
    "The seal is the source",
    "Eyes first, hands after",
    "Strength decides the class",
    "17712",
    "quality management",
    "Monthly is more",
    "Once a year, and when",
)


def numbers(sheet: Sheet) -> dict[str, int]:
    """The place of each question in the paper, from 1."""
    return {drawn.question: number for number, drawn in enumerate(sheet.paper.drawn, 1)}


def as_form(sheet: Sheet, question: str, response: list[Any]) -> dict[str, Any]:
    """The fields of the question's form, filled in with the response."""
    number = numbers(sheet)[question]
    asked = sheet.asked(number)
    entry = to_entry(asked.type, sheet.shown(number), response)
    if asked.type in ("match", "order"):
        return {f"{FIELD}-{i}": "" if place is None else str(place) for i, place in enumerate(entry)}
    return {FIELD: [str(part) for part in entry]}


QUIZ = f"/courses/{SEALS}/quiz"


def question_path(sheet: Sheet, question: str) -> str:
    return f"/attempts/{sheet.public_id}/questions/{numbers(sheet)[question]}"


def give(browser: Browser, sheet: Sheet, question: str, response: list[Any]) -> Page:
    """Answer a question by its form; the page that follows."""
    page = browser.get(question_path(sheet, question))
    return browser.submit(page, **as_form(sheet, question, response))


def save(browser: Browser, sheet: Sheet, question: str, response: list[Any], **more: Any) -> TestResponse:
    """Answer a question as htmx does."""
    path = question_path(sheet, question)
    token = browser.get(f"/attempts/{sheet.public_id}").one("//main//input[@name='csrf_token']").get("value")
    form = {"csrf_token": token} | as_form(sheet, question, response) | more
    return browser.client.post(path, data=form, headers={"HX-Request": "true"})


def finish(browser: Browser, sheet: Sheet, responses: dict[str, list[Any]]) -> Page:
    """Answer these questions and submit; the result page."""
    for question, response in responses.items():
        give(browser, sheet, question, response)
    return submit(browser, browser.get(f"/attempts/{sheet.public_id}"))


def submit(browser: Browser, overview: Page, *, status: int = 200) -> Page:
    """Acknowledge and submit; the page that follows."""
    return browser.submit(overview, status=status, acknowledged="y")


def count(session: Session, model: type[Any]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def kept(session: Session, sheet: Sheet) -> dict[str, list[Any]]:
    session.rollback()
    return {q: saved.response for q, saved in service.answers(session, sheet).items()}
