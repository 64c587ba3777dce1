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
    """The bar of a group. `planned` is the share that the plan has complete."""
    whole = max(figures.required, 1)
    return Bar(
        done=BAR_WIDTH * figures.complete // whole,
        begun=BAR_WIDTH * figures.begun // whole,
        plan=None if planned is None else round(BAR_WIDTH * planned),
    )


def drawings(curve: Curve, schedule: Schedule, *, past: bool = False) -> tuple[Drawing, Drawing]:
    """The curve for wide windows and for phones; both show the same. `past`: its last day is not today."""
    return _draw(curve, schedule, WIDE, past), _draw(curve, schedule, TALL, past)


@dataclass(frozen=True, slots=True)
class Scale:
    """From days and shares to places in a frame."""

    frame: Frame
    start: date
    days: int

    def x(self, day: date) -> float:
        return round(self.frame.left + (self.frame.right - self.frame.left) * (day - self.start).days / self.days, 1)

    def y(self, share: Fraction) -> float:
        return round(self.frame.bottom - (self.frame.bottom - self.frame.top) * float(share), 1)

    def path(self, points: Iterable[tuple[date, Fraction]]) -> str:
        return "M" + "L".join(f"{self.x(day)} {self.y(share)}" for day, share in points)


def _draw(curve: Curve, schedule: Schedule, frame: Frame, past: bool) -> Drawing:
    scale = Scale(frame, curve.start, max((curve.end - curve.start).days, 1))
    inside = [p for p in schedule.phases if curve.start < p.date <= curve.end]
    ahead = curve.start < schedule.enforcement_date <= curve.end
    ticks = labelled(_wanted(curve, schedule, scale), frame)
    return Drawing(
        frame=frame,
        levels=tuple((level_at(frame, n), f"{n} %") for n in PERCENTS),
        phases=tuple(scale.x(p.date) for p in inside),
        gate=scale.x(schedule.enforcement_date) if ahead else None,
        plan=scale.path(curve.plan),
        series=scale.path((p.day, p.share) for p in curve.points),
        dot=(scale.x(curve.last.day), scale.y(curve.last.share)),
        ticks=tuple(x for x, _ in ticks),
        labels=(*(label for _, label in ticks), _last(curve, scale, past), _plan_end(curve, scale)),
    )


def level_at(frame: Frame, level: int) -> float:
    return round(frame.bottom - (frame.bottom - frame.top) * level / 100, 1)


def _wanted(curve: Curve, schedule: Schedule, scale: Scale) -> list[tuple[float, tuple[str, ...]]]:
    """Places on the time axis and the words for them, longest first; the most telling place first."""
    enforced = schedule.enforcement_date
    on = short(enforced)
    dates: list[tuple[date, tuple[str, ...]]] = [
        (enforced, (f"Enforced {on}", on) if scale.frame is WIDE else (on,)),
        (curve.start, (short(curve.start),)),
        *((p.date, (f"Phase {p.number}", str(p.number))) for p in schedule.phases),
        *((p.day, (short(p.day),)) for p in curve.points[4::4]),
    ]
    return [(scale.x(day), words) for day, words in dates if curve.start <= day <= curve.end]


def labelled(wanted: Sequence[tuple[float, tuple[str, ...]]], frame: Frame) -> list[tuple[float, Label]]:
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


def _last(curve: Curve, scale: Scale, past: bool) -> Label:
    """The share of the last day beside its dot, on the side that has room."""
    x, y = scale.x(curve.last.day), scale.y(curve.last.share)
    words = f"{curve.last.percent} % {f'on {short(curve.last.day)}' if past else 'today'}"
    beside = round(y + 26 if y + 26 < scale.frame.bottom - 6 else y - 14, 1)
    if scale.frame.width - x > len(words) * scale.frame.letter * 1.8:
        return Label(round(x + 12, 1), beside, words, "start", "big")
    return Label(round(x - 12, 1), beside, words, "end", "big")


def _plan_end(curve: Curve, scale: Scale) -> Label:
    """The plan's share at the right end of its line."""
    end, share = curve.plan[-1]
    words = f"Plan {percent(share, 1)} %"
    if scale.frame.name == "wide":
        return Label(scale.x(end) + 14, scale.y(share) - 4, words, "start", "strong")
    return Label(scale.x(end), scale.y(share) - 12, words, "end", "strong")


def short(day: date) -> str:
    return f"{day:%b} {day.day}"


def says(curve: Curve) -> str:
    """What the curve says, for those who do not see it."""
    first, last = curve.points[0], curve.last
    how = "stands at"
    if first.percent != last.percent:
        how = (
            f"{'rose' if first.percent < last.percent else 'fell'} from {first.percent} percent on {long(first.day)} to"
        )
    return f"Completion {how} {last.percent} percent on {long(last.day)}. The plan for that day is {last.plan_percent} percent."


def long(day: date) -> str:
    return f"{day:%B} {day.day}"
