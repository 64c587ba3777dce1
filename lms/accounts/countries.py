"""Countries by their ISO 3166 code of two letters, named in the language in force."""

from collections.abc import Collection, Mapping
from functools import cache
from unicodedata import normalize

from lms.core.language import Language, current_language

# What the locale data name beside countries: unions of them, parts of one, and codes that stand for nothing.
NONE = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def names() -> Mapping[str, str]:
    """Every country, by name."""
    return _names(current_language())


def names_of(codes: Collection[str]) -> dict[str, str]:
    """These countries, by name; a code that is none stands for itself."""
    known = names()
    return dict(sorted(((code, known.get(code, code)) for code in codes), key=_by_name))


@cache
def _names(language: Language) -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - a learner's pages name no country

    territories = Locale.parse(language).territories.items()
    return dict(sorted(((code, name) for code, name in territories if _is_country(code)), key=_by_name))


def _is_country(code: str) -> bool:
    """Longer codes are regions of the world."""
    return len(code) == 2 and code.isalpha() and code not in NONE


def _by_name(country: tuple[str, str]) -> str:
    """Åland Islands beside Albania."""
    return normalize("NFD", country[1])
