"""A comma-separated table in which every cell knows its place."""

import re
from dataclasses import dataclass

from ..problem import Report
from .yaml import Text

_BARE = re.compile(r"[^,\n]*")


@dataclass(frozen=True, slots=True)
class Row:
    cells: dict[str, Text]
    line: int


def read_rows(text: str, columns: tuple[str, ...], report: Report, optional: tuple[str, ...] = ()) -> list[Row]:
    """The rows below a header of exactly these columns, with or without the `optional` ones at the end.

    Rows of another length are reported and left out; an optional column that is not there is empty.
    """
    table = _cells(text, report)
    header = [cell.value for cell in table[0]] if table else []
    named = (*columns, *optional)
    if optional and header == list(named):
        columns = named
    elif header != list(columns):
        report.add("F025", 1, 1, "The first line does not name the columns.", f"Write `{','.join(columns)}`.")
        return []
    rows = []
    for cells in table[1:]:
        if len(cells) == len(columns):
            missing = {name: Text("", cells[0].line, 1) for name in named[len(columns) :]}
            rows.append(Row(dict(zip(columns, cells, strict=True)) | missing, cells[0].line))
        else:
            said = f"The row has {len(cells)} cells, the header {len(columns)}."
            report.add("F025", cells[0].line, 1, said, "Put quotes around a text that holds a comma.")
    return rows


def _cells(text: str, report: Report) -> list[list[Text]]:
    """All rows that are not empty. A quoted cell may hold commas, line ends and doubled quotes."""
    table: list[list[Text]] = []
    row: list[Text] = []
    at, line, start = 0, 1, 0
    while at < len(text):
        column, first_line = at - start + 1, line
        if text[at] == '"':
            value, at = _quoted(text, at)
            if at > len(text):
                report.add("F025", line, column, "The quotation mark is never closed.", 'Close the text with `"`.')
                at = len(text)
            if newlines := value.count("\n"):
                line += newlines
                start = text.rindex("\n", 0, at) + 1
        else:
            value = _bare(text, at)
            at += len(value)
        row.append(Text(value.strip(), first_line, column))
        if at < len(text) and text[at] not in ",\n":
            report.add(
                "F025",
                line,
                at - start + 1,
                "Text follows the closing quotation mark.",
                'Write `""` for a quotation mark.',
            )
            at += len(_bare(text, at))
        if at < len(text) and text[at] == ",":
            at += 1
            if at < len(text) and text[at] != "\n":
                continue
            row.append(Text("", line, at - start + 1))
        if len(row) > 1 or row[0].value:
            table.append(row)
        row, at, line = [], at + 1, line + 1
        start = at
    return table


def _bare(text: str, at: int) -> str:
    found = _BARE.match(text, at)
    return found[0] if found else ""


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The text between quotes from `at`, and the place behind it: beyond the end if it is never closed."""
    parts = []
    begin = at + 1
    while (end := text.find('"', begin)) >= 0:
        parts.append(text[begin:end])
        if text[end + 1 : end + 2] != '"':
            return '"'.join(parts), end + 1
        begin = end + 2
    return '"'.join([*parts, text[begin:]]), len(text) + 1
