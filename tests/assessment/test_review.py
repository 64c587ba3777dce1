import dataclasses
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.paper import Drawn, Paper
from lms.assessment.review import Score, Told, overview, read_again, score, tell, tell_check
from lms.content.course import Module, Pool, Question, QuestionType, Section, Taught

from .questions import RIGHT, TYPES, entries, make, questions
from .test_paper import module_of

WRONG: dict[QuestionType, list[object]] = {
    "single": [0],
    "true-false": [1],
    "multiple": [0, 2],
    "match": [1, 0],
    "order": [3, 2, 1, 0],
    "short": ["9001"],
    "number": ["12"],
}


def paper_of(*asked: Question) -> tuple[Module, Paper]:
    return module_of(Pool("Quiz", 1, asked)), Paper(tuple(Drawn(q.id, ()) for q in asked))


def told_of(question: Question, response: list[object], *, passed: bool) -> Told:
    module, paper = paper_of(question)
    return tell(module, paper, {question.id: response}, module, passed=passed)[0]


def test_the_score_counts_what_was_drawn_and_only_that() -> None:
    right, wrong, never = make("single"), make("match", points=2), make("short", points=4)
    module = module_of(Pool("Quiz", 1, (right, wrong, never)))
    paper = Paper((Drawn(wrong.id, (0, 1, 2)), Drawn(right.id, (0, 1, 2))))
    responses = {q.id: RIGHT[q.type] for q in (right, never)}
    assert score(module, paper, responses, 33) == Score(Fraction(1), 3, True)
    assert score(module, paper, responses, 34) == Score(Fraction(1), 3, False)


@pytest.mark.parametrize("kind", TYPES)
def test_before_a_pass_neither_key_nor_why_nor_what_was_right_is_told(kind: QuestionType) -> None:
    told = told_of(make(kind), WRONG[kind], passed=False)
    assert told.key == ()
    assert told.why == ""
    assert told.given != ()
    assert not [f for f in told.feedback if f in ("FEEDBACK on number", "FEEDBACK on H", "FEEDBACK on 7")]


@given(questions(), st.data())
def test_before_a_pass_no_answer_brings_out_the_key(question: Question, data: st.DataObject) -> None:
    told = told_of(question, data.draw(entries(question)), passed=False)
    assert told.key == ()
    assert told.why == ""
    rights = {o.feedback for o in question.options if o.right} | {r.feedback for r in question.ranges if r.right}
    assert not rights & set(told.feedback)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("single", ("H",)),
        ("true-false", ("True",)),
        ("multiple", ("number", "holder")),
        ("match", ("bolt: H", "strip: I")),
        ("order", ("1. view", "2. verify", "3. tug", "4. twist")),
        ("short", ("ISO 17712", "17712")),
        ("number", ("6.5 to 7.5 days",)),
    ],
)
def test_after_a_pass_the_right_answer_and_why_are_told(kind: QuestionType, key: tuple[str, ...]) -> None:
    told = told_of(make(kind), WRONG[kind], passed=True)
    assert told.key == key
    assert told.why == "WHY of it"
    assert not told.mark.right


@pytest.mark.parametrize(
    ("kind", "response", "given_words"),
    [
        ("single", [1], ("H",)),
        ("multiple", [3, 0], ("number", "color")),
        ("match", [2, None], ("bolt: X",)),
        ("order", [1, 0, None, 1], ("1. verify", "2. view", "2. twist")),
        ("short", ["<b>iso</b> & co"], ("&lt;b&gt;iso&lt;/b&gt; &amp; co",)),
        ("number", ["7"], ("7 days",)),
        ("number", ["7 Days"], ("7 Days",)),
        ("number", ["<7>"], ("&lt;7&gt; days",)),
        ("single", [], ()),
        ("short", [""], ()),
    ],
)
def test_an_answer_in_words_is_safe_to_print(
    kind: QuestionType, response: list[object], given_words: tuple[str, ...]
) -> None:
    assert told_of(make(kind), response, passed=False).given == given_words


@given(questions(), st.booleans())
def test_an_unanswered_question_is_told_too(question: Question, passed: bool) -> None:
    told = told_of(question, [], passed=passed)
    assert told.given == ()
    assert told.feedback == ()
    assert told.mark.points == 0


def lesson() -> Module:
    taught = (Taught("6.1", "c6.1-1", 10), Taught("6.2", "c6.2-1", 12), Taught("6.1", "c6.1-2", 14))
    return dataclasses.replace(
        module_of(),
        sections=(
            Section("what", "What a seal does", "", 8, 100),
            Section("broken", "When a seal is broken", "", 9, 100, taught),
            Section("life", "From purchase to destruction", "", 30, 100, (Taught("6.2", "c6.2-1", 31),)),
        ),
    )


def test_what_to_read_again_is_the_paragraph_that_teaches_the_criterion() -> None:
    question = make("single", criteria=("6.2",))
    module, paper = paper_of(question)
    told = tell(module, paper, {}, lesson(), passed=False)[0]
    assert [(p.title, p.address) for p in told.again] == [
        ("When a seal is broken", "/courses/seal-security/seals/broken/#c6.2-1"),
        ("From purchase to destruction", "/courses/seal-security/seals/life/#c6.2-1"),
    ]


def test_sections_to_read_again_are_named_once() -> None:
    asked = (make("single", id="a", criteria=("6.1",)), make("single", id="b", criteria=("6.1", "6.2")))
    module, paper = paper_of(*asked)
    again = read_again(tell(module, paper, {}, lesson(), passed=False))
    assert [p.section for p in again] == ["broken", "life"]


def test_sections_to_read_again_come_in_the_order_of_the_lesson() -> None:
    module, paper = paper_of(make("single", criteria=("6.2",)))
    told = tell(module, paper, {}, lesson(), passed=False)[0]
    broken, life = told.again
    mixed = [replace(told, again=(life,)), replace(told, again=(broken,))]
    assert read_again(mixed) == (broken, life)


def test_a_module_that_is_gone_has_nothing_to_read_again() -> None:
    module, paper = paper_of(make("single"))
    assert tell(module, paper, {}, None, passed=False)[0].again == ()


def test_the_overview_knows_what_was_answered_and_nothing_else() -> None:
    asked = tuple(make(kind, id=kind) for kind in TYPES)
    module, paper = paper_of(*asked)
    lines = overview(module, paper, {"single": [0], "match": [1, None]})
    assert [line.number for line in lines] == list(range(1, 8))
    assert [line.answered for line in lines] == [True, False, False, False, False, False, False]
    assert lines[0].given == ("I",)
    assert lines[3].given == ("bolt: I",)
    assert "FEEDBACK" not in repr(lines)
    assert "WHY" not in repr(lines)


def test_a_check_tells_everything_at_once() -> None:
    told = tell_check(make("single"), [0], lesson())
    assert told.feedback == ("FEEDBACK on I",)
    assert told.key == ("H",)
    assert told.why == "WHY of it"
