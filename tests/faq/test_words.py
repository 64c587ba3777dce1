"""Words as both databases see them, and slips of one letter."""

import string

from hypothesis import given
from hypothesis import strategies as st

from lms.faq import meaning
from lms.faq.words import of_html, one_letter_off, says_little, words

WORD = st.text(string.ascii_lowercase, min_size=5, max_size=9)


def test_accents_capitals_and_signs_are_no_part_of_words() -> None:
    assert words("¿Qué PRECINTO lleva l'œuvre, en 6.2 y 4.10?") == [
        "que",
        "precinto",
        "lleva",
        "l",
        "oeuvre",
        "en",
        "c6x2",
        "y",
        "c4x10",
    ]
    assert words("2.5.1 12.345 ISO 17712") == ["2", "5", "1", "12", "345", "iso", "17712"]
    assert of_html("<p>One &amp; two</p><ul><li>three</li></ul>") == ["one", "two", "three"]


@given(st.text(max_size=200))
def test_of_any_text_there_are_only_plain_letters_and_digits(text: str) -> None:
    found = words(text)
    assert all(set(word) <= set(string.ascii_lowercase + string.digits) for word in found)
    assert words(" ".join(found)) == found


@given(WORD, st.data())
def test_every_slip_of_a_letter_is_one_letter_off(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    slips = [
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ]
    for slip in slips:
        assert one_letter_off(slip, {word}) == ([word] if len(slip) > 4 or slip[0] == word[0] else [])


@given(WORD, WORD)
def test_what_is_one_letter_off_is_so_both_ways(one: str, other: str) -> None:
    assert bool(one_letter_off(one, {other})) == bool(one_letter_off(other, {one}))


def test_two_slips_are_too_many_and_short_words_are_not_guessed() -> None:
    assert one_letter_off("trialler", {"trailer"}) == []
    assert one_letter_off("kay", {"key"}) == []
    assert one_letter_off("moon", {"soon", "moons"}) == ["moons"]
    assert one_letter_off("railer", {"trailer"}) == ["trailer"]


def test_every_meaning_can_be_said_in_two_ways_and_none_with_words_that_say_little() -> None:
    for terms in meaning.MEANINGS:
        assert len(terms) > 2, terms
        assert not [term for term in terms if says_little(term, "en")], terms


def test_what_means_the_same_means_it_both_ways() -> None:
    for terms in meaning.MEANINGS:
        for term in terms:
            assert term == meaning.same(term)[0]
            assert terms <= set(meaning.same(term)), term


def test_words_bend_without_losing_their_meaning() -> None:
    for bent, term in (
        ("trailers", "trailer"),
        ("locked", "seal"),
        ("hiring", "recruit"),
        ("inspecting", "examine"),
        ("contenedores", "container"),
        ("policies", "procedure"),
    ):
        assert term in meaning.same(bent), bent
    assert meaning.same("gas") == ("gas",)
