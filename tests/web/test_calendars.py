"""Calendar files, read back."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from lms.web.calendars import Happening, calendar

MADE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_whole_days_and_moments_read_back() -> None:
    begins = datetime(2026, 12, 3, 15, tzinfo=UTC)
    days = Happening("a@x.example", "Phase 1", date(2026, 12, 7), date(2026, 12, 8), about="Two; days, with\nlines")
    gone = Happening(
        "b@x.example", "Taller", begins, begins + timedelta(hours=2), place="Laredo", sequence=3, cancelled=True
    )
    book = Calendar.from_ical(calendar("MSC Ready", [days, gone], made_at=MADE))
    first, second = book.walk("VEVENT")
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 12, 7), date(2026, 12, 9))
    assert str(first["description"]) == "Two; days, with\nlines"
    assert (second.decoded("dtstart"), second.decoded("dtend")) == (begins, begins + timedelta(hours=2))
    assert (str(second["status"]), int(second["sequence"]), str(second["location"])) == ("CANCELLED", 3, "Laredo")


def test_the_same_happenings_give_the_same_bytes() -> None:
    one = Happening("a@x.example", "Enforcement", date(2027, 2, 22), date(2027, 2, 22))
    assert calendar("x", [one], made_at=MADE) == calendar("x", [one], made_at=MADE)
