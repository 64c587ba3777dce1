"""How a company says it stands with a criterion, what of that comes first, and when two who write at once are told so. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from lms.content.framework import Criterion
from lms.core.language import to_translate

# What can be said of a criterion; "" is said of none.
ANSWERS = {
    "met": to_translate("Met"),
    "partly": to_translate("Partly"),
    "not-yet": to_translate("Not yet"),
    "n/a": to_translate("Does not apply"),
}
GAPS = ("not-yet", "partly")  # the larger one first
LONGEST_NOTE = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """What a company says of a criterion. `version` counts savings, 0 before the first."""

    answer: str = ""
    note: str = ""
    version: int = 0

    @property
    def seen(self) -> str:
        """What a page carries that shows it, so that it is known later whether it was changed there, or meanwhile elsewhere."""
        return f"{self.version}-{_digest(self.answer, self.note)}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page sends of a criterion; `seen` is what it was given."""

    answer: str
    note: str
    seen: str


Verdict = Literal["same", "save", "conflict"]


def judged(stored: Said, typed: Typed) -> Verdict:
    """What becomes of what a page sends.

    What the page did not change, and what already stands so, is left alone. Where somebody else saved other words since the page
    was given, nothing is written over.
    """
    version, _, digest = typed.seen.partition("-")
    now = _digest(typed.answer, typed.note)
    if now in (digest, _digest(stored.answer, stored.note)):
        return "same"
    return "save" if version == str(stored.version) else "conflict"


def _digest(answer: str, note: str) -> str:
    return hashlib.sha256(f"{answer}\0{note}".encode()).hexdigest()[:16]


class Applies(Protocol):
    """A criterion that concerns the company, and the number of its phase."""

    @property
    def criterion(self) -> Criterion: ...

    @property
    def phase(self) -> int: ...


A = TypeVar("A", bound=Applies)


def gaps(lines: Iterable[A], said: Mapping[str, Said]) -> list[A]:
    """Criteria that are not met or met in part, the most important first: by phase, a must before a should, not yet before
    partly, then by number. What is not answered is no gap yet."""
    open_ones = [line for line in lines if said.get(line.criterion.id, Said()).answer in GAPS]
    return sorted(
        open_ones,
        key=lambda line: (
            line.phase,
            line.criterion.level != "must",
            GAPS.index(said[line.criterion.id].answer),
            line.criterion.sort_key,
        ),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria have each answer. They add up to `total`."""

    met: int
    partly: int
    not_yet: int
    not_ours: int
    unanswered: int

    @property
    def total(self) -> int:
        return self.met + self.partly + self.not_yet + self.not_ours + self.unanswered

    @property
    def answered(self) -> int:
        return self.total - self.unanswered


def tally(lines: Iterable[Applies], said: Mapping[str, Said]) -> Tally:
    counts = Counter(said.get(line.criterion.id, Said()).answer for line in lines)
    return Tally(*(counts[answer] for answer in ("met", "partly", "not-yet", "n/a", "")))
