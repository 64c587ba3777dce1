"""What staff type and when people are marked, with plain values."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.catalog.shelf import Published
from lms.workshops import attendance, forms, zones
from lms.workshops.attendance import certificate_due, marking_opens, phones_close, takes_marks
from tests.factories.training import PASSWORDS, SEALS

from .world import PLANNED, STARTS

MINUTE = timedelta(minutes=1)
TYPED = {
    "title": "Seals at the dock",
    "about": "Bring a seal that was broken.",
    "office": "houston",
    "place": "Sample Hall",
    "link": "",
    "zone": "America/Chicago",
    "day": "2026-12-08",
    "time": "09:00",
    "minutes": "120",
    "seats": "40",
    "times": "1",
    "language": "es",
    "criteria": "6.2; 6.1",
}


def read(shelf: Published, **changed: Any) -> tuple[Any, dict[str, str]]:
    """The plan and the sentences of the errors, by field."""
    _typed, plan, errors = forms.read(MultiDict(TYPED | changed), shelf.library, PLANNED)
    return plan, errors.messages


def test_a_plan_is_read(shelf_now: Published) -> None:
    plan, errors = read(shelf_now, entities=["importers"], reads=[SEALS])
    assert errors == {}
    assert plan.starts == (STARTS,)
    assert plan.criteria == ("6.1", "6.2"), "in the order of the criteria"
    assert (plan.place, plan.link, plan.language) == ("Sample Hall", None, "es")
    assert (plan.entities, plan.reads) == (("importers",), (SEALS,))


def test_a_category_stands_for_all_of_its_criteria(shelf_now: Published) -> None:
    plan, _ = read(shelf_now, criteria="6, 12.1")
    wanted = [one.id for one in shelf_now.library.framework.criteria.values() if one.category == 6]
    assert set(plan.criteria) == {*wanted, "12.1"}


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"title": " "}, "title", "150 characters"),
        ({"title": "x" * 151}, "title", "150 characters"),
        ({"about": ""}, "about", "what people learn"),
        ({"about": "x" * 2001}, "about", "2,000"),
        ({"office": "atlantis"}, "office", "from the list"),
        ({"place": ""}, "place", "one of the two"),
        ({"link": "https://meet.sample.example/"}, "place", "one of the two"),
        ({"place": "", "link": "http://meet.sample.example/"}, "link", "https://"),
        ({"place": "", "link": "https://"}, "link", "https://"),
        ({"place": "", "link": "https://[x"}, "link", "https://"),
        ({"zone": "Mars/Olympus"}, "zone", "from the list"),
        ({"day": "12/08/2026"}, "day", "2026-12-08"),
        ({"day": "2026-11-02"}, "day", "past"),
        ({"day": "9999-12-31", "times": "2"}, "day", "calendar"),
        ({"time": "9 AM"}, "time", "09:00"),
        ({"minutes": "14"}, "minutes", "15 to 960"),
        ({"minutes": "961"}, "minutes", "15 to 960"),
        ({"seats": "0"}, "seats", "1 to 300"),
        ({"seats": "²"}, "seats", "1 to 300"),
        ({"times": "13"}, "times", "1 to 12"),
        ({"criteria": ""}, "criteria", "at least one"),
        ({"criteria": "6.2 77.1"}, "criteria", "no criterion 77.1"),
        ({"entities": ["astronauts"]}, "entities", "from the list"),
        ({"reads": ["seal-security/none"]}, "reads", "from the list"),
        ({"reads": [PASSWORDS]}, "reads", "teaches none of the topics"),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(
    shelf_now: Published, changed: dict[str, Any], field: str, says: str
) -> None:
    plan, errors = read(shelf_now, **changed)
    assert plan is None
    assert list(errors) == [field]
    assert says in errors[field]


def test_a_time_that_the_clocks_skip_is_refused_with_the_one_they_show(shelf_now: Published) -> None:
    plan, errors = read(shelf_now, day="2027-03-14", time="02:30")
    assert plan is None
    assert errors == {
        "time": "On March 14, 2027 the clocks there go forward and skip 02:30. Write another time, like 03:30."
    }
    plan, errors = read(shelf_now, day="2027-03-07", time="02:30", times="2")
    assert "March 14, 2027" in errors["time"], "the second week of the series"
    plan, errors = read(shelf_now, day="2027-03-14", time="02:30", zone="America/Phoenix")
    assert errors == {}, "Phoenix keeps its clocks"


def test_a_series_keeps_its_time_on_the_clock(shelf_now: Published) -> None:
    plan, _ = read(shelf_now, day="2027-03-09", times="2")
    first, second = plan.starts
    assert second - first == timedelta(days=7, hours=-1), "the clocks go forward in between"
    assert {one.astimezone(ZoneInfo("America/Chicago")).time() for one in plan.starts} == {time(9, 0)}


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from(sorted(zones.ZONES)),
)
def test_a_moment_reads_back_as_it_was_typed_or_is_refused(day: date, clock: time, zone: str) -> None:
    wanted, here = datetime.combine(day, clock), ZoneInfo(zone)
    shown = wanted.replace(tzinfo=here).astimezone(UTC).astimezone(here).replace(tzinfo=None)
    if shown != wanted:
        with pytest.raises(zones.NoSuchTime) as gap:
            zones.moment(day, clock, zone)
        assert gap.value.then > wanted, "clocks were put forward"
        return
    found = zones.moment(day, clock, zone)
    assert found.astimezone(here).replace(tzinfo=None) == wanted
    assert found.tzinfo is UTC


def meeting(*, cancelled: bool = False) -> Any:
    return SimpleNamespace(
        starts_at=STARTS, minutes=120, zone="America/Chicago", cancelled_at=PLANNED if cancelled else None
    )


def test_phones_mark_from_half_an_hour_before_to_an_hour_after_and_staff_later_too() -> None:
    workshop = meeting()
    opens, closes = STARTS - 30 * MINUTE, STARTS + 180 * MINUTE
    assert (marking_opens(workshop), phones_close(workshop)) == (opens, closes)
    when = (opens - MINUTE, opens, closes - MINUTE, closes, closes + timedelta(days=3))
    assert [takes_marks(workshop, "phone", now) for now in when] == [False, True, True, False, False]
    for how in ("scan", "roster"):
        assert [takes_marks(workshop, how, now) for now in when] == [False, True, True, True, True]
    assert not any(takes_marks(meeting(cancelled=True), "roster", now) for now in when)


@given(st.integers(0, 10_000))
def test_a_certificate_never_follows_within_an_hour_of_the_mark(after: int) -> None:
    workshop = meeting()
    marked_at = marking_opens(workshop) + after * MINUTE
    due = certificate_due(workshop, marked_at)
    assert due >= marked_at + attendance.HELD_BACK
    assert due >= phones_close(workshop)
    assert due in (marked_at + attendance.HELD_BACK, phones_close(workshop))


def test_figures_are_asked_for_by_an_address(shelf_now: Published) -> None:
    today = date(2026, 11, 25)
    offices = {"houston", "miami"}
    plain = forms.period({}, offices, today)
    assert (plain.since, plain.until, plain.office) == (date(2026, 8, 31), None, ""), "the Monday of twelve weeks ago"
    asked = forms.period({"since": "2026-10-01", "until": "2026-10-31", "office": "miami"}, offices, today)
    assert asked.chosen == {"office": "miami", "since": "2026-10-01", "until": "2026-10-31"}
    odd = {"since": "0001-01-01", "until": "x", "office": "atlantis"}
    assert forms.period(odd, offices, today) == plain
    assert forms.period({"since": "2026-10-01", "until": "2026-09-01"}, offices, today).until is None
    week = asked.of_week(date(2026, 9, 28))
    assert (week.since, week.until) == (date(2026, 10, 1), date(2026, 10, 4)), "no more than what was asked for"
