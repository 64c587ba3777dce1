"""A demonstration site of its own on a free port, as `make run` would serve it, for screenshots, journeys and measurements."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class DemoSite:
    """`environment` is what a command such as `flask stats` needs to work on the same site."""

    url: str
    folder: Path
    environment: Mapping[str, str]

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the site; the caller looks at its exit status."""
        command = [sys.executable, "-m", "flask", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=dict(self.environment), capture_output=True, text=True, check=False
        )


@contextmanager
def demo_site(database_url: str = "", workers: int = 1) -> Iterator[DemoSite]:
    """The site, ready; gone with all its files at the end. SQLite unless an address of another database is given."""
    folder = Path(tempfile.mkdtemp(prefix="msc-ready-demo-"))
    port = _free_port()
    courses = folder / "courses"
    shutil.copytree(ROOT / "courses", courses, ignore=shutil.ignore_patterns(".revision"))
    environment = {
        **os.environ,
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'demo.db'}",
        "SECRET_KEY": secrets.token_hex(32),
        "MAIL_URL": f"file:{folder / 'mail'}",
        "COURSES_DIR": str(courses),
        "SIGNING_KEY_FILE": str(folder / "signing-keys.json"),
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
    }
    site = DemoSite(f"http://127.0.0.1:{port}", folder, environment)
    server = None
    try:
        for command in (("demo",), ("keys", "new")):
            made = site.flask(*command)
            if made.returncode:
                raise RuntimeError(made.stderr)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "app:app"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        _wait(server, f"{site.url}/readyz")
        yield site
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not get ready within {READY_WITHIN} s.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
