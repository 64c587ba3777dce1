"""Pages of somebody signed in: CPU of the site, as a multiple of hello's."""

from collections.abc import Iterator

from lms.core.clock import now
from lms.core.database import db, transaction

from .figure import Figure, of_middle
from .generator import readers
from .hello import hello_app
from .rounds import Subject, cpu, each, middle, ratio
from .sites import Site, on_each_database
from .visitor import Visitor

MODULE = "/courses/seal-security/seals-that-tell-the-truth/"
OPENED = ("seal-security/seals-that-tell-the-truth", "four-moves-vvtt")
SECTION = f"{MODULE}{OPENED[1]}/"
PAGES = {"section page": SECTION, "module page": MODULE, "dashboard": "/"}
TARGET = {"SQLite": 4.0, "PostgreSQL": 5.5}
REACH = {"SQLite": 6.0, "PostgreSQL": 8.25}  # as far above as on SQLite
ROUNDS = 25
BATCH = 10
ANOTHER = "another person each time"
NEEDED = (ROUNDS + 1) * BATCH


def run() -> Iterator[Figure]:
    for database, small in on_each_database():
        yield from _of(small, database)


def _of(small: Site, database: str) -> Iterator[Figure]:
    """Each page of one driver again and again, as the targets were found, and each time another driver's.

    The drivers are at different points of eight modules: what the site keeps for many people must earn it.
    """
    with small.app.app_context(), transaction():
        people = readers(db.session, NEEDED, OPENED, now())
    visitors = [small.visitor(person) for person in people]
    subjects = {"hello": Subject(Visitor(hello_app()).get("/"), 60)}
    for name, path in PAGES.items():
        subjects[name] = Subject(visitors[0].get(path), BATCH)
        subjects[f"{name}, {ANOTHER}"] = each([visitor.get(path) for visitor in visitors], BATCH)
    spent = cpu(subjects, ROUNDS)
    if database == "SQLite":
        micro = [seconds * 1e6 for seconds in spent["hello"]]
        yield of_middle("hello", middle(micro), "µs", note="bare Flask, five bytes, no cookie")
    for name in list(subjects)[1:]:
        size = len(visitors[0].get(PAGES[name.partition(",")[0]])()) / 1024
        yield of_middle(
            f"{name}, {database}",
            ratio(spent[name], spent["hello"]),
            "× hello",
            target=TARGET[database],
            reach=REACH[database],
            note=f"{size:.1f} KB",
        )
