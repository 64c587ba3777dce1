"""Checking and rendering of typed text in a process of its own: `python -m lms.studio.sandbox`, JSON in, JSON out."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from lms.content.check import check
from lms.content.course import Module
from lms.content.framework import Framework
from lms.content.library import Library
from lms.content.problem import Problem
from lms.content.reference import read_framework
from lms.core import contained
from lms.core.learned import learned

from .preview import Preview, draft


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
    """Have a task done by a process that is killed when it overruns. Raises contained.GaveUp."""
    done = contained.run(__name__, msgspec.json.encode(task), "Checking and showing this text")
    return msgspec.json.decode(done, type=Outcome)


def perform(task: Task) -> Outcome:
    """The work itself, as it is done inside."""
    framework, _ = read_framework(task.files)
    images = {path: sha256(data).hexdigest()[:8] for path, data in task.files.items() if "/images/" in path}
    preview = draft(task.path, task.files[task.path], framework, images) if framework else None
    return Outcome(check(task.files, task.library()).problems, preview)


def serve(task: bytes) -> bytes:
    return msgspec.json.encode(perform(msgspec.json.decode(task, type=Task)))


if __name__ == "__main__":
    contained.serve(serve)
