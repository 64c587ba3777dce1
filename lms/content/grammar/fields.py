"""The fields of a YAML record, read with the type that is expected; what is wrong is reported at its place."""

import re
from collections.abc import Collection
from datetime import date

from ..problem import Report, shown
from .text import did_you_mean, listed
from .yaml import Record, Sequence, Text, Value

_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"[0-9]{1,4}")


class Fields:
    """Reads one record. Each method returns None where the key is missing or its value was reported.

    `inside` names the record in messages, such as "front matter".
    """

    def __init__(self, record: Record, report: Report, known: Collection[str], inside: str) -> None:
        self.record = record
        self.report = report
        self.inside = inside
        for name, key in record.keys.items():
            if name not in known:
                fix = did_you_mean(name, known, f"The keys are {listed(known)}.")
                report.add("F013", key.line, key.column, f"The {inside} has no key `{shown(name)}`.", fix)

    def place(self, key: str) -> tuple[int, int]:
        """Where the value of a key stands, or the record, if it has no such key."""
        at: Value | Text = self.record.values.get(key) or self.record.keys.get(key) or self.record
        return at.line, at.column

    def given(self, key: str) -> Value | None:
        return self.record.values.get(key)

    def required(self, key: str) -> Value | None:
        if key not in self.record.keys:
            line, column = self.record.line, self.record.column
            self.report.add(
                "F014", line, column, f"The {self.inside} lacks the key `{key}`.", f"Add a line `{key}: ...`."
            )
        return self.record.values.get(key)

    def wrong(self, value: Value, key: str, wanted: str) -> None:
        self.report.add("F015", value.line, value.column, f"`{key}` must be {wanted}.", f"Write {wanted}.")

    def text(self, key: str, *, optional: bool = False) -> str | None:
        value = self.given(key) if optional else self.required(key)
        if value is None:
            return None
        if not isinstance(value, Text) or not value.value.strip():
            self.wrong(value, key, "a text")
            return None
        return " ".join(value.value.split())

    def whole(self, key: str, low: int, high: int, *, optional: bool = False) -> int | None:
        value = self.given(key) if optional else self.required(key)
        if value is None:
            return None
        if not isinstance(value, Text) or value.quoted or not _WHOLE.fullmatch(value.value):
            self.wrong(value, key, "a whole number")
            return None
        if len(value.value) > 9 or not low <= int(value.value) <= high:
            said = f"`{key}` is {shown(value.value)}."
            self.report.add("F016", value.line, value.column, said, f"It must be from {low} to {high}.")
            return None
        return int(value.value)

    def choice(self, key: str, choices: Collection[str], *, optional: bool = False) -> str | None:
        value = self.given(key) if optional else self.required(key)
        if value is None:
            return None
        if not isinstance(value, Text):
            self.wrong(value, key, "one word")
            return None
        if value.value not in choices:
            fix = did_you_mean(value.value, choices, f"Write {' or '.join(f'`{c}`' for c in choices)}.")
            self.report.add("F020", value.line, value.column, f"`{key}` cannot be `{shown(value.value)}`.", fix)
            return None
        return value.value

    def words(self, key: str, *, optional: bool = False) -> tuple[Text, ...] | None:
        """A list of words, each once."""
        value = self.given(key) if optional else self.required(key)
        if value is None:
            return None
        if not isinstance(value, Sequence):
            self.wrong(value, key, "a list such as [a, b]")
            return None
        seen: dict[str, Text] = {}
        for item in value.items:
            if not isinstance(item, Text) or not item.value:
                self.wrong(item, key, "a list of words")
            elif item.value in seen:
                said = f"`{shown(item.value)}` is in the list twice."
                self.report.add("F021", item.line, item.column, said, "Delete one of the two.")
            else:
                seen[item.value] = item
        return tuple(seen.values())

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of small whole numbers, each once."""
        found = []
        for item in self.words(key) or ():
            if _NUMBER.fullmatch(item.value):
                found.append(int(item.value))
            else:
                self.wrong(item, key, "a list of whole numbers")
        return tuple(found)

    def day(self, key: str) -> date | None:
        value = self.required(key)
        if value is None:
            return None
        try:
            if isinstance(value, Text) and len(value.value) == 10:
                return date.fromisoformat(value.value)
        except ValueError:
            pass
        self.wrong(value, key, "a day such as 2020-01-01")
        return None


def records(value: Value | None, report: Report, what: str) -> tuple[Record, ...]:
    """The records of a list; anything else in it is reported."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or not value.items:
        report.add(
            "F015", value.line, value.column, f"{what} must be a list of records.", "Write `- slug: ...` for each."
        )
        return ()
    for item in value.items:
        if not isinstance(item, Record):
            report.add(
                "F015", item.line, item.column, f"{what} must be a list of records.", "Write `- slug: ...` for each."
            )
    return tuple(item for item in value.items if isinstance(item, Record))
