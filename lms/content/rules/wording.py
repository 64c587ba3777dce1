"""Plain language: how hard a lesson is to read, and whether its abbreviations are spelled out."""

import re
from functools import cache, lru_cache

from pyphen import Pyphen

from ..course import Module
from ..grammar.abbreviations import Use
from ..grammar.text import plain
from ..problem import Report

# School years of reading that a lesson may ask for.
HARDEST = {"personnel": 9.0, "administrator": 11.0}
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|[0-9]+\.) )")
_LEAD = re.compile(r"^[\s>#]*(?:(?:[-*+]|[0-9]+\.) +)?")
_MARKS = re.compile(r"\{[0-9.]+\}")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_SENTENCE = re.compile(r"(?<=[.!?:;])[\"'”’*]*\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Fewer words than this say nothing about a style.
_FEWEST_WORDS = 100


def check_wording(module: Module, used: list[Use], report: Report) -> None:
    """Warnings about the words of one module. The grade is that of English; translations follow their source."""
    _abbreviations(used, report)
    if module.language != "en":
        return
    grade = reading_grade("\n\n".join([module.opening, *(section.html for section in module.sections)]))
    if grade is not None and grade > HARDEST[module.level]:
        said = f"The lesson reads at grade {grade:.1f}; {module.level} may have {HARDEST[module.level]:.0f}."
        report.add("W013", 1, 1, said, "Shorten sentences, and take everyday words.")


def _abbreviations(used: list[Use], report: Report) -> None:
    """Each abbreviation is spelled out where it is used first."""
    seen: set[str] = set()
    for use in used:
        if use.short not in seen and not use.spelled:
            said = f"`{use.short}` is not spelled out where it is used first."
            report.add("W014", use.line, use.column, said, f"Write the words and behind them ({use.short}).")
        seen.add(use.short)


def reading_grade(markdown: str) -> float | None:
    """Flesch-Kincaid grade of English prose: 0.39 words a sentence + 11.8 syllables a word - 15.59. None for too little text.

    Kincaid and others, 1975. List items are sentences; tables and pictures are left out. Syllables are the parts that the
    hyphenation dictionary knows, which misses some: the grade is about half a year lower than with a pronouncing dictionary.
    """
    sentences = words = syllables = 0
    for block in _BLOCK.split(_IMAGE.sub("", markdown)):
        if block.lstrip().startswith("|"):
            continue
        for sentence in _SENTENCE.split(plain(_MARKS.sub("", _LEAD.sub("", block)))):
            found = _WORD.findall(sentence)
            sentences += bool(found)
            words += len(found)
            syllables += sum(_syllables(word.lower()) for word in found)
    if words < _FEWEST_WORDS:
        return None
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


@cache
def _dictionary() -> Pyphen:
    """Read when the first lesson is checked, not when a web process starts."""
    return Pyphen(lang="en_US", left=1, right=1)


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    return len(_dictionary().positions(word)) + 1
