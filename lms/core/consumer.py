"""The program that does the jobs: worker processes that read the queue, and one that looks through the rows for what was missed."""

import logging
import os
from typing import Any

from flask import Flask

from . import clock, database, queue, working
from .database import db

SWEEP_EVERY = 15.0  # seconds
LONGEST_NAP = 1.0  # seconds between two looks into an empty queue
LOOK_AFTER_WORKERS = 2  # seconds between two looks whether all live
log = logging.getLogger(__name__)


def consume(app: Flask, workers: int, *, with_parent: bool) -> None:
    """Work until told to stop. `with_parent`: also when the program that started this one is gone. Needs an app context."""
    huey = queue.connect()
    db.session.close()
    database.dispose()  # no connection is shared with a worker

    def work(job_id: int) -> None:
        with app.app_context():
            working.run(job_id)

    queue.listen(huey, work)
    consumer = _consumer(app, os.getppid() if with_parent else None)(
        huey,
        workers=workers,
        worker_type="process",
        periodic=False,
        max_delay=LONGEST_NAP,
        health_check_interval=LOOK_AFTER_WORKERS,
    )
    consumer.run()


def _consumer(app: Flask, parent: int | None) -> Any:
    """huey's consumer, with processes that end when the one above them was killed and could not say so.

    In the place of its scheduler, which has nothing to do here, stands the sweep.
    """
    # Other programs start without it.
    from huey.consumer import Consumer, Scheduler, Worker  # type: ignore[import-untyped]  # noqa: PLC0415

    class Ours(Worker):  # type: ignore[misc]
        def loop(self, now: Any = None) -> None:
            _end_when_orphaned()
            super().loop(now)

    class Sweeper(Scheduler):  # type: ignore[misc]
        def loop(self, now: Any = None) -> None:
            _sweep(app)
            for _ in range(int(SWEEP_EVERY)):
                _end_when_orphaned()
                if self.stop_flag.wait(1.0):
                    return

    class Supervised(Consumer):  # type: ignore[misc]
        worker_class, scheduler_class = Ours, Sweeper

        def loop(self, health_check_ts: Any = None) -> Any:
            if parent is not None and os.getppid() != parent:
                os.kill(os.getpid(), self._interrupt_sig)
            return super().loop(health_check_ts)

    started_by = os.getpid()

    def _end_when_orphaned() -> None:
        if os.getppid() != started_by:
            raise KeyboardInterrupt  # how huey's processes are told to end

    return Supervised


def _sweep(app: Flask) -> None:
    try:
        with app.app_context():
            working.look_after(clock.now())
            working.sweep(db.session, clock.now())
    except Exception as error:  # a database that is down may be up next time
        log.error("The jobs cannot be looked through (%s).", type(error).__name__)
