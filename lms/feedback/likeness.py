"""How much two comments say the same, by the pieces of their words: endings and misspellings count little. Pure."""

import re
from collections.abc import Hashable, Mapping
from typing import TypeVar
from unicodedata import category, normalize

Key = TypeVar("Key", bound=Hashable)

_WORD = re.compile(r"\w{3,}")
_PIECE = 3


def pieces(text: str) -> frozenset[str]:
    """Every three letters in a row of every word of at least three, without accents and case; where a word begins counts as a letter."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if category(c) != "Mn")
    words = {f" {word}" for word in _WORD.findall(plain)}
    return frozenset(word[i : i + _PIECE] for word in words for i in range(len(word) - _PIECE + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of pieces that both have (Dice): 1 for the same words in any order, 0 for nothing in common."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 1.0


def most_alike_first(text: str, others: Mapping[Key, str]) -> list[Key]:
    """The keys of the other texts, the most alike first; those equally alike stay in their order."""
    own = pieces(text)
    return sorted(others, key=lambda key: likeness(own, pieces(others[key])), reverse=True)
