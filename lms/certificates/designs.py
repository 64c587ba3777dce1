"""The designs of the document, one folder a version: its template, styles, drawings, words and sizes.

A record names its design and is drawn with that folder for ever, so a folder that was released is never changed: another look
or another wording is another folder. The words of a document stand here and in its record alone, so that what is translated
later changes no document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lms.core.language import Language, to_translate
from lms.core.learned import learned

Paper = Literal["letter", "a4"]

PAPERS: tuple[Paper, ...] = ("letter", "a4")
PAPER_NAMES: Mapping[Paper, str] = {"letter": to_translate("Letter"), "a4": "A4"}
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "certificates" / "designs"


def known(name: object) -> Paper | None:
    """The paper of this name, None when it is none of ours."""
    return name if name in PAPERS else None


@dataclass(frozen=True, slots=True)
class Words:
    """Every fixed word of a document in one language, and how its sentences, days and numbers are put together."""

    heading: str
    heading_attendance: str
    did_category: str
    did_program: str
    did_attendance: str
    program: str
    scope_category: str
    scope_program_one: str
    scope_program: str
    scope_attendance: str
    completed: str
    score: str
    score_all: str
    held: str
    online: str
    minutes: str
    hour: str
    hours: str
    hours_minutes: str
    ahead_one: str
    ahead: str
    module: str
    modules: str
    entities_counted: str
    must: str
    should: str
    criteria_counted: str
    check: str
    renews: str
    issued: str
    stands: str
    note: str
    note_attendance: str
    demonstration: str
    code: str
    document: str
    credential: str
    nameless: str
    numbers: tuple[str, ...]
    day: str
    day_first: str
    months: tuple[str, ...]
    thousands: str


@dataclass(frozen=True, slots=True)
class Size:
    """A step of a text's size: for texts up to `most` units, its class, points, points a line, and how many ems a unit is."""

    most: float
    name: str
    points: float
    line: float
    em: float


@dataclass(frozen=True, slots=True)
class Room:
    """Points of a paper: from the top of the text to the bottom of the foot less a clear line, and across text and foot."""

    room: float
    across: float
    foot_across: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the styles of the folder say, in points, for the decisions about what fits. The tests draw the extremes.

    `fixed` is the height of what every sheet has, by spacing; the foot is `foot_fixed` and its lines, at least `foot_least`,
    the height of the code. Lists longer than `longest_list` units are counted; a crowded
    sheet cuts the title and the place of a workshop after so many characters.
    """

    papers: Mapping[Paper, Room]
    fixed: Mapping[str, float]
    foot_fixed: float
    foot_least: float
    name: tuple[Size, ...]
    organization: tuple[Size, ...]
    title: tuple[Size, ...]
    facts: Size
    facts_full: Size
    small: Size
    markings: Size
    notes: Size
    longest_list: float
    longest_title: int
    longest_place: int


@learned
@dataclass(frozen=True, slots=True)
class Design:
    """A version of the document: its words by language, and its sizes."""

    words: Mapping[Language, Words]
    sizes: Sizes


@cache
def design(version: int) -> Design:
    """The design a record names."""
    plain = {
        name: msgspec.json.decode((FOLDER / str(version) / f"{name}.json").read_bytes()) for name in ("words", "sizes")
    }
    return msgspec.convert(plain, type=Design)
