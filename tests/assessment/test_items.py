"""Figures and flags of a question: by hand, and against a plain recount."""

import math
import statistics
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.choices import Row
from lms.assessment.items import LEAST, Figures, Item, analyze, correlation, figures, form
from lms.content.course import NumberRange, Pair, Question

from .questions import TYPES, make, option
from .rows import answered, english, row

SINGLE = make("single")
RIGHT, WRONG = [1], [0]


def item(question: Question, rows: list[Row], older: int = 0) -> Item:
    (found,) = analyze([english(question)], rows, {question.id: older})
    return found


def table(strong_right: int, strong_wrong: int, weak_right: int, weak_wrong: int) -> list[Row]:
    """People who had all other questions right, or none, and what they made of this one."""
    return [
        *[row(SINGLE, RIGHT, rest=1)] * strong_right,
        *[row(SINGLE, WRONG, rest=1)] * strong_wrong,
        *[row(SINGLE, RIGHT, rest=0)] * weak_right,
        *[row(SINGLE, WRONG, rest=0)] * weak_wrong,
    ]


def told(found: Item) -> Figures:
    assert found.figures
    return found.figures


def kinds(found: Item) -> list[str]:
    return [flag.kind for flag in found.flags]


def test_facility_and_discrimination_by_hand() -> None:
    """8 of 10 strong ones right, 3 of 10 weak ones: 11/20, and (8*7 - 2*3) / sqrt(10*10*11*9)."""
    found = told(item(SINGLE, table(8, 2, 3, 7)))
    assert found.people == 20
    assert found.facility == Fraction(11, 20)
    assert found.discrimination == pytest.approx(50 / math.sqrt(9900))
    assert (found.facility_words, found.discrimination_words) == ("0.55", "0.50")


def test_below_twenty_nothing_is_told() -> None:
    found = item(SINGLE, table(8, 2, 3, 6), older=5)
    assert found == Item(SINGLE, first=19, older=5)


def test_part_points_count_as_far_as_they_go() -> None:
    each = make("multiple", score="each")
    found = told(item(each, [row(each, [0], rest=Fraction(n % 2)) for n in range(20)]))
    assert found.facility == Fraction(1, 2)
    assert found.discrimination is None


def test_the_only_question_of_a_quiz_has_no_rest_to_be_held_against() -> None:
    found = told(item(SINGLE, [row(SINGLE, RIGHT if n else WRONG, rest=None) for n in range(20)]))
    assert found.discrimination is None
    assert found.discrimination_words == "not known"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(table(3, 1, 3, 13), [], id="facility 0.3 is inside"),
        pytest.param(table(4, 0, 1, 15), ["facility"], id="0.25 is not"),
        pytest.param(table(15, 0, 3, 2), [], id="0.9 is inside"),
        pytest.param(table(10, 0, 9, 1), ["facility"], id="0.95 is not"),
        pytest.param(table(6, 4, 4, 6), [], id="discrimination 0.2 is enough"),
        pytest.param(table(6, 4, 5, 5), ["discrimination"], id="0.1 is not"),
        pytest.param(table(3, 7, 7, 3), ["key", "discrimination"], id="negative, and the best choose another answer"),
        pytest.param(table(10, 0, 10, 0), ["facility"], id="everybody right: nothing is known of discrimination"),
    ],
)
def test_the_rules_fire_at_their_limits(rows: list[Row], expected: list[str]) -> None:
    assert kinds(item(SINGLE, rows)) == expected


def test_a_flag_says_what_it_saw_and_by_which_rule() -> None:
    key, weak = item(SINGLE, table(3, 7, 7, 3)).flags
    assert key.name == "Likely key error"
    assert key.said == "Of the upper third, 7 of 10 answered “I”, 3 the right answer."
    assert key.rule == "A wrong answer that the upper third chooses most is flagged."
    assert weak.said == "Discrimination is -0.40: those who do well on the rest do no better here."
    assert weak.rule == "A discrimination under 0.2 is flagged."
    (easy,) = item(SINGLE, table(10, 0, 9, 1)).flags
    assert (easy.name, easy.said) == ("Very easy", "Facility is 0.95.")
    assert easy.rule == "A facility outside 0.3 to 0.9 is flagged."
    assert easy.sentence.startswith("Very easy. Facility is 0.95. A facility outside 0.3 to 0.9 is flagged. ")


@pytest.mark.parametrize(
    ("facility", "words"),
    [(Fraction(19, 21), "0.91"), (Fraction(299, 1000), "0.29"), (Fraction(301, 1000), "0.30"), (Fraction(0), "0.00")],
)
def test_a_figure_outside_its_limits_never_looks_as_if_it_lay_on_them(facility: Fraction, words: str) -> None:
    assert Figures(1000, facility, None, None).facility_words == words


def test_rounding_never_says_minus_nought() -> None:
    assert Figures(20, Fraction(1), -0.001, None).discrimination_words == "0.00"


@pytest.mark.parametrize(
    ("seconds", "words"), [(41, "41 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (None, "not known")]
)
def test_times_in_words(seconds: int | None, words: str) -> None:
    assert Figures(20, Fraction(1), None, seconds).time_words == words


def test_the_median_time_needs_twenty_times() -> None:
    times = [10, 20, 30, *[None] * 2, *[40] * 17]
    rows = [row(SINGLE, RIGHT, seconds=seconds) for seconds in times]
    assert told(item(SINGLE, [*rows, *[row(SINGLE, RIGHT, seconds=5)] * 2])).seconds == 40
    assert told(item(SINGLE, rows)).seconds == 40
    assert told(item(SINGLE, rows[2:])).seconds is None


def test_entity_types_and_languages_are_told_from_twenty_on() -> None:
    importers = [row(SINGLE, RIGHT, entities=("importers",))] * 12
    both = [row(SINGLE, WRONG, entities=("brokers", "importers"), language="es")] * 8
    others = [row(SINGLE, WRONG)] * 12
    (found,) = analyze([{"en": SINGLE, "es": SINGLE}], [*importers, *both, *others], {})
    assert {slug: (f.people, f.facility) for slug, f in found.entities.items()} == {"importers": (20, Fraction(12, 20))}
    assert {code: (f.people, f.facility) for code, f in found.languages.items()} == {"en": (24, Fraction(12, 24))}


def test_each_question_has_its_own_rows_in_the_order_asked_for() -> None:
    other = make("true-false", id="other")
    rows = [*[row(SINGLE, RIGHT)] * 20, *[row(other, [1])] * 21]
    found = analyze([english(other), english(SINGLE), english(make("short", id="never"))], rows, {"never": 3})
    assert [(i.question.id, i.first, i.older) for i in found] == [
        ("other", 21, 0),
        ("q-single", 20, 0),
        ("never", 0, 3),
    ]


@pytest.mark.parametrize("kind", TYPES)
def test_neither_words_nor_markup_make_another_form(kind: Any) -> None:
    question = make(kind)
    same = make(kind, title="Said otherwise", html="<p>More</p>", why="", hint="x", points=3, criteria=("6.2",), line=9)
    assert form(question) == form(same)
    assert form(make("order", items=("<em>view</em>", "verify", "tug", "twist"))) == form(make("order"))


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("single", {"options": (option("I"), option("H", right=True), option("R"))}),
        ("single", {"options": (option("I", right=True), option("H"), option("S"))}),
        ("single", {"options": (option("I"), option("H", right=True))}),
        ("multiple", {"score": "each"}),
        ("match", {"pairs": (Pair("bolt", "I"), Pair("strip", "H"), Pair("", "X"))}),
        ("order", {"items": ("verify", "view", "tug", "twist")}),
        ("number", {"ranges": (NumberRange("6", "8", True), NumberRange("12", "12", False))}),
        ("short", {"options": (option("17712", right=True),)}),
        ("single", {"type": "multiple"}),
    ],
)
def test_other_answers_another_key_or_another_type_are_another_form(kind: Any, changed: dict[str, Any]) -> None:
    assert form(make(kind)) != form(make(kind, **changed))


shares = st.sampled_from([Fraction(n, 6) for n in range(7)])


@given(st.lists(st.tuples(shares, shares), max_size=60), st.randoms())
def test_correlation_is_pearsons(pairs: list[tuple[Fraction, Fraction]], rng: Any) -> None:
    found = correlation(pairs)
    mixed = list(pairs)
    rng.shuffle(mixed)
    assert correlation(mixed) == found
    if len({x for x, _ in pairs}) < 2 or len({y for _, y in pairs}) < 2:
        assert found is None
        return
    assert found is not None
    assert -1 <= found <= 1
    naive = statistics.correlation([float(x) for x, _ in pairs], [float(y) for _, y in pairs])
    assert found == pytest.approx(naive, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(answered(least=15), st.randoms())
def test_any_rows_as_a_plain_recount_has_them(asked: tuple[Question, list[Row]], rng: Any) -> None:
    question, rows = asked
    found = item(question, rows)
    mixed = list(rows)
    rng.shuffle(mixed)
    assert item(question, mixed) == found, "the order of rows means nothing"
    assert found.first == len(rows)
    if len(rows) < LEAST:
        assert found == Item(question, len(rows), 0)
        return
    figured = told(found)
    assert 0 <= figured.facility <= 1
    assert float(figured.facility) == pytest.approx(statistics.fmean(float(r.share) for r in rows))
    times = sorted(r.seconds for r in rows if r.seconds is not None)
    assert figured.seconds == (round(statistics.median(times)) if len(times) >= LEAST else None)
    for slug in ("importers", "brokers"):
        assert found.entities.get(slug) == figures([r for r in rows if slug in r.entities])
    assert found.languages == {"en": figured}
    assert ("facility" in kinds(found)) is not (Fraction(3, 10) <= figured.facility <= Fraction(9, 10))
    assert ("discrimination" in kinds(found)) is (figured.discrimination is not None and figured.discrimination < 0.2)
