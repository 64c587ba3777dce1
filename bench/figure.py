"""One measured figure beside the value it should not exceed."""

from dataclasses import dataclass

from .rounds import Middle


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; lower is better. `target` is the design's aim, `reach` what this version must keep; None: none is set."""

    what: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    target: float | None = None
    reach: float | None = None
    note: str = ""

    @property
    def on_target(self) -> bool:
        return self.target is None or self.value <= self.target

    @property
    def kept(self) -> bool:
        return self.reach is None or self.value <= self.reach

    @property
    def verdict(self) -> str:
        if not self.kept:
            return "MISSED"
        if self.target is None:
            return "kept" if self.reach is not None else ""
        return "on target" if self.on_target else "kept" if self.reach is not None else "above target"


def of_middle(
    what: str, found: Middle, unit: str, *, target: float | None = None, reach: float | None = None, note: str = ""
) -> Figure:
    return Figure(what, found.median, unit, found.low, found.high, target, reach, note)


def number(value: float | None) -> str:
    """Three digits that matter, none when the value is whole: 4.87, 0.031, 128, 6."""
    if value is None:
        return ""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def columns(figure: Figure) -> tuple[str, ...]:
    """What, measured, spread, target, reach, verdict, note: as text."""
    spread = f"{number(figure.low)} to {number(figure.high)}" if figure.low is not None else ""
    measured = f"{number(figure.value)} {figure.unit}".strip()
    limits = (f"≤ {number(limit)}" if limit is not None else "" for limit in (figure.target, figure.reach))
    return (figure.what, measured, spread, *limits, figure.verdict, figure.note)
