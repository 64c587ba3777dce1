"""Certificates: drawn the first time, answered again, and whether drawing many lets the process grow."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.certificates.pdf import draw, prepare
from lms.certificates.rules import Record, from_plain, new_number
from lms.core.database import db

from .figure import Figure, of_middle
from .generator import SEED
from .hello import hello_app
from .quiz import submissions
from .rounds import Subject, cpu, each, middle, ratio
from .sites import Site, site
from .visitor import Request, Visitor

ROUNDS = 20
DRAWN = 300
SETTLED = 100  # drawings after which fonts and caches are loaded; the heap itself settles only some hundreds later
LARGEST = 25 * 1024
SHORTEST = "<p>hello"
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def run() -> Iterator[Figure]:
    with site() as small:
        numbers = _issued(small, ROUNDS + 2)
        yield from _first_time(small, numbers[:-1])
        yield from _again(small, numbers[0])
        with small.app.app_context():
            record = from_plain(db.session.scalars(select(Certificate.record).limit(1)).one())
    yield _growth(record)


def _issued(small: Site, many: int) -> list[tuple[str, int]]:
    """Number and owner of certificates whose documents nobody has asked for yet."""
    for submit in submissions(small, many, passing=True):
        submit()
    with small.app.app_context():
        return [(n, p) for n, p in db.session.execute(select(Certificate.number, Certificate.person_id).limit(many))]


def _first_time(small: Site, numbers: list[tuple[str, int]]) -> Iterator[Figure]:
    """The whole request, with the document stored, beside the shortest document in the same process."""
    prepare()
    import weasyprint  # noqa: PLC0415 - the other parts measure processes that have not loaded it

    requests = [small.visitor(person).get(f"/certificates/{number}.pdf") for number, person in numbers]
    sizes: list[int] = []

    def size_of(send: Request) -> Callable[[], None]:
        return lambda: sizes.append(len(send()))

    subjects = {
        "shortest": Subject(lambda: weasyprint.HTML(string=SHORTEST).write_pdf(), 2),
        "first": each(map(size_of, requests), 1),
    }
    spent = cpu(subjects, ROUNDS)
    milli = [seconds * 1e3 for seconds in spent["shortest"]]
    yield of_middle(
        "shortest WeasyPrint document", middle(milli), "ms", note="one paragraph, as WeasyPrint does it by itself"
    )
    found = ratio(spent["first"], spent["shortest"])
    yield of_middle(
        "certificate, first time", found, "× shortest", target=2.0, reach=2.5, note="request, PDF/UA-1, stored"
    )
    yield Figure("certificate, size", max(sizes) / 1024, "KB", target=LARGEST / 1024, reach=LARGEST / 1024)


def _again(small: Site, issued: tuple[str, int]) -> Iterator[Figure]:
    number, person = issued
    subjects = {
        "hello": Subject(Visitor(hello_app()).get("/"), 60),
        "again": Subject(small.visitor(person).get(f"/certificates/{number}.pdf"), 20),
    }
    spent = cpu(subjects, ROUNDS)
    yield of_middle(
        "certificate, again",
        ratio(spent["again"], spent["hello"]),
        "× hello",
        target=2.0,
        note="signed in, stored file",
    )


def _growth(record: Record) -> Figure:
    """How much larger the process is after 300 drawings of different certificates than after 100."""
    rng = Random(SEED)
    before = 0.0
    for drawn in range(DRAWN):
        if drawn == SETTLED:
            before = pss()
        number = new_number(rng)
        draw(replace(record, number=number, name=f"Marisol Ejemplo {number[:6]}"), "https://msc-ready.example")
    return Figure(
        "growth over 300 drawings",
        max(0.0, pss() - before),
        "MiB",
        target=3.0,
        reach=6.0,
        note=f"from the {SETTLED}th on",
    )


def pss(process: str = "self") -> float:
    """Memory of a process in MiB, what it shares counted by its share."""
    found = _PSS.search(Path(f"/proc/{process}/smaps_rollup").read_text())
    return int(found[1]) / 1024 if found else 0.0
