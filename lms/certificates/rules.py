"""Numbers, records and validity of certificates. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Literal

import msgspec

from lms.content.library import Library
from lms.core.clock import months_later
from lms.core.learned import learned

# Digits, and the letters no digit or other letter is mistaken for. 29 is prime, which the check character needs.
ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
LOOKALIKES = str.maketrans("BILOSUZ", "81105V2")
RANDOM_CHARACTERS = 12
NUMBER_LENGTH = RANDOM_CHARACTERS + 1

PROGRAM = 0  # stands where a category's number would
TEMPLATE = 1  # the newest design of the document; a record keeps the one it was issued with

Level = Literal["must", "should"]


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


@dataclass(frozen=True, slots=True)
class Covered:
    """A criterion that the modules taught, with its level on that day."""

    id: str
    level: Level


@dataclass(frozen=True, slots=True)
class Part:
    """A category, by number and name."""

    number: int
    name: str


@learned
@dataclass(frozen=True, slots=True)
class Record:
    """Every fact of a certificate, as of the day of issue. Never changed afterwards.

    `category` is 1-12, or 0 for the program certificate, whose `parts` are all required categories. `percent` is the lowest of
    the best scores of the required quizzes: each was passed with it or better. Days are whole days in America/New_York;
    `valid_until` is the last valid one. `days_ahead` of the enforcement date is None on and after it.
    """

    number: str
    name: str
    organization: str
    entities: tuple[str, ...]
    category: int
    parts: tuple[Part, ...]
    edition: str
    criteria: tuple[Covered, ...]
    modules: tuple[str, ...]
    revision: int
    percent: int
    completed_on: date
    issued_at: datetime
    valid_until: date
    days_ahead: int | None
    enforcement_date: date
    demonstration: bool
    template: int = TEMPLATE

    @property
    def kind(self) -> Literal["category", "program"]:
        return "program" if self.category == PROGRAM else "category"

    @property
    def title(self) -> str:
        return "CTPAT Minimum Security Criteria" if self.category == PROGRAM else self.parts[0].name

    @property
    def score(self) -> str:
        """What every required quiz was passed with."""
        return "100 %" if self.percent == 100 else f"{self.percent} % or better"


@dataclass(frozen=True, slots=True)
class Required:
    """A module that the person had to complete, and the criteria it teaches that concern the company."""

    module: str
    category: int
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who earned it, as of that day. `entities` are slugs."""

    name: str
    organization: str
    entities: tuple[str, ...]
    demonstration: bool


def compose(
    holder: Holder,
    category: int,
    required: Sequence[Required],
    best: Mapping[str, int],
    library: Library,
    *,
    number: str,
    revision: int,
    completed_on: date,
    enforcement_date: date,
    issued_at: datetime,
) -> Record:
    """The record of a category, or of the whole program for 0. `required` are the person's modules, `best` their best percents."""
    framework = library.framework
    covered = [r for r in required if category in (PROGRAM, r.category)]
    taught = sorted({framework.criteria[c] for r in covered for c in r.criteria}, key=lambda c: c.sort_key)
    return Record(
        number=number,
        name=holder.name,
        organization=holder.organization,
        entities=tuple(framework.entities[e].name for e in holder.entities),
        category=category,
        parts=tuple(Part(n, framework.categories[n].name) for n in sorted({r.category for r in covered})),
        edition=framework.program.edition,
        criteria=tuple(Covered(c.id, c.level) for c in taught),
        modules=tuple(m.title for key, m in library.modules.items() if key in {r.module for r in covered}),
        revision=revision,
        percent=min(best[r.module] for r in covered),
        completed_on=completed_on,
        issued_at=issued_at,
        valid_until=months_later(completed_on, framework.program.validity_months),
        days_ahead=ahead((enforcement_date - completed_on).days),
        enforcement_date=enforcement_date,
        demonstration=holder.demonstration,
    )


def to_plain(record: Record) -> dict[str, Any]:
    """The record as JSON values, for the database."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


def from_plain(plain: Mapping[str, Any]) -> Record:
    """The record behind stored JSON values. Raises msgspec.ValidationError when they are not a record."""
    return msgspec.convert(plain, type=Record)


def canonical(record: Record) -> bytes:
    """The one JSON text of a record: sorted keys, no spaces, UTF-8."""
    return msgspec.json.encode(record, order="sorted")


def digest(record: Record) -> str:
    """SHA-256 of the canonical JSON: what the audit keeps, so that a changed record shows."""
    return hashlib.sha256(canonical(record)).hexdigest()


def earned(required: Mapping[str, int], complete: Collection[str], closing: str) -> tuple[int, ...]:
    """The categories that the completion of module `closing` finishes; 0, the whole program, comes last.

    `required` maps the person's modules to their categories. A module that is not required finishes nothing.
    """
    if closing not in required:
        return ()
    category = required[closing]
    open_categories = {c for module, c in required.items() if module not in complete}
    if category in open_categories:
        return ()
    return (category,) if open_categories else (category, PROGRAM)


def ahead(days: int) -> int | None:
    """Days ahead of the enforcement date worth stating: None on the day itself and after it."""
    return days if days > 0 else None


def lapsed(record: Record, today: date) -> bool:
    """A certificate stands through its last day."""
    return today > record.valid_until
