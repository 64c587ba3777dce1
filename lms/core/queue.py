"""How a worker hears of a job at once: a message by huey. It may be lost; the row of the job may not, see core.jobs.

The messages lie beside the database they speak of: in jobs.db of the same folder for SQLite, in a schema of their own for
PostgreSQL.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

from flask import current_app
from sqlalchemy import URL, make_url

SCHEMA = "huey"  # apart from the tables of the site, which migrations compare with the models
FILE = "jobs.db"
PLACE = "queue"  # among the app's extensions
MAKING_LOCK = 0x4D5351
PATIENCE = 5  # seconds that a page waits for a database that does not answer

Message = Callable[[int], Any]


class Huey(Protocol):
    """What is used of huey, which has no types."""

    storage: Any

    def task(self, **settings: Any) -> Callable[[Message], Any]: ...
    def enqueue(self, task: Any) -> Any: ...
    def pending_count(self) -> int: ...


def put(job_id: int, priority: int = 0) -> None:
    """Tell whichever worker is free. Raises whatever the queue raises."""
    huey, message = _opened()
    huey.enqueue(message.s(job_id, priority=priority))


def waiting() -> int:
    """How many messages nobody has read."""
    return _opened()[0].pending_count()


def close() -> None:
    """Let go of the queue's connection, as before a fork."""
    if kept := current_app.extensions.pop(PLACE, None):
        kept[0].storage.close()


def _opened() -> tuple[Huey, Any]:
    """The queue of this app, opened at the first need of the process, to send messages."""
    if PLACE not in current_app.extensions:
        huey = connect()
        current_app.extensions[PLACE] = huey, listen(huey, _nobody)
    return cast(tuple[Huey, Any], current_app.extensions[PLACE])


def _nobody(_job_id: int) -> None:
    raise AssertionError("Messages are read in flask work alone.")


def listen(huey: Huey, work: Message) -> Any:
    """Give every message to `work`. Who sends and who reads must name the task alike: it is defined here for both."""

    def job(job_id: int) -> Any:
        return work(job_id)

    return huey.task(name="job")(job)


def connect() -> Huey:
    """A queue of one's own. huey is loaded here: a web worker that sends nothing starts without it."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return _postgresql(url) if url.get_backend_name() == "postgresql" else _sqlite(url)


def _sqlite(url: URL) -> Huey:
    from huey import SqliteHuey  # type: ignore[import-untyped]  # noqa: PLC0415

    folder = Path(url.database or current_app.instance_path).resolve()
    folder = folder.parent if url.database else folder
    # No fsync: what a power cut takes, the sweep finds in the rows.
    return cast(Huey, SqliteHuey(filename=str(folder / FILE), results=False, fsync=False, timeout=PATIENCE))


def _postgresql(url: URL) -> Huey:
    import psycopg  # noqa: PLC0415
    from huey import PostgresHuey  # noqa: PLC0415

    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = partial(psycopg.connect, dsn, options=f"-c search_path={SCHEMA}", connect_timeout=PATIENCE)
    settings = {"connection": connection, "results": False, "read_timeout": 1}
    with connection(autocommit=True) as first:
        if not _made(first):
            first.execute("SELECT pg_advisory_lock(%s)", (MAKING_LOCK,))  # of two at once the second finds them made
            if not _made(first):
                first.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
                return cast(Huey, PostgresHuey(**settings, create_tables=True))
    return cast(Huey, PostgresHuey(**settings, create_tables=False))


def _made(connection: Any) -> bool:
    """Whether the last of huey's tables is there."""
    found = connection.execute("SELECT to_regclass('huey_counter')").fetchone()
    return bool(found and found[0])
