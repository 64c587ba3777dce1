"""What a learner entered on the screen, read from the form of one question, and what is wrong with it."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.language import _, to_translate, translated
from lms.web.dates import in_words
from lms.web.form import Errors, text

from .paper import AskedQuestion
from .rules import AmbiguousNumber, UnreadableNumber, answered, read_number

LONGEST_ANSWER = 200
# What a person says with a submission, in the reader's language. The attempt keeps the sentence.
ACKNOWLEDGMENT = to_translate("I answered these questions myself.")


def read_entry(question: AskedQuestion, form: MultiDict[str, str]) -> list[Any]:
    """The entry as it was made, with its mistakes; what the form never offered counts as left empty."""
    places = range(len(question.choices))
    match question.type:
        case "single" | "true-false" | "multiple":
            ticked = {place for value in form.getlist(question.field) if (place := _place(value, places)) is not None}
            return sorted(ticked)[: None if question.type == "multiple" else 1]
        case "match":
            return [_place(form.get(f"{question.field}-{row}", ""), places) for row in range(len(question.lefts))]
        case "order":
            return [_place(form.get(f"{question.field}-{step}", ""), places) for step in places]
        case _:
            typed = text(form, question.field)[:LONGEST_ANSWER]
            return [typed] if typed else []


def acknowledged(form: MultiDict[str, str]) -> tuple[str | None, Errors]:
    """The sentence that the person accepted, as it was read; None, with an error, when its box was not ticked."""
    errors = Errors()
    if not form.get("acknowledged"):
        errors.add("acknowledged", _("Tick the box that says you answered these questions yourself. Then submit."))
        return None, errors
    return translated(ACKNOWLEDGMENT), errors


def problems(question: AskedQuestion, entry: Sequence[Any]) -> Errors:
    """What needs another look before the answer can be right: a place given twice, a number that cannot be read."""
    errors = Errors()
    if question.type == "order":
        given = [place for place in entry if place is not None]
        for place in sorted({place for place in given if given.count(place) > 1}):
            second = entry.index(place, entry.index(place) + 1)
            count = given.count(place)
            sentence = _(
                "%(many)s steps have place %(place)s. Give each its own.", many=in_words(count), place=place + 1
            )
            errors.add(f"{question.field}-{second}", sentence)
    if question.type == "number" and answered(entry):
        try:
            read_number(entry[0], question.unit)
        except AmbiguousNumber:
            ambiguous = _(
                "%(number)s can be read in two ways. Write it without a mark between thousands.", number=entry[0]
            )
            errors.add(question.field, ambiguous)
        except UnreadableNumber:
            errors.add(question.field, _("This is not a number. Write digits only, like 7 or 7.5."))
    return errors


def _place(value: str, places: range) -> int | None:
    """A place of the screen as the form carries it, from 0; None for one that was not offered."""
    place = int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else -1
    return place if place in places else None
