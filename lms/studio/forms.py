"""What the editor and the page for a new module send, as values or errors."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.framework import Category, Framework
from lms.content.grammar.text import slug
from lms.web.form import Errors, text

LONGEST_MESSAGE = 500
LONGEST_NAME = 80
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


def is_name(name: str) -> bool:
    """Whether a module file may be called that, `.md` aside; the check says the same of files."""
    return 0 < len(name) <= LONGEST_NAME and name == slug(name) and name not in TAKEN


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
