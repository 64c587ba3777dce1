"""What staff types about certificates: what to look for, and why one is revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from lms.web.form import Errors, text

from .numbers import parse_number
from .register import KINDS, Wanted
from .rules import REASONS, Reason, Standing

LONGEST_NOTE = 500
LONGEST_WORDS = 200
# So many characters of the number are typed to confirm.
CONFIRMING = 4


@dataclass(frozen=True, slots=True)
class Revoking:
    """A revocation as it was typed; `reason` None for none chosen."""

    reason: Reason | None
    note: str


def wanted(args: Mapping[str, str]) -> tuple[Wanted, Errors]:
    """What an address asks for. What cannot be read narrows nothing, and is named."""
    errors = Errors()
    words, company = (" ".join(text(args, name).split())[:LONGEST_WORDS] for name in ("q", "company"))
    kind, standing = text(args, "kind"), text(args, "standing")
    return (
        Wanted(
            words=words,
            number=parse_number(words) or "",
            company=company,
            kind=kind if kind in KINDS else "",
            standing=next((one for one in get_args(Standing) if one == standing), None),
            since=_day(args, "since", errors),
            until=_day(args, "until", errors),
        ),
        errors,
    )


def _day(args: Mapping[str, str], name: str, errors: Errors) -> date | None:
    typed = text(args, name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        errors.add(name, "Give the day as a date, such as 2026-11-24.")
        return None


def revoking(form: Mapping[str, str], number: str) -> tuple[Revoking, Errors]:
    """The end of the number is typed once more, so that nobody revokes the wrong one, or by one click."""
    errors = Errors()
    typed, note = text(form, "reason"), " ".join(text(form, "note").split())
    reason = next((one for one in REASONS if one == typed), None)
    if reason is None:
        errors.add("reason", "Choose the reason.")
    if not note:
        errors.add("note", "Say in a sentence or two what happened. Staff reads it; nobody else does.")
    elif len(note) > LONGEST_NOTE:
        errors.add("note", f"The note has {len(note)} characters. Use {LONGEST_NOTE} or fewer.")
    if "".join(text(form, "confirm").split()).upper() != number[-CONFIRMING:]:
        errors.add("confirm", f"Type the last {CONFIRMING} characters of the number: {number[-CONFIRMING:]}.")
    return Revoking(reason, note), errors
