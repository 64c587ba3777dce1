"""What counts as changed between two states of a module."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.shelf import Published
from lms.content.course import Module, Pool, Question
from lms.learning.changes import delta
from tests.factories.training import SEALS
from tests.learning.test_rules import MODULE, section


def asking(module: Module, *questions: Question) -> Module:
    return replace(module, pools=(Pool("", None, questions),))


@pytest.fixture
def seals(shelf_now: Published) -> Module:
    return shelf_now.library.modules[SEALS]


def test_the_same_module_has_no_change(seals: Module) -> None:
    assert delta(seals, seals) == delta(seals, replace(seals, title="Another title", minutes=12))
    assert delta(seals, seals).sections == delta(seals, seals).questions == ()


def test_a_section_that_reads_differently_brings_the_questions_about_its_criteria(seals: Module) -> None:
    first, second = seals.sections
    after = replace(seals, sections=(first, replace(second, html=second.html.replace("right after", "right before"))))
    found = delta(seals, after)
    assert found.sections == (second.anchor,)
    assert found.questions == tuple(q.id for q in seals.questions if "6.2" in q.criteria)


def test_other_tags_around_the_same_words_are_no_change(seals: Module) -> None:
    first, second = seals.sections
    dressed = second.html.replace("<p", '<p class="new"').replace("high-security", "<b>high-security</b>")
    assert dressed != second.html
    assert delta(seals, replace(seals, sections=(first, replace(second, html=dressed)))).sections == ()


def test_a_new_section_and_a_new_question_count_and_a_retired_one_does_not(seals: Module) -> None:
    first, *_ = seals.questions
    new = replace(first, id="seals-new", criteria=())
    retired = replace(seals.questions[1], retired=True)
    more = replace(seals.sections[0], anchor="more", title="More", taught=())
    after = asking(seals, first, retired, *seals.questions[2:], new)
    found = delta(seals, replace(after, sections=(*seals.sections, more)))
    assert found.sections == ("more",)
    assert found.questions == ("seals-new",)


def test_another_right_answer_is_a_change_and_another_order_of_options_is_none(seals: Module) -> None:
    asked = next(q for q in seals.questions if q.type == "single")
    others = tuple(q for q in seals.questions if q is not asked)
    shuffled = replace(asked, options=tuple(reversed(asked.options)))
    assert delta(seals, asking(seals, *others, shuffled)).questions == ()
    wrong = tuple(replace(option, right=not option.right) for option in asked.options)
    assert delta(seals, asking(seals, *others, replace(asked, options=wrong))).questions == (asked.id,)


def test_another_order_of_steps_is_a_change(seals: Module) -> None:
    asked = next(q for q in seals.questions if q.type == "order")
    after = tuple(replace(q, items=tuple(reversed(q.items))) if q is asked else q for q in seals.questions)
    assert delta(seals, asking(seals, *after)).questions == (asked.id,)


@given(data=st.data())
def test_what_is_kept_word_for_word_is_never_asked_again(data: st.DataObject) -> None:
    words = st.text(alphabet="abc <>&", max_size=12)
    texts = data.draw(st.lists(words, min_size=1, max_size=4))
    sections = tuple(replace(section(f"s{n}"), html=text) for n, text in enumerate(texts))
    kept = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    after = tuple(one if n in kept else replace(one, title="Changed") for n, one in enumerate(sections))
    found = delta(replace(MODULE, sections=sections), replace(MODULE, sections=after))
    assert found.sections == tuple(one.anchor for n, one in enumerate(sections) if n not in kept)
