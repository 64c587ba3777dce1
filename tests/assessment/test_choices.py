"""What was answered, by thirds: by hand, and against a plain count."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.choices import ALIKE, Choice, Row, choices, likely_key_error, thirds
from lms.content.course import Question

from .questions import RIGHT, make, option
from .rows import answered, english, row

SINGLE = make("single")


def scored(*totals: int) -> list[Row]:
    return [replace(row(SINGLE, [1]), total=Fraction(total, 100)) for total in totals]


def listed(question: Question, rows: list[Row], **forms: Question) -> list[tuple[str, bool | None, int]]:
    found = choices({**english(question), **forms}, rows, (), ())  # type: ignore[arg-type]
    return [(choice.text, choice.right, choice.everybody) for choice in found]


@pytest.mark.parametrize(
    ("totals", "upper", "lower"),
    [
        pytest.param((10, 20, 30, 40, 50, 60), (50, 60), (10, 20), id="two of six"),
        pytest.param((10, 20, 30, 40), (30, 40), (10, 20), id="a third that is no whole number is rounded up"),
        pytest.param((10, 20, 30, 90, 90, 90), (90, 90, 90), (10, 20), id="equal scores are not torn apart"),
        pytest.param((10, 10, 90, 90, 90, 90), (90, 90, 90, 90), (10, 10), id="one score spans the middle and the top"),
        pytest.param((10, 50, 50, 50, 50, 90), (90,), (10,), id="one score spans both edges"),
        pytest.param(
            (10, 90, 90, 90, 90, 90), (90, 90, 90, 90, 90), (10,), id="one score spans both edges and the top"
        ),
        pytest.param((10, 10, 10, 10, 10, 90), (90,), (10, 10, 10, 10, 10), id="and the bottom"),
        pytest.param((50, 50, 50), (), (), id="nobody is better than anybody"),
        pytest.param((), (), (), id="nobody"),
    ],
)
def test_thirds(totals: tuple[int, ...], upper: tuple[int, ...], lower: tuple[int, ...]) -> None:
    best, worst = thirds(scored(*totals))
    assert sorted(totals[place] for place in best) == list(upper)
    assert sorted(totals[place] for place in worst) == list(lower)


@given(st.lists(st.integers(0, 12), max_size=60))
def test_thirds_of_anybody(totals: list[int]) -> None:
    best, worst = thirds(scored(*totals))
    assert not best & worst
    assert bool(best) == bool(worst) == (len(set(totals)) > 1)
    if best:
        rest = [totals[place] for place in range(len(totals)) if place not in best | worst]
        assert min(totals[place] for place in best) > max([*rest, *(totals[place] for place in worst)])
        assert max(totals[place] for place in worst) < min([*rest, *(totals[place] for place in best)])


def test_options_in_their_order_and_no_answer_last() -> None:
    rows = [row(SINGLE, [1])] * 5 + [row(SINGLE, [2])] * 2 + [row(SINGLE, [])]
    assert listed(SINGLE, rows) == [
        ("I", False, 0), ("H", True, 5), ("S", False, 2), ("No answer, or half of one", None, 1),
    ]  # fmt: skip


def test_of_a_multiple_one_person_counts_in_several_lines() -> None:
    question = make("multiple")
    rows = [row(question, [0, 1])] * 4 + [row(question, [0, 2])]
    assert listed(question, rows) == [
        ("number", True, 5),
        ("holder", True, 4),
        ("weather", False, 1),
        ("color", False, 0),
    ]


def test_foreseen_numbers_by_their_ranges_with_the_unit() -> None:
    question = make("number")
    rows = [row(question, ["7"]), row(question, ["6,5 days"]), row(question, ["12"]), row(question, ["a week"])]
    assert listed(question, rows) == [
        ("6.5 to 7.5 days", True, 2), ("12 days", False, 1), ("Another wrong answer", None, 1),
    ]  # fmt: skip


def test_foreseen_texts_of_every_language_stand_for_themselves() -> None:
    question = make("short")
    spanish = make("short", options=(option("ISO 17712", right=True), option("norma 9001")))
    rows = [
        row(question, ["iso 17712"]),
        row(question, ["9001"]),
        row(spanish, ["ISO 17712"], language="es"),
        row(spanish, ["Norma 9001"], language="es"),
    ]
    assert listed(question, rows, es=spanish) == [
        ("ISO 17712", True, 2), ("17712", True, 0), ("9001", False, 1), ("norma 9001", False, 1),
    ]  # fmt: skip


def test_what_fewer_than_three_typed_is_not_shown() -> None:
    question = make("short")
    typed = [*["  ISO 9999"] * ALIKE, *["Marisol Ejemplo"] * (ALIKE - 1)]
    found = listed(question, [row(question, [text]) for text in typed])
    assert found[3:] == [("iso 9999", False, 3), ("Another wrong answer", None, 2)]


def test_what_was_typed_is_never_markup() -> None:
    question = make("short")
    (typed,) = choices(english(question), [row(question, ["<b>x</b>"])] * ALIKE, (), ())[3:]
    assert typed.html == "&lt;b&gt;x&lt;/b&gt;"


def test_the_commonest_wrong_answers_of_a_match_and_an_order_in_words() -> None:
    match = make("match")
    rows = (
        [row(match, [0, 1])] * 2
        + [row(match, [1, 0])] * 4
        + [row(match, [2, 1])] * 3
        + [row(match, [0, 2])]
        + [row(match, [0, None])]
    )
    assert listed(match, rows) == [
        ("Every pair right", True, 2),
        ("bolt: I; strip: H", False, 4),
        ("bolt: X; strip: I", False, 3),
        ("Another wrong answer", None, 1),
        ("No answer, or half of one", None, 1),
    ]
    order = make("order")
    swapped = [row(order, [1, 0, 2, 3])] * 3
    assert listed(order, [row(order, [0, 1, 2, 3]), *swapped]) == [
        ("The right order", True, 1), ("1. verify; 2. view; 3. tug; 4. twist", False, 3),
    ]  # fmt: skip


def test_no_more_than_three_unforeseen_answers_are_listed() -> None:
    order = make("order")
    wrong = [[1, 0, 2, 3], [0, 2, 1, 3], [0, 1, 3, 2], [3, 2, 1, 0]]
    found = listed(order, [row(order, response) for response in wrong for _ in range(ALIKE)])
    assert [(right, count) for _, right, count in found] == [(True, 0), (False, 3), (False, 3), (False, 3), (None, 3)]


def choice(right: bool | None, upper: int) -> Choice:
    return Choice(option("x").html, right, upper, 0, 20)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given_", "suspect"),
    [
        pytest.param("single", [(True, 3), (False, 4), (False, 1)], 1, id="more than the right one"),
        pytest.param("single", [(True, 3), (False, 3), (False, 2)], None, id="as many are not more"),
        pytest.param("single", [(True, 1), (False, 2), (False, 3)], 2, id="the commonest of several"),
        pytest.param("single", [(True, 1), (None, 7)], None, id="no answer is no wrong option"),
        pytest.param("short", [(True, 2), (True, 2), (False, 3)], None, id="all accepted texts together"),
        pytest.param("multiple", [(True, 8), (True, 7), (False, 5)], 2, id="more than half tick it"),
        pytest.param("multiple", [(True, 2), (True, 3), (False, 4)], None, id="half is not more than half"),
    ],
)
def test_a_likely_key_error(kind: Any, given_: list[tuple[bool | None, int]], suspect: int | None) -> None:
    lines = [choice(right, upper) for right, upper in given_]
    assert likely_key_error(kind, lines, 8) is (None if suspect is None else lines[suspect])


@pytest.mark.parametrize("kind", ["single", "true-false", "multiple", "match", "order", "short", "number"])
def test_the_right_answer_is_a_right_line(kind: Any) -> None:
    question = make(kind)
    found = choices(english(question), [row(question, RIGHT[kind])], (), ())
    assert {c.right for c in found if c.everybody} == {True}


@settings(max_examples=80, deadline=None)
@given(answered(least=1))
def test_nobody_is_lost_in_the_lines(asked: tuple[Question, list[Row]]) -> None:
    question, rows = asked
    best, worst = thirds(rows)
    found = choices(english(question), rows, best, worst)
    for line in found:
        assert 0 <= line.upper + line.lower <= line.everybody <= len(rows)
    if question.type != "multiple":
        assert sum(line.everybody for line in found) >= len(rows)
        assert sum(line.upper for line in found) >= len(best)
    if question.type in ("single", "true-false", "multiple"):
        chosen = Counter(place for r in rows for place in r.response)
        assert [line.everybody for line in found[: len(question.options)]] == [
            chosen[place] for place in range(len(question.options))
        ]
        right = sum(line.everybody for line in found if line.right)
        assert question.type == "multiple" or right == sum(r.share == 1 for r in rows)
