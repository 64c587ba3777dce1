"""One question: a heading, its line of tags, and the lines below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from ..course import Language, NumberRange, Option, Pair, Question, QuestionType
from ..framework import Criterion, Framework
from ..problem import Report, shown
from .answer_lines import AnswerReader, QuestionLines
from .answers import read_options, read_pairs, read_ranges, read_steps
from .front_matter import FrontMatter
from .inline import Link, check_line, read_marks
from .outline import Part
from .prose import check_prose
from .tags import BARE, TYPES, VALUED, Tag, is_tag_line, read_tags, whole
from .text import did_you_mean, listed, plain, slug

_SHAPES = {"match": "table", "order": "steps"}
_SCORES = {"multiple": ("all", "each"), "order": ("exact", "pairs")}


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """What the file says that a question has to agree with. `framework` is that of the file's edition."""

    language: Language
    front: FrontMatter | None
    framework: Framework | None
    check: bool


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """`question` is None where problems were found. The id keeps its place even then: (id, line, column)."""

    question: Question | None
    id_place: tuple[str, int, int] | None
    links: tuple[Link, ...]


def read_question(part: Part, lines: list[str], context: QuestionContext, report: Report) -> ReadQuestion:
    already = sum(problem.is_error for problem in report.problems)
    if not plain(part.title):
        report.add("Q008", part.line, 1, "The question has no text.", "Write it behind ###.")
    tags, first = _tag_line(part, lines, report)
    kind = _kind(tags, part.line + 1, report) if tags is not None else ""
    tags = tags or {}
    id_place = _id(tags, part.line + 1, report) if tags else None
    shape = _SHAPES.get(kind, "boxes") if kind else ""
    found = AnswerReader(shape, report).read(lines[first : part.end], first + 1)
    edition, waits = _edition(tags, context, report)
    criteria = _criteria(tags, part.line + 1, context, edition if waits else "", report)
    level = _level(tags, report)
    points = whole(tags, "points", 1, 100, report, "Q009")
    score, unit = _score(tags, kind, report), _unit(tags, kind, report)
    entities = _entities(tags, context, report)
    _place_of_check(tags, part, context, report)
    options, ranges, pairs, items = _answers(found, kind, context.language, part.line, report)
    links = (*check_prose(found.body, report, marks=False).links, *_links_of_answers(part, lines, found, report))
    if sum(problem.is_error for problem in report.problems) > already or id_place is None:
        return ReadQuestion(None, id_place, links)
    question = Question(
        id=id_place[0],
        type=cast(QuestionType, kind),
        title=part.title,
        html="\n".join(text for _, text in found.body).strip("\n"),
        criteria=criteria,
        line=part.line,
        level=level,
        points=points or 1,
        score=score,
        entities=entities,
        retired="retired" in tags or waits,
        check=context.check,
        unit=unit,
        options=options,
        pairs=pairs,
        items=items,
        ranges=ranges,
        hint=" ".join(found.hint).strip(),
        why=" ".join(found.why).strip(),
        edition=edition,
    )
    return ReadQuestion(question, id_place, links)


def _links_of_answers(part: Part, lines: list[str], found: QuestionLines, report: Report) -> list[Link]:
    """Checks what the heading and every line that is not in the body holds, and returns its links."""
    links: list[Link] = []
    body = {number for number, _ in found.body}
    for number, text in enumerate(lines[part.line - 1 : part.end], part.line):
        if number not in body:
            links += check_line(text, number, report)
            read_marks(text, number, report, allowed=False)
    return links


def _tag_line(part: Part, lines: list[str], report: Report) -> tuple[dict[str, Tag] | None, int]:
    """The tags and the index of the line below them; without tags, the index of the line below the heading."""
    first = part.first
    if first < part.end and is_tag_line(lines[first]):
        return read_tags(lines[first], first + 1, report, VALUED, BARE), first + 1
    late = next((i for i in range(first, part.end) if is_tag_line(lines[i])), None)
    if late is not None:
        said = "The tags do not stand directly below the heading."
        report.add("Q002", late + 1, 1, said, f"Move them to line {first + 1}; text of the question comes below them.")
        return read_tags(lines[late], late + 1, report, VALUED, BARE), late + 1
    said = "The question has no line of tags."
    fix = "Write it directly below the heading, such as `q: seal-class` `single` `criteria: 6.5`."
    report.add("Q001", part.line, 1, said, fix)
    return None, first


def _kind(tags: Mapping[str, Tag], line: int, report: Report) -> str:
    """The type, or "" where it is not known."""
    given = [tag for name, tag in tags.items() if name in TYPES]
    if len(given) > 1:
        said = f"The question has two types, `{given[0].name}` and `{given[1].name}`."
        report.add("Q006", given[1].line, given[1].column, said, "Keep one.")
        return ""
    if not given:
        if not any(p.code == "Q005" and p.line == line for p in report.problems):
            report.add(
                "Q004", line, 1, "The question has no type.", f"Add one of {', '.join(f'`{t}`' for t in TYPES)}."
            )
        return ""
    return given[0].name


def _id(tags: Mapping[str, Tag], line: int, report: Report) -> tuple[str, int, int] | None:
    tag = tags.get("q")
    if tag is None:
        if not any(p.code in ("Q005", "Q007") and p.line == line for p in report.problems):
            report.add(
                "Q003",
                line,
                1,
                "The question has no id.",
                "Add a tag such as `q: seal-class`; it can never change later.",
            )
        return None
    if tag.value != slug(tag.value) or len(tag.value) > 60:
        fix = f"Use small letters, digits and hyphens, such as `{slug(tag.value)[:60] or 'seal-class'}`."
        report.add("Q003", tag.line, tag.column, f"`{shown(tag.value)}` cannot be an id.", fix)
        return None
    return tag.value, tag.line, tag.column


def _edition(tags: Mapping[str, Tag], context: QuestionContext, report: Report) -> tuple[str, bool]:
    """The edition whose criteria the question asks about, "" for that of the module; and whether it is another than that one."""
    tag, framework = tags.get("edition"), context.framework
    if tag is None or framework is None:
        return "", False
    if framework.edition(tag.value) is None:
        known = (framework.program.edition, *framework.editions)
        fix = did_you_mean(tag.value, known, f"The editions are {listed(known)}.")
        report.add("F053", tag.line, tag.column, f"There is no edition `{shown(tag.value)}`.", fix)
    return tag.value, tag.value != framework.program.edition


def _criteria(
    tags: Mapping[str, Tag], line: int, context: QuestionContext, other: str, report: Report
) -> tuple[str, ...]:
    """Those of the tag. Where the question is of an `other` edition, the module need not list them."""
    tag = tags.get("criteria")
    if tag is None:
        if (
            not context.check
            and tags
            and not any(p.code in ("Q005", "Q007") and p.line == line for p in report.problems)
        ):
            report.add("Q016", line, 1, "The question names no criterion.", "Add a tag such as `criteria: 6.5`.")
        return ()
    listed = context.front.criteria if context.front and not other else ()
    known = _known_criteria(context, other)
    for word in tag.words:
        if known and word not in known:
            fix = did_you_mean(word, known, "Use an id of criteria.csv.")
            report.add("F017", tag.line, tag.column_of(word), f"There is no criterion `{shown(word)}`.", fix)
        elif listed and word not in listed:
            said = f"The criterion {shown(word)} is not in the front matter of this module."
            report.add(
                "Q017",
                tag.line,
                tag.column_of(word),
                said,
                f"Add it to `criteria:`, or use one of {', '.join(listed)}.",
            )
    return tuple(dict.fromkeys(tag.words))


def _known_criteria(context: QuestionContext, other: str) -> Mapping[str, Criterion]:
    return context.framework.under(other).criteria if context.framework else {}


def _level(tags: Mapping[str, Tag], report: Report) -> Literal["must", "should", ""]:
    if "must" in tags and "should" in tags:
        tag = tags["should"]
        report.add("Q006", tag.line, tag.column, "The question is tagged `must` and `should`.", "Keep one.")
    return "must" if "must" in tags else "should" if "should" in tags else ""


def _score(tags: Mapping[str, Tag], kind: str, report: Report) -> str:
    choices = _SCORES.get(kind, ())
    tag = tags.get("score")
    if tag is None or not kind:
        return choices[0] if choices else ""
    if tag.value not in choices:
        said = f"A {kind} question cannot have the score `{shown(tag.value)}`."
        fix = f"Write `score: {choices[0]}` or `score: {choices[1]}`." if choices else "Delete the tag."
        report.add("Q009", tag.line, tag.column, said, fix)
    return tag.value


def _unit(tags: Mapping[str, Tag], kind: str, report: Report) -> str:
    tag = tags.get("unit")
    if tag and kind not in ("number", ""):
        report.add("Q009", tag.line, tag.column, "Only a number question has a unit.", "Delete the tag.")
    return tag.value if tag else ""


def _entities(tags: Mapping[str, Tag], context: QuestionContext, report: Report) -> tuple[str, ...] | None:
    tag = tags.get("entities")
    if tag is None or tag.value == "all":
        return None
    listed = context.front.entities if context.front else None
    for word in tag.words:
        if context.framework and word not in context.framework.entities:
            fix = did_you_mean(word, context.framework.entities, "Use a slug of entities.yml.")
            report.add("F018", tag.line, tag.column_of(word), f"There is no entity type `{shown(word)}`.", fix)
        elif listed is not None and word not in listed:
            said = f"The module is not for `{shown(word)}`."
            report.add(
                "Q017",
                tag.line,
                tag.column_of(word),
                said,
                "Add it to `entities:` of the front matter, or delete it here.",
            )
    return tuple(dict.fromkeys(tag.words))


def _place_of_check(tags: Mapping[str, Tag], part: Part, context: QuestionContext, report: Report) -> None:
    if context.check and tags and "check" not in tags:
        said = "This question stands in a lesson section without the tag `check`."
        report.add("Q015", part.line + 1, 1, said, "Add `check`, or move it below `## Quiz`.")
    elif not context.check and "check" in tags:
        tag = tags["check"]
        said = "A knowledge check does not belong in the quiz."
        report.add("Q015", tag.line, tag.column, said, "Move it to a section of the lesson, or delete `check`.")
    if context.check and part.level != 3:
        report.add("Q015", part.line, 1, "A knowledge check needs a heading of level 3.", "Begin it with ###.")


def _answers(
    found: QuestionLines, kind: str, language: Language, at: int, report: Report
) -> tuple[tuple[Option, ...], tuple[NumberRange, ...], tuple[Pair, ...], tuple[str, ...]]:
    """Options, ranges, pairs and steps; only those of the type are filled."""
    wanted = {"match": ("a table of two columns", found.rows), "order": ("a numbered list", found.steps)}
    what, given = wanted.get(kind, ("lines such as `- [x] answer`", found.boxes))
    if kind and not given:
        if not any(p.code in ("Q011", "A013") and p.line > at for p in report.problems):
            report.add("Q011", at, 1, f"A {kind} question needs {what}.", "Write the answers below the tags.")
    elif kind == "match":
        return (), (), read_pairs(found.rows, report), ()
    elif kind == "order":
        return (), (), (), read_steps(found.steps, at, report)
    elif kind == "number":
        return (), read_ranges(found.boxes, at, report), (), ()
    elif kind:
        return read_options(found.boxes, kind, language, at, report), (), (), ()
    return (), (), (), ()
