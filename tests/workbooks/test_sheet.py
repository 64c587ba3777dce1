import re

from openpyxl.utils import get_column_letter

from lms.catalog.shelf import Published
from lms.content.scope import concerns
from lms.workbooks.layout import COLUMNS, FIRST, HEADER, HELP, TITLE, VERSION
from tests.factories.training import SEALS
from tests.workbooks.world import AT, CARRIERS, made, opened


def test_it_has_the_criteria_that_concern_the_entity_type(shelf_now: Published) -> None:
    framework = shelf_now.library.framework
    for entity in framework.entities:
        page = opened(made(shelf_now.library, entity))
        listed = [str(page.cell(row, AT["criterion"]).value) for row in range(FIRST, page.max_row + 1)]
        wanted = {c.id for c in framework.criteria.values() if concerns(c, framework, (entity,))}
        assert set(listed) == wanted
        assert len(listed) == len(wanted)


def test_a_row_says_what_the_criterion_asks_and_where_it_is_taught(shelf_now: Published) -> None:
    page = opened(made(shelf_now.library))
    row = next(r for r in range(FIRST, page.max_row + 1) if page.cell(r, 1).value == "6.1")
    criterion, module = shelf_now.library.framework.criteria["6.1"], shelf_now.library.modules[SEALS]
    cells = {column.slug: page.cell(row, AT[column.slug]).value for column in COLUMNS}
    assert (cells["level"], cells["title"], cells["meaning"]) == (criterion.level, criterion.title, criterion.summary)
    assert cells["evidence"] == criterion.evidence
    assert str(cells["phase"])[:10] == "2019-01-01"
    assert f"{module.title} ({module.minutes} min)" in str(cells["taught"])
    assert [cells[slug] for slug in ("answer", "note", "kind", "comment")] == [None] * 4
    link = page.cell(row, 1).hyperlink
    assert link is not None
    assert link.target == "https://ready.example/criteria/6.1"


def test_only_the_companys_own_cells_can_be_changed(shelf_now: Published) -> None:
    page = opened(made(shelf_now.library))
    assert page.protection.sheet
    for row in (FIRST, page.max_row):
        for column in COLUMNS:
            assert page.cell(row, AT[column.slug]).protection.locked is not column.typed
    for row in (TITLE, HELP, VERSION, HEADER):
        assert page.cell(row, 1).protection.locked
    assert page.row_dimensions[HEADER - 1].hidden


def test_what_can_be_chosen_is_offered_in_lists(shelf_now: Published) -> None:
    page = opened(made(shelf_now.library))
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    letters = {column.slug: get_column_letter(AT[column.slug]) for column in COLUMNS}
    where = {slug: f"{letters[slug]}{FIRST}:{letters[slug]}{page.max_row}" for slug in letters}
    assert rules[where["answer"]].formula1 == '"Met,Partly,Not yet,Does not apply"'
    assert str(rules[where["kind"]].formula1).count(",") == 4
    assert rules[where["note"]].formula1 == "2000"
    assert rules[where["comment"]].formula1 == "1000"


def test_the_version_line_names_edition_entity_and_language(shelf_now: Published) -> None:
    line = str(opened(made(shelf_now.library, language="fr")).cell(VERSION, 1).value)
    assert re.search(rf"edition 2019 .* {CARRIERS} .* fr$", line)
