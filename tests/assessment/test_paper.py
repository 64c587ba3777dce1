import dataclasses
import json
import random
import typing
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.assessment.paper import (
    AskedQuestion,
    Drawn,
    Paper,
    arrange,
    asked_check,
    asked_question,
    draw,
    from_json,
    to_entry,
    to_json,
    to_response,
)
from lms.assessment.rules import mark
from lms.content.course import Module, Option, Pair, Pool, Question, QuestionType

from .questions import RIGHT, TYPES, entries, make, pools, questions

rngs = st.integers(0, 2**32).map(random.Random)
entities = st.sampled_from([(), ("importers",), ("brokers",), ("exporters",)])


def module_of(*pools: Pool) -> Module:
    return Module(
        key="seal-security/seals",
        path="06-seal-security/seals.md",
        language="en",
        title="Seals",
        category=6,
        slug="seals",
        criteria=("6.1",),
        entities=None,
        functions=None,
        level="personnel",
        minutes=10,
        pass_mark=80,
        change="editorial",
        reason="",
        owner="trainer@demo.example",
        opening="",
        summary="",
        sections=(),
        pools=pools,
    )


def by_id(module: Module) -> dict[str, Question]:
    return {q.id: q for q in module.questions}


# Drawing


@given(pools("A"), pools("B"), entities, rngs)
def test_a_paper_asks_each_pool_in_turn_and_nothing_that_is_retired_or_not_for_the_company(
    first: Pool, second: Pool, company: tuple[str, ...], rng: random.Random
) -> None:
    paper = draw(module_of(first, second), company, (), rng)
    asked = [d.question for d in paper.drawn]
    assert len(set(asked)) == len(asked)
    assert [q[0] for q in asked] == sorted(q[0] for q in asked)
    for pool in (first, second):
        fitting = {
            q.id for q in pool.questions if not q.retired and (q.entities is None or set(q.entities) & set(company))
        }
        mine = [q for q in asked if q.startswith(pool.name)]
        assert set(mine) <= fitting
        assert len(mine) == min(len(fitting), len(pool.questions) if pool.draw is None else pool.draw)
        if not pool.shuffle_questions:
            assert mine == sorted(mine, key=[q.id for q in pool.questions].index)


@given(pools(), st.data(), rngs)
def test_unseen_questions_come_first(pool: Pool, data: st.DataObject, rng: random.Random) -> None:
    pool = dataclasses.replace(pool, each_criterion=False)
    ids = [q.id for q in pool.questions]
    seen = set(data.draw(st.lists(st.sampled_from(ids))))
    asked = {d.question for d in draw(module_of(pool), ("importers",), seen, rng).drawn}
    unseen = {q.id for q in pool.questions if not q.retired} - seen
    assert len(asked & unseen) == min(len(asked), len(unseen))


@given(pools(), entities, st.data(), rngs)
def test_each_criterion_appears_whatever_was_seen(
    pool: Pool, company: tuple[str, ...], data: st.DataObject, rng: random.Random
) -> None:
    pool = dataclasses.replace(pool, each_criterion=True)
    module = module_of(pool)
    everything = draw(module_of(dataclasses.replace(pool, draw=None)), company, (), rng)
    wanted = {c for d in everything.drawn for c in by_id(module)[d.question].criteria}
    assume(pool.draw is None or pool.draw >= len(wanted))
    seen = data.draw(st.lists(st.sampled_from([q.id for q in pool.questions])))
    asked = draw(module, company, seen, rng)
    assert {c for d in asked.drawn for c in by_id(module)[d.question].criteria} == wanted


def test_a_tight_draw_takes_the_questions_that_bring_most_criteria() -> None:
    narrow = [make("single", id=f"n{i}", criteria=(f"6.{i}",)) for i in range(1, 4)]
    wide = make("single", id="wide", criteria=("6.1", "6.2", "6.3"))
    pool = Pool("Quiz", 1, (*narrow, wide), draw=2, each_criterion=True)
    for seed in range(20):
        assert "wide" in {d.question for d in draw(module_of(pool), (), ("wide",), random.Random(seed)).drawn}


def test_every_question_of_a_pool_gets_its_turn() -> None:
    pool = Pool("Quiz", 1, tuple(make("single", id=f"q{i}") for i in range(8)), draw=2)
    count = Counter(d.question for seed in range(400) for d in draw(module_of(pool), (), (), random.Random(seed)).drawn)
    assert set(count) == {f"q{i}" for i in range(8)}
    assert max(count.values()) < 2 * min(count.values())


# Arranging


@given(questions(), rngs, st.booleans())
def test_what_is_shown_is_everything_once(question: Question, rng: random.Random, shuffle: bool) -> None:
    shown = arrange(question, rng, shuffle=shuffle)
    count = 0 if question.type in ("short", "number") else len(question.options or question.pairs or question.items)
    assert sorted(shown) == list(range(count))


@given(questions(kinds=("single", "multiple")), rngs)
def test_the_last_option_stays_last(question: Question, rng: random.Random) -> None:
    shown = arrange(question, rng, shuffle=True)
    for index, answer in enumerate(question.options):
        if answer.last:
            assert shown[-1] == index


@given(questions(kinds=("order",)), rngs, st.booleans())
def test_steps_are_never_shown_in_the_right_order(question: Question, rng: random.Random, shuffle: bool) -> None:
    shown = arrange(question, rng, shuffle=shuffle)
    assert list(shown) != sorted(shown) or len(shown) == 1


@given(questions(kinds=("single", "multiple", "true-false")), rngs)
def test_options_keep_their_order_without_shuffle(question: Question, rng: random.Random) -> None:
    assert list(arrange(question, rng, shuffle=False)) == sorted(range(len(question.options)))


def test_right_cells_are_shuffled_with_the_distractors() -> None:
    question = make("match")
    seen = {arrange(question, random.Random(seed), shuffle=False) for seed in range(60)}
    assert len(seen) == 6


# Without the key


def test_no_field_of_an_asked_question_can_carry_the_key() -> None:
    fields = typing.get_type_hints(AskedQuestion)
    kinds = {str, tuple[str, ...], QuestionType}
    assert all(kind in kinds for kind in fields.values()), fields
    assert set(fields) == {"field", "type", "title", "html", "hint", "unit", "score", "lefts", "choices"}


@given(questions(kinds=("single", "multiple", "true-false", "short")), rngs, st.data())
def test_an_asked_question_is_the_same_whatever_is_right(
    question: Question, rng: random.Random, data: st.DataObject
) -> None:
    shown = arrange(question, rng, shuffle=True)
    other_key = tuple(
        Option(o.html, o.text if question.type != "short" else "other", data.draw(st.booleans()), "other", o.last)
        for o in question.options
    )
    other = dataclasses.replace(question, options=other_key, why="other", criteria=(), level="must")
    assert asked_question(other, shown, "answer") == asked_question(question, shown, "answer")


@given(questions(kinds=("order", "match")), rngs, st.data())
def test_an_asked_question_is_the_same_whatever_order_is_right(
    question: Question, rng: random.Random, data: st.DataObject
) -> None:
    """The same screen comes from another key: items in another right order, left cells with other partners."""
    shown = arrange(question, rng, shuffle=True)
    before = asked_question(question, shown, "answer")
    moved = data.draw(st.permutations(range(len(shown))))
    if question.type == "order":
        other = dataclasses.replace(question, items=tuple(question.items[i] for i in moved))
    else:
        other = dataclasses.replace(
            question,
            pairs=tuple(Pair(p.left, question.pairs[i].right) for p, i in zip(question.pairs, moved, strict=True)),
        )
    shown_other = tuple(moved.index(index) for index in shown)
    assert asked_question(other, shown_other, "answer") == before


@pytest.mark.parametrize("kind", TYPES)
def test_neither_feedback_nor_why_nor_the_authors_id_is_asked(kind: QuestionType) -> None:
    question = make(kind)
    told = repr(asked_question(question, arrange(question, random.Random(1), shuffle=True), "answer"))
    assert "FEEDBACK" not in told
    assert "WHY" not in told
    assert question.id not in told


def test_typed_answers_are_not_among_the_choices() -> None:
    for kind in ("short", "number"):
        assert asked_question(make(kind), (), "answer").choices == ()


def test_a_knowledge_check_is_shown_the_same_way_every_time() -> None:
    question = make("order", id="seals-check")
    assert asked_check(question) == asked_check(question)
    assert asked_check(question).field == "seals-check"
    assert list(asked_check(question).choices) != list(question.items)


# Between screen and key


@given(questions(), rngs, st.data())
def test_an_entry_becomes_a_response_and_back(question: Question, rng: random.Random, data: st.DataObject) -> None:
    shown = arrange(question, rng, shuffle=True)
    entry = data.draw(entries(question))
    response = to_response(question.type, shown, entry)
    assert json.loads(json.dumps(response)) == response
    assert to_entry(question.type, shown, response) == entry


@pytest.mark.parametrize("kind", TYPES)
def test_the_right_answer_is_right_however_it_is_shown(kind: QuestionType) -> None:
    question = make(kind)
    for seed in range(20):
        shown = arrange(question, random.Random(seed), shuffle=True)
        entry = to_entry(kind, shown, RIGHT[kind])
        assert mark(question, to_response(kind, shown, entry)).right


def test_a_place_given_twice_survives() -> None:
    assert to_entry("order", (2, 0, 1), to_response("order", (2, 0, 1), [1, 1, None])) == [1, 1, None]


def test_an_unanswered_question_shows_nothing() -> None:
    assert to_entry("order", (1, 0), []) == [None, None]
    assert to_entry("match", (1, 0), []) == []
    assert to_entry("single", (1, 0), []) == []


@given(pools(), rngs)
def test_a_paper_survives_storage(pool: Pool, rng: random.Random) -> None:
    paper = draw(module_of(pool), ("importers",), (), rng)
    assert from_json(json.loads(json.dumps(to_json(paper)))) == paper


def test_the_stored_form_of_a_paper_stays() -> None:
    """Attempts of years ago must still be read."""
    stored = {"drawn": [{"question": "seal-class", "shown": [2, 0, 1]}]}
    assert from_json(stored) == Paper((Drawn("seal-class", (2, 0, 1)),))
    assert to_json(Paper((Drawn("seal-class", (2, 0, 1)),))) == {
        "drawn": ({"question": "seal-class", "shown": (2, 0, 1)},)
    }
