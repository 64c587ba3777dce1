"""A quiz on paper: the same sheet every time, and what stands on it read back."""

from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.onpaper import (
    MOST_VARIANTS,
    Mistyped,
    asked_questions,
    key,
    letter,
    read,
    read_name,
    variant,
    written,
)
from lms.assessment.paper import AskedQuestion, to_response
from lms.assessment.repair import Ruling
from lms.assessment.review import questions, score
from lms.catalog.shelf import Published
from lms.content.course import Module
from tests.factories.training import SEALS, WALK

KINDS = ("single", "true-false", "multiple", "match", "order", "short", "number")


@pytest.fixture
def seals(shelf_now: Published) -> Module:
    return shelf_now.library.modules[SEALS]


def asked(kind: Any, places: int) -> AskedQuestion:
    lines = tuple(f"line {n}" for n in range(places)) if kind == "match" else ()
    choices = () if kind in ("short", "number") else tuple(f"choice {n}" for n in range(places))
    return AskedQuestion("answer-1", kind, "Which?", "", "", "", "", lines, choices)


@st.composite
def entries(draw: st.DrawFn) -> tuple[AskedQuestion, list[Any]]:
    """A question and what somebody wrote on its lines; at least one line."""
    kind, places = draw(st.sampled_from(KINDS)), draw(st.integers(2, 30))
    one = asked(kind, places)
    place = st.integers(0, places - 1)
    match kind:
        case "single" | "true-false":
            return one, [draw(place)]
        case "multiple":
            return one, sorted(draw(st.sets(place, min_size=1)))
        case "match":
            return one, draw(st.lists(place | st.none(), min_size=places, max_size=places).filter(any_of))
        case "order":
            return one, draw(st.lists(place | st.none(), min_size=places, max_size=places).filter(any_of))
        case _:
            return one, [draw(st.text("abc 12.5", min_size=1).map(str.strip).filter(bool))]


def any_of(places: list[int | None]) -> bool:
    return any(place is not None for place in places)


@given(entries())
def test_what_is_written_is_read_back(made: tuple[AskedQuestion, list[Any]]) -> None:
    one, entry = made
    assert read(one, written(one, entry)) == entry


@given(entries())
def test_small_letters_and_commas_are_read_alike(made: tuple[AskedQuestion, list[Any]]) -> None:
    one, entry = made
    if one.type not in ("short", "number"):
        assert read(one, written(one, entry).lower().replace(" ", ", ")) == entry


@given(kind=st.sampled_from(KINDS), typed=st.text(max_size=12))
def test_whatever_is_typed_is_an_entry_or_a_sentence(kind: str, typed: str) -> None:
    one = asked(kind, 4)
    try:
        entry = read(one, typed)
    except Mistyped:
        return
    response = to_response(one.type, (2, 0, 3, 1) if one.choices else (), entry)
    assert len(response) <= 4


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("single", "AB"),
        ("single", "E"),
        ("multiple", "AE"),
        ("match", "AB"),
        ("match", "ABCE"),
        ("order", "1235"),
        ("order", "12"),
    ],
)
def test_signs_that_are_not_on_the_sheet_are_refused(kind: str, typed: str) -> None:
    with pytest.raises(Mistyped):
        read(asked(kind, 4), typed)


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]


@given(st.sampled_from(range(1, MOST_VARIANTS + 1)), st.text("0123456789abcdef", min_size=4, max_size=4))
def test_the_number_of_a_sheet_is_read_in_any_dress(number: int, code: str) -> None:
    for typed in (f"{number} · {code}", f"Variant {number} - {code.upper()}", f" {number}{code}", f"{number}-{code}"):
        assert read_name(typed) == (number, code)


@given(st.text(max_size=20))
def test_any_text_is_the_number_of_a_sheet_or_none(typed: str) -> None:
    found = read_name(typed)
    assert found is None or 1 <= found[0] <= MOST_VARIANTS


def test_the_same_document_prints_the_same_test_and_any_difference_another_code(
    seals: Module, shelf_now: Published
) -> None:
    walk = shelf_now.library.modules[WALK]
    first = variant(seals, "d1", ["sea-carriers"], 1)
    assert first == variant(seals, "d1", ["sea-carriers"], 1)
    others = [
        variant(seals, "d1", ["sea-carriers"], 2),
        variant(seals, "d2", ["sea-carriers"], 1),
        variant(walk, "d1", ["sea-carriers"], 1),
    ]
    assert first.code not in {one.code for one in others}
    assert len({variant(seals, "d1", [], n).paper for n in (1, 2, 3)}) > 1


def test_writing_what_the_key_says_gets_every_point(seals: Module) -> None:
    for number in (1, 2, 3, 4):
        made = variant(seals, "d", ["sea-carriers"], number)
        lines = key(seals, made.paper)
        typed = [line.signs or str(line.words[0]).split(" ")[0] for line in lines]
        asked_ = asked_questions(seals, made.paper)
        responses = {
            drawn.question: to_response(one.type, drawn.shown, read(one, text))
            for drawn, one, text in zip(made.paper.drawn, asked_, typed, strict=True)
        }
        marked = score(seals, made.paper, responses, 80)
        assert (marked.points, marked.passed) == (marked.of, True)


def test_the_key_knows_repairs(seals: Module) -> None:
    made = variant(seals, "d", [], 1)
    asked_ = [question.id for question in questions(seals, made.paper)]
    lines = key(
        seals, made.paper, [Ruling("seals-class", void=True), Ruling("seals-iso", void=False, accepts=("9001",))]
    )
    assert lines[asked_.index("seals-class")].void
    assert "9001" in " ".join(str(words) for words in lines[asked_.index("seals-iso")].words)
    assert not any(line.void for n, line in enumerate(lines) if n != asked_.index("seals-class"))


def test_a_sheet_tells_nothing_of_its_key(seals: Module) -> None:
    """Shuffled options: over some variants the right one stands in more than one place."""
    places = set()
    for number in range(1, MOST_VARIANTS + 1):
        made = variant(seals, f"d{number}", [], number)
        place = next(n for n, d in enumerate(made.paper.drawn) if d.question == "seals-class")
        places.add(key(seals, made.paper)[place].signs)
    assert len(places) > 1
    assert places <= set(ascii_uppercase)
