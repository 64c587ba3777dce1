"""What an attempt was worth, and what its result page may tell. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup, escape

from lms.content.course import Module, NumberRange, Question
from lms.core.language import _

from . import repair, rules
from .paper import Paper, safe
from .repair import Ruling
from .rules import Mark, Response, left_rows

Responses = Mapping[str, Response]


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned of the points there were, and whether that passes."""

    points: Fraction
    of: int
    passed: bool

    def better(self, other: "Score") -> "Score":
        """The best of two markings of the same paper: a repair takes nothing away."""
        return Score(max(self.points, other.points), self.of, self.passed or other.passed)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lesson teaches a criterion: the section and its place in the lesson, the address of the very paragraph."""

    number: int
    section: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one line says about one answered question. Texts are safe HTML.

    `given` is the answer, empty when there was none. `feedback` is that of the lines chosen. Before a pass `key` and
    `why` are empty, and right lines have no feedback. `repairs` are those of the question.
    """

    number: int
    title: str
    html: str
    mark: Mark
    given: tuple[str, ...]
    feedback: tuple[str, ...]
    key: tuple[str, ...]
    why: str
    criteria: tuple[str, ...]
    again: tuple[Place, ...]
    repairs: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the overview of an open attempt: what was answered, and nothing about right or wrong."""

    number: int
    title: str
    given: tuple[str, ...]
    answered: bool


def score(module: Module, paper: Paper, responses: Responses, pass_mark: int, repairs: Sequence[Ruling] = ()) -> Score:
    """The score of a paper, from nothing but what an attempt stores and the repairs that concern it (S2).

    With `must: all` no must criterion may be missing.
    """
    asked = questions(module, paper)
    marks = [repair.mark(question, responses.get(question.id, ()), repairs) for question in asked]
    points, of = rules.total(marks)
    whole = not (module.must_all and missing_musts(asked, marks))
    return Score(points, of, whole and rules.passed(points, of, pass_mark))


def missing_musts(asked: Sequence[Question], marks: Sequence[Mark]) -> tuple[str, ...]:
    """The criteria that a must question asks about and of which no question is fully right, in the order of the paper."""
    right = {c for question, mark in zip(asked, marks, strict=True) if mark.right for c in question.criteria}
    musts = dict.fromkeys(c for question in asked if question.level == "must" for c in question.criteria)
    return tuple(criterion for criterion in musts if criterion not in right)


def questions(module: Module, paper: Paper) -> tuple[Question, ...]:
    """The questions drawn, in their order."""
    known = {question.id: question for question in module.questions}
    return tuple(known[drawn.question] for drawn in paper.drawn)


def overview(module: Module, paper: Paper, responses: Responses) -> tuple[Line, ...]:
    """Every question with the answer as it stands."""
    drawn = [(question, responses.get(question.id, ())) for question in questions(module, paper)]
    return tuple(
        Line(number, safe(question.title), given(question, response), rules.answered(response))
        for number, (question, response) in enumerate(drawn, 1)
    )


def tell(
    module: Module,
    paper: Paper,
    responses: Responses,
    lesson: Module | None,
    *,
    passed: bool,
    repairs: Sequence[Ruling] = (),
) -> tuple[Told, ...]:
    """Every question with what may be told after submission. `lesson` is the module of today, to read again."""
    return tuple(
        _told(number, question, responses.get(question.id, ()), lesson, passed=passed, repairs=repairs)
        for number, question in enumerate(questions(module, paper), 1)
    )


def read_again(told: Iterable[Told]) -> tuple[Place, ...]:
    """The sections behind these questions, each once, in the order of the lesson."""
    first: dict[str, Place] = {}
    for place in (place for one in told for place in one.again):
        first.setdefault(place.section, place)
    return tuple(sorted(first.values(), key=lambda place: place.number))


def tell_check(question: Question, response: Response, lesson: Module) -> Told:
    """Everything about a knowledge check: it is ungraded, so nothing is held back."""
    return _told(0, question, response, lesson, passed=True)


def _told(
    number: int,
    question: Question,
    response: Response,
    lesson: Module | None,
    *,
    passed: bool,
    repairs: Sequence[Ruling] = (),
) -> Told:
    accepting = repair.accepting(question, repairs)
    lines = rules.picked(accepting, response)
    return Told(
        number=number,
        title=safe(question.title),
        html=safe(question.html),
        mark=repair.mark(question, response, repairs),
        given=given(question, response),
        feedback=tuple(safe(line.feedback) for line in lines if line.feedback and (passed or not line.right)),
        key=_key(accepting) if passed else (),
        why=safe(question.why if passed else ""),
        criteria=question.criteria,
        again=_places(question.criteria, lesson) if lesson else (),
        repairs=tuple(ruling for ruling in repairs if ruling.question == question.id),
    )


def _places(criteria: Sequence[str], lesson: Module) -> tuple[Place, ...]:
    """The first paragraph of each section that teaches one of the criteria."""
    found: dict[str, Place] = {}
    for number, section in enumerate(lesson.sections, 1):
        for taught in section.taught:
            if taught.criterion in criteria and section.anchor not in found:
                address = f"/courses/{lesson.key}/{section.anchor}/#{taught.anchor}"
                found[section.anchor] = Place(number, section.anchor, section.title, address)
    return tuple(found.values())


def given(question: Question, response: Response) -> tuple[Markup, ...]:
    """The answer in words, as it was given."""
    match question.type:
        case "match":
            rows = left_rows(question)
            chosen = [(left, row) for left, row in zip(rows, response, strict=False) if row is not None]
            return tuple(_pair(question.pairs[left].left, question.pairs[row].right) for left, row in chosen)
        case "order":
            placed = sorted((place, step) for step, place in enumerate(response) if place is not None)
            return tuple(Markup("{}. {}").format(place + 1, safe(question.items[step])) for place, step in placed)
        case "short":
            return tuple(escape(typed) for typed in response if typed)
        case "number":
            return tuple(_with_unit(typed, question.unit) for typed in response if typed)
        case _:
            return tuple(safe(option.html) for index, option in enumerate(question.options) if index in response)


def _key(question: Question) -> tuple[Markup, ...]:
    """The right answer in words."""
    match question.type:
        case "match":
            return tuple(_pair(question.pairs[row].left, question.pairs[row].right) for row in left_rows(question))
        case "order":
            return tuple(Markup("{}. {}").format(place, safe(step)) for place, step in enumerate(question.items, 1))
        case "number":
            return tuple(_with_unit(_range(r), question.unit) for r in question.ranges if r.right)
        case _:
            return tuple(safe(option.html) for option in question.options if option.right)


def _pair(left: str, right: str) -> Markup:
    return Markup("{}: {}").format(safe(left), safe(right))


def _range(answer: NumberRange) -> str:
    return answer.low if answer.low == answer.high else _("%(low)s to %(high)s", low=answer.low, high=answer.high)


def _with_unit(number: str, unit: str) -> Markup:
    return escape(f"{number} {unit}" if unit and not rules.fold(number).endswith(rules.fold(unit)) else number)
