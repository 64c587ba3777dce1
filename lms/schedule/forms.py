"""What people send in this room's forms, read into values, with errors that name their field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from lms.accounts.rules import fold_email
from lms.content.framework import Step, steps_amiss
from lms.web.form import Errors, staff_day, text

from .exemptions import Standing, Wanted
from .path import STEP_NAMES
from .rules import Schedule, out_of_order

LONGEST_NOTE = 300
LONGEST_REASON = 500
ENFORCEMENT = "enforcement"  # the name of its field
OWN = "own"  # in place of an entity type: all those of the reader's company

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dates:
    """Days typed for the program, as they were typed, and as they were read."""

    typed: Mapping[str, str]
    note: str
    enforcement: date = date.max
    phases: Mapping[int, date] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def spans(self) -> dict[str, tuple[date, date]]:
        """First and last day of each step, by its slug."""
        return {step.slug: (step.begins, step.ends) for step in self.steps}


def phase_field(number: int) -> str:
    return f"phase-{number}"


def step_fields(slug: str) -> tuple[str, str]:
    """Of its first and its last day."""
    return f"{slug}-from", f"{slug}-until"


def dates_of(schedule: Schedule) -> Dates:
    """The form as it stands before anybody types."""
    phases = {phase.number: phase.date for phase in schedule.phases}
    days = {phase_field(n): day for n, day in phases.items()} | {ENFORCEMENT: schedule.enforcement_date}
    for step in schedule.steps:
        days |= zip(step_fields(step.slug), (step.begins, step.ends), strict=True)
    typed = {name: day.isoformat() for name, day in days.items()}
    return Dates(typed, schedule.note, schedule.enforcement_date, phases, schedule.steps)


def dates(form: Form, schedule: Schedule) -> tuple[Dates, Errors]:
    """Other days for the steps, the phases and enforcement, in order, with the sentence that every page shows."""
    errors = Errors()
    names = [name for step in schedule.steps for name in step_fields(step.slug)]
    names += [*(phase_field(phase.number) for phase in schedule.phases), ENFORCEMENT]
    typed = {name: text(form, name) for name in names}
    days = {name: staff_day(value, name, errors) for name, value in typed.items()}
    note = " ".join(text(form, "note").split())
    if not note or len(note) > LONGEST_NOTE:
        errors.add("note", f"Write the sentence that every page shows, {LONGEST_NOTE} characters at most.")
    phases = {phase.number: days[phase_field(phase.number)] for phase in schedule.phases}
    steps = tuple(Step(step.slug, *(days[name] for name in step_fields(step.slug))) for step in schedule.steps)
    value = Dates(typed, note, days[ENFORCEMENT], phases, steps)
    if not any(name in errors.messages for name in names):
        _order(value, errors)
    return value, errors


def _order(value: Dates, errors: Errors) -> None:
    for slug, which, first in steps_amiss(value.steps):
        name = step_fields(slug)[which == "ends"]
        errors.add(name, f"{STEP_NAMES[slug]} cannot {which[:-1]} before {first}. Set that day or a later one.")
    for number in out_of_order(value.phases, value.enforcement):
        if number is None:
            errors.add(ENFORCEMENT, "Enforcement cannot begin before the last phase. Set the same day or a later one.")
        else:
            errors.add(
                phase_field(number),
                f"Phase {number} cannot begin before phase {number - 1}. Set the same day or a later one.",
            )


def kind(args: Form, entities: Collection[str], *, own: bool) -> str:
    """The entity type that an address asks for, OWN for the reader's company, "" for none; `own`: whether there is one."""
    asked = args.get("entity", "")
    return asked if asked in entities else OWN if own else ""


@dataclass(frozen=True, slots=True)
class Exempting:
    """Whom to exempt from which module: a person by `email`, or a company by its `number`; the other one is ""."""

    email: str = ""
    number: str = ""
    module: str = ""
    reason: str = ""


def exempting(form: Form, modules: Collection[str]) -> tuple[Exempting, Errors]:
    errors = Errors()
    value = Exempting(
        email=fold_email(text(form, "email"))[:254],
        number="".join(text(form, "number").split()).upper()[:40],
        module=text(form, "module"),
        reason=reason(form, errors),
    )
    if bool(value.email) == bool(value.number):
        errors.add("email", "Write the e-mail of a person, or the CTPAT number of a company: one of the two.")
    if value.module not in modules:
        errors.add("module", "Choose a module from the list.")
    return value, errors


def reason(form: Form, errors: Errors) -> str:
    value = " ".join(text(form, "reason").split())
    if not value or len(value) > LONGEST_REASON:
        errors.add("reason", f"Write the reason, {LONGEST_REASON} characters at most. Whom it concerns reads it.")
    return value


def wanted(args: Form, modules: Collection[str]) -> Wanted:
    """What an address asks to list; what it says that cannot be is left out."""
    standing: Standing | None = next((s for s in get_args(Standing) if s == args.get("standing")), None)
    module = text(args, "module")
    return Wanted(standing, text(args, "q")[:200], module if module in modules else "")
