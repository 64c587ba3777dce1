"""Days in words; those of a moment are days in America/New_York, as all whole days of the program are."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from lms.core.language import using
from lms.web import dates

LATE = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)  # half past nine in the evening of the 24th in New York


@pytest.mark.parametrize("say", [dates.day, dates.short_day, dates.month_day, dates.weekday])
def test_a_moment_is_of_its_day_in_new_york(say: Callable[[date], str]) -> None:
    assert say(LATE) == say(date(2026, 11, 24)) != say(date(2026, 11, 25))
    with using("es"):
        assert say(LATE) == say(date(2026, 11, 24))


def test_the_day_and_the_moment_agree() -> None:
    assert dates.moment(LATE).startswith(dates.day(LATE))
    assert dates.weekday(LATE) == "Tuesday, November 24, 2026"
