"""Rows and cells of a Markdown table."""

import re
from dataclasses import dataclass

_PIPE = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r" *:?-+:? *")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    column: int


def cells(row: str) -> list[Cell]:
    """The cells between the pipes of a row. Pipes at both ends are optional, as on GitHub."""
    found, start = [], 0
    for pipe in [*(m.start() for m in _PIPE.finditer(row)), len(row)]:
        text = row[start:pipe]
        found.append(Cell(text.strip(), start + 1 + len(text) - len(text.lstrip())))
        start = pipe + 1
    if row.lstrip().startswith("|"):
        found = found[1:]
    if len(found) > 1 and row.rstrip().endswith("|") and not found[-1].text:
        found = found[:-1]
    return found


def is_ruler(row: str) -> bool:
    """True for the line of dashes below the head of a table."""
    return "-" in row and "|" in row and all(_DASHES.fullmatch(cell.text) for cell in cells(row))
