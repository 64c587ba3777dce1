import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.framework import Phase
from lms.reporting.charts import BAR_WIDTH, TALL, WIDE, Drawing, Frame, bar, drawings, says
from lms.reporting.rules import Curve, Figures, curve, mondays
from lms.schedule.rules import Schedule

TODAY = date(2026, 11, 24)


def schedule(*offsets: int, enforced: int = 90) -> Schedule:
    phases = tuple(Phase(n, TODAY + timedelta(o), (n,)) for n, o in enumerate(offsets, 1))
    return Schedule(TODAY + timedelta(enforced), phases)


def curve_of(weeks: list[tuple[int, int]], dues: dict[date, int], enforced: date) -> Curve:
    """From (required, complete) at each Monday and today."""
    start = TODAY - timedelta(days=TODAY.weekday() + 7 * (len(weeks) - 2)) if len(weeks) > 1 else TODAY
    days = [monday - timedelta(days=1) for monday in mondays(start, TODAY)] + [TODAY]
    known = {day: Figures(required=max(week), complete=min(week)) for day, week in zip(days, weeks, strict=True)}
    return curve(known.__getitem__, dues, start=start, day=TODAY, enforcement=enforced)


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Curve, Schedule]:
    counts = st.integers(0, 900)
    weeks = draw(st.lists(st.tuples(counts, counts), min_size=1, max_size=60))
    given_schedule = schedule(
        *sorted(draw(st.lists(st.integers(-300, 300), max_size=5))), enforced=draw(st.integers(-400, 700))
    )
    dues = draw(
        st.dictionaries(st.integers(-200, 600).map(lambda n: TODAY + timedelta(n)), st.integers(1, 900), max_size=5)
    )
    return curve_of(weeks, dues, given_schedule.enforcement_date), given_schedule


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


@given(pictures())
def test_everything_is_drawn_inside_the_frame(picture: tuple[Curve, Schedule]) -> None:
    for drawing, frame in zip(drawings(*picture), (WIDE, TALL), strict=True):
        assert drawing.frame is frame
        for x, y in (*numbers(drawing.plan), *numbers(drawing.series), drawing.dot):
            assert frame.left <= x <= frame.right
            assert frame.top <= y <= frame.bottom
        for x in (*drawing.phases, *drawing.ticks, *([drawing.gate] if drawing.gate is not None else [])):
            assert frame.left <= x <= frame.right


@given(pictures())
def test_the_plan_never_falls_and_the_series_ends_at_its_dot(picture: tuple[Curve, Schedule]) -> None:
    for drawing in drawings(*picture):
        for path in (drawing.series, drawing.plan):
            points = numbers(path)
            assert [x for x, _ in points] == sorted(x for x, _ in points)
        assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
        assert numbers(drawing.series)[-1] == drawing.dot


@given(pictures())
def test_labels_under_the_axis_never_touch(picture: tuple[Curve, Schedule]) -> None:
    for drawing in drawings(*picture):
        spans = sorted(spans_of(drawing, drawing.frame))
        assert spans
        for (_, right), (left, _) in pairwise(spans):
            assert right < left
        assert spans[0][0] >= 0
        assert spans[-1][1] <= drawing.frame.width + 1


def spans_of(drawing: Drawing, frame: Frame) -> list[tuple[float, float]]:
    below = [label for label in drawing.labels if label.y == frame.bottom + 24]
    return [(t.x - len(t.words) * frame.letter / 2, t.x + len(t.words) * frame.letter / 2) for t in below]


def test_the_curve_says_what_it_shows() -> None:
    weeks = [(100, 3), (200, 46), (100, 61)]
    drawn = curve_of(weeks, {TODAY + timedelta(days=1): 100}, TODAY + timedelta(90))
    assert says(drawn) == (
        "Completion rose from 3 percent on November 16 to 61 percent on November 24. The plan for that day is 89 percent."
    )
    wide, tall = drawings(drawn, schedule(13, 41, 62, 76))
    assert "61 % today" in {label.words for label in wide.labels} & {label.words for label in tall.labels}
    assert {"Plan 100 %", "Phase 1", "Enforced Feb 22", "Nov 16"} <= {label.words for label in wide.labels}
    assert wide.gate == WIDE.right
    past, _ = drawings(drawn, schedule(13), past=True)
    assert "61 % on Nov 24" in {label.words for label in past.labels}


def test_a_curve_can_fall() -> None:
    drawn = curve_of([(10, 5), (100, 20)], {}, TODAY)
    assert says(drawn).startswith("Completion fell from 50 percent on November 23 to 20 percent on November 24.")


def test_a_curve_of_one_day_can_be_drawn() -> None:
    drawn = curve_of([(0, 0)], {}, TODAY)
    assert says(drawn).startswith("Completion stands at 0 percent on November 24.")
    assert all(d.dot == (d.frame.left, d.frame.bottom) for d in drawings(drawn, schedule(enforced=0)))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_bar_is_full_only_when_everything_is_complete(complete: int, begun: int, rest: int) -> None:
    drawn = bar(Figures(required=complete + begun + rest, complete=complete, begun=begun))
    assert drawn.done + drawn.begun <= BAR_WIDTH
    assert (drawn.done == BAR_WIDTH) == (complete > 0 and begun + rest == 0)
    assert drawn.plan is None


@pytest.mark.parametrize(("planned", "at"), [(Fraction(0), 0), (Fraction(1, 4), 75), (Fraction(1), 300)])
def test_the_plan_is_marked_on_the_bar(planned: Fraction, at: int) -> None:
    assert bar(Figures(required=80), planned).plan == at
