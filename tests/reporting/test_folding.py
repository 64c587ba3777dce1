"""What is kept equals a recount after every change, however folds are broken off or meet each other (P3)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts import stale
from lms.accounts.models import Organization, OrganizationEntity, Person, StaleFigures
from lms.catalog.shelf import published
from lms.core import working
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.jobs import Job
from lms.learning.models import Progress
from lms.reporting import counting, folding, questions
from lms.reporting.counting import BeingCounted
from lms.reporting.facts import Reading
from lms.reporting.filters import Filters
from lms.reporting.ledger import FIELDS, Group, days_of, unpack
from lms.reporting.models import CompanyCount, CompanyFigure, CountState, FigureDay
from lms.reporting.requirements import Slice
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person, profile_of
from tests.factories.training import PASSWORDS, SEALS, WALK

from . import histories

NOON = histories.NOON


def kept(session: Session) -> dict[tuple[str, str, str, date], tuple[int, ...]]:
    rows = session.scalars(select(FigureDay))
    return {(r.dimension, r.value, r.topic, r.day): tuple(getattr(r, name) for name in FIELDS) for r in rows}


def recounted(session: Session, today: date) -> dict[tuple[str, str, str, date], tuple[int, ...]]:
    groups: dict[Group, dict[int, int]] = {}
    for _, company in Reading(session, published(session).library.framework, today).companies():
        for group, days in days_of(company).items():
            for day, delta in days.items():
                into = groups.setdefault(group, {})
                into[day] = into.get(day, 0) + delta
    return {
        (*group, date.fromordinal(day)): unpack(delta)
        for group, days in groups.items()
        for day, delta in days.items()
        if delta
    }


def fold(session: Session, minutes: int = 0, **how: Any) -> None:
    """Everything that wants it."""
    for _ in range(20):
        if not folding.fold(session, NOON + timedelta(minutes=minutes), **how):
            return
    raise AssertionError("there is no end of folding")


@pytest.fixture
def people(session: Session) -> list[Person]:
    """A carrier of two types with two people, an importer with one; what some of them did."""
    carrier = make_organization(session, "Sample Freight", ("highway-carriers-us-mexico", "importers"), country="MX")
    importer = make_organization(session, "Muestra Imports", ("importers",), field_office="miami", employees=60)
    found = [
        make_person(session, "Ana Ejemplo", organization=carrier),
        make_person(session, "Bo Ejemplo", organization=carrier, functions=("manager", "driver"), language="es"),
        make_person(session, "Cy Ejemplo", organization=importer, functions=("manager",)),
    ]
    histories.complete(session, found[0], SEALS)
    histories.begin(session, found[0], WALK)
    histories.complete(session, found[2], PASSWORDS)
    return found


@on_both
def test_after_every_change_what_is_kept_equals_a_recount(session: Session, people: list[Person]) -> None:
    today = program_day(now())
    fold(session)
    assert kept(session) == recounted(session, today)
    assert ("entity", "importers", "all") in {key[:3] for key in kept(session)}

    def changes() -> Iterator[int | None]:
        histories.complete(session, people[1], SEALS)
        yield people[1].organization_id
        people[0].disabled_at = now()
        yield people[0].organization_id
        people[1].profile = profile_of(session, people[1].organization, ("driver",))  # type: ignore[arg-type]
        yield people[1].organization_id
        session.execute(update(Organization).where(Organization.name == "Muestra Imports").values(field_office=None))
        yield people[2].organization_id
        people[2].organization.entity_types = [OrganizationEntity(entity="exporters")]  # type: ignore[union-attr]
        yield people[2].organization_id
        session.execute(
            update(Progress)
            .where(Progress.person_id == people[1].id)
            .values(completed_at=None, again_because="change", again_on=today + timedelta(days=9))
        )
        yield people[1].organization_id

    before = kept(session)
    for minutes, company in enumerate(changes(), 1):
        stale.company(session, company)
        session.commit()
        fold(session, minutes)
        after = kept(session)
        assert after == recounted(session, today)
        assert after != before
        before = after
    assert session.scalar(select(func.count()).select_from(StaleFigures)) == 0


@on_both
def test_figures_of_a_company_go_with_its_last_person(session: Session, people: list[Person]) -> None:
    fold(session)
    own = people[2].organization_id
    assert session.scalar(select(CompanyFigure.required).where(CompanyFigure.organization_id == own).limit(1))
    people[2].organization_id = people[2].profile_id = None
    stale.company(session, own)
    session.commit()
    fold(session, 1)
    assert kept(session) == recounted(session, program_day(now()))
    assert not {key for key in kept(session) if key[:2] == ("office", "miami")}
    for table in (CompanyFigure, CompanyCount):
        assert session.scalar(select(table.organization_id).where(table.organization_id == own)) is None


@on_both
def test_two_folds_at_once_count_once(
    app: Flask, session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = folding._count
    met = []

    def slow(*given: Any) -> Any:
        """Another worker folds between reading and writing."""
        found = plain(*given)
        if not met:
            met.append(found)
            with app.app_context():
                folding.fold(db.session, NOON)
                db.session.remove()
        return found

    fold(session)
    histories.complete(session, people[0], WALK)
    stale.person(session, people[0].id)
    session.commit()
    monkeypatch.setattr(folding, "_count", slow)
    fold(session, 1)
    assert met[0].companies == [people[0].organization_id]
    assert kept(session) == recounted(session, program_day(now()))


@on_both
def test_a_fold_that_is_killed_leaves_nothing_half(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    fold(session)
    before = kept(session)
    histories.complete(session, people[0], WALK)
    stale.person(session, people[0].id)
    session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(folding, "_note", _killed)
        with pytest.raises(KeyboardInterrupt):
            folding.fold(session, NOON)
    assert kept(session) == before
    fold(session, 1)
    assert kept(session) == recounted(session, program_day(now())) != before


def _killed(*_given: Any) -> None:
    raise KeyboardInterrupt


@on_both
def test_a_company_is_counted_again_on_the_day_its_figures_change(session: Session, people: list[Person]) -> None:
    fold(session)
    next_day = session.scalars(select(CompanyCount.next_change_on).distinct()).all()
    assert set(next_day) == {date(2019, 1, 2), None}  # the day after phase 1; one has completed all
    assert not folding.waiting(session, date(2019, 1, 1))
    assert folding.waiting(session, date(2019, 1, 2))
    overdue = select(func.sum(CompanyFigure.overdue)).where(CompanyFigure.topic == "all")
    assert session.scalar(overdue) == 0
    before = kept(session)
    later = NOON + timedelta(days=13)
    assert folding.fold(session, later) == 1
    assert kept(session) == before
    assert session.scalar(overdue)
    assert folding.fold(session, later) == 0


@on_both
def test_a_recount_puts_right_what_is_wrong_and_may_be_broken_off(session: Session, people: list[Person]) -> None:
    fold(session)
    right = kept(session)
    session.execute(update(FigureDay).values(required=7))
    session.commit()
    told: list[tuple[int, int]] = []

    def killed(done: int, of: int) -> None:
        told.append((done, of))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folding.recount(session, killed)
    fold(session)  # what a worker does
    assert kept(session) == right
    folding.recount(session, lambda done, of: told.append((done, of)))
    assert kept(session) == right
    assert told[-1] == (2, 2)


def test_few_people_at_a_time_give_the_same(session: Session, people: list[Person]) -> None:
    assert folding.fold(session, NOON, people=1) == 1
    assert session.scalar(select(CountState.id)) is None  # the other company was never counted
    fold(session, 1, people=1)
    assert session.scalar(select(CountState.id)) == 1
    assert kept(session) == recounted(session, program_day(now()))


def test_workers_are_asked_where_something_changed_a_minute_after_the_last_fold(
    session: Session, people: list[Person]
) -> None:
    jobs = select(Job.state).where(Job.kind == folding.KIND)
    folding.keep_counted(session, now())
    assert session.scalars(jobs).all() == ["queued"]
    session.commit()
    run(session)
    assert session.scalars(jobs).all() == ["done"]
    stale.person(session, people[0].id)
    folding.keep_counted(session, now() + timedelta(seconds=50))
    assert session.scalars(jobs).all() == ["done"]
    folding.keep_counted(session, now() + timedelta(seconds=60))
    assert session.scalars(jobs).all() == ["queued"]


def run(session: Session) -> None:
    """Every waiting job."""
    session.commit()
    for number in session.scalars(select(Job.id).where(Job.state == "queued")).all():
        assert working.run(number, now)


KEPT = ({}, {"category": "6"}, {"entity": "importers"}, {"office": "miami", "phase": "1"}, {"language": "es"},
        {"function": "manager"}, {"level": "must"}, {"country": "MX"}, {"size": "medium"})  # fmt: skip


@on_both
@pytest.mark.parametrize("chosen", KEPT, ids=str)
def test_a_large_program_shows_what_a_small_one_counts(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    part = Slice(Filters(**chosen), published(session).library.framework, program_day(now()))
    topic = counting.topic_of(part.filters)
    by = next((name for name in chosen if name in counting.DIMENSIONS), "entity")
    live = counting.counts(session, part, by=by)
    fold(session)
    monkeypatch.setattr(counting, "LIVE", 0)
    large = counting.counts(session, part, by=by)
    assert large.counted_at == NOON
    for day in (part.today, part.today - timedelta(days=5), part.today + timedelta(days=200)):
        assert large.total(topic, day=day) == live.total(topic, day=day)
        assert large.by(by, topic, day=day) == live.by(by, topic, day=day)
    assert large.series(topic).dues() == live.series(topic).dues()
    assert large.total(topic, day=part.today).required


@on_both
def test_a_question_for_which_nothing_is_kept_is_counted_by_a_worker(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    filters = Filters(entity="importers", function="manager")
    part = Slice(filters, published(session).library.framework, program_day(now()))
    live = counting.counts(session, part, by="language")
    fold(session)
    monkeypatch.setattr(counting, "LIVE", 0)
    for _ in range(2):  # asked twice, counted once
        with pytest.raises(BeingCounted) as waiting:
            counting.counts(session, part, by="language")
    assert waiting.value.key == questions.key_of(filters, "language")
    run(session)
    counted = counting.counts(session, part, by="language")
    assert counted.total(day=part.today) == live.total(day=part.today)
    assert counted.by("language", day=part.today) == live.by("language", day=part.today)
    assert live.by("language", day=part.today).keys() == {"es", "en"}


def test_a_large_program_that_was_never_counted_is_counted_by_a_worker(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Slice(Filters(), published(session).library.framework, program_day(now()))
    live = counting.counts(session, part)
    monkeypatch.setattr(counting, "LIVE", 1)
    with pytest.raises(BeingCounted):
        counting.counts(session, part)
    run(session)
    assert counting.counts(session, part).topics(day=part.today) == live.topics(day=part.today)


@on_both
@pytest.mark.parametrize("chosen", [{}, {"entity": "importers"}, {"phase": "1"}, {"size": "medium"}], ids=str)
@pytest.mark.parametrize("order", ["behind", "ahead"])
def test_companies_of_a_large_program_stand_as_in_a_small_one(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], order: Any
) -> None:
    part = Slice(Filters(**chosen), published(session).library.framework, program_day(now()))
    live = counting.companies(session, part, order=order)
    fold(session)
    monkeypatch.setattr(counting, "LIVE", 0)
    large = counting.companies(session, part, order=order)
    assert [(c.number, c.entities, c.figures.complete, c.figures.behind) for c in large] == [
        (c.number, c.entities, c.figures.complete, c.figures.behind) for c in live
    ]
    assert [
        c for n in range(len(live)) for c in counting.companies(session, part, order=order, limit=1, offset=n)
    ] == large


def test_companies_stand_by_name_where_no_order_is_kept(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Slice(Filters(function="manager"), published(session).library.framework, program_day(now()))
    live = counting.companies(session, part)
    fold(session)
    monkeypatch.setattr(counting, "LIVE", 0)
    large = counting.companies(session, part)
    assert [c.name for c in large] == ["Muestra Imports", "Sample Freight"]
    assert sorted(large, key=lambda c: c.number) == sorted(live, key=lambda c: c.number)
