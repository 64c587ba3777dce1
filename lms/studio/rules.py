"""Whose change stands, and what one revision changed against the one before. Pure; files are path -> digest."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lms.catalog.rules import Files, differing

# Comparing takes time that grows with the square of the lines; beyond these the two versions are for a program to compare.
MOST_LINES = 2_500
LARGEST = 250_000
CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that is not the same in two revisions. `what` is "added", "changed" or "removed"."""

    path: str
    what: str


def moved(before: Files, after: Files) -> tuple[Moved, ...]:
    """What a revision did to the files of the one before, in the order of their paths."""
    return tuple(
        Moved(path, "added" if path not in before else "changed" if path in after else "removed")
        for path in sorted(differing(before, after))
    )


def clashes(base: str | None, site: str | None, mine: str) -> bool:
    """Whether publishing this file would undo what somebody else made of it since the base. None: there is no such file."""
    return site not in (base, mine)


def last_change(history: Sequence[tuple[int, str | None]]) -> int:
    """The revision that made a file what it is at the end of this history of (revision, digest), oldest first."""
    steps = reversed(list(pairwise(history)))
    return next((number for (_, before), (number, after) in steps if before != after), history[0][0])


def text_of(data: bytes) -> str | None:
    """A file as text, None where it is none."""
    try:
        return data.decode("utf-8-sig") if b"\0" not in data else None
    except UnicodeDecodeError:
        return None


def typed_bytes(text: str) -> bytes:
    """What a browser sent of a text area, as the bytes of a file: one kind of line end, and one at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return (lines if lines.endswith("\n") else lines + "\n").encode("utf-8", "replace")


def unified(before: bytes, after: bytes) -> str | None:
    """The lines that differ, with those around them; None where the two are no text or too long to be compared."""
    one, other = text_of(before), text_of(after)
    if one is None or other is None or max(len(one), len(other)) > LARGEST:
        return None
    old, new = one.split("\n"), other.split("\n")
    if max(len(old), len(new)) > MOST_LINES:
        return None
    head, body = 2, list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT))
    return "\n".join(body[head:])
