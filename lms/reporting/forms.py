"""The forms of paper tests: which ones to print, whose sheet is typed in, and what stands on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lms.assessment.forms import LONGEST_ANSWER
from lms.assessment.onpaper import MOST_VARIANTS, Mistyped, read, read_name
from lms.assessment.paper import AskedQuestion
from lms.core.language import Language, _, known
from lms.web.dates import day as in_words
from lms.web.form import Errors, text

# Validity runs from the day on which answers are typed in, so that this must follow the test soon.
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Printing:
    """What a coordinator wants to print. `module` is "" while none is chosen."""

    module: str
    language: Language
    variants: int


@dataclass(frozen=True, slots=True)
class About:
    """Whose sheet it is: as typed, for the page, and as read. `person` and `day` are None where they cannot be read."""

    module: str
    sheet: str
    typed_day: str
    name: tuple[int, str] | None
    person: int | None
    day: date | None


def read_printing(values: Mapping[str, str], modules: Collection[str], language: Language) -> Printing:
    """What is not offered counts as not chosen."""
    module, variants = text(values, "module"), text(values, "variants")
    offered = [str(number) for number in range(1, MOST_VARIANTS + 1)]
    return Printing(
        module if module in modules and "variants" in values else "",
        known(text(values, "language")) or language,
        int(variants) if variants in offered else 2,
    )


def read_about(values: Mapping[str, str], modules: Collection[str], people: Collection[int]) -> About:
    module, person, typed = text(values, "module"), text(values, "person"), text(values, "day")
    sheet = text(values, "sheet")[:40]
    return About(
        module=module if module in modules else "",
        sheet=sheet,
        typed_day=typed[:10],
        name=read_name(sheet),
        person=next((id for id in people if str(id) == person), None),
        day=_day(typed),
    )


def problems(about: About, today: date) -> Errors:
    errors = Errors()
    if not about.module:
        errors.add("module", _("Choose the module of the sheet."))
    if about.name is None:
        errors.add("sheet", _("Type the number of the sheet as it is printed, like 2-3f9a."))
    if about.person is None:
        errors.add("person", _("Choose the person whose sheet it is."))
    if about.day is None:
        errors.add("day", _("Give the day of the test."))
    elif about.day > today:
        errors.add("day", _("This day is yet to come. Give the day of the test."))
    elif about.day < today - timedelta(days=MOST_DAYS):
        earliest = in_words(today - timedelta(days=MOST_DAYS))
        errors.add(
            "day",
            _(
                "Answers are typed in within %(days)s days: not before %(day)s. A newer test is needed.",
                days=MOST_DAYS,
                day=earliest,
            ),
        )
    return errors


def read_answers(
    questions: Sequence[AskedQuestion], values: Mapping[str, str]
) -> tuple[dict[str, str], list[list[Any]], Errors]:
    """What was typed by field, the entries that could be read (else empty ones), and what is wrong with the others."""
    typed = {asked.field: text(values, asked.field)[:LONGEST_ANSWER] for asked in questions}
    entries, errors = [], Errors()
    for asked in questions:
        try:
            entries.append(read(asked, typed[asked.field]))
        except Mistyped as wrong:
            errors.add(asked.field, str(wrong))
            entries.append(read(asked, ""))
    return typed, entries, errors


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
