"""P3: the figures that are kept equal their recount. A company that is to be counted anew is left out until it was."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person, StaleFigures
from lms.assessment.models import Attempt
from lms.catalog.shelf import published
from lms.core.clock import program_day
from lms.reporting import criteria as answered
from lms.reporting import folding
from lms.reporting.facts import Reading as Facts
from lms.reporting.ledger import FIELDS, Group, add, days_of, unpack
from lms.reporting.models import CompanyCount, CompanyFigure, CountState, CriterionFigure, FigureDay

from .reading import Reading
from .rules import Broken, side_by_side

_STORED = select(CompanyCount.organization_id, CompanyCount.facts, CompanyCount.counted_at).order_by(
    CompanyCount.organization_id
)
_EMPLOYED = (
    select(Person.organization_id)
    .where(Person.organization_id.is_not(None), Person.profile_id.is_not(None))
    .distinct()
    .order_by(Person.organization_id)
)
_SHOWN = [column.name for column in CompanyFigure.__table__.columns]
_FIGURES = select(*(getattr(CompanyFigure, name) for name in _SHOWN)).order_by(
    CompanyFigure.organization_id, CompanyFigure.topic
)
_DAYS = select(FigureDay.dimension, FigureDay.value, FigureDay.topic, FigureDay.day)
_AT_ONCE = 200


def facts(read: Reading) -> Iterator[Broken]:
    """Each company was counted with what is known about it today."""
    day = read.session.scalar(select(CountState.day))
    if day is None:
        return
    stale = {row.organization_id for row in read.stream(select(StaleFigures.organization_id))}
    now = Facts(read.session, published(read.session).library.framework, day)
    companies: list[tuple[int, bytes | None]] = []
    for number, (employed, stored) in side_by_side(read.stream(_EMPLOYED), read.stream(_STORED, at_a_time=_AT_ONCE)):
        if number not in stale and (employed or stored):
            companies.append((number, stored[0].facts if stored else None))
        if len(companies) == _AT_ONCE:
            yield from _unlike(now, companies)
            companies = []
    yield from _unlike(now, companies)


def _unlike(now: Facts, companies: Sequence[tuple[int, bytes | None]]) -> Iterator[Broken]:
    found = dict(now.some([number for number, _ in companies]))
    for number, stored in companies:
        if stored is None and number in found:
            yield Broken("company_count", {"organization_id": number}, "the company has people and was never counted")
        elif stored is not None and number not in found:
            yield Broken("company_count", {"organization_id": number}, "the company has nobody")
        elif stored is not None and folding.unpacked(stored) != found[number]:
            yield Broken("company_count", {"organization_id": number}, "it was counted with other facts than are known")


def companies(read: Reading) -> Iterator[Broken]:
    """The figures of each company follow from what it was counted with."""
    for number, (stored, rows) in side_by_side(read.stream(_STORED, at_a_time=_AT_ONCE), read.stream(_FIGURES)):
        kept = {row.topic: dict(zip(_SHOWN, row, strict=True)) for row in rows}
        counted = {
            row["topic"]: row
            for one in stored
            for row in folding.company_rows(number, days_of(folding.unpacked(one.facts)), program_day(one.counted_at))
        }
        for topic in sorted(kept.keys() | counted.keys()):
            if what := _differ(kept.get(topic), counted.get(topic)):
                yield Broken("company_figure", {"organization_id": number, "topic": topic}, what)


def days(read: Reading) -> Iterator[Broken]:
    """The changes of each day add up over all companies."""
    groups: dict[Group, dict[int, int]] = {}
    for row in read.stream(_STORED, at_a_time=_AT_ONCE):
        for group, changes in days_of(folding.unpacked(row.facts)).items():
            add(groups.setdefault(group, {}), changes)
    for row in read.stream(_DAYS.add_columns(*(getattr(FigureDay, name) for name in FIELDS))):
        dimension, value, topic, day, *counts = row
        counted = unpack(groups.get((dimension, value, topic), {}).pop(day.toordinal(), 0))
        if tuple(counts) != counted:
            names = zip(FIELDS, counts, counted, strict=True)
            what = "; ".join(f"{name} is {kept}, recounted {new}" for name, kept, new in names if kept != new)
            yield Broken("figure_day", _of((dimension, value, topic), day), what)
    for group, left in sorted(groups.items()):
        for number in sorted(number for number, delta in left.items() if delta):
            yield Broken("figure_day", _of(group, date.fromordinal(number)), "there is no row, though figures change")


def criteria(read: Reading) -> Iterator[Broken]:
    """Of everybody: how often each criterion was asked in first attempts, and answered right. The entity types of a company may
    have changed since, so what is kept by type is not looked into."""
    counted = answered.counted(read.session)
    if counted is None:
        return
    until, open_then = counted
    ids = [
        row.id
        for row in read.stream(select(Attempt.id).where(Attempt.id <= until).order_by(Attempt.id))
        if row.id not in open_then
    ]
    tally = answered.tallied(read.session, ids)
    again = {criterion: tuple(counts) for (criterion, entity), counts in tally.items() if entity == answered.EVERYBODY}
    figures = select(CriterionFigure.criterion, CriterionFigure.asked, CriterionFigure.right)
    of_all = figures.where(CriterionFigure.entity == answered.EVERYBODY).order_by(CriterionFigure.criterion)
    kept = {row.criterion: (row.asked, row.right) for row in read.stream(of_all)}
    for criterion in sorted(kept.keys() | again.keys()):
        one, other = kept.get(criterion, (0, 0)), again.get(criterion, (0, 0))
        if one != other:
            what = f"asked and right are {one[0]} and {one[1]}, recounted {other[0]} and {other[1]}"
            yield Broken("criterion_figure", {"criterion": criterion, "entity": answered.EVERYBODY}, what)


def _of(group: Group, day: date) -> dict[str, Any]:
    return dict(zip(("dimension", "value", "topic"), group, strict=True)) | {"day": day.isoformat()}


def _differ(kept: dict[str, Any] | None, counted: dict[str, Any] | None) -> str:
    if counted is None:
        return "nothing of it is required of the company"
    if kept is None:
        return "there is no row, though something of it is required of the company"
    return "; ".join(
        f"{name} is {kept[name]}, recounted {counted[name]}" for name in _SHOWN if kept[name] != counted[name]
    )
