"""Where everything in the drawing of a forecast goes: what was, what comes at the present rate, its band, the target. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .charts import PERCENTS, TALL, WIDE, Anchor, Frame, Label, Scale, labelled, level_at, long, short
from .forecast import Forecast, Verdict
from .rules import percent

# What share was complete on which day.
Points = Sequence[tuple[date, Fraction]]
# A drawing goes on for this long at the least, and not much further than twice to the target day.
LEAST_AHEAD = timedelta(weeks=4)
# From a line of words to the next.
LINE = 22


@dataclass(frozen=True, slots=True)
class Drawing:
    """`levels` are (y, words), `target` and `ticks` x positions, `band` an area, `series` and `guess` lines, as SVG path data."""

    frame: Frame
    levels: tuple[tuple[float, str], ...]
    target: float | None
    series: str
    guess: str
    band: str
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[float, ...]
    labels: tuple[Label, ...]


def drawings(points: Points, told: Forecast, name: str) -> tuple[Drawing, Drawing]:
    """For wide windows and for phones; both show the same. `name` is what the target day is called."""
    return _draw(points, told, name, WIDE), _draw(points, told, name, TALL)


def _draw(points: Points, told: Forecast, name: str, frame: Frame) -> Drawing:
    start, end = points[0][0], _end(told)
    scale = Scale(frame, start, max((end - start).days, 1))
    ahead = told.today < told.target <= end
    ticks = labelled(_wanted(points, told, name, scale, end), frame)
    at_target = (scale.x(told.target), scale.y(told.share_by(told.target)))
    today = (scale.x(told.today), scale.y(told.share_by(told.today)))
    now = _now(told, today, frame)
    return Drawing(
        frame=frame,
        levels=tuple((level_at(frame, n), f"{n} %") for n in PERCENTS),
        target=scale.x(told.target) if start <= told.target <= end else None,
        series=scale.path(points),
        guess=scale.path(_line(told, told.rate, end)),
        band=scale.path([*_line(told, told.fast, end), *reversed(_line(told, told.slow, end))]) + "Z",
        dots=(today, at_target) if ahead else (today,),
        ticks=tuple(x for x, _ in ticks),
        labels=(*(label for _, label in ticks), now, *(_then(told, at_target, today, now, frame) if ahead else ())),
    )


def _end(told: Forecast) -> date:
    """As far as the target and, where it is not much further, the whole band."""
    furthest = told.today + max(2 * (told.target - told.today), LEAST_AHEAD)
    days = (told.today + LEAST_AHEAD, told.target, told.finish, told.latest)
    return min(max(day for day in days if day is not None), furthest)


def _line(told: Forecast, rate: Fraction, end: date) -> list[tuple[date, Fraction]]:
    """From today on at a rate, bent on the day on which all is complete."""
    days = {told.today, end}
    if rate > 0 and (full := told.left * 7 / rate) < (end - told.today).days:
        days.add(told.today + timedelta(days=-(-full.numerator // full.denominator)))
    return [(day, told.share_by(day, rate)) for day in sorted(days)]


def _wanted(points: Points, told: Forecast, name: str, scale: Scale, end: date) -> list[tuple[float, tuple[str, ...]]]:
    """Places on the time axis and the words for them, longest first; the most telling place first."""
    target, finish = short(told.target), told.finish
    dates: list[tuple[date, tuple[str, ...]]] = [(told.target, (f"{name}: {target}", target))]
    if finish is not None and told.verdict is not Verdict.DONE:
        dates.append((finish, (f"complete {short(finish)}", short(finish))))
    dates += [(points[0][0], (short(points[0][0]),)), (told.today, (short(told.today),))]
    dates += [(day, (short(day),)) for day, _ in points[4::4]]
    return [(scale.x(day), words) for day, words in dates if points[0][0] <= day <= end]


def _now(told: Forecast, dot: tuple[float, float], frame: Frame) -> Label:
    """The share of today above its dot on the left, where the line has not been yet."""
    words = f"{percent(told.done, told.required)} % now"
    x, y = dot
    return Label(round(max(x - 8, _width(words, frame)), 1), round(max(y - 12, frame.top + 16), 1), words, "end", "big")


def _then(
    told: Forecast, dot: tuple[float, float], today: tuple[float, float], now: Label, frame: Frame
) -> tuple[Label, ...]:
    """The share on the target day and its band: right of the dot, or where there is no room below the line from today."""
    middle, least, most = _shares(told)
    x, y = dot
    words, between = f"{middle} % then", "" if least == most else f"{least} to {most}"
    right = frame.width - x >= _width(words, frame) + 12
    anchor: Anchor = "start" if right else "end"
    beside = round(x + 12 if right else max(x - 4, _width(words, frame)), 1)
    lines = LINE if between else 0
    top = y + 30 if right else max(y + 30, today[1] + 34)
    left_end = beside if right else beside - _width(words, frame)
    if left_end < now.x + 8 and abs(top - now.y) < LINE + lines:
        top = now.y + LINE + 2
    if top + lines > frame.bottom - 8:
        top = min(now.y, frame.bottom - 8) - LINE - 2 - lines
    band = (Label(beside, round(top + 20, 1), between, anchor),) if between else ()
    return (Label(beside, round(top, 1), words, anchor, "big"), *band)


def _width(words: str, frame: Frame) -> float:
    """Of big words."""
    return len(words) * frame.letter * 1.8


def _shares(told: Forecast) -> tuple[int, int, int]:
    """Percent complete by the target day: at the present rate, in slow weeks, in fast ones."""
    middle, least, most = (percent(told.share_by(told.target, rate), 1) for rate in (told.rate, told.slow, told.fast))
    return middle, least, most


def says(points: Points, told: Forecast) -> str:
    """What the drawing says, for those who do not see it."""
    first, now = percent(points[0][1], 1), percent(told.done, told.required)
    rose = f"rose from {first} percent on {long(points[0][0])} to" if first < now else "stands at"
    sentences = [f"Completion {rose} {now} percent on {long(told.today)}."]
    if told.today < told.target:
        middle, least, most = _shares(told)
        between = "" if least == most else f", between {least} and {most}"
        sentences.append(f"At the present rate it is {middle} percent on {long(told.target)}{between}.")
    if told.finish is None:
        sentences.append("At the present rate it is never complete.")
    elif told.left:
        sentences.append(f"It is complete on {long(told.finish)}.")
    return " ".join(sentences)
