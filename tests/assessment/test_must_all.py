"""`must: all`: besides the pass mark, every must criterion that was asked is right at least once."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.paper import Drawn, Paper
from lms.assessment.review import Score, missing_musts, score
from lms.assessment.rules import mark
from lms.content.course import Module, Pool, Question
from lms.core.clock import now
from tests.conftest import on_both
from tests.factories.library import republish
from tests.pages import Browser

from .answers import KEY_WORDS, QUIZ, RIGHT, SEALS, finish
from .conftest import begin
from .questions import entries, make, questions
from .test_paper import module_of

# Four of the seven questions, none of them about 6.1: 57 %.
ABOUT_6_2 = {q: RIGHT[q] for q in ("seals-class", "seals-moves", "seals-match", "seals-iso")}
ASKS_FOR_ALL = ("pass: 80\n", "pass: 50\nmust: all\n")


def quiz(*asked: Question, must_all: bool = True) -> tuple[Module, Paper]:
    module = replace(module_of(Pool("Quiz", 1, asked)), must_all=must_all)
    return module, Paper(tuple(Drawn(q.id, ()) for q in asked))


def about(id: str, *criteria: str, level: str = "must") -> Question:
    return make("single", id=id, criteria=criteria, level=level)


def test_the_pass_mark_alone_does_not_pass() -> None:
    first, second, other = about("a", "6.1"), about("b", "6.1"), about("c", "6.2")
    module, paper = quiz(first, second, other)
    assert score(module, paper, {"a": [1], "b": [1]}, 60) == Score(Fraction(2), 3, False)
    assert score(module, paper, {"a": [1], "c": [1]}, 60) == Score(Fraction(2), 3, True)
    assert score(*quiz(first, second, other, must_all=False), {"a": [1], "b": [1]}, 60).passed


def test_every_must_criterion_right_does_not_pass_under_the_pass_mark() -> None:
    module, paper = quiz(about("a", "6.1", "6.2"), about("b", "6.1"), about("c", "6.2"))
    assert not score(module, paper, {"a": [1]}, 34).passed
    assert score(module, paper, {"a": [1]}, 33).passed


def test_only_must_questions_make_a_criterion_one_that_has_to_be_right() -> None:
    module, paper = quiz(about("a", "6.1"), about("b", "6.2", level="should"))
    assert score(module, paper, {"a": [1]}, 50).passed
    module, paper = quiz(about("a", "6.1"), about("b", "6.1", level="should"))
    assert score(module, paper, {"b": [1]}, 50).passed, "any question about it shows that it is known"


def test_what_was_not_asked_is_not_missing() -> None:
    asked, never = about("a", "6.1"), about("b", "6.2")
    module = replace(module_of(Pool("Quiz", 1, (asked, never))), must_all=True)
    assert score(module, Paper((Drawn("a", ()),)), {"a": [1]}, 100).passed


@given(st.lists(questions(), min_size=1, max_size=5), st.integers(0, 100), st.data())
def test_of_any_quiz(listed: list[Question], pass_mark: int, data: st.DataObject) -> None:
    """Nothing more is passed than without the rule, the points are the same, and what is missing says why."""
    asked = [replace(q, id=str(n), level=data.draw(st.sampled_from(["must", "should"]))) for n, q in enumerate(listed)]
    responses = {q.id: data.draw(entries(q)) for q in asked}
    strict = score(*quiz(*asked), responses, pass_mark)
    lenient = score(*quiz(*asked, must_all=False), responses, pass_mark)
    missing = missing_musts(asked, [mark(q, responses[q.id]) for q in asked])
    assert (strict.points, strict.of) == (lenient.points, lenient.of)
    assert strict.passed == (lenient.passed and not missing)
    for criterion in missing:
        asking = [q for q in asked if criterion in q.criteria]
        assert any(q.level == "must" for q in asking)
        assert not any(mark(q, responses[q.id]).right for q in asking)


@on_both
def test_the_result_names_the_criterion_and_the_section_and_not_the_key(
    session: Session, driver: Person, phone: Browser
) -> None:
    person, organization = driver.id, driver.organization_id
    republish(session, ASKS_FOR_ALL, at=now())
    assert "Of every must criterion that is asked about, one question has to be right." in phone.get(QUIZ).text
    sheet = begin(session, person, organization)
    assert "one question has to be right" in phone.get(f"/attempts/{sheet.public_id}").text
    result = finish(phone, sheet, ABOUT_6_2)
    assert result.h1 == "Not yet: Seals, shortly"
    assert "57 %" in result.text
    assert "No question about this must criterion is right yet: 6.1" in result.text
    assert "You need" not in result.text.split("Three to look at again")[0], "the points were enough"
    assert result.links()["Read “What a seal tells”"] == f"/courses/{SEALS}/what-a-seal-tells/#c6.1-1"
    told = result.html.replace("iso 17712", "")  # which the person typed
    assert not [word for word in KEY_WORDS if word in told]
    assert not [past for past in service.history(session, person_id=person, module=SEALS) if past.score.passed]


def test_one_right_question_about_each_is_enough(session: Session, driver: Person, phone: Browser) -> None:
    person, organization = driver.id, driver.organization_id
    republish(session, ASKS_FOR_ALL, at=now())
    result = finish(phone, begin(session, person, organization), ABOUT_6_2 | {"seals-read": [0]})
    assert result.h1 == "You passed: Seals, shortly"
    assert "No question about" not in result.text


def test_a_question_right_in_part_does_not_count(session: Session, driver: Person, phone: Browser) -> None:
    person, organization = driver.id, driver.organization_id
    republish(session, ASKS_FOR_ALL, at=now())
    result = finish(phone, begin(session, person, organization), ABOUT_6_2 | {"seals-log": [0]})
    assert "64 %" in result.text
    assert "No question about this must criterion is right yet: 6.1" in result.text


def test_an_attempt_keeps_the_pass_rule_of_its_day(session: Session, driver: Person, phone: Browser) -> None:
    person, organization = driver.id, driver.organization_id
    republish(session, ("pass: 80\n", "pass: 50\n"), at=now())
    sheet = begin(session, person, organization)
    republish(session, ("pass: 50\n", "pass: 50\nmust: all\n"), at=now())
    assert finish(phone, sheet, ABOUT_6_2).h1 == "You passed: Seals, shortly"
