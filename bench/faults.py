"""Workers killed with -9 again and again while learners are quizzed: nothing that was acknowledged is lost or doubled."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from tempfile import TemporaryFile
from threading import Event

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.accounts import passwords
from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.content.course import Module
from lms.core import database
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.learning.models import Progress, SectionReading

from .figure import Figure
from .generator import NOBODY, SEED, drivers
from .learner import PASSWORD, Account, Learner
from .ledger import Findings, Run, compare
from .server import Server, serving
from .sites import Site, on_each_database
from .wire import ANSWER_WITHIN

KILLS = 100  # of each database
CLIENTS = 24
WORKERS = 2
PEOPLE = 3 * CLIENTS
PAUSE = (10, 110)  # answers between two kills, so that a busy machine is not killed before it serves
PATIENCE = 10.0  # seconds: the longest pause
BOTH = 0.1  # how often all workers die at once


@dataclass(frozen=True, slots=True)
class Storm:
    """What came of it. `met` counts what clients met (see wire.Wire), `log` are the server's lines, those about the kills aside.

    `fsck` are the lines of `flask fsck`, none when it finds nothing.
    """

    seed: int
    kills: int
    seconds: float
    runs: Sequence[Run]
    met: Counter[str]
    log: Sequence[str]
    findings: Findings
    fsck: Sequence[str]

    @property
    def answers(self) -> int:
        """Acknowledged."""
        return sum(sent.acknowledged for run in self.runs for sent_of in run.answers.values() for sent in sent_of)

    @property
    def submissions(self) -> int:
        """Acknowledged."""
        return sum(run.submitted == "acknowledged" for run in self.runs)

    @property
    def errors(self) -> int:
        """Answers of 500, and lines of the log: a worker that died by itself has one too."""
        return len(self.log) + self.met["500"]


def run() -> Iterator[Figure]:
    for name, site in on_each_database(NOBODY):
        yield from figures(storm(site, KILLS, SEED), name)


def figures(found: Storm, name: str) -> Iterator[Figure]:
    for sentence in (*found.findings.all, *found.fsck, *found.log):
        print(sentence, file=sys.stderr)
    late = found.met["late"]
    what = {
        "workers killed with -9": (found.kills, f"{CLIENTS} clients, {found.seconds:.0f} s, seed {found.seed}"),
        "requests broken off": (
            found.met["broken"],
            f"{late} more took longer than {ANSWER_WITHIN:.0f} s" if late else "",
        ),
        "answers acknowledged": (found.answers, f"in {len(found.runs)} attempts"),
        "submissions acknowledged": (found.submissions, ""),
    }
    yield from (Figure(f"{text}, {name}", count, "", note=note) for text, (count, note) in what.items())
    never = {
        "acknowledged and lost": len(found.findings.lost),
        "attempts, submissions, certificates doubled": len(found.findings.doubled),
        "scores and records that do not add up": len(found.findings.wrong),
        "findings of flask fsck": len(found.fsck),
        "errors of the server": found.errors,
    }
    yield from (Figure(f"{text}, {name}", count, "", target=0, reach=0) for text, count in never.items())


@dataclass(slots=True)
class Crowd:
    """Clients, each one learner after the other from those that wait, until it is over."""

    ports: Sequence[int]  # of the machines, which share the clients
    modules: Mapping[str, Module]
    waiting: SimpleQueue[Account]
    seed: int
    over: Event = field(default_factory=Event)
    learners: list[Learner] = field(default_factory=list)

    def client(self, number: int) -> None:
        try:
            rng = random.Random(f"{self.seed} {number}")
            while not self.over.is_set():
                port = self.ports[number % len(self.ports)]
                learner = Learner(port, self.waiting.get_nowait(), self.modules, rng, self.over)
                self.learners.append(learner)
                learner.learn()
        finally:
            self.over.set()  # one that failed ends it for all

    @property
    def answered(self) -> int:
        return sum(learner.met["answered"] for learner in list(self.learners))


def storm(
    site: Site, kills: int, seed: int, *, machines: int = 1, beside: Callable[[Sequence[Server]], None] | None = None
) -> Storm:
    """So many kills under CLIENTS learners, then the comparison. The servers are as they are shipped, one a machine.

    `beside` is done meanwhile, and is over before the last answer.
    """
    modules, waiting = _prepared(site)
    with TemporaryFile("w+") as written, ThreadPoolExecutor(CLIENTS + 1) as pool, ExitStack() as running:
        servers = [running.enter_context(serving(site, WORKERS, written)) for _ in range(machines)]
        crowd, begun = Crowd([server.port for server in servers], modules, waiting, seed), time.monotonic()
        clients = [pool.submit(crowd.client, number) for number in range(CLIENTS)]
        other = [pool.submit(beside, servers)] if beside else []
        killed = kill(servers, crowd, kills, random.Random(seed))
        for one in other:
            one.result()
        crowd.over.set()
        for one in clients:
            one.result()
        seconds = time.monotonic() - begun
        written.seek(0)
        log = [line.strip() for line in written if f"was sent {signal.SIGKILL.name}" not in line]
    met = sum((learner.met for learner in crowd.learners), Counter[str]())
    runs = [run for learner in crowd.learners for run in learner.runs]
    with site.app.app_context():
        findings = compare(db.session, runs)
    return Storm(seed, killed, seconds, runs, met, log, findings, _fsck(site))


def _fsck(site: Site) -> list[str]:
    said = site.app.test_cli_runner().invoke(args=["fsck"])
    return [] if said.exit_code == 0 else said.output.splitlines() or [repr(said.exception)]


def _prepared(site: Site) -> tuple[Mapping[str, Module], SimpleQueue[Account]]:
    """The modules, and people who wait to be quizzed. Afterwards nobody but the workers holds the database open."""
    waiting: SimpleQueue[Account] = SimpleQueue()
    with site.app.app_context():
        with transaction():
            for account in accounts(db.session, PEOPLE, now()):
                waiting.put(account)
        modules = published(db.session).library.modules
        db.session.remove()
        database.dispose()
    return modules, waiting


def kill(servers: Sequence[Server], crowd: Crowd, kills: int, rng: random.Random) -> int:
    """Kill a random worker at a time, or all of them, never the master, until it is enough or over; how many."""
    killed: set[str] = set()
    while len(killed) < kills and not crowd.over.is_set():
        enough, until = crowd.answered + rng.randint(*PAUSE), time.monotonic() + PATIENCE
        while crowd.answered < enough and time.monotonic() < until and not crowd.over.is_set():
            crowd.over.wait(0.01)
        crowd.over.wait(rng.uniform(0, 0.02))
        living = [worker for server in servers for worker in server.workers if worker not in killed]
        for worker in living if rng.random() < BOTH else rng.sample(living, min(1, len(living))):
            os.kill(int(worker), signal.SIGKILL)
            killed.add(worker)
    return len(killed)


def accounts(session: Session, many: int, at: datetime) -> list[Account]:
    """New drivers with a password who have read every module, so that a pass completes it."""
    ids = drivers(session, many, at)
    session.execute(update(Person).where(Person.id.in_(ids)).values(password_hash=passwords.hashed(PASSWORD)))
    for module in published(session).library.modules.values():
        read = [
            {"person_id": person, "module": module.key, "section": section.anchor, "opened_at": at}
            for person in ids
            for section in module.sections
        ]
        session.execute(insert(SectionReading), read)
        session.execute(insert(Progress), [{"person_id": p, "module": module.key, "started_at": at} for p in ids])
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(ids)).order_by(Person.id))
    return [Account(row.id, row.email) for row in rows]
