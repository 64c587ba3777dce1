"""gunicorn as an operator runs it, on a site made before."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lms.settings import ROOT
from tests.databases import free_port

from .sites import Site

PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Server:
    """`ready_after` are seconds from the start of the program to the first good answer of /readyz."""

    port: int
    process: int
    ready_after: float

    def get(self, path: str, cookie: str = "") -> int:
        """The status of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    @property
    def workers(self) -> list[str]:
        """Process ids."""
        return Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()


@contextmanager
def serving(site: Site, workers: int = 1, log: IO[str] | None = None) -> Iterator[Server]:
    """The server, ready; stopped at the end. `log` takes what it says of errors. Raises RuntimeError when it does not get ready."""
    port = free_port()
    environment = {**os.environ, **site.environment(), "PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "gunicorn", "app:app"]
    program = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
    try:
        yield _ready(program, port, begun)
    finally:
        program.terminate()
        program.wait(timeout=PATIENCE)


def _ready(program: subprocess.Popen[bytes], port: int, begun: float) -> Server:
    while (elapsed := time.perf_counter() - begun) < PATIENCE and program.poll() is None:
        server = Server(port, program.pid, elapsed)
        try:
            if server.get("/readyz") == 200:
                return Server(port, program.pid, time.perf_counter() - begun)
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The server did not get ready within {PATIENCE:.0f} s.")
