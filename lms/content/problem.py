"""A problem in a file: where, what, and what to do about it. Lines and columns are 1-based, columns in characters."""

import json
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .codes import CODES, Severity

Format = Literal["text", "json", "github"]

# A file full of one mistake is shown the mistake a hundred times, not a million.
MOST_OF_A_KIND = 100
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`message` and `fix` are sentences; `path` is relative to the courses folder."""

    path: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    fix: str

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


class Report:
    """The problems of one file, gathered while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._count: dict[str, int] = {}

    def add(self, code: str, line: int, column: int, message: str, fix: str) -> None:
        count = self._count[code] = self._count.get(code, 0) + 1
        if count <= MOST_OF_A_KIND:
            self.problems.append(Problem(self.path, line, column, code, CODES[code].severity, message, fix))

    @property
    def has_errors(self) -> bool:
        return any(problem.is_error for problem in self.problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and column, each problem once: the same input gives the same output."""
    return tuple(sorted(set(problems)))


def shown(text: str, longest: int = 60) -> str:
    """Authored text as it may stand inside a message: one line, printable, not too long."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def render(problems: Iterable[Problem], style: Format, prefix: str = "") -> str:
    """The whole output. `prefix` is the way to the courses folder: text and github name paths that can be opened.

    JSON is one document, its paths relative to the courses folder.
    """
    if style == "json":
        return json.dumps([as_object(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"
    line = as_github if style == "github" else as_text
    return "".join(f"{line(replace(problem, path=posixpath.join(prefix, problem.path)))}\n" for problem in problems)


def as_text(problem: Problem) -> str:
    """`path:line:col: CODE severity: message. fix`"""
    path = shown(problem.path, 1000)
    place = f"{path}:{problem.line}:{problem.column}"
    return f"{place}: {problem.code} {problem.severity}: {problem.message} {problem.fix}"


def as_object(problem: Problem) -> dict[str, str | int]:
    """The object that `--format json` lists."""
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "fix": problem.fix,
    }


def as_github(problem: Problem) -> str:
    """A workflow command. Data escapes % and line ends, a property also : and ,"""
    properties = {"file": problem.path, "line": problem.line, "col": problem.column, "title": problem.code}
    stated = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{problem.severity} {stated}::{_data(f'{problem.message} {problem.fix}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
