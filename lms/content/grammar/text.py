"""Plain text of a Markdown fragment, slugs, and the nearest known word."""

import html
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_SPECIAL = re.compile(r"[\\*`_\[<&]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|[*`]|(?<![^\W_])_|_(?![^\W_])")
_CRITERION = re.compile(r"(\d{1,4})\.(\d{1,4})")
_DIGITS = re.compile(r"([0-9]+)")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def plain(fragment: str) -> str:
    """What a reader sees of a fragment, whether it is Markdown or the HTML made of it."""
    if _SPECIAL.search(fragment) is None:
        return " ".join(fragment.split())
    if "[" in fragment:
        fragment = _LINK.sub(r"\1", fragment)
    if "<" in fragment:
        fragment = _TAG.sub("", fragment)
    if "&" in fragment:
        fragment = html.unescape(fragment)
    return " ".join(_MARKUP.sub("", fragment).split())


def same(fragment: str) -> str:
    """Equal for two fragments that differ only in case, space and markup."""
    return plain(fragment).casefold()


def slug(text: str) -> str:
    """Lower case ASCII words joined by hyphens; "" if no letter or digit is left."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_SLUG.sub("-", ascii_only.lower().replace("'", "")).strip("-")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant."""
    candidates = list(known)
    if asked := _CRITERION.fullmatch(word):
        category, number = int(asked[1]), int(asked[2])
        found = [m for m in map(_CRITERION.fullmatch, candidates) if m and int(m[1]) == category]
        return min(found, key=lambda m: abs(int(m[2]) - number))[0] if found else None
    close = get_close_matches(word.casefold()[:60], candidates, n=1, cutoff=0.6)
    return close[0] if close else None


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """What sorts numbers within texts by their value: "9" comes before "10", "2019" before "2019-1"."""
    parts = _DIGITS.split(text)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts if part)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """The fix for an unknown word."""
    meant = nearest(word, known)
    return f"Did you mean `{meant}`?" if meant else otherwise


def listed(words: Iterable[str]) -> str:
    """`a`, `b` and `c`"""
    quoted = [f"`{word}`" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
