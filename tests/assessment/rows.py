"""Rows for the item analysis by hand, and any."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from lms.assessment.choices import Forms, Row
from lms.assessment.rules import mark
from lms.content.course import Question

from .questions import entries, questions


def row(question: Question, response: Sequence[Any], *, rest: int | Fraction | None = 0, **values: Any) -> Row:
    """What somebody answered who earned this share of the points of two other questions, of one point each."""
    marked = mark(question, response)
    of = question.points + (0 if rest is None else 2)
    filled = {
        "question": question.id,
        "language": "en",
        "response": response,
        "share": marked.points / marked.of,
        "total": (marked.points + 2 * Fraction(rest or 0)) / of,
        "rest": None if rest is None else Fraction(rest),
        "seconds": 30,
        "entities": (),
    }
    return Row(**filled | values)


def english(question: Question) -> Forms:
    return {"en": question}


@st.composite
def answered(draw: st.DrawFn, least: int = 0, most: int = 60) -> tuple[Question, list[Row]]:
    """Any question with rows of any people."""
    question = draw(questions())
    each = st.builds(
        lambda response, rest, seconds, entities: row(
            question, response, rest=rest, seconds=seconds, entities=entities
        ),
        entries(question),
        st.sampled_from([Fraction(n, 4) for n in range(5)]),
        st.none() | st.integers(0, 600),
        st.sampled_from([(), ("importers",), ("brokers", "importers")]),
    )
    return question, draw(st.lists(each, min_size=least, max_size=most))
