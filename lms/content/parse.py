"""One module file: bytes in, a module with Markdown in its html fields out. Pure, so that callers can cache it by hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..core.markdown import costly
from .course import Module, Pool
from .framework import Framework
from .grammar.abbreviations import uses
from .grammar.address import Address, read_address
from .grammar.front_matter import FrontMatter, read_front_matter
from .grammar.inline import Link
from .grammar.lesson import Lesson, read_lesson
from .grammar.outline import Part, pool_name, read_parts
from .grammar.question import QuestionContext
from .grammar.quiz import read_quiz
from .grammar.source import read_text
from .grammar.text import plain
from .problem import Problem, Report, in_order
from .rules.module import check_module
from .rules.wording import check_wording


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file gave. `module` is None where it has errors; the places serve the rules between files.

    `edition` is the only one that the file is of, "" for whichever is in force. `questions` holds the place of every graded id,
    `checks` those of the knowledge checks, `anchors` every heading of the lesson as its slug,
    `sections` those of level 2, `abbreviations` where each is used first.
    """

    path: str
    address: Address | None
    module: Module | None
    problems: tuple[Problem, ...]
    edition: str
    questions: Mapping[str, tuple[int, int]]
    checks: Mapping[str, tuple[int, int]]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    sections: frozenset[str]
    places: Mapping[str, tuple[int, int]]
    abbreviations: Mapping[str, tuple[int, int]]


def parse_module(path: str, data: bytes, framework: Framework | None) -> Parsed:
    """Everything that can be said about a file by itself. Never raises, whatever the bytes are.

    Without a framework (its files have problems of their own) names of criteria and entity types go unchecked.
    """
    report = Report(path)
    address = read_address(path, framework, report)
    text = read_text(data, report)
    if text is None:
        return Parsed(path, address, None, in_order(report.problems), "", {}, {}, (), frozenset(), frozenset(), {}, {})
    lines = _without_costly(text, report)
    front, start = read_front_matter(lines, framework, report)
    edition = front.edition if front else ""
    framework = framework and framework.under(edition)
    language = address.language if address else "en"
    in_lesson, in_quiz = _divided(read_parts(lines, start), report)
    lesson = read_lesson(in_lesson, lines, QuestionContext(language, front, framework, check=True), report)
    quiz = read_quiz(in_quiz, lines, QuestionContext(language, front, framework, check=False), report)
    body = list(enumerate(lines[start:], start + 1))
    module = _module(path, data, address, front, lesson, quiz.pools, body) if front and address else None
    spelled = list(uses(body))
    if module and front:
        check_module(module, front.places["pass"], front.criterion_places, framework, quiz.complete, report)
        check_wording(module, spelled, report)
    _no_repeats([*lesson.ids, *quiz.ids], report)
    return Parsed(
        path=path,
        address=address,
        module=None if report.has_errors else module,
        problems=in_order(report.problems),
        edition=edition,
        questions={name: (line, column) for name, line, column in reversed(quiz.ids)},
        checks={name: (line, column) for name, line, column in reversed(lesson.ids)},
        links=(*lesson.links, *quiz.links),
        anchors=lesson.anchors,
        sections=frozenset(section.anchor for section in lesson.sections),
        places=front.places if front else {},
        abbreviations={use.short: (use.line, use.column) for use in reversed(spelled)},
    )


def _module(
    path: str,
    data: bytes,
    address: Address,
    front: FrontMatter,
    lesson: Lesson,
    pools: tuple[Pool, ...],
    body: list[tuple[int, str]],
) -> Module:
    return Module(
        key=address.key,
        path=path,
        language=address.language,
        title=front.title,
        category=address.category,
        slug=address.slug,
        criteria=front.criteria,
        entities=front.entities,
        functions=front.functions,
        level=front.level,
        minutes=front.minutes,
        pass_mark=front.pass_mark,
        change=front.change,
        reason=front.reason,
        owner=front.owner,
        opening=lesson.opening,
        summary=plain(lesson.opening.split("\n\n", 1)[0]),
        sections=lesson.sections,
        pools=pools,
        digest=sha256(data).hexdigest(),
        practice=front.practice,
        card=lesson.card,
        must_all=front.must_all,
        time_limit=front.time_limit,
        source=front.source,
        edition=front.edition,
        fingerprint=_fingerprint(front, body),
    )


def _fingerprint(front: FrontMatter, body: list[tuple[int, str]]) -> str:
    """Twelve hexadecimal digits of what a translator translates: title, practice and body, spaces at line ends aside."""
    text = "\n".join([front.title, *front.practice, *(line.rstrip() for _, line in body)])
    return sha256(text.encode()).hexdigest()[:12]


def _without_costly(text: str, report: Report) -> list[str]:
    """The lines, with those blanked that Python-Markdown would take too long over; they are reported."""
    lines = text.split("\n")
    first = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and lines[index].strip():
            continue
        if index > first and (found := costly("\n".join(lines[first:index]))):
            said = f"The paragraph has {found}."
            report.add("F043", first + 1, 1, said, "Split it by blank lines, or simplify it.")
            lines[first:index] = [""] * (index - first)
        first = index + 1
    return lines


def _divided(parts: list[Part], report: Report) -> tuple[list[Part], list[Part]]:
    """The parts of the lesson and those of the quiz, which comes last."""
    lesson: list[Part] = []
    quiz: list[Part] = []
    in_quiz = False
    for part in parts:
        if part.level in (1, 2):
            in_quiz = pool_name(part) is not None
            if quiz and not in_quiz:
                report.add(
                    "F046",
                    part.line,
                    1,
                    "A section follows the quiz.",
                    "Move it above `## Quiz`; a pool begins `## Pool: NAME`.",
                )
        (quiz if in_quiz else lesson).append(part)
    return lesson, quiz


def _no_repeats(found: list[tuple[str, int, int]], report: Report) -> None:
    """A second use of an id is reported at its place and names the first."""
    first: dict[str, int] = {}
    for name, line, column in found:
        if first.setdefault(name, line) != line:
            said = f"The id `{name}` is used on line {first[name]} already."
            report.add("Q019", line, column, said, "Give this question an id of its own.")
