"""Days as people write them in a table. Pure."""

import re
from datetime import date

from lms.core.language import to_translate

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
# 2020-04-03, 2020/4/3, 2020.04.03, with or without a time of day.
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
# 25/12/2020, 12/25/2020, 25.12.2020.
PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")

AMBIGUOUS = to_translate(
    "The day %(day)s can be %(one)s or %(other)s. Write it as year-month-day, like 2020-04-03. In Excel, format the cell as a date."
)
NO_DAY = to_translate("“%(day)s” is no day that can be read. Write it as year-month-day, like 2020-04-03.")


class Unclear(ValueError):
    """A text that is no day, or could be two. `message` and `parts` say so."""

    def __init__(self, message: str, **parts: object) -> None:
        super().__init__(message)
        self.message, self.parts = message, parts


def read(text: str) -> date:
    """The day that a cell states. Raises Unclear: month and day are never guessed."""
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
        return _day(text, year, month, day)
    if found := PARTS.fullmatch(text):
        first, second, year = map(int, found.groups())
        if first <= 12 and second <= 12 and first != second:
            one, other = _day(text, year, first, second), _day(text, year, second, first)
            raise Unclear(AMBIGUOUS, day=text, one=one, other=other)
        return _day(text, year, second, first) if second <= 12 else _day(text, year, first, second)
    raise Unclear(NO_DAY, day=text[:40])


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unclear(NO_DAY, day=text) from None
    if not EARLIEST <= found <= LATEST:
        raise Unclear(NO_DAY, day=text)
    return found
