"""One module as the check accepted it: frozen values, JSON-ready for msgspec.

Between `check` and `render` the fields that hold HTML afterwards hold Markdown: opening, the sections' html, and of questions
title, html, hint, why, feedback, an option's html, pairs and items. All of these but opening and the two `html` of sections and
questions stand inside a line: no paragraph around them.
"""

from dataclasses import dataclass
from typing import Literal

from lms.core.learned import learned

QuestionType = Literal["single", "multiple", "true-false", "match", "order", "short", "number"]
Language = Literal["en", "es", "fr"]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer line of single, multiple, true-false and short. `text` is the plain text, `html` what is shown."""

    html: str
    text: str
    right: bool
    feedback: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a match. A distractor has no left cell."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Closed range of a number answer, as decimal texts (exact). Wrong ranges are foreseen wrong answers."""

    low: str
    high: str
    right: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key. Never hand one to a template before submission: see assessment.paper.AskedQuestion.

    `items` are the steps of an order question in the right order. `entities` None: asked of every entity type.
    `score` is "all" or "each" for multiple, "exact" or "pairs" for order, "" otherwise. `html`, `hint`, `why` are safe HTML.
    `edition` is the one whose criteria it asks about, "" for whichever the module is of; of another one it counts as `retired`.
    """

    id: str
    type: QuestionType
    title: str
    html: str
    criteria: tuple[str, ...]
    line: int
    level: Literal["must", "should", ""] = ""
    points: int = 1
    score: str = ""
    entities: tuple[str, ...] | None = None
    retired: bool = False
    check: bool = False
    unit: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    items: tuple[str, ...] = ()
    ranges: tuple[NumberRange, ...] = ()
    hint: str = ""
    why: str = ""
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions of one `## Quiz` or `## Pool: NAME`. `draw` None: all are asked."""

    name: str
    line: int
    questions: tuple[Question, ...]
    draw: int | None = None
    each_criterion: bool = False
    shuffle_questions: bool = False
    shuffle_answers: bool = False


@dataclass(frozen=True, slots=True)
class Taught:
    """A marked paragraph: `anchor` is its id within the section's HTML, `line` its line in the file."""

    criterion: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A term that a section defines, all plain text. `anchor` is its place in the glossary of the module's language.

    `short` is the abbreviation that stands behind the term in brackets, "" for none.
    """

    term: str
    short: str
    text: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A level-2 heading and what follows it. `html` has no level-2 heading; `checks` come after the prose."""

    anchor: str
    title: str
    html: str
    line: int
    words: int
    taught: tuple[Taught, ...] = ()
    checks: tuple[Question, ...] = ()
    definitions: tuple[Definition, ...] = ()


@learned
@dataclass(frozen=True, slots=True)
class Module:
    """One Markdown file. `key` is "category-slug/module-slug", the same in every language and revision.

    `entities` and `functions` None: all. `pass_mark` in percent, `minutes` as the author states them.
    `path` is relative to the courses folder. `summary` is the plain text of the opening's first paragraph.
    `digest` is the SHA-256 of the file, so that an unchanged one is known without reading it. `practice` says in plain
    sentences what rests on common practice rather than on the criteria. `card` is the summary card, which is no section:
    nobody has to open it. With `must_all` every must criterion that was asked is right at least once, or the attempt is not
    passed. `time_limit` is in whole minutes, 0 for none. `fingerprint` is a hash of what a translator translates; a
    translation names in `source` the fingerprint of the text that it follows. `edition` is the only one whose criteria the
    module teaches, "" for whichever is in force; of another one it is in no library.
    """

    key: str
    path: str
    language: Language
    title: str
    category: int
    slug: str
    criteria: tuple[str, ...]
    entities: tuple[str, ...] | None
    functions: tuple[str, ...] | None
    level: Literal["personnel", "administrator"]
    minutes: int
    pass_mark: int
    change: Literal["editorial", "substantive"]
    reason: str
    owner: str
    opening: str
    summary: str
    sections: tuple[Section, ...]
    pools: tuple[Pool, ...]
    digest: str = ""
    practice: tuple[str, ...] = ()
    card: Section | None = None
    must_all: bool = False
    time_limit: int = 0
    source: str = ""
    fingerprint: str = ""
    edition: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every graded question, retired ones included."""
        return tuple(q for pool in self.pools for q in pool.questions)

    @property
    def asked(self) -> int:
        """How many questions one attempt asks at most (entity-specific questions aside)."""
        return sum(p.draw if p.draw is not None else sum(not q.retired for q in p.questions) for p in self.pools)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(definition for section in self.sections for definition in section.definitions)

    def section(self, anchor: str) -> Section | None:
        return next((s for s in self.sections if s.anchor == anchor), None)
