"""The bytes of a file as lines of text, or the problems that keep them from being text."""

import re

from ..problem import Report

LARGEST_FILE = 1_000_000

# Controls, line separators that editors disagree about, and marks that turn the direction of what follows.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def read_text(data: bytes, report: Report) -> str | None:
    """UTF-8 text with `\\n` line ends; what may not stand in it is reported and replaced, so that columns stay right.

    None where the file is too big to be read at all. A byte order mark and Windows line ends are accepted.
    """
    if len(data) > LARGEST_FILE:
        report.add(
            "F004", 1, 1, f"The file is {len(data):,} bytes long.", f"At most {LARGEST_FILE:,} bytes: split the module."
        )
        return None
    text = _decoded(data, report).removeprefix("\ufeff").replace("\r\n", "\n")
    if _FORBIDDEN.search(text) or "\t" in text:
        text = "\n".join(_cleaned(line, number, report) for number, line in enumerate(text.split("\n"), 1))
    return text


def _decoded(data: bytes, report: Report) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = f"0x{data[error.start]:02X}"
        report.add("F001", line, column, f"The byte {byte} is not UTF-8.", "Save the file with the encoding UTF-8.")
        return data.decode("utf-8", "replace")


def _cleaned(line: str, number: int, report: Report) -> str:
    if found := _FORBIDDEN.search(line):
        name = f"U+{ord(found[0]):04X}"
        report.add("F002", number, found.start() + 1, f"The invisible character {name} is not allowed.", "Delete it.")
    if "\t" in line:
        report.add(
            "F003",
            number,
            line.index("\t") + 1,
            "Tabs read differently in every editor.",
            "Use spaces, four for one step.",
        )
    return _FORBIDDEN.sub("\ufffd", line).replace("\t", " ")
