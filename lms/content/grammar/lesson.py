"""The lesson of a module: its opening and its sections, with the knowledge checks in them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..course import Definition, Language, Question, Section, Taught
from ..problem import Report, shown
from .definitions import read_definitions
from .inline import Link, Mark, check_line, read_marks
from .outline import Part, check_level
from .prose import check_prose
from .question import QuestionContext, read_question
from .tags import TYPES, is_tag_line
from .text import did_you_mean, plain, slug

# Addresses below a module that are not sections, and the id of every page's main part.
RESERVED = ("quiz", "print", "card", "main")
# The heading of level 2 that begins the summary card.
CARD: Mapping[Language, str] = {"en": "Summary card", "es": "Tarjeta de resumen", "fr": "Fiche de synthèse"}
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_QUESTION_TAG = re.compile(rf"`(?:q *:|(?:check|{'|'.join(TYPES)})`)")


class Anchors:
    """Ids of one printed module: slugs of headings, and of marked blocks c<criterion>-<n>; a repeated one gets a number."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._taught: Counter[str] = Counter()

    def heading(self, title: str) -> str:
        base = slug(title) or "section"
        count = self._taken[base]
        self._taken[base] += 1
        return self.heading(f"{base}-{count}") if count else base

    def taught(self, criterion: str) -> str:
        self._taught[criterion] += 1
        return f"c{criterion}-{self._taught[criterion]}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """`opening` and the sections' html are Markdown. `ids` are the places of checks' ids, `anchors` all headings."""

    opening: str
    sections: tuple[Section, ...]
    card: Section | None
    ids: tuple[tuple[str, int, int], ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]


@dataclass(slots=True)
class _Draft:
    """A section, or the opening where `anchor` is empty, while it is read."""

    title: str = ""
    anchor: str = ""
    line: int = 1
    source: list[str] = field(default_factory=list)
    taught: list[Taught] = field(default_factory=list)
    checks: list[Question] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    card: bool = False

    def markdown(self) -> str:
        return "\n".join(self.source).strip("\n")

    def section(self) -> Section:
        words = sum(len(_WORD.findall(text)) for text in self.source)
        title, taught, checks = plain(self.title), tuple(self.taught), tuple(self.checks)
        return Section(self.anchor, title, self.markdown(), self.line, words, taught, checks, tuple(self.definitions))


def is_question(part: Part, lines: list[str]) -> bool:
    """True for a heading with the tags of a question directly below it."""
    text = lines[part.first] if part.first < part.end else ""
    return part.level > 2 and is_tag_line(text) and _QUESTION_TAG.search(text) is not None


def read_lesson(parts: list[Part], lines: list[str], context: QuestionContext, report: Report) -> Lesson:
    """The lesson from those parts of a file that are not in its quiz."""
    reader = _LessonReader(lines, context, report)
    before = 1
    for part in parts:
        check_level(part, before, report)
        before = part.level or before
        reader.part(part)
        reader.end = part.end
    opening, *sections = reader.drafts
    card = sections.pop() if sections and sections[-1].card else None
    return Lesson(
        opening.markdown(),
        tuple(draft.section() for draft in sections),
        card.section() if card else None,
        tuple(reader.ids),
        tuple(reader.links),
        frozenset(reader.headings),
    )


class _LessonReader:
    def __init__(self, lines: list[str], context: QuestionContext, report: Report) -> None:
        self.lines = lines
        self.context = context
        self.report = report
        self.anchors = Anchors()
        self.drafts = [_Draft()]
        self.ids: list[tuple[str, int, int]] = []
        self.links: list[Link] = []
        self.headings: list[str] = []
        self.end = 0

    def part(self, part: Part) -> None:
        if is_question(part, self.lines):
            self.check(part)
            return
        if part.level in (1, 2):
            anchor = self.heading(part)
            if self.drafts[-1].card and part.line == self.end + 1:  # one behind the quiz is reported there
                said = "A section follows the summary card."
                self.report.add(
                    "F051", part.line, 1, said, f"Move the card below it: `## {self.drafts[-1].title}` is last."
                )
            card = part.title == CARD[self.context.language]
            self.drafts.append(_Draft(part.title, anchor, part.line, card=card))
        elif part.level:
            self.heading(part)
            self.drafts[-1].source += ["", f"{'#' * part.level} {part.title}", ""]
        self.prose(part)

    def heading(self, part: Part) -> str:
        text = self.lines[part.line - 1]
        self.links += check_line(text, part.line, self.report)
        read_marks(text, part.line, self.report, allowed=False)
        anchor = self.anchors.heading(plain(part.title))
        if anchor in RESERVED:
            said = f"The heading would take the name `{anchor}`, which the site needs."
            self.report.add("F048", part.line, 1, said, "Choose another heading; the quiz begins with `## Quiz`.")
        self.headings.append(anchor)
        return anchor

    def prose(self, part: Part) -> None:
        body = self.lines[part.first : part.end]
        draft = self.drafts[-1]
        draft.source += body
        numbered = list(enumerate(body, part.first + 1))
        found = check_prose(numbered, self.report, marks=bool(draft.anchor) and not draft.card)
        self.links += found.links
        if draft.anchor and not draft.card:
            draft.definitions += read_definitions(numbered, self.report)
        for line, marks in found.taught:
            anchor = self.anchors.taught(marks[0].criterion)
            draft.taught += [Taught(criterion, anchor, line) for criterion in self.marked(marks)]

    def marked(self, marks: Iterable[Mark]) -> list[str]:
        """The criteria of the marks; they must be criteria of the module."""
        listed = self.context.front.criteria if self.context.front else ()
        framework = self.context.framework
        for mark in marks:
            if framework and mark.criterion not in framework.criteria:
                fix = did_you_mean(mark.criterion, framework.criteria, "Use an id of criteria.csv.")
                said = f"There is no criterion `{shown(mark.criterion)}`."
                self.report.add("F017", mark.line, mark.column, said, fix)
            elif listed and mark.criterion not in listed:
                said = f"The criterion {shown(mark.criterion)} is not in the front matter of this module."
                self.report.add("F049", mark.line, mark.column, said, "Add it to `criteria:`, or delete the mark.")
        return list(dict.fromkeys(mark.criterion for mark in marks))

    def check(self, part: Part) -> None:
        read = read_question(part, self.lines, self.context, self.report)
        if read.id_place:
            self.ids.append(read.id_place)
        self.links += read.links
        if not self.drafts[-1].anchor or self.drafts[-1].card:
            said = "A knowledge check belongs in a section."
            self.report.add("Q015", part.line, 1, said, "Move it below a heading of level 2, above the card.")
        if read.question:
            self.drafts[-1].checks.append(read.question)
