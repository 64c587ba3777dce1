"""The language in force, and words in it.

English is the message itself. The catalogs of the other languages are read on first need, so English readers never pay for
them. `%` in a message begins a placeholder like %(name)s and is written `%%` where it is meant; `translated` takes texts as
they are.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

Language = Literal["en", "es", "fr"]

LANGUAGES: tuple[Language, ...] = ("en", "es", "fr")
# What each language calls itself.
NAMES: Mapping[Language, str] = {"en": "English", "es": "Español", "fr": "Français"}
FOLDER = Path(__file__).resolve().parents[2] / "translations"
# The words of the site, and those of the reference files at the top of the courses folder.
DOMAINS = ("messages", "reference")
_THOUSANDS = {"en": ",", "es": ",", "fr": "\N{NARROW NO-BREAK SPACE}"}

_in_force: ContextVar[Language] = ContextVar("language", default="en")


def current_language() -> Language:
    """The language in force; English where nobody has chosen."""
    return _in_force.get()


def use(chosen: Language) -> None:
    """From here on words are in this language, in this thread or task."""
    _in_force.set(chosen)


@contextmanager
def using(chosen: Language) -> Iterator[None]:
    """Words in this language inside the block, as for a mail to somebody else."""
    token = _in_force.set(chosen)
    try:
        yield
    finally:
        _in_force.reset(token)


def known(code: object) -> Language | None:
    """The language with this code, None when it is none of ours."""
    return code if code in LANGUAGES else None


def _(message: str, /, **values: object) -> str:
    """The message in the language in force, with its placeholders filled."""
    return translated(message) % values


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message that means several things in English; the context, which nobody reads on the page, says which."""
    return in_context(context, message) % values


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The form of the message for so many; %(num)s is the number."""
    return plural_form(one, many, count) % {"num": number(count), **values}


def to_translate(message: str) -> str:
    """The English message itself, marked for the catalogs: for constants, which `translated` turns into words at their use."""
    return message


def translated(text: str) -> str:
    """A text in the language in force, as it is where no catalog has it; nothing in it is a placeholder."""
    chosen = _in_force.get()
    return text if chosen == "en" or not text else _catalog(chosen).gettext(text)


def in_context(context: str, message: str) -> str:
    """What pgettext fills in."""
    chosen = _in_force.get()
    return message if chosen == "en" else _catalog(chosen).pgettext(context, message)


def plural_form(one: str, many: str, count: int) -> str:
    """What ngettext fills in."""
    chosen = _in_force.get()
    if chosen == "en":
        return one if count == 1 else many
    return _catalog(chosen).ngettext(one, many, count)


def number(count: int) -> str:
    """1,234 as the language writes it."""
    return f"{count:,}".replace(",", _THOUSANDS[_in_force.get()])


def decimals(text: str) -> str:
    """6.5 as the language writes it."""
    return text.replace(".", ",") if _in_force.get() == "fr" else text


def preload() -> None:
    """Read every catalog now: a server does so before its workers part, which then share them and wait for none."""
    for chosen in LANGUAGES[1:]:
        _catalog(chosen)


@cache
def _catalog(chosen: Language) -> GNUTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only readers of other languages need Babel
    from babel.messages.pofile import read_po  # noqa: PLC0415

    found: GNUTranslations | None = None
    for domain in DOMAINS:
        compiled = BytesIO()
        with (FOLDER / chosen / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
            write_mo(compiled, read_po(file, locale=chosen))
        compiled.seek(0)
        one = GNUTranslations(compiled)
        if found is None:
            found = one
        else:
            found.add_fallback(one)
    assert found is not None  # noqa: S101 - there are domains
    return found
