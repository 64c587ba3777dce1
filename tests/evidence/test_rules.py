from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.evidence.rules import (
    AT_ONCE_DRAWINGS,
    AT_ONCE_PEOPLE,
    Period,
    Stay,
    at_once,
    last_months,
    may_open,
    stands,
    text_name,
    was_here,
    without_quiz,
    zip_name,
)

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
DAY = date(2026, 11, 24)


@st.composite
def stays(draw: st.DrawFn) -> tuple[Stay, ...]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        began = draw(days)
        length = draw(st.none() | st.integers(0, 400))
        found.append(Stay(began, None if length is None else began + timedelta(days=length)))
    return tuple(found)


@given(days, stays(), stays())
def test_what_is_done_on_a_day_belongs_to_one_company_at_most(
    day: date, here: tuple[Stay, ...], there: tuple[Stay, ...]
) -> None:
    ours, theirs = was_here(day, here, there), was_here(day, there, here)
    assert not (ours and theirs)
    assert ours <= any(stay.began <= day and (stay.ended or day) >= day for stay in here)


@given(days, days, stays())
def test_a_time_meets_a_period_when_they_share_a_day(one: date, other: date, times: tuple[Stay, ...]) -> None:
    period = Period(min(one, other), max(one, other))
    for stay in times:
        last = min(period.until, stay.ended or period.until)
        first = max(period.since, stay.began)
        assert stay.meets(period) == (first <= last)
        assert stay.meets(period) == (stay.holds(first) and period.holds(first)) or first > last


def test_the_period_offered_is_the_last_twelve_months() -> None:
    assert last_months(DAY) == Period(date(2025, 11, 25), DAY)
    assert last_months(date(2028, 2, 29)) == Period(date(2027, 3, 1), date(2028, 2, 29))


def test_a_period_begins_and_ends_at_midnight_in_new_york() -> None:
    period = Period(date(2026, 7, 1), date(2026, 11, 24))
    assert period.begins.isoformat() == "2026-07-01T04:00:00+00:00"
    assert period.ends.isoformat() == "2026-11-25T05:00:00+00:00"


def test_a_completion_stands_until_its_last_day_and_until_a_change_it_does_not_have() -> None:
    assert stands(3, DAY, (), DAY)
    assert not stands(3, DAY, (), DAY + timedelta(days=1))
    assert stands(3, None, (1, 3), DAY)
    assert not stands(3, None, (1, 4), DAY)


def test_only_a_small_packet_is_made_while_the_page_waits() -> None:
    assert at_once(AT_ONCE_PEOPLE, AT_ONCE_DRAWINGS)
    assert not at_once(AT_ONCE_PEOPLE + 1, 0)
    assert not at_once(1, AT_ONCE_DRAWINGS + 1)


def test_staff_and_the_company_s_coordinators_may_open_a_packet() -> None:
    assert may_open(sees_program=True, runs_company=False, same_company=False)
    assert may_open(sees_program=False, runs_company=True, same_company=True)
    assert not may_open(sees_program=False, runs_company=True, same_company=False)
    assert not may_open(sees_program=False, runs_company=False, same_company=True)


lines = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")), max_size=6
)


@given(lines, lines, lines, lines)
def test_quizzes_are_taken_out_and_nothing_else(
    before: list[str], quiz: list[str], between: list[str], pool: list[str]
) -> None:
    text = [*before, "## Quiz", *quiz, "## Card", *between, "## Pool: B", *pool]
    at = [number for number, line in enumerate(text, 1) if line in ("## Quiz", "## Pool: B")]
    quizzes = [len(before) + 1, len(before) + len(quiz) + len(between) + 3]
    assert set(quizzes) <= set(at) or before + quiz + between + pool
    card = [len(before) + len(quiz) + 2]
    kept = without_quiz("".join(f"{line}\n" for line in text), quizzes, card, "NOTE")
    assert kept == "".join(f"{line}\n" for line in (*before, "NOTE", "## Card", *between, "NOTE"))


def test_names_of_files() -> None:
    assert text_name("06-seal-security/seals.md", "en", 12) == "modules/06-seal-security/seals.en.r12.md"
    assert text_name("06-seal-security/seals.es.md", "es", 3) == "modules/06-seal-security/seals.es.r3.md"
    name = zip_name("DEMO 0001/../", Period(date(2026, 1, 1), date(2026, 12, 31)))
    assert name == "evidence-demo-0001-2026-01-01-2026-12-31.zip"
