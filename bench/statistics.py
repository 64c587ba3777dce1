"""The program's pages with 6 million requirements beside the same pages with 60,000: CPU of a page, of a fold, of an exported row.

Both sites are made by crowd.py and counted by the site's own recount. What is shown is held to a count by SQL over all rows.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import String, cast, func, literal, select, text, update

from lms.accounts import stale
from lms.accounts.models import Organization, OrganizationEntity, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.learning.models import Progress
from lms.reporting import counting, folding
from lms.reporting.filters import Filters
from lms.reporting.requirements import Slice, is_begun, is_complete, is_open, overdue, requirements, started
from lms.reporting.rows import rows
from lms.reporting.rules import Figures
from lms.schedule.models import ProfileRequirement
from tests.databases import Cluster, postgresql_programs

from . import crowd
from .certificate import pss
from .figure import Figure, of_middle
from .generator import NOBODY
from .hello import hello_app
from .rounds import Subject, cpu, ratio
from .sites import Site, site
from .visitor import Visitor

# Of 11,400 companies and 500,000 people. The whole program takes a quarter of an hour to write and to count, and 8 GB of disk.
SMALL, LARGE = 0.01, float(os.environ.get("BENCH_SHARE", "0.1"))
PAGES = {
    "program": "/program/",
    "program, one category": "/program/?category=6",
    "program, one entity type": "/program/?entity=importers",
    "by field office": "/program/by/office",
    "by job function": "/program/by/function",
    "companies": "/program/companies",
    "companies, page 4": "/program/companies?page=4",
    "rows": "/program/rows",
    "rows overdue": "/program/rows?status=overdue",
    "forecast": "/program/forecast",
    "criteria": "/program/criteria",
}
ROUNDS, BATCH = 9, 3
MIDDLE = 40  # people of the company that is counted again
EXPORTED = 50_000  # rows whose time is taken; memory over ten times as many, where there are so many
TARGETS = {"times": 1.5, "hello": 8.0, "export": 1.3}


@dataclass(frozen=True, slots=True)
class Program:
    site: Site
    requirements: int
    staff: Visitor
    seconds: float  # of CPU, for the recount


def run() -> Iterator[Figure]:
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            server = None
            if database == "PostgreSQL":
                programs = postgresql_programs()
                if programs is None:
                    return
                server = Cluster(programs)
                stack.callback(server.stop)
            small = stack.enter_context(_program(SMALL, server, "small"))
            large = stack.enter_context(_program(LARGE, server, "large"))
            yield from _of(small, large, database)


@contextmanager
def _program(share: float, server: Cluster | None, name: str) -> Iterator[Program]:
    url = ""
    if server:
        server.execute(f"CREATE DATABASE {name}")
        url = server.url(name)
    with site(url, NOBODY) as made:
        with made.app.app_context():
            written = crowd.fill(db.session, share, now())
            if server:
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text("ANALYZE"))
            begun = time.process_time()
            folding.recount(db.session, lambda _done, _of: None)
            seconds = time.process_time() - begun
            with transaction():
                person = Person(name="Pat Program", email=f"{name}@staff.example", role=Role.STAFF, created_at=now())
                db.session.add(person)
                db.session.flush()
                number = person.id
            db.session.remove()
        # Requests have a context of their own each, as behind a server.
        yield Program(made, written["requirement"], made.visitor(number), seconds)


def _of(small: Program, large: Program, database: str) -> Iterator[Figure]:
    note = f"{large.requirements:,} requirements, {small.requirements:,}"
    for name, path in PAGES.items():
        subjects = {
            "hello": Subject(Visitor(hello_app()).get("/"), 60),
            "small": Subject(small.staff.get(path), BATCH),
            "large": Subject(large.staff.get(path), BATCH),
        }
        spent = cpu(subjects, ROUNDS)
        yield of_middle(
            f"{name}, {database}", ratio(spent["large"], spent["small"]), "× small", target=TARGETS["times"], note=note
        )
        yield of_middle(
            f"{name}, {database}", ratio(spent["large"], spent["hello"]), "× hello", target=TARGETS["hello"]
        )
    wrong = sum(_wrong(one) for one in (small, large))
    yield Figure(f"figures that differ from a recount, {database}", wrong, "", target=0, reach=0)
    for one in (small, large):
        each = one.seconds * 1e6 / one.requirements
        yield Figure(
            f"recount, {database}", each, "µs a requirement", note=f"{one.seconds:.0f} s of CPU for all of them"
        )
        yield Figure(f"fold of one company, {database}", _fold(one) * 1e3, "ms", note="somebody has learned")
    times = [_export(one) for one in (small, large)]
    yield Figure(
        f"exported row, {database}",
        times[1] / times[0],
        "× small",
        target=TARGETS["export"],
        note=f"{times[1] * 1e6:.0f} µs",
    )
    yield Figure(
        f"growth during an export, {database}", _growth(large), "MiB", target=3.0, note=f"{10 * EXPORTED:,} rows"
    )


def _part() -> Slice:
    return Slice(Filters(), published(db.session).library.framework, program_day(now()))


def _wrong(program: Program) -> int:
    """How many figures of today are not those that SQL counts over all rows: in all, by category, by entity type."""
    with program.site.app.app_context():
        part = _part()
        kept = counting.counts(db.session, part, by="entity")
        shown = {"": kept.total(day=part.today)}
        shown |= {key: found for key, found in kept.topics(day=part.today).items() if key.startswith("category:")}
        shown |= kept.by("entity", day=part.today)
        counted = _by_sql(part, literal("")) | _by_sql(part, "category:" + cast(ProfileRequirement.category, String))
        types = OrganizationEntity.organization_id == Organization.id
        counted |= _by_sql(part, OrganizationEntity.entity, OrganizationEntity, types)
        return sum(_counts(shown[key]) != counted.get(key) for key in shown) + len(counted.keys() - shown.keys())


def _by_sql(part: Slice, key: Any, *join: Any) -> dict[str, tuple[int, ...]]:
    people = func.count(Person.id.distinct())
    late, begun = overdue(part.today), started(part.today)
    measures = (
        func.count(), func.count().filter(is_complete), func.count().filter(begun), func.count().filter(late),
        func.count().filter(is_begun), people, people.filter(late), people.filter(is_open),
    )  # fmt: skip
    statement = requirements(part, key.label("key"), *measures).group_by("key")
    return {row[0]: tuple(row[1:]) for row in db.session.execute(statement.join(*join) if join else statement)}


def _counts(found: Figures) -> tuple[int, ...]:
    return (
        found.required, found.complete, found.started, found.overdue, found.begun, found.people, found.behind,
        found.unfinished,
    )  # fmt: skip


def _fold(program: Program) -> float:
    """CPU seconds of counting a company of middle size again, after somebody there has learned something."""
    with program.site.app.app_context():
        sizes = select(Person.organization_id, func.min(Person.id)).group_by(Person.organization_id)
        places = db.session.execute(sizes.having(func.count() >= MIDDLE).order_by(func.count()).limit(1))
        with transaction():
            company, person = places.one()
            done = select(Progress.module).where(Progress.person_id == person)
            again = update(Progress).where(Progress.person_id == person, Progress.module.in_(done))
            db.session.execute(again.values(completed_at=now()))
            stale.company(db.session, company)
        begun = time.process_time()
        folding.fold(db.session, now())
        return time.process_time() - begun


def _export(program: Program) -> float:
    """CPU seconds of a row."""
    with program.site.app.app_context():
        begun = time.process_time()
        found = sum(1 for _ in islice(rows(db.session, _part()), EXPORTED))
        return (time.process_time() - begun) / found


def _growth(program: Program) -> float:
    with program.site.app.app_context():
        streamed = rows(db.session, _part())
        for _ in islice(streamed, EXPORTED):
            pass
        before = pss(str(os.getpid()))
        for _ in islice(streamed, 10 * EXPORTED):
            pass
        return max(0.0, pss(str(os.getpid())) - before)
