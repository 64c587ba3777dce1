import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.assessment.forms import problems, read_entry
from lms.assessment.paper import AskedQuestion, arrange, asked_question, to_response
from lms.assessment.rules import mark
from lms.content.course import QuestionType

from .questions import TYPES, make


def asked(kind: QuestionType, **values: object) -> AskedQuestion:
    question = make(kind, **values)
    return asked_question(question, arrange(question, random.Random(1), shuffle=True), "answer")


@pytest.mark.parametrize(
    ("kind", "form", "entry"),
    [
        ("single", {"answer": "2"}, [2]),
        ("single", {"answer": ["1", "2"]}, [1]),
        ("single", {"answer": "3"}, []),
        ("single", {"answer": "-1"}, []),
        ("single", {"answer": "H"}, []),
        ("single", {}, []),
        ("true-false", {"answer": "0"}, [0]),
        ("multiple", {"answer": ["3", "0", "0", "9"]}, [0, 3]),
        ("multiple", {}, []),
        ("match", {"answer-0": "2", "answer-1": ""}, [2, None]),
        ("match", {"answer-0": "3", "answer-7": "1"}, [None, None]),
        ("order", {"answer-0": "3", "answer-1": "0", "answer-2": "0"}, [3, 0, 0, None]),
        ("short", {"answer": "  ISO 17712 "}, ["ISO 17712"]),
        ("short", {"answer": " "}, []),
        ("number", {"answer": "7 days"}, ["7 days"]),
        ("number", {"answer": "x" * 5000}, ["x" * 200]),
        ("short", {"answer": "a\x00b\x1b"}, ["ab"]),
    ],
)
def test_a_form_is_read_as_it_was_filled_in(
    kind: QuestionType, form: dict[str, str | list[str]], entry: list[object]
) -> None:
    assert read_entry(asked(kind), MultiDict(form)) == entry


names = st.sampled_from(["answer", "answer-0", "answer-1", "answer-2", "answer-3", "answer-99"])
values = st.text(max_size=6) | st.integers(-2, 6).map(str) | st.sampled_from(["٣", "²", "1_0", "9" * 400])


@given(st.sampled_from(TYPES), st.lists(st.tuples(names, values)))
def test_whatever_is_sent_becomes_a_response(kind: QuestionType, sent: list[tuple[str, str]]) -> None:
    question = make(kind)
    shown = arrange(question, random.Random(1), shuffle=True)
    shape = asked_question(question, shown, "answer")
    entry = read_entry(shape, MultiDict(sent))
    assert set(problems(shape, entry).messages) <= {shape.field, *(f"{shape.field}-{n}" for n in range(8))}
    earned = mark(question, to_response(kind, shown, entry))
    assert 0 <= earned.points <= earned.of


@pytest.mark.parametrize(
    ("entry", "messages"),
    [
        ([1, 0, 1, None], {"answer-2": "Two steps have place 2. Give each its own."}),
        ([3, 3, 3, None], {"answer-1": "Three steps have place 4. Give each its own."}),
        (
            [1, 1, 0, 0],
            {
                "answer-3": "Two steps have place 1. Give each its own.",
                "answer-1": "Two steps have place 2. Give each its own.",
            },
        ),
    ],
)
def test_a_place_given_twice_is_said_once_at_the_second_step(entry: list[int | None], messages: dict[str, str]) -> None:
    assert problems(asked("order"), entry).messages == messages


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("seven", "This is not a number. Write digits only, like 7 or 7.5."),
        ("1,000", "1,000 can be read in two ways. Write it without a mark between thousands."),
    ],
)
def test_a_number_that_cannot_be_read_is_said(typed: str, says: str) -> None:
    assert problems(asked("number"), [typed]).messages == {"answer": says}


@pytest.mark.parametrize(
    ("kind", "entry"),
    [("number", ["7 days"]), ("number", []), ("order", [None, None, None, None]), ("short", ["seven"]), ("single", [])],
)
def test_what_is_fine_or_empty_is_no_problem(kind: QuestionType, entry: list[object]) -> None:
    assert not problems(asked(kind), entry)
