"""What the editor, the page for a new module and that for a repair send, as values or errors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.assessment.repair import ACCEPTING, CHOOSING, Choice
from lms.assessment.rules import UnreadableNumber, read_number
from lms.content.course import Question
from lms.content.framework import Category, Framework
from lms.content.grammar.text import slug
from lms.web.form import Errors, text

LONGEST_MESSAGE = 500
LONGEST_NAME = 80
LONGEST_REASON = 500
LONGEST_ANSWER = 100
TAKEN = ("images",)


@dataclass(frozen=True, slots=True)
class Typed:
    """The text as typed, the revision it builds on (0: unknown), and the sentence for the history."""

    text: str
    base: int
    message: str
    publish: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Where a new module goes."""

    category: Category | None
    name: str


@dataclass(frozen=True, slots=True)
class Repairing:
    """A repair as it was typed in. `accepts` are plain texts in every language; `day` is `since` as typed, None: no day."""

    kind: str
    chosen: tuple[str, ...]
    answer: str
    since: date | None
    reason: str
    day: str = ""
    accepts: tuple[str, ...] = ()

    @property
    def void(self) -> bool:
        return self.kind == "void"


def typed(form: Mapping[str, str]) -> tuple[Typed, Errors]:
    """`merged` names the revision whose changes the author says to have taken over; it then is the base."""
    value = Typed(
        text=form.get("text", ""),
        base=_number(form.get("merged", "")) or _number(form.get("base", "")),
        message=" ".join(text(form, "what_changed").split()),
        publish=form.get("do") == "publish",
    )
    errors = Errors()
    if value.publish and not value.message:
        errors.add("what_changed", "Say in one sentence what you changed. It is kept in the history.")
    elif len(value.message) > LONGEST_MESSAGE:
        errors.add("what_changed", f"The sentence has {len(value.message)} characters. Use {LONGEST_MESSAGE} or fewer.")
    return value, errors


def named(form: Mapping[str, str], framework: Framework) -> tuple[Named, Errors]:
    """The category and file name of a new module."""
    errors = Errors()
    number = _number(form.get("category", ""))
    name = text(form, "name").removesuffix(".md")
    category = framework.categories.get(number)
    if category is None:
        errors.add("category", "Choose the category that the module belongs to.")
    if not is_name(name):
        fitting = slug(name)[:LONGEST_NAME].strip("-")
        example = fitting if is_name(fitting) else "seals-on-the-road"
        errors.add("name", f"Use small letters, digits and hyphens, such as {example}.")
    return Named(category, name), errors


def repairing(
    form: Mapping[str, str], chosen: Collection[str], question: Question, choices: Sequence[Choice], today: date
) -> tuple[Repairing, Errors]:
    """`chosen` are the boxes that were ticked, named by the first text of a choice."""
    errors = Errors()
    kind, answer = text(form, "kind"), " ".join(text(form, "answer").split())
    reason, day = " ".join(text(form, "reason").split()), text(form, "since")
    since = _day(day)
    ticked = [choice for choice in choices if choice.texts[0] in chosen]
    accepts: tuple[str, ...] = ()
    if kind not in ("void", "accept") or (kind == "accept" and question.type not in ACCEPTING):
        errors.add("kind", "Choose what shall hold.")
    elif kind == "accept" and question.type in CHOOSING:
        accepts = tuple(dict.fromkeys(one for choice in ticked for one in choice.texts))
        if not accepts:
            errors.add("accept", "Tick the answers that are right as well.")
    elif kind == "accept":
        accepts = _accepted(question, answer, errors)
    if since is None or since > today:
        errors.add("since", "Give the first day as a date, today or earlier.")
    if not reason:
        errors.add("reason", "Say in one sentence what is wrong with the question. Those concerned read it.")
    elif len(reason) > LONGEST_REASON:
        errors.add("reason", f"The reason has {len(reason)} characters. Use {LONGEST_REASON} or fewer.")
    return Repairing(kind, tuple(choice.texts[0] for choice in ticked), answer, since, reason, day, accepts), errors


def _accepted(question: Question, answer: str, errors: Errors) -> tuple[str, ...]:
    """A text as it was typed, a number as a decimal."""
    if not answer or len(answer) > LONGEST_ANSWER:
        errors.add("answer", f"Type the answer that is right as well, in {LONGEST_ANSWER} characters or fewer.")
        return ()
    if question.type != "number":
        return (answer,)
    try:
        value = read_number(answer, question.unit)
    except UnreadableNumber:
        errors.add("answer", "This is no number that everybody reads alike. Type it like 7.5.")
        return ()
    return (f"{Decimal(value.numerator) / Decimal(value.denominator):f}",)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def is_name(name: str) -> bool:
    """Whether a module file may be called that, `.md` aside; the check says the same of files."""
    return 0 < len(name) <= LONGEST_NAME and name == slug(name) and name not in TAKEN


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
