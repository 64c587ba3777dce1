"""The workbook as an XLSX file: drop-downs for what can be chosen, and everything locked that is not the company's to fill in."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from lms.content.framework import EntityType
from lms.core.language import NAMES, _, current_language, translated

from .facts import Facts, Line, Part
from .layout import (
    CODES,
    COLUMNS,
    FIRST,
    HEADER,
    HELP,
    KIND_WORDS,
    LONGEST_COMMENT,
    TITLE,
    VERSION,
    Slug,
    codes,
    version_line,
)
from .rules import ANSWERS, LONGEST_NOTE

LAST_COLUMN = len(COLUMNS) - 1
INK, LINE, FOG, TYPED = "#12262e", "#c9d3d5", "#f4f7f7", "#fff4d6"
# What may still be done on the locked sheet. The lock has no password: it guards against slips, not against the owner.
ALLOWED = {
    "format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip


def workbook(facts: Facts, entity: EntityType, *, site: str, made_at: datetime) -> bytes:
    """The file in the language in force. Text is written as text, so nothing in it is a formula."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - web workers start without it

    file = BytesIO()
    title = _("Workbook for %(entity)s", entity=translated(entity.name))
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {
            "title": title,
            "author": "MSC Ready",
            "comments": NAMES[current_language()],
            "created": made_at.replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet(_("Criteria"))
    looks = _looks(book)
    _head(sheet, looks, facts, entity, title)
    row = FIRST - 1
    for part in facts.parts:
        for line in part.lines:
            _row(sheet, looks, row, part, line, site)
            row += 1
    last = max(row - 1, FIRST - 1)
    sheet.autofilter(HEADER - 1, 0, last, LAST_COLUMN)
    _drop_downs(sheet, last)
    _page(sheet, last)
    book.close()
    return file.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
    cell = base | {"text_wrap": True, "bottom": 1, "bottom_color": LINE}
    kinds: Mapping[str, dict[str, object]] = {
        "title": base | {"bold": True, "font_size": 16},
        "help": base,
        "version": base | {"font_name": "Courier New", "font_size": 8},
        "header": cell | {"bold": True, "bg_color": FOG, "bottom": 2, "bottom_color": INK},
        "header typed": cell | {"bold": True, "bg_color": TYPED, "bottom": 2, "bottom_color": INK},
        "cell": cell,
        "criterion": cell | {"bold": True, "underline": 1, "num_format": "@"},
        "day": cell | {"num_format": "yyyy-mm-dd", "align": "left"},
        "typed": cell | {"locked": False, "num_format": "@", "left": 1, "left_color": LINE},
    }
    return {name: book.add_format(look) for name, look in kinds.items()}


def _head(sheet: Any, looks: Mapping[str, Any], facts: Facts, entity: EntityType, title: str) -> None:
    sheet.write_string(TITLE - 1, 0, title, looks["title"])
    how = _(
        "Fill in the four columns at the right: where you stand, notes of your own, and comments to the program. The rest is"
        " locked. Criteria are shown in our paraphrase. Your CBP booklet has the exact text; read it for a validation."
    )
    sheet.write_string(HELP - 1, 0, how, looks["help"])
    line = version_line(facts.edition, entity.slug, current_language())
    sheet.write_string(VERSION - 1, 0, line, looks["version"])
    answers, kinds = ({slug: translated(word) for slug, word in words.items()} for words in (ANSWERS, KIND_WORDS))
    for at, code in enumerate(codes(answers, kinds)):
        sheet.write_string(CODES - 1, at, code)
    sheet.set_row(TITLE - 1, 24)
    sheet.set_row(CODES - 1, None, None, {"hidden": True})
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        sheet.write_string(HEADER - 1, at, translated(column.name), looks["header typed" if column.typed else "header"])


def _row(sheet: Any, looks: Mapping[str, Any], row: int, part: Part, line: Line, site: str) -> None:
    values = _values(part, line)
    for at, column in enumerate(COLUMNS):
        value = values.get(column.slug)
        if column.slug == "criterion":
            sheet.write_url(row, at, f"{site}/criteria/{value}", looks["criterion"], str(value))
        elif column.typed:
            sheet.write_blank(row, at, None, looks["typed"])
        elif isinstance(value, date):
            sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), looks["day"])  # noqa: DTZ001 - a whole day
        else:
            sheet.write_string(row, at, str(value), looks["cell"])


def _values(part: Part, line: Line) -> dict[Slug, str | date]:
    one = line.criterion
    taught = (_("%(module)s (%(minutes)s min)", module=m.title, minutes=m.minutes) for m in line.modules)
    return {
        "criterion": one.id,
        "level": _("must") if one.level == "must" else _("should"),
        "category": f"{part.category.number} {translated(part.category.short_name)}",
        "title": translated(one.title),
        "meaning": translated(one.summary),
        "often": translated(one.frequency),
        "evidence": translated(one.evidence),
        "phase": part.begins_on,
        "taught": "\n".join(taught),
    }


def _drop_downs(sheet: Any, last: int) -> None:
    places = {column.slug: at for at, column in enumerate(COLUMNS)}
    told = {"error_title": "MSC Ready", "ignore_blank": True}
    choices: tuple[tuple[Slug, Mapping[str, str]], ...] = (("answer", ANSWERS), ("kind", KIND_WORDS))
    for slug, words in choices:
        rule: dict[str, object] = {
            "validate": "list",
            "source": [translated(word) for word in words.values()],
            "error_message": _("Choose one of the words of the list."),
        }
        sheet.data_validation(FIRST - 1, places[slug], last, places[slug], rule | told)
    longest: tuple[tuple[Slug, int], ...] = (("note", LONGEST_NOTE), ("comment", LONGEST_COMMENT))
    for slug, most in longest:
        rule = {
            "validate": "length",
            "criteria": "<=",
            "value": most,
            "error_message": _("At most %(most)s characters.", most=most),
        }
        sheet.data_validation(FIRST - 1, places[slug], last, places[slug], rule | told)


def _page(sheet: Any, last: int) -> None:
    sheet.freeze_panes(HEADER, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST}:A{last + 1}"})
    sheet.protect("", ALLOWED)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER - 1)
    sheet.print_area(0, 0, last, LAST_COLUMN)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.set_first_sheet()
