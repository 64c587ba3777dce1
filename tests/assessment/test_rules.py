from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import rules
from lms.content.course import NumberRange, Question, QuestionType

from .questions import RIGHT, TYPES, anything, make, option, questions


@pytest.mark.parametrize("kind", TYPES)
def test_the_right_response_earns_all_points(kind: QuestionType) -> None:
    assert rules.mark(make(kind, points=3), RIGHT[kind]) == rules.Mark(Fraction(3), 3, True)


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", [0]),
        ("single", [0, 1]),
        ("single", [7]),
        ("single", [-2]),
        ("true-false", [1]),
        ("multiple", [0]),
        ("multiple", [0, 1, 2]),
        ("multiple", [2, 3]),
        ("match", [1, 0]),
        ("match", [0, 2]),
        ("match", [0, None]),
        ("match", [0]),
        ("order", [1, 0, 2, 3]),
        ("order", [0, 1, 2, None]),
        ("order", [0, 1, 2]),
        ("short", ["9001"]),
        ("short", ["iso17712"]),
        ("number", ["12"]),
        ("number", ["seven"]),
        ("number", ["7.51"]),
    ],
)
def test_other_responses_earn_nothing(kind: QuestionType, response: list[Any]) -> None:
    assert rules.mark(make(kind), response) == rules.Mark(Fraction(0), 1, False)


@given(questions(), anything)
def test_marking_never_fails_and_stays_within_bounds(question: Question, response: list[Any]) -> None:
    mark = rules.mark(question, response)
    assert 0 <= mark.points <= mark.of == question.points
    assert mark.right == (mark.points == mark.of)


@given(questions())
def test_what_is_left_empty_earns_nothing(question: Question) -> None:
    for empty in ([], [None], [""], [None] * len(question.pairs or question.items)):
        assert rules.mark(question, empty).points == 0


@given(questions(kinds=("multiple",)), st.data())
def test_ticks_count_whatever_their_order(question: Question, data: st.DataObject) -> None:
    ticked = data.draw(st.lists(st.sampled_from(range(len(question.options))), unique=True))
    shuffled = data.draw(st.permutations(ticked))
    assert rules.mark(question, ticked) == rules.mark(question, shuffled)


@pytest.mark.parametrize(
    ("response", "points"),
    [([0, 1], 4), ([0], 2), ([0, 2], 0), ([0, 1, 2], 2), ([0, 1, 2, 3], 0), ([2], 0), ([], 0)],
)
def test_each_scores_right_ticks_minus_wrong_ticks(response: list[int], points: int) -> None:
    assert rules.mark(make("multiple", score="each", points=4), response).points == points


@pytest.mark.parametrize(
    ("response", "points"),
    [
        ([0, 1, 2, 3], 6),
        ([1, 0, 2, 3], 5),
        ([3, 2, 1, 0], 0),
        ([0, 1, None, None], 1),
        ([0, 0, 0, 0], 0),
        ([0, 1, 2, 99], 3),
    ],
)
def test_pairs_scores_the_share_of_pairs_in_order(response: list[int | None], points: int) -> None:
    assert rules.mark(make("order", score="pairs", points=6), response).points == points


@given(questions(kinds=("order",)), st.data())
def test_swapping_two_neighbors_that_stand_wrong_never_costs_points(question: Question, data: st.DataObject) -> None:
    steps = len(question.items)
    places = data.draw(st.permutations(range(steps)))
    before = rules.mark(question, places).points
    for step in range(steps - 1):
        if places[step] > places[step + 1]:
            better = [*places]
            better[step], better[step + 1] = better[step + 1], better[step]
            assert rules.mark(question, better).points >= before


@pytest.mark.parametrize(
    "typed",
    ["ISO 17712", "iso  17712", "  Iso\u00a017712 ", "\uff29\uff33\uff2f 17712", "17712"],
)
def test_short_answers_ignore_case_space_and_width(typed: str) -> None:
    assert rules.mark(make("short"), [typed]).right


@pytest.mark.parametrize(
    ("accepted", "typed", "right"),
    [
        ("café", "CAFE\u0301", True),
        ("café", "cafe", False),
        ("Straße", "STRASSE", True),
        ("driver's log", "driver\u2019s log", True),
        ("twenty-five", "twenty\u2013five", True),
        ("seal", "seals", False),
        ("seal", "se al", False),
    ],
)
def test_short_answers_keep_accents_and_forgive_the_phones_quotes(accepted: str, typed: str, right: bool) -> None:
    question = make("short", options=(option(accepted, right=True), option("something else")))
    assert rules.mark(question, [typed]).right is right


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert rules.fold(rules.fold(text)) == rules.fold(text)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7", "7"),
        (" 7 ", "7"),
        ("+7", "7"),
        ("007", "7"),
        ("7.5", "7.5"),
        ("7,5", "7.5"),
        (".5", "0.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        ("7 days", "7"),
        ("7days", "7"),
        ("7 DAYS", "7"),
        ("1000", "1000"),
        ("1 000", "1000"),
        ("12\u202f000", "12000"),
        ("1,000,000", "1000000"),
        ("1.000.000", "1000000"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1234.567", "1234.567"),
        ("0.1", "0.1"),
    ],
)
def test_numbers_are_read_exactly(typed: str, value: str) -> None:
    assert rules.read_number(typed, "days") == Fraction(value)


@pytest.mark.parametrize("typed", ["1,000", "1.000", "12,345", "-1,000", "1,000 days"])
def test_a_number_that_reads_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(rules.AmbiguousNumber):
        rules.read_number(typed, "days")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "days",
        "seven",
        "7 weeks",
        "1e3",
        "1/2",
        "7.",
        "7..5",
        "1,00,000",
        "1,000,5",
        "--7",
        "7 5",
        "0x7",
        "٧",
        "9" * 31,
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(rules.UnreadableNumber):
        rules.read_number(typed, "days")


@given(st.text(max_size=40))
def test_reading_a_number_gives_a_number_or_says_no(text: str) -> None:
    with suppress(rules.UnreadableNumber):
        assert isinstance(rules.read_number(text), Fraction)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6))
def test_a_decimal_written_out_is_read_back(value: object) -> None:
    assert rules.read_number(f"{value:f}") == Fraction(str(value))
    assert rules.read_number(f"{value:f}".replace(".", ",")) == Fraction(str(value))


@pytest.mark.parametrize(("typed", "right"), [("6.5", True), ("7,5", True), ("6.49", False), ("7.50000000001", False)])
def test_a_range_is_closed_and_exact(typed: str, right: bool) -> None:
    assert rules.mark(make("number"), [typed]).right is right


def test_tenths_are_exact() -> None:
    question = make("number", ranges=(NumberRange("0.3", "0.3", True),), unit="")
    assert rules.mark(question, ["0.3"]).right


@pytest.mark.parametrize(
    ("kind", "response", "feedback"),
    [
        ("single", [0], ["FEEDBACK on I"]),
        ("multiple", [0, 2], ["FEEDBACK on number", "FEEDBACK on weather"]),
        ("short", ["9001"], ["FEEDBACK on 9001"]),
        ("short", ["8000"], []),
        ("short", [""], []),
        ("number", ["12 days"], ["FEEDBACK on 12"]),
        ("number", ["none"], []),
        ("match", [1, 0], []),
    ],
)
def test_feedback_is_that_of_the_lines_a_response_meets(
    kind: QuestionType, response: list[Any], feedback: list[str]
) -> None:
    assert [line.feedback for line in rules.picked(make(kind), response)] == feedback


@pytest.mark.parametrize(
    ("response", "complete"),
    [([], False), ([0], True), ([""], False), (["7"], True), ([None, 1], False), ([0, 1], True)],
)
def test_an_answer_is_complete_when_nothing_is_missing(response: list[Any], complete: bool) -> None:
    assert rules.answered(response) is complete


fractions = st.fractions(0, 100, max_denominator=60)


@given(fractions, st.integers(1, 100), st.integers(1, 100))
def test_passing_is_what_the_pass_mark_says(points: Fraction, of: int, pass_mark: int) -> None:
    assert rules.passed(points, of, pass_mark) == (points / of >= Fraction(pass_mark, 100))


@given(fractions, st.integers(1, 100), st.integers(1, 100))
def test_percent_rounds_down_and_agrees_with_passing(points: Fraction, of: int, pass_mark: int) -> None:
    shown = rules.percent(points, of)
    assert shown <= 100 * points / of < shown + 1
    assert (shown >= pass_mark) == rules.passed(points, of, pass_mark)


@given(st.integers(1, 200), st.integers(1, 100))
def test_the_points_needed_pass_and_one_less_does_not(of: int, pass_mark: int) -> None:
    needed = rules.needed(of, pass_mark)
    assert rules.passed(Fraction(needed), of, pass_mark)
    assert not rules.passed(Fraction(needed - 1), of, pass_mark)


def test_nothing_asked_is_nothing_passed() -> None:
    assert not rules.passed(Fraction(0), 0, 80)
    assert rules.percent(Fraction(0), 0) == 0


@pytest.mark.parametrize(
    ("points", "digits"), [("7", "7"), ("13/2", "6.5"), ("20/3", "6.66"), ("0", "0"), ("10", "10")]
)
def test_points_in_digits(points: str, digits: str) -> None:
    assert rules.in_digits(Fraction(points)) == digits
