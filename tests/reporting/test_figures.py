"""Figures equal a recount in plain Python, whatever the data and the filters (P3)."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from lms.core.clock import program_day
from lms.core.database import Base
from lms.reporting import figures, roster
from lms.reporting.filters import Choice, Filters
from lms.reporting.requirements import Slice
from lms.reporting.roster import Tally
from lms.reporting.rows import rows
from lms.reporting.rules import Status, curve_start, planned

from . import world as w

many = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Iterator[Session]:
    url = "sqlite://"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.execute("CREATE DATABASE figures")
        url = cluster.url("figures")
    engine = create_engine(url)
    Base.metadata.create_all(engine, tables=w.TABLES)
    with Session(engine) as session:
        yield session
    engine.dispose()


@many
@given(w.worlds(), w.filters())
def test_every_table_equals_its_recount(database: Session, world: w.World, filters: Filters) -> None:
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    found = w.facts(world, filters)

    assert figures.total(database, part) == (w.count(found), len({f.company.number for f in found}))
    assert figures.by_category(database, part) == w.count_by(found, lambda f: f.need.category)
    assert figures.by_phase(database, part) == w.count_by(found, lambda f: f.need.phase)
    area_of = {number: slug for slug, numbers in w.AREAS.items() for number in numbers}
    assert figures.by_focus_area(database, part) == w.count_by(found, lambda f: area_of[f.need.category])
    types = [filters.entity] if filters.entity else w.ENTITIES
    of_type = {e: [f for f in found if e in f.company.entities] for e in types}
    assert figures.by_entity_type(database, part) == {e: w.count(some) for e, some in of_type.items() if some}


@many
@given(w.worlds(), w.filters())
def test_companies_equal_their_recount_and_stand_in_order(database: Session, world: w.World, filters: Filters) -> None:
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    expected = w.count_by(w.facts(world, filters), lambda f: f.company)

    behind = list(figures.companies(database, part))
    assert {c.number: (c.name, c.entities, c.figures) for c in behind} == {
        c.number: (c.name, tuple(sorted(c.entities)), counted) for c, counted in expected.items()
    }
    assert len(behind) == len(expected)
    shares = [c.figures.complete / c.figures.required for c in behind]
    assert shares == sorted(shares)
    ahead = [c.figures.complete / c.figures.required for c in figures.companies(database, part, order="ahead")]
    assert ahead == sorted(ahead, reverse=True)
    paged = [c for n in range(0, len(behind) + 1, 2) for c in figures.companies(database, part, limit=2, offset=n)]
    assert paged == behind


@many
@given(w.worlds(), w.filters())
def test_rows_are_the_requirements_themselves(database: Session, world: w.World, filters: Filters) -> None:
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    found = list(rows(database, part))
    assert Counter(
        (r.email, r.company_number, r.module, r.category, r.phase, r.due, r.status, r.started_at, r.completed_at)
        for r in found
    ) == Counter(
        (
            f"{f.person}@sample.example",
            f.company.number,
            f.need.module,
            f.need.category,
            f.need.phase,
            f.due,
            f.status,
            f.started_at,
            f.completed_at,
        )
        for f in w.facts(world, filters)
    )
    paged = [r for n in range(0, len(found) + 1, 3) for r in rows(database, part, limit=3, offset=n)]
    assert paged == found


@many
@given(w.worlds(), w.filters())
def test_the_curve_equals_its_recount(database: Session, world: w.World, filters: Filters) -> None:
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    found = w.facts(world, filters)
    begun = [s for worker in world.workers for s, _ in worker.progress.values()]
    first = figures.began_on(database)
    assert first == (program_day(min(begun)) if begun else None)

    dues = figures.dues(database, part)
    assert {(c, d): n for c, days in dues.items() for d, n in days.items()} == Counter(
        (f.need.category, f.due) for f in found
    )
    by_day = Counter(f.due for f in found)
    start = curve_start(first, world.today)
    enforcement = world.today + timedelta(days=30)
    drawn = figures.curve(database, part, by_day, start=start, enforcement=enforcement)

    assert drawn.required == len(found)
    assert (drawn.start, drawn.today.day, drawn.end) == (
        start if start < world.today else world.today,
        world.today,
        enforcement,
    )
    assert drawn.today.complete == sum(f.completed_at is not None for f in found)
    for point in drawn.points[:-1]:
        before = [f for f in found if f.completed_at and program_day(f.completed_at) < point.day]
        assert (point.complete, point.planned) == (len(before), planned(by_day, start, point.day))
        assert point.day.weekday() == 0


@many
@given(w.worlds(), w.choices)
def test_a_roster_equals_its_recount(database: Session, world: w.World, chosen: Choice) -> None:
    w.fill(database, world)
    for number in range(len(world.companies)):
        people = w.employed(world, number, chosen)
        late = {n for n, (_, facts) in people.items() if any(f.status is Status.OVERDUE for f in facts)}
        done = {n for n, (_, facts) in people.items() if facts and all(f.completed_at for f in facts)}
        waiting = [f for _, facts in people.values() for f in facts if not f.completed_at]

        tally = roster.tally(database, number + 1, world.today, chosen)
        gone = w.employed(world, number, chosen, ended=True)
        next_due = min((f.due for f in waiting), default=None)
        assert tally == Tally(len(people), len(late), len(done), next_due, len(gone))

        shown = {"all": set(people), "behind": late, "complete": done, "ended": set(gone)}[chosen.show]
        members = list(roster.everybody(database, number + 1, world.today, chosen))
        assert [m.id for m in members if m.id in shown] == [m.id for m in members]
        assert len(members) == len(shown) == tally.shown(chosen.show)
        assert [m.overdue for m in members] == sorted((m.overdue for m in members), reverse=True)
        for member in members:
            counted = w.count((people | gone)[member.id][1])
            assert (member.required, member.complete, member.overdue) == (
                counted.required,
                counted.complete,
                counted.overdue,
            )
            theirs = [f for f in (people | gone)[member.id][1] if not f.completed_at]
            expected = min(
                ((f.due, f.need.category, f.need.module) for f in theirs),
                default=(None, 0, ""),
            )
            assert (member.next_due, member.next_module) == (expected[0], expected[2])
