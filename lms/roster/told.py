"""Sentences that are written down in English with their parts, and read later in the reader's language. Pure.

A part is text, a number, a list of slugs of job functions, or a day as {"day": "2027-01-04"}.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

Told = list[Any]


class Unreadable(Exception):
    """A file that no row can be read from. `told` says why, and what to do."""

    def __init__(self, message: str, **parts: object) -> None:
        super().__init__(message)
        self.told = told(message, **parts)


def told(message: str, **parts: object) -> Told:
    """As it is stored: the English message, and its parts as JSON values."""
    return [message, {name: _plain(part) for name, part in parts.items()}]


def _plain(part: object) -> object:
    if isinstance(part, date):
        return {"day": part.isoformat()}
    return list(part) if isinstance(part, tuple) else part


def day_of(part: Mapping[str, str]) -> date:
    return date.fromisoformat(part["day"])
