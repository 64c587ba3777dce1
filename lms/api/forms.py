"""What the form for a new token asks, read into a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lms.web.form import Errors, text

from . import rules


@dataclass(frozen=True, slots=True)
class NewToken:
    """`last_day` is None where none can be read."""

    name: str
    last_day: date | None


def new_token(form: Mapping[str, str], today: date) -> tuple[NewToken, Errors]:
    errors, name = Errors(), " ".join(text(form, "name").split())
    if not name:
        errors.add("name", "Write what the token is for, such as the name of the program that reads.")
    elif len(name) > rules.LONGEST_NAME:
        errors.add("name", f"Use {rules.LONGEST_NAME} characters at most.")
    latest = rules.latest_end(today)
    try:
        last_day = date.fromisoformat(text(form, "last_day"))
    except ValueError:
        last_day = None
    if last_day is None or not today <= last_day <= latest:
        errors.add("last_day", f"Choose a day from today to {latest:%B} {latest.day}, {latest.year}.")
    return NewToken(name, last_day), errors
