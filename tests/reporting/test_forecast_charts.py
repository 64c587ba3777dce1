"""The drawing of a forecast: inside its frame, true to its numbers, no words over others."""

import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.charts import Label
from lms.reporting.forecast import History, forecast
from lms.reporting.forecast_charts import Drawing, Points, drawings, says

TODAY = date(2026, 11, 24)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Points, Drawing, Drawing]:
    required = draw(st.integers(1, 3000))
    done = draw(st.integers(0, required))
    weeks = tuple(draw(st.lists(st.integers(-3, 400), max_size=6)))
    target = TODAY + timedelta(days=draw(st.integers(-60, 500)))
    told = forecast(History(required, done, 1, weeks, {target: required}), today=TODAY, target=target)
    past = draw(st.integers(0, 26))
    days = [TODAY - timedelta(days=TODAY.weekday() + 7 * n) for n in range(past, -1, -1)]
    points = [(day, Fraction(done, required) * n / (past + 2)) for n, day in enumerate(days)]
    whole = (*points, (TODAY, Fraction(done, required)))
    wide, tall = drawings(whole, told, draw(st.sampled_from(("Phase 1", "All phases"))))
    return whole, wide, tall


def places(path: str) -> list[tuple[float, float]]:
    assert re.fullmatch(r"M[-\d. L]+Z?", path), path
    return [(float(x), float(y)) for x, y in (pair.split() for pair in path.strip("MZ").split("L"))]


def reach(label: Label, letter: float) -> tuple[float, float]:
    """From where to where on the line the words go; big ones are nearly twice as wide."""
    width = len(label.words) * letter * (1.75 if label.kind == "big" else 1)
    left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
    return left, left + width


@given(drawn())
def test_everything_is_inside_the_frame(case: tuple[Points, Drawing, Drawing]) -> None:
    for drawing in case[1:]:
        f = drawing.frame
        for path in (drawing.series, drawing.guess, drawing.band):
            for x, y in places(path):
                assert f.left <= x <= f.right
                assert f.top <= y <= f.bottom
        for label in drawing.labels:
            left, right = reach(label, f.letter)
            assert left >= -1, label
            assert right <= f.width + 1, label
            assert 0 < label.y <= f.height, label
        assert drawing.target is None or f.left <= drawing.target <= f.right


@given(drawn())
def test_the_guess_goes_on_where_the_series_ends_within_its_band(case: tuple[Points, Drawing, Drawing]) -> None:
    for drawing in case[1:]:
        series, guess, band = (places(path) for path in (drawing.series, drawing.guess, drawing.band))
        assert series[-1] == guess[0] == band[0] == drawing.dots[0]
        highest, lowest = min(y for _, y in band), max(y for _, y in band)
        assert all(highest <= y <= lowest for _, y in guess)


@given(drawn())
def test_the_days_below_do_not_touch(case: tuple[Points, Drawing, Drawing]) -> None:
    for drawing in case[1:]:
        below = [label for label in drawing.labels if label.y > drawing.frame.bottom]
        reaches = sorted(reach(label, drawing.frame.letter) for label in below)
        for (_, end), (start, _) in pairwise(reaches):
            assert end < start


@given(drawn())
def test_the_shares_do_not_touch(case: tuple[Points, Drawing, Drawing]) -> None:
    for drawing in case[1:]:
        big = [label for label in drawing.labels if label.kind == "big"]
        if len(big) == 2:
            (a, b), (c, d) = (reach(label, drawing.frame.letter) for label in big)
            apart = abs(big[0].y - big[1].y) >= 18
            assert apart or b <= c or d <= a, big


def test_it_says_what_it_shows() -> None:
    points = ((TODAY - timedelta(days=21), Fraction(3, 100)), (TODAY, Fraction(61, 100)))
    target = TODAY + timedelta(days=28)
    moving = History(100, 61, 9, (4, 5, 6, 7, 8, 9), {target: 100})
    assert says(points, forecast(moving, today=TODAY, target=target)) == (
        "Completion rose from 3 percent on November 3 to 61 percent on November 24. "
        "At the present rate it is 87 percent on December 22, between 85 and 97. It is complete on January 5."
    )
    still = History(100, 61, 9, (0,) * 6, {target: 100})
    assert says(points[1:], forecast(still, today=TODAY, target=target)) == (
        "Completion stands at 61 percent on November 24. At the present rate it is 61 percent on December 22. "
        "At the present rate it is never complete."
    )
