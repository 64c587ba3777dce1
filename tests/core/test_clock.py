"""Days reckoned in months."""

from datetime import date

import pytest

from lms.core.clock import months_later


@pytest.mark.parametrize(
    ("completed", "months", "last"),
    [
        (date(2026, 11, 12), 12, date(2027, 11, 12)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(completed: date, months: int, last: date) -> None:
    assert months_later(completed, months) == last
