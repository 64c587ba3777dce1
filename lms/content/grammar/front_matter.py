"""The front matter of a module: who it is for, what it teaches, and when it counts as passed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from ..framework import Framework
from ..problem import Report, shown
from ..scope import concerns
from .fields import Fields
from .text import did_you_mean, listed, plain
from .yaml import Record, Text, read_yaml

KEYS = (
    "title", "criteria", "entities", "functions", "level", "minutes", "pass", "change", "reason", "owner", "practice", "must", "time",
    "source", "edition",
)  # fmt: skip
_OWNER = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_LONGEST_TITLE = 120

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says. `places` are those of the values, by key; `criterion_places` by id.

    What could not be read is empty; then the report holds an error and no module comes of it.
    """

    title: str
    criteria: tuple[str, ...]
    entities: tuple[str, ...] | None
    functions: tuple[str, ...] | None
    level: Literal["personnel", "administrator"]
    minutes: int
    pass_mark: int
    change: Literal["editorial", "substantive"]
    reason: str
    owner: str
    practice: tuple[str, ...]
    must_all: bool
    time_limit: int
    source: str
    edition: str
    places: Mapping[str, Place]
    criterion_places: Mapping[str, Place]


def read_front_matter(lines: list[str], framework: Framework | None, report: Report) -> tuple[FrontMatter | None, int]:
    """The front matter, or None where there is none, and the index of the first line below it."""
    if lines[0].rstrip() != "---":
        fix = "Begin it with a line of three hyphens and `title: ...`."
        report.add("F010", 1, 1, "The file does not begin with front matter.", fix)
        return None, 0
    end = next((index for index, text in enumerate(lines[1:], 1) if text.rstrip() == "---"), None)
    if end is None:
        report.add("F010", 1, 1, "The front matter is never closed.", "End it with a line of three hyphens.")
        return None, next((index for index, text in enumerate(lines) if not text.strip()), len(lines))
    already = len(report.problems)
    value = read_yaml("\n".join(lines[1:end]) + "\n", report, above=1)
    if not isinstance(value, Record):
        if len(report.problems) == already:
            report.add(
                "F010", 1, 1, "The front matter has no keys.", "Write lines such as `title: Seals that tell the truth`."
            )
        return None, end + 1
    return _read(Fields(value, report, KEYS, "front matter"), framework), end + 1


def _read(fields: Fields, framework: Framework | None) -> FrontMatter:
    edition = _edition(fields, framework)
    framework = framework and framework.under(edition)
    criteria = fields.words("criteria")
    if criteria == () and not fields.report.has_errors:
        fields.report.add(
            "F015",
            *fields.place("criteria"),
            "The list of criteria is empty.",
            "Name the criteria that the module teaches.",
        )
    if framework:
        _known("F017", "criterion", criteria, framework.criteria, "Use an id of criteria.csv.", fields.report)
    entities = _all_or(fields, "entities", "F018", "entity type", framework.entities if framework else None)
    functions = _all_or(fields, "functions", "F019", "job function", framework.functions if framework else None)
    if framework:
        _applies(criteria, entities, framework, fields.report)
    default = framework.program.pass_mark if framework else 80
    return FrontMatter(
        title=_title(fields),
        criteria=tuple(word.value for word in criteria or ()),
        entities=None if entities is None else tuple(word.value for word in entities),
        functions=None if functions is None else tuple(word.value for word in functions),
        level=cast(
            Literal["personnel", "administrator"], fields.choice("level", ("personnel", "administrator")) or "personnel"
        ),
        minutes=fields.whole("minutes", 1, 480) or 0,
        pass_mark=fields.whole("pass", 1, 100, optional=True) or default,
        change=_change(fields),
        reason=fields.text("reason", optional=True) or "",
        owner=_owner(fields),
        practice=tuple(plain(word.value) for word in fields.words("practice", optional=True) or ()),
        must_all=fields.choice("must", ("all",), optional=True) == "all",
        time_limit=fields.whole("time", 1, 480, optional=True) or 0,
        source=fields.text("source", optional=True) or "",
        edition=edition,
        places={key: fields.place(key) for key in KEYS},
        criterion_places={word.value: (word.line, word.column) for word in criteria or ()},
    )


def _edition(fields: Fields, framework: Framework | None) -> str:
    edition = fields.text("edition", optional=True) or ""
    if edition and framework and framework.edition(edition) is None:
        known = (framework.program.edition, *framework.editions)
        fix = did_you_mean(edition, known, f"The editions are {listed(known)}.")
        fields.report.add("F053", *fields.place("edition"), f"There is no edition `{shown(edition)}`.", fix)
    return edition


def _title(fields: Fields) -> str:
    title = fields.text("title") or ""
    if len(title) > _LONGEST_TITLE:
        said = f"The title has {len(title)} characters."
        fields.report.add("F016", *fields.place("title"), said, f"It may have {_LONGEST_TITLE}; certificates print it.")
    elif title != plain(title):
        fields.report.add(
            "F015", *fields.place("title"), "The title holds markup.", "Write plain text; certificates print it."
        )
    return title


def _change(fields: Fields) -> Literal["editorial", "substantive"]:
    change = fields.choice("change", ("editorial", "substantive"), optional=True)
    if change == "substantive" and fields.given("reason") is None:
        said = "A substantive change makes people retrain and gives no reason."
        fields.report.add("R003", *fields.place("change"), said, "Add a line `reason: ...` that tells them why.")
    return cast(Literal["editorial", "substantive"], change or "editorial")


def _owner(fields: Fields) -> str:
    owner = fields.text("owner") or ""
    if owner and not _OWNER.fullmatch(owner):
        said = f"`{shown(owner)}` is not an e-mail address."
        fields.report.add("F015", *fields.place("owner"), said, "Write one such as trainer@example.org.")
    return owner


def _all_or(
    fields: Fields, key: str, code: str, what: str, known: Mapping[str, object] | None
) -> tuple[Text, ...] | None:
    """None where the value is `all`."""
    value = fields.required(key)
    if isinstance(value, Text):
        if value.value != "all":
            fields.wrong(value, key, "`all` or a list of slugs")
        return None
    words = fields.words(key) if value is not None else None
    if words == ():
        fields.wrong(value or fields.record, key, "`all` or a list of slugs")
    if known is not None:
        _known(code, what, words, known, f"Use a slug of the list of {what}s, or `all`.", fields.report)
    return words


def _known(
    code: str, what: str, words: tuple[Text, ...] | None, known: Mapping[str, object], otherwise: str, report: Report
) -> None:
    for word in words or ():
        if word.value not in known:
            fix = did_you_mean(word.value, known, otherwise)
            report.add(code, word.line, word.column, f"There is no {what} `{shown(word.value)}`.", fix)


def _applies(
    criteria: tuple[Text, ...] | None, entities: tuple[Text, ...] | None, framework: Framework, report: Report
) -> None:
    """Every criterion concerns every entity type that the module lists."""
    for word in criteria or ():
        if word.value not in framework.criteria:
            continue
        foreign = [
            e.value
            for e in entities or ()
            if e.value in framework.entities and not concerns(framework.criteria[word.value], framework, [e.value])
        ]
        if foreign:
            said = f"Criterion {word.value} does not apply to {', '.join(f'`{slug}`' for slug in foreign)}."
            fix = "Take the criterion or the entity type off its list."
            report.add("F022", word.line, word.column, said, fix)
