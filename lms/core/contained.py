"""Work on text that somebody typed, done by a process of its own that is killed when it overruns: bytes in, bytes out.

However hostile the text, the process ends: it may use five seconds and half a gigabyte, writes no file, and knows neither
the settings nor the database.
"""

import logging
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SECONDS = 5
MEMORY = 512 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m")

log = logging.getLogger(__name__)


class GaveUp(Exception):
    """The text took more time or memory than the process may use; the message is a sentence."""


def run(module: str, task: bytes, doing: str) -> bytes:
    """What `python -m MODULE` makes of a task; `doing` completes "... took more than 5 seconds.". Raises GaveUp."""
    try:
        done = subprocess.run(  # noqa: S603 (our own module, no argument from outside)
            (*COMMAND, module),
            input=task,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=ROOT,
            env={"PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        raise GaveUp(f"{doing} took more than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        log.warning("%s ended with %s: %s", module, error.returncode, error.stderr.decode("utf-8", "replace")[-2000:])
        raise GaveUp(f"{doing} took more time or memory than there is for one text.") from None
    return done.stdout


def serve(work: Callable[[bytes], bytes]) -> None:
    """What the process does."""
    confine()
    sys.stdout.buffer.write(work(sys.stdin.buffer.read()))


def confine() -> None:
    """Give up what is not needed: time, memory, files, and the right of way."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
