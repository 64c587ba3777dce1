"""How a difference between two editions is told: on pages word by word, and by the command. Pure."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

from lms.content.editions import KINDS, Change, Part, in_words
from lms.content.framework import Criterion
from lms.core.cells import safe_cell
from lms.core.language import Language, current_language, to_translate, translated

Format = Literal["text", "json", "csv"]
_COLUMNS = (
    "kind", "criterion", "former_criterion", "level", "former_level", "title", "former_title", "summary", "former_summary",
    "frequency", "former_frequency",
)  # fmt: skip
_FIELDS = (
    ("title", to_translate("Title")),
    ("summary", to_translate("What it says")),
    ("frequency", to_translate("How often, how many")),
)


@dataclass(frozen=True, slots=True)
class Rewording:
    """A text of a criterion that says something else now: `label` names it, in English; `parts` are in `language`."""

    label: str
    parts: tuple[Part, ...]
    language: Language


def rewordings(change: Change) -> tuple[Rewording, ...]:
    """Every text that differs, in the reader's language where both states of it are translated, in English otherwise."""
    if change.before is None or change.after is None:
        return ()
    texts = [(label, getattr(change.before, name), getattr(change.after, name)) for name, label in _FIELDS]
    return tuple(_rewording(label, old, new) for label, old, new in texts if old.split() != new.split())


def _rewording(label: str, old: str, new: str) -> Rewording:
    language = current_language() if all(language_of(text) != "en" for text in (old, new) if text) else "en"
    said = (old, new) if language == "en" else (translated(old), translated(new))
    return Rewording(label, in_words(*said), language)


def language_of(text: str) -> Language:
    """The language in which a reader sees a text of the criteria: English where there is no translation of it."""
    return current_language() if translated(text) != text else "en"


def report(changes: Sequence[Change], style: Format, heading: str) -> str:
    """The whole output of the command. csv has a row for each kind of change, json an object for each criterion."""
    if style == "json":
        return json.dumps([_object(change) for change in changes], ensure_ascii=False, indent=2) + "\n"
    if style == "text":
        return "".join(f"{line}\n" for line in _text(changes, heading))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in _rows(changes))
    return out.getvalue()


def _object(change: Change) -> dict[str, Any]:
    return {"kinds": list(change.kinds), "before": _state(change.before), "after": _state(change.after)}


def _state(criterion: Criterion | None) -> dict[str, str] | None:
    names = ("id", "level", "title", "summary", "frequency")
    return {name: getattr(criterion, name) for name in names} if criterion else None


def _rows(changes: Iterable[Change]) -> Iterator[list[str]]:
    for change in changes:
        names = ("id", "level", "title", "summary", "frequency")
        cells = [getattr(one, name) if one else "" for name in names for one in (change.after, change.before)]
        yield from ([kind, *cells] for kind in change.kinds)


def _text(changes: Sequence[Change], heading: str) -> Iterator[str]:
    yield f"{heading}: {len(changes)} criteria differ" if len(changes) != 1 else f"{heading}: 1 criterion differs"
    for kind in KINDS:
        for change in [change for change in changes if kind in change.kinds]:
            yield f"{kind:<12}{_said(change):<32}{change.criterion.title}"


def _said(change: Change) -> str:
    """Number and level, with what they were where that is something else."""
    states = [c for c in (change.before, change.after) if c]
    numbers, levels = (dict.fromkeys(getattr(c, name) for c in states) for name in ("id", "level"))
    return f"{' -> '.join(numbers)} {' -> '.join(levels)}"
