"""The terms of the whole folder: what is abbreviated is defined somewhere, and nothing is defined in two ways."""

from collections.abc import Mapping
from typing import Protocol

from ..course import Definition, Language
from ..parse import Parsed
from ..problem import Report, shown


class Reports(Protocol):
    def __getitem__(self, path: str) -> Report: ...


def check_terms(parsed: Mapping[str, Parsed], reports: Reports) -> None:
    """Language by language; a translation is only asked for what it abbreviates itself."""
    known: dict[tuple[Language, str], tuple[str, Definition]] = {}
    shorts: set[tuple[Language, str]] = set()
    for path, one in parsed.items():
        for definition in one.module.definitions if one.module else ():
            language = one.module.language if one.module else "en"
            where, first = known.setdefault((language, definition.anchor), (path, definition))
            shorts |= {(language, word) for word in definition.short.split()}
            if (first.term.casefold(), first.text) != (definition.term.casefold(), definition.text):
                said = f"`{shown(definition.term)}` is defined otherwise on line {first.line} of {where}."
                reports[path].add("W016", definition.line, 1, said, "Define a term once; spell it out elsewhere.")
    for path, one in parsed.items():
        language = one.address.language if one.address else "en"
        for short, (line, column) in one.abbreviations.items():
            if (language, short) not in shorts:
                said = f"No module defines `{shown(short)}`, so the glossary lacks it."
                fix = f"Add `> **Words ({shown(short)}):** What it is.` to the module that explains it, or write the words."
                reports[path].add("W015", line, column, said, fix)
