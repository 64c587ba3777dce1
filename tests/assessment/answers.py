"""Right and wrong answers to the quizzes of the small library, by question id."""

from typing import Any

from lms.assessment.paper import to_entry
from lms.assessment.service import FIELD, Sheet

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
