"""Warnings: what can be published and would teach or test poorly."""

import re

import pytest

from .samples import GOOD, check_text, good_with

CLASS = "Which class letter must be on the seal?"


def warned(text: str) -> list[tuple[str, int, int]]:
    checked = check_text(text)
    assert checked.library is not None, checked.problems
    return [(p.code, p.line, p.column) for p in checked.problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def singles(right: str, wrong: tuple[str, str], places: tuple[int, ...]) -> str:
    """GOOD with more single questions, their right answers at the given places."""
    questions = []
    for number, place in enumerate(places):
        options = [f"- [ ] {text} {number}\n    > No.\n" for text in wrong]
        options.insert(place, f"- [x] {right} {number}\n")
        tags = f"`q: more-{number}` `single` `criteria: 6.1` `must`"
        questions.append(f"### Question number {number}\n{tags}\n\n{''.join(options)}\n> **Why:** So.\n\n")
    good = GOOD.replace("- [ ] S\n", "- [ ] S, one step too low\n").replace("`draw: 3`", "`draw: 3`")
    return good.replace("### Put the moves", "".join(questions) + "### Put the moves")


def test_the_right_answer_is_always_the_longest() -> None:
    text = singles("a rather long answer", ("short", "brief"), (0, 1, 2, 0, 1))
    assert "W001" not in [code for code, _, _ in warned(text)]  # good-class keeps it from always
    text = text.replace("- [x] H\n", "- [x] H, the high security class of all\n")
    assert ("W001", line_of(text, f"### {CLASS}"), 1) in warned(text)


def test_the_right_answer_is_always_in_one_place() -> None:
    same = singles("answer", ("a longer wrong answer", "another wrong answer"), (1, 1, 1))
    assert ("W002", line_of(same, f"### {CLASS}"), 1) in warned(same)
    mixed = singles("answer", ("a longer wrong answer", "another wrong answer"), (1, 1, 0))
    assert "W002" not in [code for code, _, _ in warned(mixed)]


def test_wrong_answers_without_feedback() -> None:
    text = good_with("    > One step too low.\n", "")
    assert warned(text) == [("W003", line_of(text, CLASS), 1)]


def test_a_foreseen_number_without_feedback() -> None:
    text = good_with("    > Two digits repeat each century.\n", "")
    assert warned(text) == [("W003", line_of(text, "How many digits"), 1)]


def test_a_question_without_why() -> None:
    text = good_with("> **Why:** Only class H is enough.\n", "")
    assert warned(text) == [("W004", line_of(text, CLASS), 1)]


def test_a_pool_smaller_than_twice_its_draw() -> None:
    text = good_with("`draw: 3`", "`draw: 4`")
    assert warned(text) == [("W005", line_of(text, "## Quiz"), 1)]


@pytest.mark.parametrize(
    ("stem", "warns"),
    [
        ("Which letter is not on the seal?", True),
        ("Which of these isn't on the seal?", True),
        ("All are needed. What must you never do?", True),
        ("Which letter is **not** on the seal?", False),
        ("Which letter is NOT on the seal?", False),
        ("The driver does not read it. What comes first?", False),
        ("It is in English, which he does not read. What is wrong?", False),
    ],
)
def test_a_negative_stem_is_emphasized(stem: str, warns: bool) -> None:
    text = good_with(CLASS, stem)
    assert warned(text) == ([("W006", line_of(text, stem), 1)] if warns else [])


def test_a_criterion_that_nothing_teaches_or_asks() -> None:
    text = good_with("criteria: [6.1, 6.2, 7.5]", "criteria: [6.1, 6.2, 7.5, 6.6]")
    assert warned(text) == [("W007", 3, 27), ("W008", 3, 27)]


def test_a_must_with_one_question() -> None:
    text = GOOD.replace(
        "`q: good-late` `true-false` `criteria: 6.1` `must`", "`q: good-late` `true-false` `criteria: 6.2` `must`"
    )
    assert warned(text) == [("W009", 3, 12)]


def test_retired_questions_do_not_count() -> None:
    text = re.sub(r"(`q: good-late`.*)", r"\1 `retired`", GOOD)
    assert warned(text) == [("W009", 3, 12)]


def test_heading_levels_that_skip() -> None:
    text = good_with("### Do\n", "#### Do\n")
    assert warned(text) == [("W010", line_of(text, "#### Do"), 1)]


def test_a_level_that_is_not_the_criterions() -> None:
    text = good_with("`criteria: 6.1` `must`", "`criteria: 6.1` `should`")
    assert warned(text) == [("W011", line_of(text, "`q: good-class`"), 1)]


def test_a_module_without_sections() -> None:
    text = GOOD[: GOOD.index("## What a seal")] + GOOD[GOOD.index("## Quiz") :]
    assert ("W012", 1, 1) in warned(text)
