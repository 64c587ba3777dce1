"""What every form's reading has in common: values, and errors that name their field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LONGEST_TEXT = 10_000


@dataclass(slots=True)
class Errors:
    """Messages by field id, in the order of the page; the same sentence goes to the summary and to the field."""

    messages: dict[str, str] = field(default_factory=dict)

    def add(self, field_id: str, message: str) -> None:
        self.messages.setdefault(field_id, message)

    def __bool__(self) -> bool:
        return bool(self.messages)


def text(form: Mapping[str, str], name: str) -> str:
    """The field's text without outer space and without control characters; "" when absent."""
    value = form.get(name, "")[:LONGEST_TEXT]
    return "".join(c for c in value if c.isprintable() or c == "\n").strip()


def staff_day(value: str, name: str, errors: Errors) -> date:
    """The day that somebody of the staff typed into the field; the last day there is, and an error, where it is none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        errors.add(name, "Write the day as year-month-day, like 2026-12-07.")
        return date.max
