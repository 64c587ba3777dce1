"""Databases for tests: a migrated, published template once a run, a fresh copy for each test, on SQLite and PostgreSQL."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg

SIDE_FILES = ("-wal", "-shm", "-journal")


class SQLiteTemplate:
    """A file, copied over the database of the test."""

    def __init__(self, folder: Path) -> None:
        self.file, self.template = folder / "test.db", folder / "template.db"
        self.url = f"sqlite:///{self.file}"

    def keep(self) -> None:
        """Make what the database now holds the template."""
        self._clear(self.template)
        shutil.copyfile(self.file, self.template)

    def reset(self) -> None:
        self._clear(self.file)
        shutil.copyfile(self.template, self.file)

    @staticmethod
    def _clear(file: Path) -> None:
        for suffix in ("", *SIDE_FILES):
            Path(f"{file}{suffix}").unlink(missing_ok=True)


def postgresql_programs() -> Path | None:
    """Where initdb and pg_ctl are, the newest version first; None when this machine has none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    """A private PostgreSQL cluster on a free port of this machine, run by an unprivileged user, gone when stopped."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="msc-ready-pg-"))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.port = free_port()
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=tests dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQLTemplate:
    """A database of the cluster, dropped and made again from its template."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.url = cluster.url("test")
        cluster.execute("CREATE DATABASE test")

    def keep(self) -> None:
        self.cluster.execute("DROP DATABASE IF EXISTS template_kept")
        self.cluster.execute("CREATE DATABASE template_kept TEMPLATE test")

    def reset(self) -> None:
        self.cluster.execute("DROP DATABASE IF EXISTS test WITH (FORCE)")
        self.cluster.execute(
            "CREATE DATABASE test TEMPLATE template_kept STRATEGY FILE_COPY"
            if self._fast
            else "CREATE DATABASE test TEMPLATE template_kept"
        )

    @property
    def _fast(self) -> bool:
        return int(self.cluster.programs.parts[-2]) >= 15 if self.cluster.programs.parts[-2].isdigit() else False


Template = SQLiteTemplate | PostgreSQLTemplate
Reset = Callable[[], None]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
