"""Which comments say the same."""

from hypothesis import given
from hypothesis import strategies as st

from lms.feedback.likeness import likeness, most_alike_first, pieces

TEXTS = st.text(max_size=80)


@given(TEXTS, TEXTS)
def test_it_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    found = likeness(pieces(one), pieces(other))
    assert 0 <= found <= 1
    assert found == likeness(pieces(other), pieces(one))


@given(TEXTS)
def test_nothing_is_more_alike_than_the_text_itself(text: str) -> None:
    assert likeness(pieces(text), pieces(text)) == 1


@given(st.lists(st.text("abcdefgh", min_size=3, max_size=8), min_size=1, max_size=8), st.randoms())
def test_order_case_and_accents_of_words_do_not_matter(words: list[str], random: object) -> None:
    shuffled = words.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    plain = pieces(" ".join(words))
    assert likeness(plain, pieces(" ".join(word.upper() for word in shuffled))) == 1
    assert likeness(plain, pieces(" ".join(word.replace("a", "á") for word in shuffled))) == 1


def test_what_says_the_same_in_other_words_comes_before_what_does_not() -> None:
    others = {
        "cost": "Bolt seals cost us four dollars a trailer, every day.",
        "same": "It is not clear which bolts meet the ISO standard for high security seals.",
        "typo": "Which bolt meets the ISO standart for high-security seal?",
        "none": "Somos una empresa pequeña.",
    }
    asked = "Which bolts meet the ISO standard for high-security seals?"
    assert most_alike_first(asked, others) == ["typo", "same", "cost", "none"]


def test_those_equally_alike_stay_in_their_order() -> None:
    assert most_alike_first("seal", {"b": "lock", "a": "lock", "c": "seal"}) == ["c", "b", "a"]


def test_texts_without_words_are_alike() -> None:
    assert likeness(pieces("?"), pieces("")) == 1
    assert likeness(pieces("?"), pieces("seal")) == 0
