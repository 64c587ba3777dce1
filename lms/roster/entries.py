"""What a row states about a person, and what is wrong with it. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache, partial
from typing import Any

from email_validator import EmailNotValidError, validate_email

from lms.core.cells import FORMULA_STARTS
from lms.core.language import known, to_translate

from . import days
from .columns import FIRST, LAST, Columns, folded
from .told import Told, told

# What the columns of the database hold.
LONGEST = {"name": 200, "email": 254, "site": 100, "employee_number": 40}
LANGUAGES = {
    "english": "en", "ingles": "en", "anglais": "en", "espanol": "es", "spanish": "es", "castellano": "es", "espagnol": "es",
    "francais": "fr", "french": "fr", "frances": "fr", "eng": "en", "spa": "es", "fra": "fr", "fre": "fr",
}  # fmt: skip
EVERYONE = "everyone"
# A name before the @ that is right whatever the domain: then the domain alone is looked at, once for all of its addresses.
USUAL_NAME, LONGEST_USUAL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*"), 64

NO_EMAIL = to_translate("There is no e-mail address. Write one: people sign in with it.")
BAD_EMAIL = to_translate("“%(email)s” is no e-mail address. Write one like robin@samplefreight.example.")
TOO_LONG = to_translate("%(column)s has more than %(most)s characters. Shorten it.")
NO_LANGUAGE = to_translate("The site does not speak “%(language)s”. Write en, es or fr, or leave the cell empty.")
NO_FUNCTION = to_translate(
    "“%(function)s” is no job function of the program. Write the words or names that the upload page lists."
)
NOT_YET_HIRED = to_translate("The day of hire, %(day)s, is still to come. Hand the row in from that day on.")
LEFT_BEFORE_HIRED = to_translate(
    "The person left on %(left)s, before the day of hire, %(hired)s. Correct one of the two days."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. None where the file says nothing: then what is known stays. `left` is the last day with the company."""

    line: int
    email: str
    name: str | None = None
    functions: tuple[str, ...] | None = None
    language: str | None = None
    site: str | None = None
    employee_number: str | None = None
    hired: date | None = None
    left: date | None = None
    problems: tuple[Told, ...] = ()

    def values(self) -> dict[str, Any]:
        """What is stated, as JSON values."""
        found = {name: getattr(self, name) for name in STATED}
        return {name: v.isoformat() if isinstance(v, date) else v for name, v in found.items() if v is not None}


Functions = tuple[tuple[str, ...], tuple[str, ...]]
STATED = tuple(f.name for f in fields(Entry) if f.name not in ("line", "problems"))


def reader(columns: Columns, functions: Mapping[str, str], today: date) -> Callable[[int, Sequence[str]], Entry]:
    """What turns a row of these columns into an entry. `functions`: folded word -> slug of a job function."""
    places = columns.places
    slugs = lru_cache(maxsize=1024)(partial(_functions, known_functions=functions))  # few combinations in many rows

    def read(line: int, cells: Sequence[str]) -> Entry:
        stated = {field: plain(cells[place]) for field, place in places.items() if place < len(cells)}
        return _entry(line, {field: text for field, text in stated.items() if text}, slugs, today)

    return read


def plain(cell: str) -> str:
    """The text of a cell on one line, without control characters, and without the apostrophe that exports put before what a
    spreadsheet would run as a formula."""
    text = cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
    if text.isprintable() and "  " not in text:  # nearly every cell
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _entry(line: int, stated: Mapping[str, str], slugs: Callable[[str], Functions], today: date) -> Entry:
    problems: list[Told] = []
    name = stated.get("name") or " ".join(stated[part] for part in (FIRST, LAST) if part in stated)
    texts = {"name": name, "site": stated.get("site", ""), "employee_number": stated.get("employee_number", "")}
    for field, text in texts.items():
        if len(text) > LONGEST[field]:
            problems.append(told(TOO_LONG, column=field, most=LONGEST[field]))
            texts[field] = text[: LONGEST[field]]
    hired, left = (_day(stated.get(field, ""), problems) for field in ("hired", "left"))
    if hired and hired > today:
        problems.append(told(NOT_YET_HIRED, day=hired))
    if hired and left and left < hired:
        problems.append(told(LEFT_BEFORE_HIRED, left=left, hired=hired))
    functions, unknown = slugs(stated["functions"]) if "functions" in stated else (None, ())
    problems += (told(NO_FUNCTION, function=word) for word in unknown)
    return Entry(
        line,
        _email(stated.get("email", ""), problems),
        texts["name"] or None,
        functions,
        _language(stated["language"], problems) if "language" in stated else None,
        texts["site"] or None,
        texts["employee_number"] or None,
        hired,
        left,
        tuple(problems),
    )


def _email(text: str, problems: list[Told]) -> str:
    """As an account would spell it."""
    email = text.removeprefix("mailto:").lower()
    if not email:
        problems.append(told(NO_EMAIL))
        return ""
    name, _at, domain = email.rpartition("@")
    usual = len(name) <= LONGEST_USUAL and USUAL_NAME.fullmatch(name) and len(email) <= LONGEST["email"]
    if not (_is_address(f"a@{domain}") if usual else _is_address(email)):
        problems.append(told(BAD_EMAIL, email=email[:80]))
    return email[: LONGEST["email"]]


@lru_cache(maxsize=1024)
def _is_address(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _functions(text: str, known_functions: Mapping[str, str]) -> Functions:
    """Slugs in one order, and words that are none. A comma separates too, unless a name has it."""
    words = {word: known_functions.get(folded(word)) for word in _words(text, known_functions)}
    found = {slug for slug in words.values() if slug and slug != EVERYONE}
    return tuple(sorted(found)), tuple(word[:60] for word, slug in words.items() if slug is None)


def _words(text: str, known_functions: Mapping[str, str]) -> Iterator[str]:
    for part in re.split(r"[;|]", text):
        word = part.strip()
        if word and folded(word) not in known_functions and "," in word:
            yield from (piece.strip() for piece in word.split(",") if piece.strip())
        elif word:
            yield word


@lru_cache(maxsize=256)
def _spoken(text: str) -> str | None:
    return known(LANGUAGES.get(folded(text), re.split(r"[-_]", text.lower())[0]))


def _language(text: str, problems: list[Told]) -> str | None:
    found = _spoken(text)
    if found is None:
        problems.append(told(NO_LANGUAGE, language=text[:30]))
    return found


def _day(text: str, problems: list[Told]) -> date | None:
    if not text:
        return None
    try:
        return days.read(text)
    except days.Unclear as error:
        problems.append(told(error.message, **error.parts))
        return None
