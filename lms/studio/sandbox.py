"""Checking and rendering of typed text in a process of its own: `python -m lms.studio.sandbox`, JSON in, JSON out.

However hostile the text, the process ends: it may use five seconds and half a gigabyte, writes no file, and knows neither
the settings nor the database.
"""

import logging
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from lms.content.check import check
from lms.content.course import Module
from lms.content.framework import Framework
from lms.content.library import Library
from lms.content.problem import Problem
from lms.content.reference import read_framework
from lms.core.learned import learned

from .preview import Preview, draft

SECONDS = 5
MEMORY = 512 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "lms.studio.sandbox")

log = logging.getLogger(__name__)


class GaveUp(Exception):
    """The text took more time or memory than the process may use; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Task:
    """All files, the one at `path` as it was typed, and what is published, against which it is checked."""

    path: str
    files: Mapping[str, bytes]
    framework: Framework
    published: tuple[Module, ...]

    @classmethod
    def of(cls, path: str, files: Mapping[str, bytes], library: Library) -> "Task":
        return cls(path, files, library.framework, (*library.modules.values(), *library.translations.values()))

    def library(self) -> Library:
        return Library(
            self.framework,
            {m.key: m for m in self.published if m.language == "en"},
            {(m.key, m.language): m for m in self.published if m.language != "en"},
        )


@learned
@dataclass(frozen=True, slots=True)
class Outcome:
    """The problems of all files, and what the one that was typed looks like."""

    problems: tuple[Problem, ...]
    preview: Preview | None


def run(task: Task) -> Outcome:
    """Have a task done by a process that is killed when it overruns. Raises GaveUp."""
    try:
        done = subprocess.run(  # noqa: S603 (our own module, no argument from outside)
            COMMAND,
            input=msgspec.json.encode(task),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=ROOT,
            env={"PYTHONUTF8": "1"},
        )
        return msgspec.json.decode(done.stdout, type=Outcome)
    except subprocess.TimeoutExpired:
        raise GaveUp(f"Checking and showing this text took more than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        log.warning("The sandbox ended with %s: %s", error.returncode, error.stderr.decode("utf-8", "replace")[-2000:])
        raise GaveUp("Checking and showing this text took more time or memory than there is for one text.") from None


def perform(task: Task) -> Outcome:
    """The work itself, as it is done inside."""
    framework, _ = read_framework(task.files)
    images = {path: sha256(data).hexdigest()[:8] for path, data in task.files.items() if "/images/" in path}
    preview = draft(task.path, task.files[task.path], framework, images) if framework else None
    return Outcome(check(task.files, task.library()).problems, preview)


def confine() -> None:
    """Give up what is not needed: time, memory, files, and the right of way."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def main() -> None:
    confine()
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    sys.stdout.buffer.write(msgspec.json.encode(perform(task)))


if __name__ == "__main__":
    main()
