"""What the API answers: the types from which the JSON and its description are both made."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from lms.reporting import rules
from lms.reporting.forecast import Forecast as Told
from lms.reporting.forecast import Verdict
from lms.reporting.rules import Status, percent


class Problem(Struct, frozen=True):
    """What went wrong (RFC 9457). `detail` is a sentence that says what to do."""

    title: str
    status: int
    detail: str


class Waiting(Struct, frozen=True):
    """The figures are being counted. Ask again after the seconds of Retry-After."""

    status: Literal["being counted"]
    detail: str


class Figures(Struct, frozen=True):
    """Counts of one group. `people`, `behind` (with something overdue) and `finished` (with nothing open) count people,
    `companies` counts companies, the others count requirements, one for each person and module: `required` is the sum of
    `complete`, `started`, `not_started` and `overdue`. `begun` are those begun and not complete, overdue ones too; `on_time`
    those first completed by their due day. `percent` is the share complete, rounded, 100 only when nothing is missing."""

    required: int
    complete: int
    started: int
    not_started: int
    overdue: int
    begun: int
    on_time: int
    people: int
    behind: int
    finished: int
    companies: int
    percent: int


class Answer(Struct, frozen=True, kw_only=True):
    """`day` is the day at whose end figures stand, in America/New_York; today's are those of `counted_at`, in UTC.
    `filters` are those that were given."""

    day: date
    counted_at: datetime
    filters: dict[str, str]


class FiguresAnswer(Answer, frozen=True, kw_only=True):
    """The figures of everything that passes the filters. `planned_percent`: what the plan has complete by the day."""

    figures: Figures
    planned_percent: int


class Group(Struct, frozen=True):
    """The figures of one value of a dimension. `value` is what a filter takes."""

    value: str
    name: str
    figures: Figures


class GroupsAnswer(Answer, frozen=True, kw_only=True):
    """The figures by one dimension. What belongs to two groups counts in both."""

    dimension: str
    groups: Sequence[Group]


class Week(Struct, frozen=True):
    """What stood when the day began; the last one at the end of the answer's day."""

    day: date
    required: int
    complete: int
    percent: int
    planned_percent: int


class TrendAnswer(Answer, frozen=True, kw_only=True):
    """Completion week by week, from the week in which training began, two years at most."""

    weeks: Sequence[Week]


class Company(Struct, frozen=True):
    """A member company. `number` is its CTPAT number, `entities` are its entity types."""

    number: str
    name: str
    entities: Sequence[str]
    figures: Figures


class CompaniesAnswer(Answer, frozen=True, kw_only=True):
    """Companies and their figures of today. `next` is the `after` of the next page, null on the last."""

    companies: Sequence[Company]
    next: str | None


class Row(Struct, frozen=True):
    """One requirement of one person, as it stands today. `on_time` is null while it is not complete."""

    person: str
    email: str
    company: str
    company_number: str
    module: str
    title: str
    category: int
    phase: int
    due: date
    status: Status
    started_at: datetime | None
    completed_at: datetime | None
    on_time: bool | None


class RowsAnswer(Answer, frozen=True, kw_only=True):
    """The rows behind the figures. `next` is the `after` of the next page, null on the last."""

    rows: Sequence[Row]
    next: str | None


class Forecast(Struct, frozen=True):
    """When the requirements of a group will be complete, at the rate of the last whole weeks (`weeks`, oldest first). Rates are
    requirements a week: the median, and the 20th and 80th percentile with the newest weeks weighing most. A day that is null never
    comes at its rate. `missing` are those not complete by the target day; what is needed is null when no time is left."""

    target_day: date
    required: int
    complete: int
    weeks: Sequence[int]
    rate: float
    slow_rate: float
    fast_rate: float
    finish: date | None
    earliest: date | None
    latest: date | None
    first_missed_day: date | None
    percent_by_target: int
    missing: int
    needed_rate: float | None
    people_a_week: int | None
    verdict: Verdict


class TargetForecast(Struct, frozen=True):
    """The forecast of a phase by its day, or of everything by the enforcement date. `key` is what `target` takes."""

    key: str
    name: str
    forecast: Forecast


class GroupForecast(Struct, frozen=True):
    """The forecast of one entity type or field office."""

    value: str
    name: str
    forecast: Forecast


class ForecastAnswer(Answer, frozen=True, kw_only=True):
    """Every target, and the chosen one by entity type and field office."""

    targets: Sequence[TargetForecast]
    target: str
    entities: Sequence[GroupForecast]
    offices: Sequence[GroupForecast]


class Criterion(Struct, frozen=True):
    """How often questions about a criterion were asked in first attempts, and how often they were answered right."""

    criterion: str
    level: Literal["must", "should"]
    title: str
    asked: int
    right: int
    percent: int


class CriteriaAnswer(Answer, frozen=True, kw_only=True):
    """Criteria whose questions were asked, the worst answered first."""

    criteria: Sequence[Criterion]


def figures(of: rules.Figures) -> Figures:
    return Figures(
        required=of.required,
        complete=of.complete,
        started=of.started,
        not_started=of.not_started,
        overdue=of.overdue,
        begun=of.begun,
        on_time=of.on_time,
        people=of.people,
        behind=of.behind,
        finished=of.finished,
        companies=of.companies,
        percent=of.percent,
    )


def forecast(told: Told) -> Forecast:
    return Forecast(
        target_day=told.target,
        required=told.required,
        complete=told.done,
        weeks=told.weeks,
        rate=_number(told.rate),
        slow_rate=_number(told.slow),
        fast_rate=_number(told.fast),
        finish=told.finish,
        earliest=told.earliest,
        latest=told.latest,
        first_missed_day=told.misses_on,
        percent_by_target=percent(told.share_by(told.target), 1),
        missing=told.missing,
        needed_rate=None if told.needed is None else _number(told.needed),
        people_a_week=told.people_needed,
        verdict=told.verdict,
    )


def _number(rate: Fraction) -> float:
    return round(float(rate), 2)
