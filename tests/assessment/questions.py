"""Questions of all seven types for the tests of this room: hand-made ones, and strategies that make any."""

from typing import Any

from hypothesis import strategies as st

from lms.assessment.rules import left_rows
from lms.content.course import NumberRange, Option, Pair, Pool, Question, QuestionType

TYPES: tuple[QuestionType, ...] = ("single", "multiple", "true-false", "match", "order", "short", "number")


def option(text: str, *, right: bool = False, last: bool = False) -> Option:
    return Option(html=text, text=text, right=right, feedback=f"FEEDBACK on {text}", last=last)


def make(kind: QuestionType, **values: object) -> Question:
    """A question of the type with its usual key; `values` replace fields."""
    shapes: dict[str, dict[str, object]] = {
        "single": {"options": (option("I"), option("H", right=True), option("S"))},
        "true-false": {"options": (option("True", right=True), option("False"))},
        "multiple": {
            "options": (option("number", right=True), option("holder", right=True), option("weather"), option("color"))
        },
        "match": {"pairs": (Pair("bolt", "H"), Pair("strip", "I"), Pair("", "X"))},
        "order": {"items": ("view", "verify", "tug", "twist")},
        "short": {"options": (option("ISO 17712", right=True), option("17712", right=True), option("9001"))},
        "number": {
            "ranges": (
                NumberRange("6.5", "7.5", True, "FEEDBACK on 7"),
                NumberRange("12", "12", False, "FEEDBACK on 12"),
            ),
            "unit": "days",
        },
    }
    common: dict[str, object] = {
        "id": f"q-{kind}",
        "type": kind,
        "title": f"A {kind} question",
        "html": "<p>Body</p>",
        "criteria": ("6.1",),
        "line": 1,
        "why": "WHY of it",
    }
    return Question(**common | shapes[kind] | values)  # type: ignore[arg-type]


RIGHT: dict[QuestionType, list[object]] = {
    "single": [1],
    "true-false": [0],
    "multiple": [0, 1],
    "match": [0, 1],
    "order": [0, 1, 2, 3],
    "short": ["iso 17712"],
    "number": ["7"],
}

# Anything a database column of JSON might hold, and the shapes that forms really make.
anything = st.lists(
    st.one_of(st.none(), st.integers(-3, 9), st.text(max_size=12), st.booleans(), st.floats(allow_nan=False)),
    max_size=8,
)


@st.composite
def options(draw: st.DrawFn, rights: st.SearchStrategy[int], size: int = 6) -> tuple[Option, ...]:
    texts = draw(st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=2, max_size=size, unique=True))
    right = set(draw(st.permutations(range(len(texts))))[: max(1, min(len(texts), draw(rights)))])
    last = draw(st.integers(-1, len(texts) - 1))
    return tuple(option(t, right=i in right, last=i == last) for i, t in enumerate(texts))


@st.composite
def questions(draw: st.DrawFn, kinds: tuple[QuestionType, ...] = TYPES, id: str = "q") -> Question:
    """Any question that the check accepts, as far as marking and drawing care."""
    kind = draw(st.sampled_from(kinds))
    shape: dict[str, object] = {}
    if kind in ("single", "true-false"):
        shape["options"] = draw(options(st.just(1), size=2 if kind == "true-false" else 6))
    elif kind == "multiple":
        shape = {"options": draw(options(st.integers(1, 5))), "score": draw(st.sampled_from(["all", "each"]))}
    elif kind == "match":
        count = draw(st.integers(2, 5))
        distractors = draw(st.integers(0, 2))
        pairs = [Pair(f"left {i}" if i < count else "", f"right {i}") for i in range(count + distractors)]
        shape["pairs"] = tuple(draw(st.permutations(pairs)))
    elif kind == "order":
        shape["items"] = tuple(f"step {i}" for i in range(draw(st.integers(1, 6))))
        shape["score"] = draw(st.sampled_from(["exact", "pairs"]))
    elif kind == "short":
        shape["options"] = draw(options(st.integers(1, 3)))
    criteria = draw(st.lists(st.sampled_from(["6.1", "6.2", "6.5"]), min_size=1, max_size=2, unique=True))
    return make(
        kind,
        id=id,
        points=draw(st.integers(1, 5)),
        criteria=tuple(sorted(criteria)),
        retired=draw(st.booleans()) if draw(st.booleans()) else False,
        entities=draw(st.sampled_from([None, ("importers",), ("brokers", "importers")])),
        **shape,
    )


def entries(question: Question) -> st.SearchStrategy[list[Any]]:
    """What the form of the question can say; a response has the same shape."""
    places = range(len(question.options or question.pairs or question.items))
    match question.type:
        case "match":
            count = len(left_rows(question))
            return st.lists(st.none() | st.sampled_from(places), min_size=count, max_size=count)
        case "order":
            return st.lists(st.none() | st.sampled_from(places), min_size=len(places), max_size=len(places))
        case "short" | "number":
            return st.lists(st.text(min_size=1, max_size=9), max_size=1)
        case "multiple":
            return st.lists(st.sampled_from(places), unique=True).map(sorted)
        case _:
            return st.lists(st.sampled_from(places), max_size=1)


@st.composite
def pools(draw: st.DrawFn, name: str = "Quiz") -> Pool:
    asked = tuple(draw(questions(id=f"{name}-{i}")) for i in range(draw(st.integers(1, 7))))
    return Pool(
        name=name,
        line=1,
        questions=asked,
        draw=draw(st.one_of(st.none(), st.integers(1, len(asked)))),
        each_criterion=draw(st.booleans()),
        shuffle_questions=draw(st.booleans()),
        shuffle_answers=draw(st.booleans()),
    )
