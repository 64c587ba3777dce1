"""A repaired question is marked kindly: nobody loses by it, whatever the repairs, their order and their number."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import rules
from lms.assessment.paper import Drawn, Paper
from lms.assessment.repair import Choice, Ruling, accepting, choices, mark
from lms.assessment.review import Score, score
from lms.content.course import Module, Pool, Question

from .questions import RIGHT, entries, make, option, questions
from .test_paper import module_of

AT = datetime(2026, 11, 2, 14, tzinfo=UTC)


def accept(question: Question, *texts: str) -> Ruling:
    return Ruling(question.id, False, texts)


def void(question: Question) -> Ruling:
    return Ruling(question.id, True)


@st.composite
def rulings(draw: st.DrawFn, question: Question) -> list[Ruling]:
    """Any repairs of the question, and of another one."""
    texts = [one.text for one in question.options] or ["another"]
    known = st.lists(st.sampled_from(texts), max_size=3).map(tuple)
    accepted = st.lists(st.sampled_from(["5", "12", "7.25"]), max_size=2).map(tuple) if question.ranges else known
    ids = st.sampled_from([question.id, question.id, "another"])
    return draw(st.lists(st.builds(Ruling, ids, st.integers(0, 9).map(lambda n: n == 0), accepted), max_size=5))


@given(questions(), st.data())
def test_no_repair_lowers_anybodys_points(question: Question, data: st.DataObject) -> None:
    response, some = data.draw(entries(question)), data.draw(rulings(question))
    fewer = some[: data.draw(st.integers(0, len(some)))]
    before, after = mark(question, response, fewer), mark(question, response, some)
    assert rules.mark(question, response).points <= before.points <= after.points <= after.of == question.points


@given(questions(), st.data())
def test_neither_order_nor_repetition_matters(question: Question, data: st.DataObject) -> None:
    response, some = data.draw(entries(question)), data.draw(rulings(question))
    again = data.draw(st.permutations([*some, *some]))
    assert mark(question, response, again) == mark(question, response, some)


@given(questions(), st.data())
def test_repairs_of_other_questions_say_nothing(question: Question, data: st.DataObject) -> None:
    response = data.draw(entries(question))
    others = [Ruling("another", one.void, one.accepts) for one in data.draw(rulings(question))]
    assert mark(question, response, others) == rules.mark(question, response)
    assert accepting(question, others) == question


@st.composite
def papers(draw: st.DrawFn) -> tuple[Module, Paper, dict[str, list[object]]]:
    asked = tuple(draw(questions(id=f"q{n}")) for n in range(draw(st.integers(1, 5))))
    given = {question.id: draw(entries(question)) for question in asked}
    return module_of(Pool("Quiz", 1, asked)), Paper(tuple(Drawn(one.id, ()) for one in asked)), given


@given(papers(), st.integers(1, 100), st.data())
def test_nobodys_pass_is_taken_away(
    paper: tuple[Module, Paper, dict[str, list[object]]], pass_mark: int, data: st.DataObject
) -> None:
    module, drawn, responses = paper
    some = [ruling for question in module.questions for ruling in data.draw(rulings(question))]
    before, after = (score(module, drawn, responses, pass_mark, found) for found in ((), some))
    assert after.points >= before.points
    assert after.of == before.of
    assert after.passed >= before.passed
    assert before.better(after) == after


@given(st.booleans(), st.booleans(), st.integers(0, 8), st.integers(0, 8))
def test_the_better_of_two_results_keeps_the_best_of_each(one: bool, other: bool, points: int, more: int) -> None:
    first, second = Score(Fraction(points), 8, one), Score(Fraction(more), 8, other)
    best = first.better(second)
    assert best == second.better(first)
    assert (best.points, best.passed) == (max(points, more), one or other)


def test_void_gives_everybody_all_points_also_without_an_answer() -> None:
    question = make("match", points=3)
    for response in (RIGHT["match"], [1, 0], []):
        marked = mark(question, response, [void(question)])
        assert (marked.points, marked.of, marked.right) == (3, 3, True)


def test_another_option_of_a_single_is_right_as_well() -> None:
    question = make("single")
    repaired = [accept(question, "S")]
    assert [mark(question, [n], repaired).right for n in range(3)] == [False, True, True]


@pytest.mark.parametrize(
    ("ticked", "points"), [([0, 1], 1), ([0, 1, 2], 1), ([0, 2], 0), ([0, 1, 2, 3], 0), ([2], 0), ([], 0)]
)
def test_another_option_of_a_multiple_may_be_ticked_and_need_not_be(ticked: list[int], points: int) -> None:
    question = make("multiple")
    assert mark(question, ticked, [accept(question, "weather")]).points == points


@pytest.mark.parametrize(
    ("ticked", "before", "after"),
    [([0, 1], "1", "1"), ([0, 1, 2], "1/2", "1"), ([0, 2], "0", "2/3"), ([0], "1/2", "1/2"), ([2], "0", "1/3")],
)
def test_part_points_count_the_accepted_option_where_it_was_ticked(ticked: list[int], before: str, after: str) -> None:
    question = make("multiple", score="each")
    assert mark(question, ticked).points == Fraction(before)
    assert mark(question, ticked, [accept(question, "weather")]).points == Fraction(after)


@pytest.mark.parametrize(
    ("kind", "text", "typed"), [("short", "9001", " 9001 "), ("short", "PAS 17712", "pas 17712"), ("number", "12", "12 days")]
)  # fmt: skip
def test_another_text_or_number_is_right_as_well(kind: str, text: str, typed: str) -> None:
    question = make(kind)  # type: ignore[arg-type]
    assert not mark(question, [typed]).right
    assert mark(question, [typed], [accept(question, text)]).right
    assert mark(question, RIGHT[question.type], [accept(question, text)]).right
    assert not mark(question, ["13"], [accept(question, text)]).right


def test_the_feedback_that_called_it_wrong_is_gone() -> None:
    question = make("single")
    now_right = accepting(question, [accept(question, "S")]).options[2]
    assert (now_right.right, now_right.feedback) == (True, "")
    assert [o.feedback for o in question.options if o.text != "S"] == ["FEEDBACK on I", "FEEDBACK on H"]
    number = make("number")
    assert all(one.right for one in accepting(number, [accept(number, "12")]).ranges)


def test_a_ruling_concerns_attempts_from_its_moment_on() -> None:
    ruling = Ruling("q", True, from_at=AT)
    assert ruling.concerns(AT)
    assert ruling.concerns(AT + timedelta(seconds=1))
    assert not ruling.concerns(AT - timedelta(microseconds=1))
    assert ruling.concerns(None), "an open attempt is submitted later"
    assert Ruling("q", True).concerns(AT - timedelta(days=999))


def test_wrong_options_of_today_and_of_earlier_forms_may_be_accepted() -> None:
    english = make("single")
    spanish = make("single", options=(option("Uno"), option("Dos", right=True), option("S")))
    earlier = make("single", options=(option("s"), option("H", right=True), option("R")))
    assert choices([english, spanish], [english, earlier]) == (
        Choice(("I", "Uno"), True),
        Choice(("S",), True),
        Choice(("R",), False),
    )
