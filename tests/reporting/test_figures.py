"""Figures equal a recount in plain Python, whatever the data and the filters (P3)."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine, delete, insert, update
from sqlalchemy.orm import Session

from lms.accounts.models import StaleFigures
from lms.core.database import Base
from lms.reporting import figures, roster
from lms.reporting.filters import Choice, Filters
from lms.reporting.models import CompanyCount, CompanyFigure
from lms.reporting.requirements import Slice
from lms.reporting.roster import Tally
from lms.reporting.rows import Row, read_place, rows
from lms.reporting.rules import Status

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
def test_phases_equal_their_recount(database: Session, world: w.World, filters: Filters) -> None:
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    assert figures.by_phase(database, part) == w.count_by(w.facts(world, filters), lambda f: f.need.phase)


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
    places = [(r.place.company, r.place.person, r.place.module) for r in found]
    assert places == sorted(places)
    paged: list[Row] = []
    while some := list(rows(database, part, after=paged[-1].place if paged else None, limit=3)):
        paged += some
    assert paged == found
    assert list(rows(database, part, after=read_place("0.0."))) == found
    assert [read_place(str(r.place)) for r in found] == [r.place for r in found]


@many
@given(w.worlds(), w.filters())
def test_companies_that_are_known_to_have_no_rows_are_passed_over(
    database: Session, world: w.World, filters: Filters
) -> None:
    """What was counted is believed, but for companies that changed since, or on whose day something falls due."""
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    found = list(rows(database, part))
    numbers = range(1, len(world.companies) + 1)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    counted = [{"organization_id": n, "facts": b"", "counted_at": at, "next_change_on": None} for n in numbers]
    database.execute(insert(CompanyCount), counted)
    assert list(rows(database, part)) == []

    for number in numbers:
        inside = [f for f in w.facts(world) if f.company.number == f"N-{number - 1}"]
        for topic in w.TOPICS:
            database.add(w.company_figure(number, topic, [f for f in inside if w.within(f, topic)]))
    database.flush()
    assert list(rows(database, part)) == found

    database.execute(delete(CompanyFigure))
    database.execute(insert(StaleFigures), [{"organization_id": 1}])
    if len(numbers) > 1:
        database.execute(
            update(CompanyCount).where(CompanyCount.organization_id == 2).values(next_change_on=world.today)
        )
    assert list(rows(database, part)) == [r for r in found if r.place.company < 3]


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
