"""What an entry of the FAQ is, whom it concerns, where it is taught. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lms.content.coverage import Coverage
from lms.content.framework import Category, Framework
from lms.content.library import Library
from lms.core.language import Language

LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Said:
    """A question and its answer in one language: `answer` in Markdown, `html` what it looks like, safe."""

    question: str
    answer: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a module."""

    module: str
    section: str
    anchor: str

    @property
    def address(self) -> str:
        return f"/courses/{self.module}/{self.section}/#{self.anchor}"

    @property
    def key(self) -> str:
        """For a select: no part of it holds a space."""
        return f"{self.module} {self.section} {self.anchor}"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a version is to say. `words` by language, English always among them; `entities` empty: of concern to all."""

    words: Mapping[Language, Said]
    criteria: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of an entry. `number` is that of the entry; `comments` counts those that it answers."""

    number: int
    version: int
    draft: Draft
    at: datetime
    retired: bool
    comments: int = 0

    def language(self, wanted: Language) -> Language:
        """The one in which it can be read: that one, or English."""
        return wanted if wanted in self.draft.words else "en"

    def said(self, wanted: Language) -> Said:
        return self.draft.words[self.language(wanted)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a reader wants. `words` is a question in any words, `category` 0 for all."""

    words: str = ""
    entity: str = ""
    category: int = 0

    @property
    def active(self) -> bool:
        return bool(self.words or self.entity or self.category)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A paragraph that a reader can open: the address, and the words of the link in the language that the module has."""

    address: str
    module: str
    section: str
    language: Language


@dataclass(frozen=True, slots=True)
class Choice:
    """A paragraph that can be named in an answer, in a select under its criterion."""

    criterion: str
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Votes:
    """What readers of the newest version said."""

    helpful: int = 0
    not_helpful: int = 0

    @property
    def all(self) -> int:
        return self.helpful + self.not_helpful


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of a category, of none for None."""

    category: Category | None
    entries: tuple[Entry, ...] = field(default=())


def fits(entry: Entry, wanted: Wanted, framework: Framework) -> bool:
    """Whether an entry is of the category and concerns the entity type. Its words are the search's business."""
    concerned = not (wanted.entity and entry.draft.entities) or wanted.entity in entry.draft.entities
    return concerned and (not wanted.category or wanted.category in categories_of(entry, framework))


def categories_of(entry: Entry, framework: Framework) -> tuple[int, ...]:
    """Of the criteria that the edition in force has; a former one's are known no more."""
    found = (framework.criteria[c].category for c in entry.draft.criteria if c in framework.criteria)
    return tuple(dict.fromkeys(found))


def in_order(entries: Iterable[Entry], framework: Framework) -> list[Entry]:
    """By category, those without one last; in it those first that answer most comments."""

    def key(entry: Entry) -> tuple[int, int, int]:
        return next(iter(categories_of(entry, framework)), len(framework.categories) + 1), -entry.comments, entry.number

    return sorted(entries, key=key)


def grouped(entries: Sequence[Entry], framework: Framework) -> list[Group]:
    """Ordered entries under the category that they stand in: that of their first criterion."""
    groups: dict[int, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(next(iter(categories_of(entry, framework)), 0), []).append(entry)
    return [Group(framework.categories.get(number), tuple(those)) for number, those in groups.items()]


def lesson(place: Place | None, library: Library, language: Language) -> Lesson | None:
    """Where the paragraph stands now; its section where the paragraph is gone, None where that is gone too."""
    module = library.module(place.module, language) if place else None
    section = module.section(place.section) if module and place else None
    if place is None or module is None or section is None:
        return None
    anchor = f"#{place.anchor}" if any(t.anchor == place.anchor for t in section.taught) else ""
    return Lesson(f"/courses/{place.module}/{place.section}/{anchor}", module.title, section.title, module.language)


def choices(found: Coverage, criteria: Collection[str]) -> list[Choice]:
    """Every paragraph that teaches one of the criteria, in the order of these."""
    made: list[Choice] = []
    for criterion in criteria:
        for nth, at in enumerate(found.taught.get(criterion, ()), 1):
            place = Place(at.module.key, at.section.anchor, at.anchor)
            made.append(Choice(criterion, place, f"{criterion}, place {nth}: {at.module.title}, {at.section.title}"))
    return made


def question_from(comment: str) -> str:
    """The beginning of what a member wrote, as long as a question may be, cut between words."""
    line = " ".join(comment.split())
    return line if len(line) <= LONGEST_QUESTION else f"{line[: LONGEST_QUESTION - 2].rsplit(' ', 1)[0]} …"
