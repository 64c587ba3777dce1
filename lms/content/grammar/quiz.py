"""The quiz of a module: pools of questions below `## Quiz` and `## Pool: NAME`."""

from dataclasses import dataclass, field

from ..course import Pool, Question
from ..problem import Report, shown
from ..rules.pools import check_pool
from .inline import Link, check_line
from .outline import Part, pool_name
from .question import QuestionContext, read_question
from .tags import POOL_VALUED, Tag, is_tag_line, read_tags, whole

_SHUFFLE = ("questions", "answers")


@dataclass(frozen=True, slots=True)
class Quiz:
    """`ids` are the places of the questions' ids; `complete` is False where questions are missing for their problems."""

    pools: tuple[Pool, ...]
    complete: bool
    ids: tuple[tuple[str, int, int], ...]
    links: tuple[Link, ...]


@dataclass(slots=True)
class _Draft:
    """A pool while it is read. `count` includes questions with problems, which are not in `questions`."""

    name: str
    line: int
    tags: dict[str, Tag]
    questions: list[Question] = field(default_factory=list)
    count: int = 0


def read_quiz(parts: list[Part], lines: list[str], context: QuestionContext, report: Report) -> Quiz:
    """The quiz from those parts of a file that are in it; the first part begins a pool."""
    drafts: list[_Draft] = []
    ids: list[tuple[str, int, int]] = []
    links: list[Link] = []
    for part in parts:
        name = pool_name(part)
        if name is not None:
            drafts.append(_begin(part, name, lines, drafts, report))
        elif part.level == 3:
            read = read_question(part, lines, context, report)
            drafts[-1].count += 1
            if read.id_place:
                ids.append(read.id_place)
            if read.question:
                drafts[-1].questions.append(read.question)
            links += read.links
        else:
            said = "A question begins with a heading of level 3 and holds no other heading."
            report.add("Q020", part.line, 1, said, "Begin it with ###, or use bold text.")
    pools = tuple(_pool(draft, context, report) for draft in drafts)
    complete = all(draft.count == len(draft.questions) for draft in drafts)
    return Quiz(pools, complete, tuple(ids), tuple(links))


def _begin(part: Part, name: str, lines: list[str], before: list[_Draft], report: Report) -> _Draft:
    if not name or any(draft.name == name for draft in before):
        said = f"There is a pool `{shown(name)}` already." if name else "The pool has no name."
        report.add("P006", part.line, 1, said, "Write ## Pool: and a name of its own.")
    check_line(lines[part.line - 1], part.line, report)
    first, tags = part.first, {}
    if first < part.end and is_tag_line(lines[first]):
        tags = read_tags(lines[first], first + 1, report, POOL_VALUED)
        first += 1
    for number, text in enumerate(lines[first : part.end], first + 1):
        if text.strip():
            said = "This text belongs to no question."
            report.add("P005", number, 1, said, "Tags stand directly below the heading; questions begin with ###.")
            check_line(text, number, report)
            break
    return _Draft(name, part.line, tags)


def _pool(draft: _Draft, context: QuestionContext, report: Report) -> Pool:
    tags = draft.tags
    each, shuffle = tags.get("each"), tags.get("shuffle")
    if each and each.value != "criteria":
        report.add(
            "P004", each.line, each.column, f"`each` cannot be `{shown(each.value)}`.", "Write `each: criteria`."
        )
    for word in shuffle.words if shuffle else ():
        if shuffle and word not in _SHUFFLE:
            said = f"`shuffle` cannot be `{shown(word)}`."
            report.add(
                "P004",
                shuffle.line,
                shuffle.column_of(word),
                said,
                "Write `shuffle: questions answers`, or one of the two.",
            )
    pool = Pool(
        name=draft.name,
        line=draft.line,
        questions=tuple(draft.questions),
        draw=whole(tags, "draw", 1, 9999, report, "P001"),
        each_criterion=each is not None,
        shuffle_questions=shuffle is not None and "questions" in shuffle.words,
        shuffle_answers=shuffle is not None and "answers" in shuffle.words,
    )
    place = (tags["draw"].line, tags["draw"].column) if "draw" in tags else (draft.line, 1)
    entities = context.front.entities if context.front else None
    if entities is None and context.framework:
        entities = tuple(context.framework.entities)
    check_pool(pool, draft.count, place, entities or (), report)
    return pool
