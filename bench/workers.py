"""`flask work` as an operator runs it, and certificates that nobody has drawn yet."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.certificates.rules import Workshop
from lms.certificates.service import DELIVER, issue_attendance
from lms.core.clock import program_day
from lms.core.jobs import Job
from lms.schedule.service import in_force
from lms.settings import ROOT

from .sites import Site

PATIENCE = 30.0  # seconds
WORKSHOP = Workshop("Seals: an afternoon at the gate", "Sample Freight Lines, yard 2", 150)
CRITERIA = ("6.1", "6.2", "6.5")


@contextmanager
def working(site: Site, workers: int, log: IO[str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The program with its worker processes, in a group of its own; ended at the end, if it has not been killed before."""
    environment = {**os.environ, **site.environment()}
    command = [sys.executable, "-m", "flask", "work", "--workers", str(workers)]
    program = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
    )
    try:
        yield program
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(timeout=PATIENCE)


def children(program: subprocess.Popen[bytes]) -> list[int]:
    """Its processes: the worker processes and the one that looks after the rows."""
    return [int(child) for child in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()]


def kill(program: subprocess.Popen[bytes]) -> None:
    """The program and all its processes at once, as when the machine loses power."""
    os.killpg(program.pid, signal.SIGKILL)
    program.wait(timeout=PATIENCE)


def issue(session: Session, person: Person, many: int, *, since: int, now: datetime) -> None:
    """So many certificates of one person, of workshops numbered from `since` on, that no job draws ahead of need."""
    shelf = published(session)
    schedule, today = in_force(session, shelf.library), program_day(now)
    for number in range(since, since + many):
        issue_attendance(
            session, person=person, occasion=f"bench-{number}", workshop=WORKSHOP, criteria=CRITERIA, held_on=today,
            published=shelf, schedule=schedule, now=now,
        )  # fmt: skip
    session.flush()
    session.execute(delete(Job).where(Job.kind == DELIVER))
