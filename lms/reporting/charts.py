"""Where everything of a drawing goes, from numbers: the completion curve twice (wide and tall), and bars. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from lms.schedule.rules import Schedule

from .rules import Curve, Figures, percent

Anchor = Literal["start", "middle", "end"]
BAR_WIDTH = 300
PERCENTS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing's size and the edges of its plot, in units of its viewBox. `letter` is about the width of one."""

    name: Literal["wide", "tall"]
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    letter: float


WIDE = Frame("wide", 1080, 360, 52, 930, 24, 316, 7.0)
TALL = Frame("tall", 358, 340, 44, 348, 46, 300, 6.6)


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the drawing. `kind` is a class of the style sheet."""

    x: float
    y: float
    words: str
    anchor: Anchor = "middle"
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing of the curve. `levels` are (y, words), `phases` and `ticks` x positions, paths are SVG path data."""

    frame: Frame
    levels: tuple[tuple[float, str], ...]
    phases: tuple[float, ...]
    gate: float | None
    plan: str
    series: str
    dot: tuple[float, float]
    ticks: tuple[float, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Widths of BAR_WIDTH: complete, begun after it; and where the plan has it, None for no plan."""

    done: int
    begun: int
    plan: int | None


def bar(figures: Figures, planned: Fraction | None = None) -> Bar:
    """The bar of a group. `planned` is how many requirements the plan has complete."""
    whole = max(figures.required, 1)
    return Bar(
        done=BAR_WIDTH * figures.complete // whole,
        begun=BAR_WIDTH * figures.begun // whole,
        plan=None if planned is None else round(BAR_WIDTH * planned / whole),
    )


def drawings(curve: Curve, schedule: Schedule) -> tuple[Drawing, Drawing]:
    """The curve for wide windows and for phones; both show the same."""
    return _draw(curve, schedule, WIDE), _draw(curve, schedule, TALL)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and counts to places in a frame."""

    frame: Frame
    start: date
    days: int
    required: int

    def x(self, day: date) -> float:
        return round(self.frame.left + (self.frame.right - self.frame.left) * (day - self.start).days / self.days, 1)

    def y(self, count: int | Fraction) -> float:
        share = float(Fraction(count) / self.required) if self.required else 0.0
        return round(self.frame.bottom - (self.frame.bottom - self.frame.top) * share, 1)

    def path(self, points: Iterable[tuple[date, int | Fraction]]) -> str:
        return "M" + "L".join(f"{self.x(day)} {self.y(count)}" for day, count in points)


def _draw(curve: Curve, schedule: Schedule, frame: Frame) -> Drawing:
    scale = _Scale(frame, curve.start, max((curve.end - curve.start).days, 1), curve.required)
    inside = [p for p in schedule.phases if curve.start < p.date <= curve.end]
    ahead = curve.start < schedule.enforcement_date <= curve.end
    ticks = _ticks(_wanted(curve, schedule, scale), frame)
    return Drawing(
        frame=frame,
        levels=tuple((_level(frame, n), f"{n} %") for n in PERCENTS),
        phases=tuple(scale.x(p.date) for p in inside),
        gate=scale.x(schedule.enforcement_date) if ahead else None,
        plan=scale.path(curve.plan),
        series=scale.path((p.day, p.complete) for p in curve.points),
        dot=(scale.x(curve.today.day), scale.y(curve.today.complete)),
        ticks=tuple(x for x, _ in ticks),
        labels=(*(label for _, label in ticks), _today(curve, scale), _plan_end(curve, scale)),
    )


def _level(frame: Frame, level: int) -> float:
    return round(frame.bottom - (frame.bottom - frame.top) * level / 100, 1)


def _wanted(curve: Curve, schedule: Schedule, scale: _Scale) -> list[tuple[float, tuple[str, ...]]]:
    """Places on the time axis and the words for them, longest first; the most telling place first."""
    enforced = schedule.enforcement_date
    on = _day(enforced)
    dates: list[tuple[date, tuple[str, ...]]] = [
        (enforced, (f"Enforced {on}", on) if scale.frame is WIDE else (on,)),
        (curve.start, (_day(curve.start),)),
        *((p.date, (f"Phase {p.number}", str(p.number))) for p in schedule.phases),
        *((p.day, (_day(p.day),)) for p in curve.points[4::4]),
    ]
    return [(scale.x(day), words) for day, words in dates if curve.start <= day <= curve.end]


def _ticks(wanted: Sequence[tuple[float, tuple[str, ...]]], frame: Frame) -> list[tuple[float, Label]]:
    """The places that get a label, so that no two labels touch: for each the longest words that fit, or none."""
    taken: list[tuple[float, float]] = []
    ticks = []
    for x, choices in wanted:
        for words in choices:
            half = len(words) * frame.letter / 2
            middle = min(max(x, half), frame.width - half)
            left, right = middle - half - frame.letter, middle + half + frame.letter
            if all(right < begin or left > end for begin, end in taken):
                taken.append((middle - half, middle + half))
                ticks.append((x, Label(round(middle, 1), frame.bottom + 24, words)))
                break
    return ticks


def _today(curve: Curve, scale: _Scale) -> Label:
    """The share of today beside its dot, on the side that has room."""
    x, y = scale.x(curve.today.day), scale.y(curve.today.complete)
    words = f"{percent(curve.today.complete, curve.required)} % today"
    beside = round(y + 26 if y + 26 < scale.frame.bottom - 6 else y - 14, 1)
    if scale.frame.width - x > len(words) * scale.frame.letter * 1.8:
        return Label(round(x + 12, 1), beside, words, "start", "big")
    return Label(round(x - 12, 1), beside, words, "end", "big")


def _plan_end(curve: Curve, scale: _Scale) -> Label:
    """The plan's share at the right end of its line."""
    end, count = curve.plan[-1]
    words = f"Plan {percent(count, curve.required)} %"
    if scale.frame.name == "wide":
        return Label(scale.x(end) + 14, scale.y(count) - 4, words, "start", "strong")
    return Label(scale.x(end), scale.y(count) - 12, words, "end", "strong")


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def says(curve: Curve) -> str:
    """What the curve says, for those who do not see it."""
    first, today = curve.points[0], curve.today
    begun, now = percent(first.complete, curve.required), percent(today.complete, curve.required)
    rose = f"rose from {begun} percent on {_long(first.day)} to" if begun < now else "stands at"
    plan = percent(today.planned, curve.required)
    return f"Completion {rose} {now} percent on {_long(today.day)}. The plan for that day is {plan} percent."


def _long(day: date) -> str:
    return f"{day:%B} {day.day}"
