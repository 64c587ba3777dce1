"""What staff type: an announcement in up to three languages, and whom it is for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from lms.core.language import LANGUAGES, NAMES
from lms.web.form import Errors, text

from .rules import LONGEST_TITLE, Audience, Words

Render = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was typed: titles and bodies by language."""

    titles: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    mailed: bool = False
    shown_until: str = ""

    @property
    def audience(self) -> Audience:
        return Audience(self.entities, self.offices, tuple(int(phase) for phase in self.phases))


@dataclass(frozen=True, slots=True)
class Known:
    """What may be chosen."""

    entities: Collection[str]
    offices: Collection[str]
    phases: Collection[int]


def typed(form: MultiDict[str, str], known: Known) -> Typed:
    return Typed(
        {language: text(form, f"title-{language}") for language in LANGUAGES},
        {language: text(form, f"body-{language}") for language in LANGUAGES},
        tuple(e for e in form.getlist("entities") if e in known.entities),
        tuple(o for o in form.getlist("offices") if o in known.offices),
        tuple(p for p in form.getlist("phases") if p in {str(number) for number in known.phases}),
        "mailed" in form,
        text(form, "shown_until"),
    )


def read(value: Typed, today: date, render: Render) -> tuple[dict[str, Words], date, Errors]:
    """The words by language, rendered by `render` (which raises ValueError with a sentence), and the last day; English must be
    there, another language whole or not at all."""
    errors = Errors()
    words: dict[str, Words] = {}
    for language in LANGUAGES:
        title, body = value.titles[language], value.bodies[language]
        if language != "en" and not title and not body:
            continue
        if not title or len(title) > LONGEST_TITLE:
            errors.add(f"title-{language}", f"Write a title ({NAMES[language]}), {LONGEST_TITLE} characters at most.")
        if not body:
            errors.add(f"body-{language}", f"Write the text ({NAMES[language]}).")
            continue
        try:
            words[language] = Words(title, body, render(body), language)
        except ValueError as error:
            errors.add(f"body-{language}", str(error))
    return words, _day(value.shown_until, today, errors), errors


def _day(typed_day: str, today: date, errors: Errors) -> date:
    try:
        day = date.fromisoformat(typed_day)
    except ValueError:
        errors.add("shown_until", "Choose the last day on which it is shown.")
        return today
    if day < today:
        errors.add("shown_until", "Choose a day that is not over.")
    return day
