"""What people send in this room's forms, read into values, with errors that name their field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import MultiDict

from lms.core.language import _
from lms.web import dates
from lms.web.form import Errors, text

from . import rules
from .permissions import Role
from .rules import Facts, Standing, Wish

Form = MultiDict[str, str]
LONGEST_NAME = 200
LONGEST_NUMBER = 40
MOST_EMPLOYEES = 5_000_000


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody to invite."""

    name: str
    email: str
    standing: Standing


NOBODY = Invited("", "", Standing(Role.LEARNER))


@dataclass(frozen=True, slots=True)
class Accepted:
    """How somebody answers an invitation. Without a password ("") he or she goes on by sign-in links."""

    name: str
    password: str


def email_typed(form: Form) -> str:
    """An address to sign in with, as the account would spell it; not judged, since any answer would tell."""
    return rules.fold_email(text(form, "email")[:254])


def password_typed(form: Form, field: str) -> str:
    """Exactly what was typed: spaces and all belong to a password."""
    return form.get(field, "")


def name(form: Form, errors: Errors, field: str = "name") -> str:
    """A name as the person writes it, on one line."""
    value = " ".join(text(form, field).split())
    if not value:
        errors.add(field, _("Write the name as it should stand on certificates."))
    if len(value) > LONGEST_NAME:
        errors.add(field, _("Use %(most)s characters at most.", most=LONGEST_NAME))
    return value


def email(form: Form, errors: Errors) -> str:
    value = rules.fold_email(text(form, "email"))
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        errors.add("email", _("Put the name before the @, like robin@samplefreight.example"))
    return value


def new_password(form: Form, errors: Errors, own_words: tuple[str, ...]) -> str:
    """A password to keep from now on."""
    value = password_typed(form, "password")
    problem = rules.password_problem(value, own_words)
    if problem:
        errors.add("password", problem)
    return value


def functions(form: Form, known: Collection[str]) -> tuple[str, ...]:
    """The job functions ticked; what the framework does not know was not on the page."""
    return tuple(slug for slug in form.getlist("functions") if slug in known)


def extra_time(form: Form) -> int | None:
    """One of the rules' EXTRA_TIMES; None for what the page did not offer."""
    return next((percent for percent in rules.EXTRA_TIMES if str(percent) == form.get("extra_time")), None)


def role(form: Form, errors: Errors, allowed: Collection[Role]) -> Role:
    chosen = next((r for r in allowed if r.value == form.get("role")), None)
    if chosen is None:
        errors.add("role", _("Choose a role from the list."))
    return chosen or Role.LEARNER


def organization_id(form: Form, errors: Errors, known: Collection[int]) -> int | None:
    """The company chosen, None for no company."""
    value = form.get("organization_id", "")
    chosen = next((n for n in known if str(n) == value), None)
    if value and chosen is None:
        errors.add("organization_id", "Choose an organization from the list.")
    return chosen


def invited(
    form: Form, *, roles: Collection[Role], known_functions: Collection[str], own: int
) -> tuple[Invited, Errors]:
    """A coordinator's invitation into his or her own organization."""
    errors = Errors()
    full_name, address = name(form, errors), email(form, errors)
    standing = Standing(role(form, errors, roles), own, functions(form, known_functions))
    return Invited(full_name, address, standing), errors


def invited_anywhere(
    form: Form, *, known_functions: Collection[str], organizations: Collection[int]
) -> tuple[Invited, Errors]:
    """An administrator's invitation, into any organization or none."""
    errors = Errors()
    full_name, address = name(form, errors), email(form, errors)
    return Invited(full_name, address, _standing(form, errors, known_functions, organizations)), errors


def wished(form: Form, *, known_functions: Collection[str]) -> tuple[Wish, Errors]:
    """What somebody who comes by him- or herself writes."""
    errors = Errors()
    full_name, address = name(form, errors), email(form, errors)
    return Wish(full_name, address, number(form, errors), functions(form, known_functions)), errors


def number(form: Form, errors: Errors) -> str:
    """A company's CTPAT number as people copy it."""
    value = rules.fold_number(text(form, "number"))
    if not value or len(value) > LONGEST_NUMBER:
        errors.add("number", _("Write your company's CTPAT number. Its coordinator, or whoever hired you, knows it."))
    return value[:LONGEST_NUMBER]


def domain(form: Form, errors: Errors) -> str:
    """A mail domain to approve."""
    value = rules.fold_domain(text(form, "domain"))
    problem = rules.domain_problem(value)
    if problem:
        errors.add("domain", problem)
    return value


def last_day(form: Form, errors: Errors, field: str, *, earliest: date, latest: date | None) -> date | None:
    """A day of somebody's access or employment; None when the field is empty, or wrong."""
    value = text(form, field)
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        errors.add(field, _("Write the day as year-month-day, like 2027-01-04"))
        return None
    if day < earliest:
        errors.add(field, _("Choose %(day)s or a later day.", day=dates.day(earliest)))
    elif latest is not None and day > latest:
        errors.add(field, _("Choose %(day)s or an earlier day.", day=dates.day(latest)))
    return day


def accepted(form: Form, email: str) -> tuple[Accepted, Errors]:
    errors = Errors()
    full_name = name(form, errors)
    password = new_password(form, errors, (full_name, email)) if password_typed(form, "password") else ""
    return Accepted(full_name, password), errors


def assigned(
    form: Form, *, known_functions: Collection[str], organizations: Collection[int]
) -> tuple[Standing, Errors]:
    """What an administrator sets for a person."""
    errors = Errors()
    return _standing(form, errors, known_functions, organizations), errors


def _standing(form: Form, errors: Errors, known_functions: Collection[str], organizations: Collection[int]) -> Standing:
    chosen = role(form, errors, tuple(Role))
    company = organization_id(form, errors, organizations)
    if company is None and rules.needs_organization(chosen):
        errors.add("organization_id", "Choose the organization that this coordinator runs.")
    return Standing(chosen, company, functions(form, known_functions))


def facts(
    form: Form,
    *,
    known_entities: Collection[str],
    questions: Mapping[str, str],
    offices: Collection[str],
    countries: Collection[str],
    today: date,
    kept: date | None = None,
) -> tuple[Facts, Errors]:
    """An organization's facts. `questions` are the scopes it is asked about; only a plain no declines one.

    An own day that is past would make everything late at once, so it is refused unless it is the one `kept` so far.
    """
    errors = Errors()
    title = " ".join(text(form, "name").split())
    if not title or len(title) > LONGEST_NAME:
        errors.add("name", f"Write the organization's name, {LONGEST_NAME} characters at most.")
    number = "".join(text(form, "number").split()).upper()
    if not number or len(number) > LONGEST_NUMBER:
        errors.add("number", f"Write the organization's CTPAT number, {LONGEST_NUMBER} characters at most.")
    entities = tuple(slug for slug in form.getlist("entities") if slug in known_entities)
    if not entities:
        errors.add("entities", "Choose at least one entity type: the required modules follow from it.")
    declined = tuple(slug for slug in questions if form.get(f"scope-{slug}") == "no")
    value = Facts(
        number,
        title,
        entities,
        declined,
        own_day(form, errors, today, kept),
        _one_of(form, errors, "field_office", offices, "Choose a field office from the list, or leave it open."),
        _one_of(form, errors, "country", countries, "Choose a country from the list, or leave it open."),
        _employees(form, errors),
    )
    return value, errors


def _one_of(form: Form, errors: Errors, field: str, known: Collection[str], advice: str) -> str | None:
    value = form.get(field, "")
    if value and value not in known:
        errors.add(field, advice)
    return value if value in known else None


def _employees(form: Form, errors: Errors) -> int | None:
    """As people write a number: 1,200 too."""
    value = text(form, "employees").replace(",", "").replace(" ", "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 9) or not 1 <= int(value) <= MOST_EMPLOYEES:
        errors.add("employees", "Write how many people it employs in digits, like 240, or leave it empty.")
        return None
    return int(value)


def own_day(form: Form, errors: Errors, today: date, kept: date | None) -> date | None:
    """A company's own date, None for none. A past one is refused unless it is the one `kept` so far."""
    value = text(form, "due_by")
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        errors.add("due_by", _("Write the day as year-month-day, like 2026-12-07, or leave it empty."))
        return None
    if day < today and day != kept:
        errors.add("due_by", _("This day is past. Set one from today on, or leave it empty."))
    return day
