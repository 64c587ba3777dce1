"""Numbers, records and validity."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import rules
from lms.certificates.numbers import ALPHABET, check_character, grouped, new_number, numbers_in, parse_number

from .records import TYPICAL

bodies = st.text(ALPHABET, min_size=12, max_size=12)
DAY = date(2026, 11, 12)
numbers = bodies.map(lambda body: body + check_character(body))


def whole(number: str) -> bool:
    return check_character(number[:-1]) == number[-1]


@given(numbers)
def test_every_single_wrong_character_is_found(number: str) -> None:
    wrong = [
        number[:place] + other + number[place + 1 :]
        for place in range(13)
        for other in ALPHABET
        if other != number[place]
    ]
    assert len(wrong) == 13 * 28
    assert not any(map(whole, wrong))


@given(numbers)
def test_every_swap_of_two_characters_is_found(number: str) -> None:
    for i, j in combinations(range(13), 2):
        swapped = list(number)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        assert whole("".join(swapped)) == (number[i] == number[j])


def test_two_characters_of_the_alphabet_never_look_alike() -> None:
    for pair in ("0O", "1I", "1L", "5S", "2Z", "8B", "UV"):
        assert len(set(pair) & set(ALPHABET)) == 1
    assert len(set(ALPHABET)) == len(ALPHABET) == 29


@given(st.integers())
def test_a_new_number_is_whole_and_reads_back(seed: int) -> None:
    number = new_number(Random(seed))
    assert len(number) == 13
    assert parse_number(number) == number


@given(numbers, st.sampled_from(["-", " ", ".", "\u2013", "\u00a0", "\u200b", ""]), st.booleans())
def test_a_number_reads_back_however_it_is_typed(number: str, separator: str, lower: bool) -> None:
    typed = separator.join((number[:4], number[4:8], number[8:12], number[12:]))
    assert parse_number(f"  {typed.lower() if lower else typed}\n") == number


@given(numbers, st.data())
def test_letters_that_look_like_ours_mean_ours(number: str, data: st.DataObject) -> None:
    looks = {"8": "Bb", "1": "IiLl", "0": "Oo", "5": "Ss", "V": "Uu", "2": "Zz"}
    typed = "".join(data.draw(st.sampled_from(looks.get(c, c) + c)) for c in number)
    assert parse_number(typed) == number


@given(st.text(max_size=40))
def test_whatever_else_is_typed_is_no_number(typed: str) -> None:
    number = parse_number(typed)
    assert number is None or whole(number)


@pytest.mark.parametrize("typed", ["", "7KQ4", TYPICAL.number[:-1], TYPICAL.number + "1", "7KQ4 M2T9 XHDW é"])
def test_half_a_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None


def test_numbers_are_found_in_a_text() -> None:
    text = f"No. {grouped(TYPICAL.number)}\nand 7KQ4 M2T9 XHDW 1 and {TYPICAL.number}, checked"
    assert list(numbers_in(text)) == [TYPICAL.number, TYPICAL.number]


def test_a_record_survives_storage() -> None:
    assert rules.from_plain(rules.to_plain(TYPICAL)) == TYPICAL


def test_the_canonical_json_is_one_text_and_any_change_shows() -> None:
    assert rules.canonical(TYPICAL).startswith(b'{"category":10,"completed_on":"2026-11-12","criteria":[{"id":"10.1"')
    assert b'"issued_at":"2026-11-12T15:04:05Z"' in rules.canonical(TYPICAL)
    assert rules.digest(TYPICAL) == rules.digest(rules.from_plain(rules.to_plain(TYPICAL)))
    assert rules.digest(TYPICAL) != rules.digest(replace(TYPICAL, name="Marisol Ejemplo "))


REQUIRED = {"a": 4, "b": 4, "c": 6}


@pytest.mark.parametrize(
    ("complete", "closing", "earned"),
    [
        ({"a"}, "a", ()),
        ({"a", "b"}, "b", (4,)),
        ({"c"}, "c", (6,)),
        ({"a", "b", "c"}, "c", (6, 0)),
        ({"a", "b", "c"}, "a", (4, 0)),
        ({"a", "b", "c", "x"}, "x", ()),
    ],
)
def test_a_category_is_earned_by_the_completion_that_closes_it(
    complete: set[str], closing: str, earned: tuple[int, ...]
) -> None:
    assert rules.earned(REQUIRED, complete, closing) == earned


def test_nothing_required_earns_nothing() -> None:
    assert rules.earned({}, {"a"}, "a") == ()


@pytest.mark.parametrize(
    ("revoked", "renewed", "days_after", "standing"),
    [
        (False, False, 0, "valid"),
        (False, False, 1, "expired"),
        (False, True, 0, "renewed"),
        (False, True, 1, "renewed"),
        (True, False, 0, "revoked"),
        (True, True, 1, "revoked"),
    ],
)
def test_a_certificate_stands_through_its_last_day_unless_more_was_said_of_it(
    revoked: bool, renewed: bool, days_after: int, standing: str
) -> None:
    today = TYPICAL.valid_until + timedelta(days=days_after)
    assert rules.standing(TYPICAL.valid_until, revoked=revoked, renewed=renewed, today=today) == standing


@pytest.mark.parametrize(("percent", "band"), [(80, 80), (88, 80), (89, 80), (90, 90), (99, 90), (100, 100), (0, 0)])
def test_a_score_is_told_by_its_tens(percent: int, band: int) -> None:
    assert rules.band(percent) == band


@pytest.mark.parametrize(
    ("until", "changed", "stands"),
    [(DAY, False, True), (DAY - timedelta(days=1), False, False), (None, False, True), (DAY, True, False)],
)
def test_a_completed_module_stands_until_it_is_due_once_more(until: date | None, changed: bool, stands: bool) -> None:
    assert rules.Passed(88, until, changed).stands(DAY) is stands


def test_later_facts_change_no_older_record() -> None:
    """A record from before certificates were renewed and translated keeps its JSON, and so its digest."""
    assert {"renews", "workshop", "words"}.isdisjoint(rules.to_plain(TYPICAL))
    renewed = replace(
        TYPICAL, renews="0" * 13, words={"es": {"Physical Access Controls": "Controles de acceso físico"}}
    )
    assert rules.from_plain(rules.to_plain(renewed)) == renewed
    assert rules.digest(renewed) != rules.digest(TYPICAL)


def test_a_name_that_was_not_translated_stays_english() -> None:
    record = replace(TYPICAL, words={"es": {"Physical Access Controls": "Controles de acceso físico"}})
    assert record.word(record.title, "es") == "Controles de acceso físico"
    assert record.word(record.title, "fr") == "Physical Access Controls"


@pytest.mark.parametrize(("days", "said"), [(102, 102), (1, 1), (0, None), (-3, None)])
def test_days_ahead_are_said_only_ahead(days: int, said: int | None) -> None:
    assert rules.ahead(days) == said
