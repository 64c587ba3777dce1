"""Which two editions a reader asked for, from an address to values."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.editions import names, newest_pair
from lms.content.framework import Framework


@dataclass(frozen=True, slots=True)
class Asked:
    """From one edition to another, for an entity type, "" for all. Both are names of editions that there are."""

    a: str
    b: str
    entity: str = ""


def asked(args: Mapping[str, str], framework: Framework) -> Asked:
    """The newest pair where nothing is asked for. Values that do not exist count as not given."""
    every = names(framework)
    a, b = newest_pair(framework)
    start, end, entity = args.get("from", ""), args.get("to", ""), args.get("entity", "")
    return Asked(
        start if start in every else a, end if end in every else b, entity if entity in framework.entities else ""
    )


def number(text: str) -> int:
    """The revision whose counts somebody saw; 0 where the form says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
