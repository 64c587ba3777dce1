"""The database out and in, by the engine's own means: one snapshot beside the running site, put back whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from lms.core.queue import SCHEMA

from .rules import BackupError, Damaged

# Where Debian keeps PostgreSQL's programs, a folder a version.
DEBIAN = Path("/usr/lib/postgresql")
WAIT = "30s"  # for others to let go of the tables

_EMPTY = """SELECT coalesce(string_agg(format('DROP TABLE %I.%I CASCADE;', schemaname, tablename), ' '), '')
FROM pg_tables WHERE schemaname = current_schema()"""


def dump(url: URL, target: Path) -> None:
    """Write a snapshot of the database. Raises BackupError."""
    if url.get_backend_name() == "postgresql":
        options = ("--format=custom", f"--exclude-schema={SCHEMA}", "--no-owner", "--no-privileges", "--no-comments")
        _run([_program("pg_dump"), *options, f"--file={target}"], url)
        return
    with closing(sqlite3.connect(f"file:{_file(url)}?mode=rw", uri=True, timeout=30)) as source:
        source.execute("VACUUM INTO ?", (str(target),))


def load(url: URL, dumped: Path) -> None:
    """Put a snapshot in the place of what the database holds. Raises BackupError; the database is then as it was."""
    if url.get_backend_name() == "postgresql":
        _load_postgresql(url, dumped)
        return
    with closing(sqlite3.connect(f"file:{dumped}?mode=ro", uri=True)) as source:
        if not _whole(source):
            raise Damaged("The database in this backup is damaged. Use an older backup.")
        with closing(sqlite3.connect(_file(url), timeout=30)) as target:
            source.backup(target)  # page by page in one transaction, so that whoever is connected sees all of it


def _whole(database: sqlite3.Connection) -> bool:
    try:
        return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _load_postgresql(url: URL, dumped: Path) -> None:
    """One transaction: the tables that are there go, those of the backup come."""
    psql = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    emptying = _run([*psql, "--tuples-only", "--no-align", f"--command={_EMPTY}"], url)
    script = dumped.with_suffix(".sql")
    _run(
        [_program("pg_restore"), "--no-owner", "--no-privileges", "--no-comments", f"--file={script}", str(dumped)], url
    )
    before = dumped.with_suffix(".first")
    before.write_text(f"SET LOCAL lock_timeout = '{WAIT}';\n{emptying}\n", encoding="utf-8")
    _run([*psql, "--single-transaction", f"--file={before}", f"--file={script}"], url)


def _file(url: URL) -> str:
    return str(Path(url.database or "").resolve())


def _program(name: str) -> str:
    """The newest of the machine: a pg_dump older than the server refuses."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(3))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not on this machine. Install postgresql-client (apt-get install).")
    return found


def _run(command: list[str], url: URL) -> str:
    """What it prints. The password goes by the environment: everybody can read a command line. Raises BackupError."""
    names = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    others = {f"PG{name.upper()}": value for name, value in url.query.items() if name in ("sslmode", "sslrootcert")}
    given = {name: str(value) for name, value in {**names, **others}.items() if value is not None}
    environment = {**os.environ, **given, "PGDATABASE": url.database or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason"])[-1]
        raise BackupError(f"{Path(command[0]).name} says: {said}")
    return done.stdout
