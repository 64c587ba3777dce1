"""The reference files at the top of a courses folder, read into a `Framework`: what the criteria are and whom they concern."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar, cast

from .criteria import VERIFIED, read_criteria, read_editions
from .framework import (
    STEPS,
    Category,
    Edition,
    EntityType,
    FieldOffice,
    FocusArea,
    Framework,
    JobFunction,
    Phase,
    Program,
    Scope,
    Step,
    Verified,
    steps_amiss,
)
from .grammar.fields import Fields, records
from .grammar.source import read_text
from .grammar.text import did_you_mean, listed, slug
from .grammar.yaml import Record, Sequence, Text, read_yaml
from .problem import Problem, Report, in_order, shown

REFERENCE_FILES = ("program.yml", "categories.yml", "entities.yml", "functions.yml", "scopes.yml", "criteria.csv")

T = TypeVar("T")


def read_framework(files: Mapping[str, bytes]) -> tuple[Framework | None, tuple[Problem, ...]]:
    """The framework, or None where anything is wrong with the reference files; all of their problems in order."""
    reports = {name: Report(name) for name in REFERENCE_FILES}
    texts = {name: _text(files, reports[name]) for name in REFERENCE_FILES}
    program = _program(texts["program.yml"], reports["program.yml"])
    areas, categories = _categories(texts["categories.yml"], reports["categories.yml"])
    entities = _entities(texts["entities.yml"], reports["entities.yml"])
    functions = _functions(texts["functions.yml"], reports["functions.yml"], categories)
    scopes = _scopes(texts["scopes.yml"], reports["scopes.yml"], entities)
    table = reports["criteria.csv"]
    criteria = read_criteria(texts["criteria.csv"], table, categories, scopes, entities)
    in_force = Edition(program.edition if program else "", criteria)
    editions, amiss = read_editions(files, in_force, categories, scopes, entities, table)
    if program is not None and categories:
        _each_once(categories, program.phases, "phase", "program.yml", reports["program.yml"])
        _each_once(categories, areas, "focus area", "categories.yml", reports["categories.yml"])
    problems = in_order([*amiss, *(problem for report in reports.values() for problem in report.problems)])
    if program is None or any(problem.is_error for problem in problems):
        return None, problems
    return Framework(program, areas, categories, criteria, entities, functions, scopes, editions), problems


def _text(files: Mapping[str, bytes], report: Report) -> str | None:
    data = files.get(report.path)
    if data is None:
        report.add("F024", 1, 1, f"The file {report.path} is missing.", "Put it at the top of the courses folder.")
        return None
    return read_text(data, report)


def _top(text: str | None, report: Report, keys: tuple[str, ...]) -> Fields | None:
    """The outermost record of a YAML file."""
    if text is None:
        return None
    already = len(report.problems)
    value = read_yaml(text, report)
    if isinstance(value, Record):
        return Fields(value, report, keys, "file")
    if len(report.problems) == already:
        line, column = (value.line, value.column) if value else (1, 1)
        report.add("F015", line, column, f"The file must be a record with {listed(keys)}.", f"Begin with `{keys[0]}:`.")
    return None


def _listing(text: str | None, report: Report, key: str, fields: tuple[str, ...], inside: str) -> list[Fields]:
    """The records of a file that holds one list."""
    top = _top(text, report, (key,))
    return [Fields(r, report, fields, inside) for r in records(top.required(key), report, f"`{key}`")] if top else []


# Keys of program.yml that need not be there, with the most they may be.
_OPTIONAL = {"retry_wait_minutes": 24 * 60, "refresher_days": 365, "retraining_days": 365}


def _program(text: str | None, report: Report) -> Program | None:
    keys = ("edition", "enforcement_date", "phases", "pass_mark", "validity_months", "reminder_days", *_OPTIONAL)
    keys += ("reminder_days_after", "field_offices", "steps")
    top = _top(text, report, keys)
    if top is None:
        return None
    edition, enforcement = top.text("edition"), top.day("enforcement_date")
    phases = []
    for record in records(top.required("phases"), report, "`phases`"):
        fields = Fields(record, report, ("number", "date", "categories"), "phase")
        number, day, categories = fields.whole("number", 1, 99), fields.day("date"), fields.numbers("categories")
        if number is not None and day is not None:
            phases.append(Phase(number, day, categories))
    pass_mark, months = top.whole("pass_mark", 1, 100), top.whole("validity_months", 1, 120)
    days = top.numbers("reminder_days")
    optional = {key: top.whole(key, 0, most, optional=True) for key, most in _OPTIONAL.items()}
    if edition is None or enforcement is None or pass_mark is None or months is None:
        return None
    given: dict[str, Any] = {key: value for key, value in optional.items() if value is not None}
    if top.given("reminder_days_after") is not None:
        given["reminder_days_after"] = top.numbers("reminder_days_after")
    if top.given("field_offices") is not None:
        given["field_offices"] = _offices(top, report)
    if top.given("steps") is not None:
        given["steps"] = _steps(top, report)
    return Program(edition, enforcement, tuple(phases), pass_mark, months, days, **given)


def _steps(top: Fields, report: Report) -> tuple[Step, ...]:
    """The steps that lead up to the phases, in the order of STEPS wherever they stand in the file."""
    found: list[tuple[Fields, Step]] = []
    for record in records(top.required("steps"), report, "`steps`"):
        fields = Fields(record, report, ("slug", "from", "until"), "step")
        slug, begins, ends = fields.choice("slug", STEPS), fields.day("from"), fields.day("until")
        if slug is not None and begins is not None and ends is not None:
            found.append((fields, Step(slug, begins, ends)))
    _unique([(fields, step.slug) for fields, step in found], "slug", report)
    by_slug = {step.slug: (fields, step) for fields, step in found}
    steps = tuple(by_slug[slug][1] for slug in STEPS if slug in by_slug)
    for slug, which, first in steps_amiss(steps):
        key = "from" if which == "begins" else "until"
        line, column = by_slug[slug][0].place(key)
        said = f"The step `{slug}` {which} before it can: the steps follow one another."
        report.add("F016", line, column, said, f"Write {first} or a later day.")
    return steps


def _offices(top: Fields, report: Report) -> tuple[FieldOffice, ...]:
    offices = []
    for record in records(top.required("field_offices"), report, "`field_offices`"):
        fields = Fields(record, report, ("slug", "name"), "field office")
        offices.append(FieldOffice(_slug(fields), fields.text("name") or ""))
    _distinct(offices, lambda office: office.slug, "slug", "field office", top)
    return tuple(offices)


def _categories(text: str | None, report: Report) -> tuple[tuple[FocusArea, ...], dict[int, Category]]:
    top = _top(text, report, ("focus_areas", "categories"))
    if top is None:
        return (), {}
    areas = []
    for record in records(top.required("focus_areas"), report, "`focus_areas`"):
        fields = Fields(record, report, ("slug", "name", "categories", "verified"), "focus area")
        name, verified = fields.text("name"), _verified(fields)
        areas.append(FocusArea(_slug(fields), name or "", fields.numbers("categories"), verified))
    categories = []
    for record in records(top.required("categories"), report, "`categories`"):
        keys = ("number", "slug", "name", "short_name", "purpose", "new", "verified")
        fields = Fields(record, report, keys, "category")
        number, name, purpose = fields.whole("number", 1, 99), fields.text("name"), fields.text("purpose")
        short = fields.text("short_name", optional=True) or name
        new = fields.choice("new", ("yes", "no")) == "yes"
        one = Category(number or 0, _slug(fields), name or "", short or "", purpose or "", new, _verified(fields))
        categories.append((fields, one))
    _distinct(areas, lambda area: area.slug, "slug", "focus area", top)
    _unique([(fields, category.slug) for fields, category in categories], "slug", report)
    return tuple(areas), _by_key([(f, str(c.number), c) for f, c in categories], "number", report, lambda c: c.number)


def _entities(text: str | None, report: Report) -> dict[str, EntityType]:
    keys = ("slug", "name", "one", "booklet", "description", "verified", "source")
    found = []
    for fields in _listing(text, report, "entities", keys, "entity type"):
        name, one, booklet, description = (fields.text(key) or "" for key in ("name", "one", "booklet", "description"))
        source = fields.text("source", optional=True) or ""
        entity = EntityType(_slug(fields), name, one, booklet, description, _verified(fields), source)
        found.append((fields, entity.slug, entity))
    return _by_key(found, "slug", report, lambda entity: entity.slug)


def _functions(text: str | None, report: Report, categories: Mapping[int, Category]) -> dict[str, JobFunction]:
    found = []
    for fields in _listing(text, report, "functions", ("slug", "name", "reason", "categories"), "job function"):
        numbers = fields.numbers("categories")
        for number in numbers:
            if categories and number not in categories:
                line, column = _item(fields, "categories", str(number))
                report.add("F026", line, column, f"There is no category {number}.", "Use a number of categories.yml.")
        name, reason = fields.text("name"), fields.text("reason")
        function = JobFunction(_slug(fields), name or "", reason or "", numbers)
        found.append((fields, function.slug, function))
    return _by_key(found, "slug", report, lambda function: function.slug)


def _scopes(text: str | None, report: Report, entities: Mapping[str, EntityType]) -> dict[str, Scope]:
    found = []
    for fields in _listing(text, report, "scopes", ("slug", "entities", "question"), "scope"):
        given = fields.required("entities")
        concerned: tuple[str, ...] | None = None
        if not (isinstance(given, Text) and given.value == "all"):
            words = fields.words("entities") or ()
            for word in words:
                if entities and word.value not in entities:
                    fix = did_you_mean(word.value, entities, "Use a slug of entities.yml.")
                    report.add("F018", word.line, word.column, f"There is no entity type `{shown(word.value)}`.", fix)
            concerned = tuple(word.value for word in words)
        question = fields.text("question", optional=True) or ""
        scope = Scope(_slug(fields), concerned, question)
        found.append((fields, scope.slug, scope))
    return _by_key(found, "slug", report, lambda scope: scope.slug)


def _slug(fields: Fields) -> str:
    text = fields.text("slug")
    if text is not None and text != slug(text):
        line, column = fields.place("slug")
        fields.report.add("F020", line, column, f"`{shown(text)}` is not a slug.", f"Write `{slug(text) or 'a-slug'}`.")
    return text or ""


def _verified(fields: Fields) -> Verified:
    return cast(Verified, fields.choice("verified", VERIFIED) or "memory")


def _item(fields: Fields, key: str, value: str) -> tuple[int, int]:
    """Where a value stands in a list."""
    given = fields.given(key)
    items = given.items if isinstance(given, Sequence) else ()
    return next(((i.line, i.column) for i in items if isinstance(i, Text) and i.value == value), fields.place(key))


def _unique(found: Iterable[tuple[Fields, str]], key: str, report: Report) -> None:
    seen: set[str] = set()
    for fields, value in found:
        if value and value in seen:
            line, column = fields.place(key)
            report.add(
                "F012", line, column, f"`{shown(value)}` is there already.", f"Give each record its own `{key}`."
            )
        seen.add(value)


def _distinct(values: Iterable[T], key: Callable[[T], str], name: str, what: str, top: Fields) -> None:
    found = [key(value) for value in values]
    if len(set(found)) < len(found):
        line, column = top.place("focus_areas")
        top.report.add("F012", line, column, f"Two records of `{what}` have one {name}.", f"Give each its own {name}.")


K = TypeVar("K", int, str)


def _by_key(found: list[tuple[Fields, str, T]], name: str, report: Report, key: Callable[[T], K]) -> dict[K, T]:
    _unique([(fields, value) for fields, value, _ in found], name, report)
    return {key(value): value for _, _, value in found}


def _each_once(
    categories: Mapping[int, Category],
    groups: Iterable[Phase] | Iterable[FocusArea],
    what: str,
    path: Literal["program.yml", "categories.yml"],
    report: Report,
) -> None:
    """Each category belongs to exactly one group, or pages could not say to which."""
    numbers = [number for group in groups for number in group.categories]
    for number in categories:
        if (count := numbers.count(number)) != 1:
            said = f"Category {number} is in {count} of the lists of {what}s, not in one."
            report.add("F026", 1, 1, said, f"Name it once in {path}.")
    for number in sorted(set(numbers) - set(categories)):
        report.add(
            "F026", 1, 1, f"A {what} names category {number}, which does not exist.", "Use a number of categories.yml."
        )
