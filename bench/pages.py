"""Pages of somebody signed in: CPU of the site, as a multiple of hello's."""

from collections.abc import Iterator

from lms.core.clock import now
from lms.core.database import db, transaction

from .figure import Figure, of_middle
from .generator import drivers
from .hello import hello_app
from .rounds import Subject, cpu, middle, ratio
from .sites import Site, on_each_database
from .visitor import Visitor

MODULE = "/courses/seal-security/seals-that-tell-the-truth/"
SECTION = f"{MODULE}four-moves-vvtt/"
PAGES = {"section page": SECTION, "module page": MODULE, "dashboard": "/"}
TARGET = {"SQLite": 4.0, "PostgreSQL": 5.5}
REACH = {"SQLite": 6.0, "PostgreSQL": 8.25}  # as far above as on SQLite
ROUNDS = 25


def run() -> Iterator[Figure]:
    for database, small in on_each_database():
        yield from _of(small, database)


def _of(small: Site, database: str) -> Iterator[Figure]:
    """Somebody with eight modules who has opened every section of the one being read."""
    with small.app.app_context(), transaction():
        person = drivers(db.session, 1, now())[0]
    visitor = small.visitor(person)
    bare = Visitor(hello_app()).get("/")
    requests = {name: visitor.get(path) for name, path in PAGES.items()}
    subjects = {"hello": Subject(bare, 60)} | {name: Subject(request, 10) for name, request in requests.items()}
    spent = cpu(subjects, ROUNDS)
    if database == "SQLite":
        micro = [seconds * 1e6 for seconds in spent["hello"]]
        yield of_middle("hello", middle(micro), "µs", note="bare Flask, five bytes, no cookie")
    for name, request in requests.items():
        size = f"{len(request()) / 1024:.1f} KB"
        yield of_middle(
            f"{name}, {database}",
            ratio(spent[name], spent["hello"]),
            "× hello",
            target=TARGET[database],
            reach=REACH[database],
            note=size,
        )
