"""The same pages on a small and on a large site: as many statements, as much time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from lms.core.clock import now
from lms.core.database import db, transaction

from .figure import Figure, of_middle
from .generator import LARGE, SMALL, TWELVE, busiest, drivers
from .hello import hello_app
from .pages import MODULE, SECTION
from .rounds import Spent, Subject, cpu, ratio
from .sites import Site, on_each_database
from .visitor import Request, Visitor

PAGES = {"dashboard": "/", "module page": MODULE, "section page": SECTION, "quiz page": f"{MODULE}quiz"}
MOST = 11  # statements a page
SLOWER = 1.25
LIBRARY = ("module page", "section page")  # what a page of one module takes must not depend on how many there are
LONGER = 1.1
ROUNDS = 15


def run() -> Iterator[Figure]:
    """Statements of somebody with as many modules as anybody has; time of somebody with the same modules on both sites."""
    twelve = {database: hellos(site) for database, site in on_each_database(TWELVE)}
    few = {database: (statements(small), hellos(small)) for database, small in on_each_database(SMALL)}
    for database, (_, shipped) in few.items():
        for name in LIBRARY:
            found = ratio(shipped[name], twelve[database][name])
            yield of_middle(
                f"time of the {name}, {database}", found, "× twelve modules", reach=LONGER, note=f"with {SMALL}"
            )
    for database, large in on_each_database(LARGE):
        counted, quick = few[database]
        for name, count in statements(large).items():
            note = f"{counted[name]} with {SMALL}"
            yield Figure(
                f"statements of the {name}, {database}", count, "", target=MOST, reach=counted[name], note=note
            )
        slow = hellos(large)
        for name in PAGES:
            found = ratio(slow[name], quick[name])
            yield of_middle(f"time of the {name}, {database}", found, "× small", reach=SLOWER, note=f"with {LARGE}")


def statements(site: Site) -> dict[str, int]:
    """How many statements each page takes, of somebody with as many modules as anybody has there, when nothing is new."""
    with site.app.app_context():
        person = busiest(db.session)
    visitor = site.visitor(person)
    return {name: _count(site, visitor.get(path)) for name, path in PAGES.items()}


def hellos(site: Site) -> dict[str, Spent]:
    """What each page takes of the CPU in multiples of hello, round by round, for a driver, whose modules are no copies."""
    with site.app.app_context(), transaction():
        person = drivers(db.session, 1, now())[0]
    visitor = site.visitor(person)
    subjects = {name: Subject(visitor.get(path), 10) for name, path in PAGES.items()}
    spent = cpu({"hello": Subject(Visitor(hello_app()).get("/"), 60), **subjects}, ROUNDS)
    return {name: [page / unit for page, unit in zip(spent[name], spent["hello"], strict=True)] for name in PAGES}


def _count(site: Site, request: Request) -> int:
    request()
    with site.app.app_context(), _recorded() as executed:
        request()
    return len(executed)


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """The statements executed meanwhile; beginnings of transactions are none."""
    executed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            executed.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(Engine, "before_cursor_execute", note)
