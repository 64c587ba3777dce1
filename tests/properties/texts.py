"""Two modules of the small library as their author may edit them, and what each edit means to somebody who knows the old text."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.factories.library import SEALS_FILE, small_courses
from tests.factories.training import SEALS, WALK

FILES = {SEALS: SEALS_FILE, WALK: "05-conveyance-and-iit-security/walk.md"}
# The criterion that each section teaches, in the order of the lesson, and that each question asks about.
SECTIONS = {SEALS: {"what-a-seal-tells": "6.1", "when-it-goes-on": "6.2"}, WALK: {"where-to-look": "5.3"}}
QUESTIONS = {
    SEALS: {
        "seals-class": "6.2",
        "seals-log": "6.1",
        "seals-read": "6.1",
        "seals-moves": "6.2",
        "seals-match": "6.2",
        "seals-iso": "6.2",
        "seals-review": "6.1",
    },
    WALK: dict.fromkeys(("walk-begin", "walk-direction", "walk-when", "walk-people"), "5.3"),
}
# How many questions a whole quiz draws; 0 for all.
DRAWN = {SEALS: 0, WALK: 2}
# Wrong answers that somebody may think right after all: texts of options, or what was typed.
ACCEPTABLE = {
    "seals-class": "I",
    "seals-iso": "0",
    "seals-review": "0",
    "walk-begin": "At the tires",
    "walk-when": "After delivery",
    "walk-people": "0",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of a file and what stands there once it was edited; {n} counts, so that every time differs from all before.

    Without {n} an edit is made and taken back by turns, or made for good where it adds a `section` or a `question` (with its
    criterion). `changes` is the section or question that reads otherwise then; `key`: its right answer is another.
    """

    old: str
    new: str
    changes: str = ""
    key: bool = False
    section: tuple[str, str] | None = None
    question: tuple[str, str] | None = None
    retires: str = ""

    def after(self, made: int) -> int:
        if self.section or self.question:
            return 1
        return made + 1 if "{n}" in self.new else 1 - made


_I = "- [ ] I\n    > Indicative seals only show that a door was opened.\n"
_H = "- [x] H\n    > High security under ISO 17712.\n"
_ONE_DIRECTION = "- [{}] False\n    > Jumping about skips places.\n- [{}] True"
_NEW_QUESTION = (
    "### A tape is a seal.\n`q: seals-tape` `true-false` `criteria: 6.2` `must`\n\n- [ ] True\n- [x] False\n\n"
)
_NEW_SECTION = "## At the doors\n\nLook behind each door. {5.3}\n\n"
EDITS: dict[str, dict[str, Edit]] = {
    SEALS: {
        "first section": Edit("Look at the seal.", "Look at the seal {n} times.", "what-a-seal-tells"),
        "second section": Edit("right after loading", "{n} minutes after loading", "when-it-goes-on"),
        "wording": Edit("Which class letter must be", "In edition {n}, which class letter is", "seals-class"),
        "key": Edit("- [x] True\n- [ ] False", "- [ ] True\n- [x] False", "seals-read", key=True),
        "order of options": Edit(_I + _H, _H + _I),
        "minutes": Edit("minutes: 10", "minutes: 1{n}"),
        "retired question": Edit("`q: seals-review`", "`q: seals-review` `retired`", retires="seals-review"),
        "new question": Edit("### How often", f"{_NEW_QUESTION}### How often", question=("seals-tape", "6.2")),
    },
    WALK: {
        "section": Edit("in one direction. {5.3}", "in one direction, {n} times. {5.3}", "where-to-look"),
        "wording": Edit("Where do you begin the walk?", "Where do you begin walk {n}?", "walk-begin"),
        "key": Edit(_ONE_DIRECTION.format(" ", "x"), _ONE_DIRECTION.format("x", " "), "walk-direction", key=True),
        "pass mark": Edit("pass: 50", "pass: 100"),
        "new section": Edit("## Quiz", f"{_NEW_SECTION}## Quiz", section=("at-the-doors", "5.3")),
    },
}
REASON = "It is another thing now."


@dataclass(frozen=True, slots=True)
class Text:
    """A module's file: how often each edit was made, and what its author calls the last of them."""

    module: str
    made: Mapping[str, int] = field(default_factory=dict)
    substantive: bool = False

    def edited(self, *names: str) -> "Text":
        made = dict(self.made)
        for name in names:
            made[name] = EDITS[self.module][name].after(made.get(name, 0))
        return replace(self, made=made)

    @property
    def file(self) -> bytes:
        text = small_courses()[FILES[self.module]].decode()
        edits = [(EDITS[self.module][name], count) for name, count in self.made.items() if count]
        words = [(edit.old, edit.new.replace("{n}", str(count))) for edit, count in edits]
        if self.substantive:
            words.append(("change: editorial", f"change: substantive\nreason: {REASON}"))
        for old, new in words:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text.encode()

    @property
    def sections(self) -> dict[str, str]:
        """The criterion that each section teaches."""
        return SECTIONS[self.module] | dict(e.section for e in self._standing() if e.section)

    @property
    def asked(self) -> dict[str, str]:
        """The criterion of each question that the quiz may ask."""
        known = QUESTIONS[self.module] | dict(e.question for e in self._standing() if e.question)
        return {name: about for name, about in known.items() if name not in {e.retires for e in self._standing()}}

    @property
    def pass_mark(self) -> int:
        return {SEALS: 80, WALK: 100 if self.made.get("pass mark") else 50}[self.module]

    def _standing(self) -> list[Edit]:
        return [EDITS[self.module][name] for name, count in self.made.items() if count]

    def differs(self, before: "Text") -> tuple[tuple[str, ...], frozenset[str]]:
        """The sections to open again and the questions about what changed, for somebody who knows the text before."""
        differing = [
            edit for name, edit in EDITS[self.module].items() if self.made.get(name, 0) != before.made.get(name, 0)
        ]
        changed = {edit.changes for edit in differing} | {new[0] for e in differing if (new := e.section or e.question)}
        sections = {name: about for name, about in self.sections.items() if name in changed}
        asked = {name for name, about in self.asked.items() if name in changed or about in sections.values()}
        return tuple(sections), frozenset(asked)

    def moves_key(self, before: "Text") -> bool:
        """Whether it gives a question another right answer, which nobody may call editorial."""
        keys = [name for name, edit in EDITS[self.module].items() if edit.key]
        return any(self.made.get(name, 0) != before.made.get(name, 0) for name in keys)
