"""Many certificates: how two worker processes compare with one, what pages take meanwhile, and the memory of a worker."""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.bundles import rules, service
from lms.bundles.rules import CHUNK
from lms.certificates.register import Wanted
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Job

from .certificate import pss
from .figure import Figure, of_middle
from .generator import drivers
from .rounds import middle, ratio
from .server import Server, serving
from .sites import Site, site
from .workers import children, issue, working

MANY = 4 * CHUNK  # certificates for each number of workers and round; 11_400 is the whole program
ROUNDS = 3
WARM = 2 * CHUNK  # drawn before the clock starts, so that the workers have loaded their libraries
DRAWN = 300  # certificates a worker, before its memory is read; its growth is that over as many more
PAGES = 60  # a round
GIVE_UP_AFTER = 3600.0  # seconds


def run() -> Iterator[Figure]:
    with site() as small:
        yield from _pace(small)
        yield _pages(small)
        yield from _memory(small)


@dataclass(frozen=True, slots=True)
class Asked:
    """A bundle of one company's certificates that nobody has drawn before."""

    site: Site
    bundle: int
    many: int

    def seconds(self) -> float | None:
        """From the beginning of the first job to the end of the last; None while one is left."""
        with self.site.app.app_context():
            of_it = Job.key.in_(list(rules.keys(self.bundle, self.many)))
            left = select(func.count()).where(of_it, Job.state != "done").scalar_subquery()
            span = select(func.min(Job.started_at), func.max(Job.finished_at), left).where(of_it)
            began, last, waiting = db.session.execute(span).one()
            return None if waiting else float((last - began).total_seconds())

    def wait(self) -> float:
        given_up = time.monotonic() + GIVE_UP_AFTER
        while (took := self.seconds()) is None:
            if time.monotonic() > given_up:
                raise RuntimeError(f"The bundle is not complete after {GIVE_UP_AFTER:.0f} s.")
            time.sleep(0.1)
        return took


def _ask(small: Site, many: int) -> Asked:
    with small.app.app_context():
        moment = now()
        with transaction():
            person = db.session.get_one(Person, drivers(db.session, 1, moment)[0])
            issue(db.session, person, many, since=0, now=moment)
            own = person.organization_id
        with transaction():
            bundle = service.ask(
                db.session, Wanted(), organization_id=own, by_id=person.id, language="en", paper="letter",
                today=program_day(moment), now=moment,
            )  # fmt: skip
            return Asked(small, bundle.id, many)


def _pace(small: Site) -> Iterator[Figure]:
    """Workers give way to everything else, so seconds tell only on a machine with nothing else to do; CPU tells always."""
    took: dict[int, list[float]] = {1: [], 2: []}
    busy: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for workers, seconds in took.items():
            with working(small, workers) as program:
                _ask(small, WARM).wait()
                drawing = children(program)[-workers:]
                before = [_cpu(worker) for worker in drawing]
                seconds.append(_ask(small, MANY).wait())
                spent = [_cpu(worker) - then for worker, then in zip(drawing, before, strict=True)]
                busy[workers].append(max(spent))
    for workers, seconds in took.items():
        rates = middle([MANY / one for one in seconds])
        yield of_middle(f"bulk, worker processes: {workers}", rates, "certificates/s")
    note = f"{MANY} certificates drawn, signed and stored"
    yield of_middle(
        "bulk, CPU of the busier of two workers",
        ratio(busy[2], busy[1]),
        "× one's",
        target=1 / 1.6,
        reach=1 / 1.6,
        note=note,
    )
    yield of_middle("bulk, time of two workers", ratio(took[2], took[1]), "× one's", target=1 / 1.6, note=note)


def _cpu(process: int) -> float:
    """CPU seconds that a process has spent."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pages(small: Site) -> Figure:
    """The dashboard of somebody signed in, by a server of two processes: median wall time of a request, workers busy and not."""
    with small.app.app_context(), transaction():
        reader = drivers(db.session, 1, now())[0]
    cookie = small.visitor(reader).cookie
    usual, meanwhile = [], []
    with serving(small, 2) as server:
        _time(server, cookie)
        for _ in range(ROUNDS):
            usual.append(_time(server, cookie))
            asked = _ask(small, MANY + WARM)
            with working(small, 2) as program:
                _wait_for_workers(program, asked)
                meanwhile.append(_time(server, cookie))
                if asked.seconds() is not None:
                    raise RuntimeError("The workers were done before the pages were.")
                asked.wait()
    note = f"dashboard, {middle(usual).median * 1e3:.1f} ms usually"
    return of_middle("page time during bulk work", ratio(meanwhile, usual), "× usual", target=1.5, reach=2.0, note=note)


def _time(server: Server, cookie: str) -> float:
    """Seconds of the middle one of several requests."""
    took = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        if server.get("/", cookie) != 200:
            raise RuntimeError("The dashboard was not answered.")
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def _wait_for_workers(program: "Popen[bytes]", asked: Asked) -> None:
    """Until both workers draw."""
    while program.poll() is None:
        with asked.site.app.app_context():
            if (db.session.scalar(select(func.count()).where(Job.state == "running")) or 0) > 1:
                return
        time.sleep(0.05)


def _memory(small: Site) -> Iterator[Figure]:
    with working(small, 2) as program:
        _ask(small, 2 * DRAWN).wait()
        workers = [str(child) for child in children(program)[-2:]]
        before = [pss(worker) for worker in workers]
        _ask(small, 2 * DRAWN).wait()
        after = [pss(worker) for worker in workers]
    note = f"the larger of 2, about {2 * DRAWN} certificates each"
    yield Figure("memory of a certificate worker, PSS", max(after), "MiB", target=120.0, reach=140.0, note=note)
    grown = max(late - early for early, late in zip(before, after, strict=True))
    yield Figure(
        "growth of a certificate worker", max(0.0, grown), "MiB", target=3.0, reach=6.0, note=f"over {DRAWN} more"
    )
