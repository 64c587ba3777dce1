"""The table of criteria of one edition: criteria.csv for the edition in force, editions/NAME.csv for every other one."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import cast

from .framework import Category, Criterion, Edition, EntityType, Framework, Level, Scope, Verified
from .grammar.csv import Row, read_rows
from .grammar.source import read_text
from .grammar.text import did_you_mean, listed, natural
from .problem import Problem, Report, shown

COLUMNS = (
    "id", "category", "level", "title", "summary", "frequency", "training", "scope", "entities", "evidence", "verified",
    "sources", "level_notes",
)  # fmt: skip
FORMERLY = "formerly"
VERIFIED = ("yes", "secondary", "memory")
_FOLDER, _SUFFIX = "editions/", ".csv"
_LEVELS = ("must", "should")
_ID = re.compile(r"([1-9][0-9]?)\.([1-9][0-9]{0,2})")
# An edition's name is part of addresses and file names, and stands on certificates.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,19}")


def path_of(name: str) -> str:
    """The file of an edition that is not in force."""
    return f"{_FOLDER}{name}{_SUFFIX}"


def is_table(path: str) -> bool:
    """Whether the path is that of an edition which is not in force."""
    return path.startswith(_FOLDER) and path.endswith(_SUFFIX) and path.count("/") == 1


def read_criteria(
    text: str | None,
    report: Report,
    categories: Mapping[int, Category],
    scopes: Mapping[str, Scope],
    entities: Mapping[str, EntityType],
) -> dict[str, Criterion]:
    """The criteria of a table by id, in order."""
    found: dict[str, Criterion] = {}
    for row in read_rows(text, COLUMNS, report, (FORMERLY,)) if text is not None else []:
        for name, known in (
            ("level", _LEVELS),
            ("training", ("yes", "no")),
            ("verified", VERIFIED),
            ("scope", scopes),
        ):
            _known(row, name, [row.cells[name].value], known, report)
        concerned = _parts(row.cells["entities"].value)
        _known(row, "entities", concerned, entities, report)
        _sources(row, report)
        cell = row.cells["id"]
        asked = _ID.fullmatch(cell.value)
        if asked is None or asked[1] != row.cells["category"].value or (categories and int(asked[1]) not in categories):
            said = f"The id `{shown(cell.value)}` does not belong to category `{shown(row.cells['category'].value)}`."
            report.add("F026", row.line, cell.column, said, "Write an id such as 6.2 in category 6.")
        elif cell.value in found:
            report.add("F012", row.line, cell.column, f"The criterion {cell.value} is there already.", "Keep one row.")
        else:
            found[cell.value] = _criterion(row, int(asked[1]), concerned)
    if text is not None and not found and not report.has_errors:
        report.add("F025", 1, 1, "The table has no criteria.", "Add a row for each criterion.")
    return dict(sorted(found.items(), key=lambda item: item[1].sort_key))


def read_edition(name: str, data: bytes, framework: Framework, path: str) -> tuple[Edition | None, tuple[Problem, ...]]:
    """One edition by itself, in the categories, scopes and entity types of a framework; None where anything is wrong with it."""
    report = Report(path)
    criteria = read_criteria(
        read_text(data, report), report, framework.categories, framework.scopes, framework.entities
    )
    return (None if report.has_errors else Edition(name, criteria)), tuple(report.problems)


def read_editions(
    files: Mapping[str, bytes],
    in_force: Edition,
    categories: Mapping[int, Category],
    scopes: Mapping[str, Scope],
    entities: Mapping[str, EntityType],
    table: Report,
) -> tuple[dict[str, Edition], tuple[Problem, ...]]:
    """Every edition that is not in force, by name in order, and what is wrong with their files.

    `table` is the report of criteria.csv: there too, an id under `formerly` must be one of the edition before.
    """
    reports = {path[len(_FOLDER) : -len(_SUFFIX)]: Report(path) for path in files if is_table(path)}
    found = {}
    for name in sorted(reports, key=natural):
        report = reports[name]
        if not _NAME.fullmatch(name):
            fix = "Use letters, digits, points and hyphens, at most 20."
            report.add("F006", 1, 1, f"`{shown(name)}` cannot be the name of an edition.", fix)
        elif name == in_force.name:
            fix = "Delete this file, or name another edition in program.yml."
            report.add("F026", 1, 1, f"The edition {name} is in force: criteria.csv holds its criteria.", fix)
        criteria = read_criteria(read_text(files[report.path], report), report, categories, scopes, entities)
        found[name] = Edition(name, criteria)
    reports[in_force.name] = reports.get(in_force.name, table)
    every = sorted([in_force, *(e for e in found.values() if e.name != in_force.name)], key=lambda e: natural(e.name))
    for before, edition in pairwise(every):
        _formerly(before, edition, files, reports[edition.name])
    return found, tuple(problem for name, report in reports.items() if name in found for problem in report.problems)


def _formerly(before: Edition, edition: Edition, files: Mapping[str, bytes], report: Report) -> None:
    """Former ids are those of the edition before."""
    unknown = {c.id: id_ for c in edition.criteria.values() for id_ in c.formerly if id_ not in before.criteria}
    if not unknown:
        return
    again = Report(report.path)
    for row in read_rows(read_text(files[report.path], again) or "", COLUMNS, again, (FORMERLY,)):
        if (id_ := unknown.get(row.cells["id"].value)) is not None:
            cell = row.cells[FORMERLY]
            fix = did_you_mean(id_, before.criteria, f"Use an id of edition {before.name}.")
            said = f"Edition {before.name} has no criterion `{shown(id_)}`."
            report.add("F017", cell.line, cell.column, said, fix)


def _criterion(row: Row, category: int, entities: tuple[str, ...]) -> Criterion:
    cell = {name: text.value for name, text in row.cells.items()}
    return Criterion(
        id=cell["id"],
        category=category,
        level=cast(Level, cell["level"]),
        title=cell["title"],
        summary=cell["summary"],
        frequency=cell["frequency"],
        training=cell["training"] == "yes",
        scope=cell["scope"],
        entities=entities,
        evidence=cell["evidence"],
        verified=cast(Verified, cell["verified"]),
        sources=_parts(cell["sources"]),
        level_notes=cell["level_notes"],
        formerly=_parts(cell[FORMERLY]),
    )


def _known(row: Row, name: str, values: Iterable[str], known: Iterable[str], report: Report) -> None:
    words = list(known)
    cell = row.cells[name]
    for value in values:
        if words and value not in words:
            fix = did_you_mean(value, words, f"Write one of {listed(words[:6])}.")
            report.add("F020", cell.line, cell.column, f"`{name}` cannot be `{shown(value)}`.", fix)


def _sources(row: Row, report: Report) -> None:
    cell = row.cells["sources"]
    for source in _parts(cell.value):
        if not re.fullmatch(r"https?://[^\s/]+\S*", source):
            report.add("F020", cell.line, cell.column, f"`{shown(source)}` is not a web address.", "Write https://...")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
