"""When a workshop is open and over, by any clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.language import using
from lms.web.dates import local_span
from lms.workshops import rules
from lms.workshops.rules import Choice

from .world import STARTS, WHEN

MOMENTS = st.integers(0, 400_000).map(lambda minutes: STARTS + timedelta(minutes=minutes - 200_000))


@dataclass(frozen=True)
class Plain:
    starts_at: datetime = STARTS
    minutes: int = 120
    zone: str = "America/Chicago"
    cancelled_at: datetime | None = None


@given(MOMENTS, st.integers(15, 960), MOMENTS)
def test_a_workshop_is_open_then_runs_then_is_over(starts: datetime, minutes: int, now: datetime) -> None:
    one = Plain(starts, minutes)
    runs = starts <= now < starts + timedelta(minutes=minutes)
    assert [rules.is_open(one, now), runs, rules.is_over(one, now)].count(True) == 1


@given(MOMENTS, MOMENTS)
def test_a_cancelled_one_is_neither_open_nor_over_nor_reminded_of(starts: datetime, now: datetime) -> None:
    one = Plain(starts, cancelled_at=now)
    decided = rules.is_open, rules.is_over, rules.is_to_remind
    assert [decide(one, now) for decide in decided] == [False] * 3


@pytest.mark.parametrize(
    ("hours", "reminded"), [(49, False), (48, True), (24, True), (2, True), (1.9, False), (0, False), (-1, False)]
)
def test_a_reminder_goes_out_two_days_before_and_while_there_is_time(hours: float, reminded: bool) -> None:
    assert rules.is_to_remind(Plain(), STARTS - timedelta(hours=hours)) is reminded


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("America/Chicago", "2026-12-08 09:00"),
        ("America/New_York", "2026-12-08 10:00"),
        ("America/Phoenix", "2026-12-08 08:00"),
    ],
)
def test_the_local_time_is_that_of_the_place(zone: str, clock: str) -> None:
    assert f"{rules.local_time(Plain(zone=zone)):%Y-%m-%d %H:%M}" == clock


def span(one: Plain) -> str:
    return local_span(one.starts_at, rules.ends_at(one), ZoneInfo(one.zone))


def test_a_date_names_its_weekday_its_zone_and_a_city_in_it() -> None:
    assert span(Plain()) == WHEN
    with using("es"):
        assert span(Plain()).startswith("martes, 8 de diciembre de 2026")
        assert span(Plain()).endswith("(hora central, Chicago)")
    with using("fr"):
        assert span(Plain()).endswith("(heure du Centre, Chicago)")


def test_the_clocks_are_those_of_the_season() -> None:
    assert "10:00 AM to 12:00 PM (Central Time, Chicago)" in span(Plain(datetime(2026, 7, 7, 15, 0, tzinfo=UTC)))


def test_one_that_ends_on_another_day_names_both_days() -> None:
    late = Plain(datetime(2026, 12, 9, 5, 0, tzinfo=UTC))
    assert span(late) == (
        "Tuesday, December 8, 2026, 11:00 PM to Wednesday, December 9, 2026, 1:00 AM (Central Time, Chicago)"
    )


def test_the_night_of_a_change_of_clocks_is_as_long_as_it_is() -> None:
    spring = Plain(datetime(2026, 3, 8, 7, 0, tzinfo=UTC), 120)  # 1:00 AM; at 2:00 the clocks are put to 3:00
    assert span(spring) == "Sunday, March 8, 2026, 1:00 AM to 4:00 AM (Central Time, Chicago)"


def test_what_does_not_exist_counts_as_not_asked_for() -> None:
    offices, entities = ("houston",), ("sea-carriers",)
    every = {"office": "houston", "language": "es", "entity": "sea-carriers", "how": "online"}
    assert rules.read_choice(every, offices, entities) == Choice("houston", "es", "sea-carriers", "online")
    nothing = {"office": "nowhere", "language": "xx", "entity": "pirates", "how": "by ship"}
    assert rules.read_choice(nothing, offices, entities) == Choice()
    assert not Choice().active
