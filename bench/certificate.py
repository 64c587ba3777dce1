"""Certificates: drawn, signed, asked for the first time and again, and whether drawing many lets the process grow."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from sqlalchemy import select

from lms.certificates import code, sealing
from lms.certificates.credential import enveloped
from lms.certificates.models import Certificate
from lms.certificates.numbers import new_number
from lms.certificates.pdf import Seal, draw, prepare
from lms.certificates.rules import Record, from_plain
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.signing import keys, pades

from .figure import Figure, of_middle
from .generator import SEED
from .hello import hello_app
from .quiz import submissions
from .rounds import Subject, cpu, each, middle, ratio
from .sites import Site, site
from .visitor import Visitor

ROUNDS = 20
DRAWN = 300
SETTLED = 100  # drawings after which fonts and caches are loaded; the heap itself settles only some hundreds later
SHORTEST = "<p>hello"
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def run() -> Iterator[Figure]:
    with site() as small:
        numbers = _issued(small, ROUNDS + 3)
        yield from _first_time(small, numbers[:-1])
        yield from _again(small, numbers[0])
        with small.app.app_context():
            record, seal = _sealed(small)[0]
    yield _growth(record, seal)


def _issued(small: Site, many: int) -> list[tuple[str, int]]:
    """Number and owner of certificates whose documents nobody has asked for yet. Not every attempt passed earns one."""
    for submit in submissions(small, 2 * many, passing=True):
        submit()
    with small.app.app_context():
        return [(n, p) for n, p in db.session.execute(select(Certificate.number, Certificate.person_id).limit(many))]


def _first_time(small: Site, numbers: list[tuple[str, int]]) -> Iterator[Figure]:
    """The whole request, and drawing and signing by themselves, beside the shortest document in the same process."""
    prepare()
    import weasyprint  # noqa: PLC0415 - the other parts measure processes that have not loaded it

    requests = [small.visitor(person).get(f"/certificates/{number}.pdf") for number, person in numbers]
    requests.pop()()  # pyHanko is loaded at the first signature
    with small.app.app_context():
        sealed = _sealed(small)
    signing = keys.load(small.settings.signing_key_file)
    drawn: list[bytes] = []

    def drawing(record: Record, seal: Seal) -> Callable[[], None]:
        return lambda: drawn.append(draw(record, seal, language="en", paper="letter"))

    subjects = {
        "shortest": Subject(lambda: weasyprint.HTML(string=SHORTEST).write_pdf(), 2),
        "drawn": each((drawing(record, seal) for record, seal in sealed), 1),
        "signed": Subject(lambda: pades.sign_pdf(drawn[-1], signing, at=now()), 1),
        "first": each(requests, 1),
    }
    spent = cpu(subjects, ROUNDS)
    milli = [seconds * 1e3 for seconds in spent["shortest"]]
    yield of_middle(
        "shortest WeasyPrint document", middle(milli), "ms", note="one paragraph, as WeasyPrint does it by itself"
    )
    yield of_middle(
        "certificate, drawn",
        ratio(spent["drawn"], spent["shortest"]),
        "× shortest",
        target=2.0,
        reach=3.2,
        note="PDF/UA-1, the signed facts as a QR code, the credential inside",
    )
    yield of_middle(
        "certificate, signature", ratio(spent["signed"], spent["drawn"]), "× drawn", target=0.65, reach=0.65
    )
    yield of_middle(
        "certificate, first time",
        ratio(spent["first"], spent["shortest"]),
        "× shortest",
        note="request: sealed, drawn, signed, stored",
    )
    yield Figure(
        "certificate, size", max(map(len, drawn)) / 1024, "KB", target=25.0, reach=25.0, note="before the signature"
    )


def _sealed(small: Site) -> list[tuple[Record, Seal]]:
    """The certificates of a category, as drawing gets them."""
    signing = keys.load(small.settings.signing_key_file)
    address = small.settings.site_url
    found = []
    with transaction():
        for certificate in db.session.scalars(select(Certificate).where(Certificate.category > 0)):
            made = sealing.seal(db.session, certificate, signing, site=address, now=now())
            said = code.address(address, certificate.number, made.code)
            found.append((from_plain(certificate.record), Seal(address, said, enveloped(made.jwt))))
    return found


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


def _growth(record: Record, seal: Seal) -> Figure:
    """How much larger the process is after 300 drawings of different certificates than after 100."""
    rng = Random(SEED)
    before = 0.0
    for drawn in range(DRAWN):
        if drawn == SETTLED:
            before = pss()
        number = new_number(rng)
        other = replace(record, number=number, name=f"Marisol Ejemplo {number[:6]}")
        draw(other, replace(seal, code=seal.code.replace(record.number, number)), language="en", paper="letter")
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
