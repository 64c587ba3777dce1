"""What one attempt asks: drawn once, kept with the attempt, and shown without the key. Pure."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec
from markupsafe import Markup

from lms.content.course import Module, Pool, Question, QuestionType
from lms.core.learned import learned

from .rules import left_rows

T = TypeVar("T")

# So few questions about what changed are all asked.
FEW = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question of the paper. `shown` lists options, right cells or steps by their own index, in screen order."""

    question: str
    shown: tuple[int, ...]


@learned
@dataclass(frozen=True, slots=True)
class Paper:
    """The questions of one attempt, in order."""

    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a learner receives it: no field tells right from wrong, and places are those of the screen.

    `choices` are the options, right cells or steps as shown, `lefts` the left cells of a match. Texts are safe HTML.
    `field` begins the name of every input; in a quiz it is not the question's id, which may tell too much.
    """

    field: str
    type: QuestionType
    title: str
    html: str
    hint: str
    unit: str
    score: str
    lefts: tuple[str, ...]
    choices: tuple[str, ...]


def draw(
    module: Module,
    entities: Collection[str],
    seen: Collection[str],
    rng: random.Random,
    *,
    only: Collection[str] = (),
) -> Paper:
    """A paper for somebody of these entity types: pool after pool, unseen questions first, retired ones never.

    `only` leaves the questions with these ids; without any the whole quiz is drawn from.
    """
    return Paper(
        tuple(
            Drawn(question.id, arrange(question, rng, shuffle=pool.shuffle_answers))
            for pool in (narrowed(module, entities, only) if only else module.pools)
            for question in _asked_of(pool, entities, seen, rng)
        )
    )


def narrowed(module: Module, entities: Collection[str], only: Collection[str]) -> tuple[Pool, ...]:
    """The pools with only these questions that fit: all of them are asked where they are FEW, else as the pools draw."""
    pools = [
        replace(pool, questions=tuple(q for q in pool.questions if q.id in only and _fits(q, entities)))
        for pool in module.pools
    ]
    few = sum(len(pool.questions) for pool in pools) <= FEW
    return tuple(replace(pool, draw=None) if few else pool for pool in pools if pool.questions)


def asked(pools: Iterable[Pool]) -> int:
    """How many questions pools of `narrowed` ask."""
    return sum(len(pool.questions) if pool.draw is None else min(pool.draw, len(pool.questions)) for pool in pools)


def arrange(question: Question, rng: random.Random, *, shuffle: bool) -> tuple[int, ...]:
    """In which order the screen shows options, right cells or steps.

    The last two are shuffled whatever the pool says: their own order is the key.
    """
    match question.type:
        case "order":
            return _disordered(len(question.items), rng)
        case "match":
            return tuple(_shuffled(range(len(question.pairs)), rng))
        case "single" | "multiple" if shuffle:
            moving = [i for i, option in enumerate(question.options) if not option.last]
            return (*_shuffled(moving, rng), *(i for i, option in enumerate(question.options) if option.last))
        case "single" | "multiple" | "true-false":
            return tuple(range(len(question.options)))
        case _:
            return ()


def asked_question(question: Question, shown: Sequence[int], field: str) -> AskedQuestion:
    """The question without its key, as `shown` arranges it."""
    texts = _texts(question)
    return AskedQuestion(
        field=field,
        type=question.type,
        title=safe(question.title),
        html=safe(question.html),
        hint=safe(question.hint),
        unit=question.unit,
        score=question.score,
        lefts=tuple(safe(question.pairs[row].left) for row in left_rows(question)),
        choices=tuple(safe(texts[index]) for index in shown),
    )


def arranged_check(question: Question) -> tuple[int, ...]:
    """How a knowledge check is shown: as written. What must be shuffled comes out the same every time."""
    return arrange(question, random.Random(question.id), shuffle=False)  # noqa: S311 (no secret hangs on it)


def asked_check(question: Question) -> AskedQuestion:
    """A knowledge check without its key. Several may stand on one page, so its inputs are named for it."""
    return asked_question(question, arranged_check(question), field=question.id)


def to_response(kind: QuestionType, shown: Sequence[int], entry: Sequence[Any]) -> list[Any]:
    """From what was entered on the screen to the question's own terms.

    An entry has the shape of a response, with places of the screen: options ticked, for each left cell the right cell,
    for each step as shown the place it was given, the text.
    """
    match kind:
        case "single" | "multiple" | "true-false":
            return sorted(shown[place] for place in entry)
        case "match":
            return [None if place is None else shown[place] for place in entry]
        case "order":
            given = dict(zip(shown, entry, strict=True))
            return [given[step] for step in range(len(shown))]
        case _:
            return list(entry)


def to_entry(kind: QuestionType, shown: Sequence[int], response: Sequence[Any]) -> list[Any]:
    """The other way round: what the screen shows of a response."""
    match kind:
        case "single" | "multiple" | "true-false":
            return sorted(shown.index(index) for index in response)
        case "match":
            return [None if row is None else shown.index(row) for row in response]
        case "order":
            return [response[step] for step in shown] if response else [None] * len(shown)
        case _:
            return list(response)


def to_json(paper: Paper) -> dict[str, Any]:
    """As an attempt keeps it."""
    return msgspec.to_builtins(paper)  # type: ignore[no-any-return]


def from_json(kept: object) -> Paper:
    return msgspec.convert(kept, Paper)


def safe(html: str) -> Markup:
    """HTML of a published module, which was cleaned when it was rendered."""
    return Markup(html)  # noqa: S704


def _texts(question: Question) -> Sequence[str]:
    match question.type:
        case "match":
            return [pair.right for pair in question.pairs]
        case "order":
            return question.items
        case "short" | "number":
            return ()
        case _:
            return [option.html for option in question.options]


def _asked_of(pool: Pool, entities: Collection[str], seen: Collection[str], rng: random.Random) -> list[Question]:
    """The questions of a pool that this paper asks, in their order."""
    fitting = [q for q in pool.questions if _fits(q, entities)]
    count = len(fitting) if pool.draw is None else min(pool.draw, len(fitting))
    preferred = sorted(_shuffled(fitting, rng), key=lambda q: q.id in seen)
    first = _covering(preferred, count) if pool.each_criterion else []
    chosen = [*first, *(q for q in preferred if q not in first)][:count]
    return _shuffled(chosen, rng) if pool.shuffle_questions else sorted(chosen, key=fitting.index)


def _fits(question: Question, entities: Collection[str]) -> bool:
    concerns = question.entities is None or any(entity in question.entities for entity in entities)
    return concerns and not question.retired


def _covering(preferred: Sequence[Question], count: int) -> list[Question]:
    """Questions in which every criterion appears, the preferred one for each, if `count` of them can do that.

    Where one question a criterion would be too many, those that bring most criteria come first.
    """
    missing = {criterion for question in preferred for criterion in question.criteria}
    tight = len(missing) > count
    chosen: list[Question] = []
    while missing and len(chosen) < count:
        useful = [q for q in preferred if not missing.isdisjoint(q.criteria)]
        best = max(useful, key=lambda q: len(missing.intersection(q.criteria))) if tight else useful[0]
        chosen.append(best)
        missing.difference_update(best.criteria)
    return chosen


def _disordered(count: int, rng: random.Random) -> tuple[int, ...]:
    """A shuffle of 0 to count - 1 other than the sorted one, where there is another."""
    while True:
        order = _shuffled(range(count), rng)
        if count < 2 or order != sorted(order):
            return tuple(order)


def _shuffled(items: Iterable[T], rng: random.Random) -> list[T]:
    listed = list(items)
    rng.shuffle(listed)
    return listed
