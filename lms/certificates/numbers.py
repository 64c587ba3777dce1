"""Numbers of certificates: random, with a check character, read as people type them. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from random import Random

# Digits, and the letters no digit or other letter is mistaken for. 29 is prime, which the check character needs.
ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
LOOKALIKES = str.maketrans("BILOSUZ", "81105V2")
RANDOM_CHARACTERS = 12
NUMBER_LENGTH = RANDOM_CHARACTERS + 1


def check_character(body: str) -> str:
    """The character that makes a number whole: ISO 7064 pure system, modulus 29, radix 2.

    A whole number's values, each times 2 to the power of its distance from the right end, add up to 1 modulo 29. 29 is prime
    and the powers of 2 differ over 28 places, so every single wrong character and every swap of two characters is found.
    """
    total = sum(ALPHABET.index(c) * pow(2, place, 29) for place, c in enumerate(reversed(body), start=1))
    return ALPHABET[(1 - total) % 29]


def new_number(rng: Random) -> str:
    """12 random characters (about 58 bits) and their check character. Pass a generator nobody can predict."""
    body = "".join(rng.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def parse_number(typed: str) -> str | None:
    """A number as people type it: any case, spaces, dots and hyphens; B I L O S U Z mean 8 1 1 0 5 V 2, which they look like.

    None when it cannot be one of ours: wrong length, strange characters, or a check character that does not fit.
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(c for c in text if not (c.isspace() or c == "." or unicodedata.category(c) in ("Pd", "Cf")))
    number = kept.translate(LOOKALIKES)
    if len(number) != NUMBER_LENGTH or not set(number) <= set(ALPHABET):
        return None
    return number if check_character(number[:-1]) == number[-1] else None


def numbers_in(text: str) -> Iterator[str]:
    """Every whole number of ours that a text shows, written in groups as we print it or without spaces."""
    for found in re.finditer(r"\b(?:[0-9A-Z]{4}\s*){3}[0-9A-Z]\b", text):
        if number := parse_number(found[0]):
            yield number


def grouped(number: str) -> str:
    """As printed: three groups of four and the check character, 7KQ4 M2T9 XHDW C."""
    return " ".join(number[i : i + 4] for i in range(0, NUMBER_LENGTH, 4))
