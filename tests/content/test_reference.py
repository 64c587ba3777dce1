"""The reference files: what they become, and what is said when they are broken."""

import pytest

from lms.content.check import check
from lms.content.reference import read_framework

from .samples import GOOD, REFERENCE, files_with

MARKER = "¦"


def broken(name: str, old: str, new: str) -> tuple[dict[str, bytes], tuple[int, int]]:
    """The reference files with one change, and the place of the marker in the new text."""
    text = REFERENCE[name].decode()
    assert old in text
    text = text.replace(old, new, 1)
    before = text[: text.index(MARKER)]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    return {**REFERENCE, name: text.replace(MARKER, "").encode()}, place


def test_the_shipped_files_are_a_framework() -> None:
    framework, problems = read_framework(REFERENCE)
    assert problems == ()
    assert framework is not None
    assert (len(framework.criteria), len(framework.categories), len(framework.entities)) == (100, 12, 13)
    assert framework.criteria["6.2"].level == "must"
    assert framework.focus_area_of(6).slug == "transportation-security"
    assert framework.phase_of(6) == 1
    assert framework.categories[6].folder == "06-seal-security"


def test_criteria_come_in_the_order_of_their_numbers() -> None:
    framework, _ = read_framework(REFERENCE)
    assert framework is not None
    ids = list(framework.criteria)
    assert ids.index("4.2") < ids.index("4.10")
    assert ids == [c.id for c in sorted(framework.criteria.values(), key=lambda c: c.sort_key)]


@pytest.mark.parametrize("name", REFERENCE)
def test_a_missing_file_is_named(name: str) -> None:
    files = {path: data for path, data in REFERENCE.items() if path != name}
    framework, problems = read_framework(files)
    assert framework is None
    assert ("F024", name, 1, 1) in [(p.code, p.path, p.line, p.column) for p in problems]


CASES = [
    ("program.yml", "pass_mark: 80", "pass_mark: ¦eighty", "F015"),
    ("program.yml", "pass_mark: 80", "pass_mark: ¦180", "F016"),
    ("program.yml", "retry_wait_minutes: 10", "retry_wait_minutes: ¦soon", "F015"),
    ("program.yml", "retry_wait_minutes: 10", "retry_wait_minutes: ¦-1", "F016"),
    ("program.yml", "retry_wait_minutes: 10", "retry_wait_minutes: ¦1441", "F016"),
    ("program.yml", "enforcement_date: 2020-01-01", "enforcement_date: ¦2020-13-01", "F015"),
    ("program.yml", "enforcement_date: 2020-01-01", "enforcement_date: ¦soon", "F015"),
    ("program.yml", "edition:", "¦editon:", "F013"),
    ("program.yml", "reminder_days: [60, 30, 7, 1]", "reminder_days: ¦30", "F015"),
    ("program.yml", "reminder_days: [60, 30, 7, 1]", "reminder_days: [30, ¦soon]", "F015"),
    ("categories.yml", "    new: yes", "    new: ¦perhaps", "F020"),
    ("categories.yml", "  - number: 2\n", "  - number: ¦1\n", "F012"),
    ("categories.yml", "    slug: risk-assessment", "    slug: ¦Risk Assessment", "F020"),
    ("entities.yml", "  - slug: exporters", "  - slug: ¦importers", "F012"),
    ("entities.yml", "    verified: memory", "    verified: ¦maybe", "F020"),
    ("functions.yml", "categories: [5, 6, 7, 8]", "categories: [5, 6, 7, ¦88]", "F026"),
    ("functions.yml", "  - slug: driver\n    name: Driver", "  - ¦slog: driver\n    name: Driver", "F013"),
    ("scopes.yml", "entities: [importers]", "entities: [¦importer]", "F018"),
    ("scopes.yml", "entities: all\n  - slug: trade", "entities: [\n  ¦- slug: trade", "F011"),
    ("criteria.csv", "id,category", "¦id;category", "F025"),
    ("criteria.csv", "1.1,1,should", "1.1,1,¦shuold", "F020"),
    ("criteria.csv", "1.1,1,should", "¦2.1,1,should", "F026"),
    ("criteria.csv", "1.2,1,should", "¦1.1,1,should", "F012"),
    ("criteria.csv", ",no,common,importers;", ",no,¦comon,importers;", "F020"),
    ("criteria.csv", ",common,importers;", ",common,¦importer;", "F020"),
    ("criteria.csv", "1.1,1,should,", "¦1.1,1,should,,", "F025"),
    ("criteria.csv", '"Management shows', '¦"Management shows"" ', None),
]


@pytest.mark.parametrize(("name", "old", "new", "code"), CASES, ids=[f"{c[0]}-{c[3]}-{n}" for n, c in enumerate(CASES)])
def test_a_broken_reference_file_has_a_place(name: str, old: str, new: str, code: str | None) -> None:
    files, place = broken(name, old, new)
    framework, problems = read_framework(files)
    if code is None:
        assert framework is not None  # a doubled quotation mark is one
        return
    assert framework is None
    assert (name, code, *place) in [(p.path, p.code, p.line, p.column) for p in problems]


def test_a_category_in_no_phase_is_named() -> None:
    text = REFERENCE["program.yml"].replace(b"categories: [4, 5, 6]", b"categories: [4, 5]")
    _, problems = read_framework({**REFERENCE, "program.yml": text})
    assert [(p.path, p.code) for p in problems] == [("program.yml", "F026")]
    assert "Category 6" in problems[0].message


def test_a_quotation_that_is_never_closed_is_placed_where_it_opens() -> None:
    text = REFERENCE["criteria.csv"].decode() + '99.1,99,must,"never closed\nmore\n'
    line = REFERENCE["criteria.csv"].decode().count("\n") + 1
    _, problems = read_framework({**REFERENCE, "criteria.csv": text.encode()})
    assert ("F025", line, 14) in [(p.code, p.line, p.column) for p in problems]


def test_a_broken_framework_does_not_hide_the_modules_own_problems() -> None:
    files = files_with(GOOD.replace("- [x] H\n", "- [ ] H\n"), **{"scopes.yml": b"scopes: ["})
    assert [p.code for p in check(files).problems if p.is_error] == ["A001", "F011"]
