"""What the feedback room decides: when comments are taken, what a comment needs, and when two say the same. Pure."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal, Protocol, TypeVar

from lms.workbooks.layout import KIND_WORDS, LONGEST_COMMENT

# What a comment says about its criterion, in the words of the workbooks: the two are two ways to say the same.
KIND_NAMES = KIND_WORDS
KINDS = tuple(KIND_NAMES)
LONGEST = LONGEST_COMMENT  # of a comment that is sent; a draft may be longer for a while
MOST_DRAFTS = 200  # of one person

# How a comment stands for its author.
Standing = Literal["draft", "sent", "answered", "withdrawn"]
STANDINGS: tuple[Standing, ...] = ("draft", "sent", "answered", "withdrawn")


class Period(Protocol):
    """Whole days in America/New_York, both included."""

    edition: str
    begins_on: date
    ends_on: date


P = TypeVar("P", bound=Period)


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says, about what. "" for what is not said yet."""

    criterion: str
    entity: str
    kind: str
    text: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the parts without which it cannot be sent, in the order of the page."""
        return tuple(name for name in ("criterion", "entity", "kind", "text") if not getattr(self, name))


def runs(period: Period, today: date) -> bool:
    """Whether comments are taken on this day."""
    return period.begins_on <= today <= period.ends_on


def running(periods: Iterable[P], editions: Collection[str], today: date) -> list[P]:
    """Those that take comments today, on editions that the site knows; the one that ends first comes first."""
    open_ones = (p for p in periods if runs(p, today) and p.edition in editions)
    return sorted(open_ones, key=lambda p: (p.ends_on, p.edition))


def coming(periods: Iterable[P], today: date) -> P | None:
    """The one that begins next."""
    return min((p for p in periods if today < p.begins_on), key=lambda p: p.begins_on, default=None)


def over(periods: Iterable[P], today: date) -> P | None:
    """The one that ended last."""
    return max((p for p in periods if p.ends_on < today), key=lambda p: p.ends_on, default=None)


def tidy(text: str) -> str:
    """The text as it is stored: lines end alike, no outer space, and no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c == "\n" else " " * c.isspace() for c in lines).strip()


def digest(words: Words) -> str:
    """The same for comments that say the same: spaces and line ends do not count. Stored while a comment is sent; a draft and
    a withdrawn one have none, so that what was taken back may be said again."""
    said = [words.criterion, words.entity, words.kind, " ".join(words.text.split())]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def standing(state: str, *, answered: bool) -> Standing:
    """How a comment in this state stands; `answered` says whether it, or the one that it is merged into, has a disposition."""
    if state == "sent" and answered:
        return "answered"
    return "sent" if state == "sent" else "withdrawn" if state == "withdrawn" else "draft"


def may_withdraw(stands: Standing) -> bool:
    """Until it is answered: after that others rely on the answer."""
    return stands in ("draft", "sent")
