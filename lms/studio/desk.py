"""What the editor's page shows: the text line by line, its problems with the way to each, and the preview. No database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lms.catalog.shelf import Published
from lms.content.course import Module
from lms.content.framework import Category, Framework
from lms.content.problem import Problem

from .preview import Preview
from .service import Change, Clash

# Beyond this many lines none is numbered: a page of a million rows helps nobody. static/js/studio.js says the same.
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a module, published or new. `module` is the published one."""

    path: str
    key: str
    category: Category
    module: Module | None
    published: Published

    @property
    def framework(self) -> Framework:
        return self.published.library.framework

    @property
    def file(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text; `mark` is "error" or "warning" where the check says something about it."""

    number: int
    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of the editor. `base` is the revision that the text builds on."""

    place: Place
    text: str
    base: int
    problems: tuple[Problem, ...]
    preview: Preview | None
    message: str = ""
    clash: Clash | None = None

    @property
    def title(self) -> str:
        """The title as it is typed, as far as it can be read."""
        module = self.preview.module if self.preview else self.place.module
        return module.title if module else self.place.file

    @property
    def error_count(self) -> int:
        return sum(problem.is_error for problem in self.problems)

    @property
    def warning_count(self) -> int:
        return len(self.problems) - self.error_count

    @property
    def lines(self) -> list[Line]:
        """The lines with their marks; none of a text that has too many."""
        if self.text.count("\n") >= MOST_LINES:
            return []
        marks: dict[int, str] = {}
        for problem in self.problems:
            if problem.path == self.place.path and marks.get(problem.line) != "error":
                marks[problem.line] = problem.severity
        return [Line(n, text, marks.get(n, "")) for n, text in enumerate(self.text.split("\n"), 1)]

    def way_to(self, problem: Problem) -> str:
        """The address of a problem's line: on this page, or in the editor of another module; "" where there is none."""
        if problem.path == self.place.path:
            return f"#line_{problem.line}"
        modules = self.place.published.library.modules.values()
        key = next((module.key for module in modules if module.path == problem.path), "")
        return f"/studio/modules/{key}/#line_{problem.line}" if key else ""


def worded(sentence: str) -> Markup:
    """A message of the check, with what it quotes as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704


def place_at(shelf: Published, slug: str, name: str) -> Place | None:
    """The place at an address; None where there is no such category."""
    category = shelf.library.framework.category_by_slug(slug)
    if category is None:
        return None
    key = f"{slug}/{name}"
    module = shelf.library.modules.get(key)
    return Place(module.path if module else f"{category.folder}/{name}.md", key, category, module, shelf)


def opened(place: Place, text: str, problems: Iterable[Problem]) -> Desk:
    """The desk of a module as it is published."""
    preview = Preview(place.module) if place.module else None
    return Desk(place, text, place.published.revision_id, _concerning(place.path, problems), preview)


def checked(place: Place, change: Change, message: str = "") -> Desk:
    """The desk of a text that was checked."""
    problems = _concerning(place.path, change.problems)
    return Desk(place, change.data.decode(), change.base, problems, change.preview, message, change.clash)


def _concerning(path: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of the file and its translations, and errors anywhere, since they stop publishing; the file's own first."""
    translations = path.removesuffix(".md") + "."
    found: Sequence[Problem] = [p for p in problems if p.is_error or p.path == path or p.path.startswith(translations)]
    return tuple(sorted(found, key=lambda p: (not p.is_error, p.path != path, p)))
