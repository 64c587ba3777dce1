"""The figures that pages show equal a recount in plain Python, whatever the data and the filters (P3)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from lms.core.database import Base
from lms.reporting import counting
from lms.reporting.filters import Filters
from lms.reporting.requirements import Slice
from lms.reporting.rules import Figures

from . import world as w

many = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AREA_OF = {number: slug for slug, numbers in w.AREAS.items() for number in numbers}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Iterator[Session]:
    url = "sqlite://"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.execute("CREATE DATABASE counting")
        url = cluster.url("counting")
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def counted(found: list[w.Fact]) -> Figures:
    return replace(w.count(found), companies=len({f.company.number for f in found}))


def plain(figures: Figures) -> Figures:
    """Without what the world's recount does not know."""
    return replace(figures, on_time=0)


@many
@given(w.worlds(), w.filters())
def test_figures_of_today_equal_their_recount(database: Session, world: w.World, filters: Filters) -> None:
    filters = filters.but(status="")
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    found = w.facts(world, filters)
    answer = counting.counts(database, part)
    day = world.today

    assert plain(answer.total(day=day)) == counted(found)
    topics = {key: plain(figures) for key, figures in answer.topics(day=day).items()}
    expected = {"all": counted(found)} if found else {}
    expected |= {f"category:{c}": counted([f for f in found if f.need.category == c]) for c in range(1, 13)}
    expected |= {f"phase:{p}": counted([f for f in found if f.need.phase == p]) for p in range(1, 4)}
    expected |= {f"area:{a}": counted([f for f in found if AREA_OF[f.need.category] == a]) for a in w.AREAS}
    assert topics == {key: figures for key, figures in expected.items() if figures.required}

    types = [filters.entity] if filters.entity else w.ENTITIES
    by_type = {e: counted([f for f in found if e in f.company.entities]) for e in types}
    assert {e: plain(one) for e, one in answer.by("entity", day=day).items()} == _there(by_type)
    functions = [filters.function] if filters.function else (*w.FUNCTIONS, "none")
    by_function = {f: counted([one for one in found if f in (one.functions or ("none",))]) for f in functions}
    assert {f: plain(one) for f, one in answer.by("function", day=day).items()} == _there(by_function)


def _there(figures: dict[str, Figures]) -> dict[str, Figures]:
    return {key: one for key, one in figures.items() if one.required}


@many
@given(w.worlds(), w.filters())
def test_companies_equal_their_recount_and_stand_in_order(database: Session, world: w.World, filters: Filters) -> None:
    filters = filters.but(status="")
    w.fill(database, world)
    part = Slice(filters, w.FRAMEWORK, world.today)
    expected = w.count_by(w.facts(world, filters), lambda f: f.company)

    behind = counting.companies(database, part)
    assert {c.number: (c.name, c.entities, replace(plain(c.figures), companies=0)) for c in behind} == {
        c.number: (c.name, tuple(sorted(c.entities)), figures) for c, figures in expected.items()
    }
    shares = [c.figures.complete / c.figures.required for c in behind]
    assert shares == sorted(shares)
    ahead = [c.figures.complete / c.figures.required for c in counting.companies(database, part, order="ahead")]
    assert ahead == sorted(ahead, reverse=True)
    paged = [c for n in range(0, len(behind) + 1, 2) for c in counting.companies(database, part, limit=2, offset=n)]
    assert paged == behind
