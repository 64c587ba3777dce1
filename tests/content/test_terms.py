"""Definitions, the glossary's links, abbreviations, and how hard a lesson is to read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.check import check
from lms.content.course import Definition, Module
from lms.content.render import render
from lms.content.rules.wording import reading_grade

from .samples import GOOD, PATH, check_text, files_with

LOG = "> **Seal log:** The record of every seal."
WOOD = "> **Wood packaging material (WPM):** Pallets, crates and dunnage made of wood."


def with_prose(prose: str, text: str = GOOD) -> str:
    """The good module with a prose of its own in the second section."""
    return text.replace("Stop, and leave it as it is.", f"{prose}\n\nStop, and leave it as it is.")


def module(text: str) -> Module:
    library = check_text(text).library
    assert library is not None, check_text(text).problems
    return library.modules["seal-security/good"]


def html(text: str) -> str:
    library = check_text(text).library
    assert library is not None
    return render(module(text), library.framework, {}).sections[1].html


def codes(text: str) -> list[tuple[str, int]]:
    return [(p.code, p.line) for p in check_text(text).problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_definitions_are_read_with_term_abbreviation_and_place() -> None:
    text = with_prose(f"{LOG}\n\n{WOOD}")
    assert module(text).definitions == (
        Definition("Seal log", "", "The record of every seal.", "seal-log", line_of(text, LOG)),
        Definition(
            "Wood packaging material", "WPM", "Pallets, crates and dunnage made of wood.", "wpm", line_of(text, WOOD)
        ),
    )
    assert codes(text) == []


def test_a_definition_may_run_over_several_lines() -> None:
    text = with_prose("> **Seal log:** The record\n> of every *seal*.")
    assert [d.text for d in module(text).definitions] == ["The record of every seal."]


@pytest.mark.parametrize("written", ["> **Seal log**: The record.", "> **Seal log:**", "> **Seal log** The record."])
def test_a_misspelled_definition_is_an_error(written: str) -> None:
    text = with_prose(written)
    assert codes(text) == [("F052", line_of(text, written))]


def test_a_quotation_that_does_not_begin_in_bold_is_a_quotation() -> None:
    assert module(with_prose("> Seals are **witnesses**.")).definitions == ()


def test_two_definitions_of_one_term_name_each_other() -> None:
    other = with_prose("> **Seal log:** A notebook.", GOOD.replace("q: good", "q: other"))
    path = "06-seal-security/other.md"
    problems = check(files_with(with_prose(LOG), **{path: other.encode()})).problems
    assert [(p.code, p.path, PATH in p.message) for p in problems] == [("W016", path, True)]


def test_a_definition_stands_out_and_its_term_leads_to_the_glossary_once() -> None:
    shown = html(with_prose(f"{LOG}\n\nThe seal log is locked. A seal log is a *seal log*."))
    assert '<blockquote class="definition" id="term-seal-log">' in shown
    assert shown.count('href="/glossary/#seal-log"') == 1
    assert 'The <a class="term" href="/glossary/#seal-log">seal log</a> is locked. A seal log' in shown


def test_definitions_that_follow_one_another_are_two() -> None:
    shown = html(with_prose(f"{LOG}\n\n{WOOD}\n\nText."))
    assert re.findall(r'<blockquote class="definition" id="([a-z-]+)">', shown) == ["term-seal-log", "term-wpm"]


def test_an_abbreviation_is_linked_in_its_capitals_only_and_never_in_links_code_or_heads() -> None:
    text = with_prose(
        f"{WOOD}\n\nNo wpm, `WPM` or [WPM](#quiz-none) here. WPM there.".replace("(#quiz-none)", "(https://x.example/)")
    )
    shown = html(text)
    assert shown.count('href="/glossary/#wpm"') == 1
    assert '<a class="term" href="/glossary/#wpm">WPM</a> there.' in shown


def test_an_abbreviation_that_another_module_defines_is_linked_too() -> None:
    assert '(<a class="term" href="/glossary/#wpm">WPM</a>)' in html(
        with_prose("Wood packaging material (WPM) is dry.")
    )


def test_an_abbreviation_is_spelled_out_where_it_is_used_first() -> None:
    text = with_prose(f"Look at the WPM.\n\n{WOOD}")
    assert codes(text) == [("W014", line_of(text, "Look at the W"))]


def test_an_abbreviation_that_nothing_defines() -> None:
    text = with_prose("Look at the wood packaging material (WPM).")
    assert codes(text) == [("W015", line_of(text, "Look at the wood"))]


@pytest.mark.parametrize(
    "text", ["Seal ABCD 123456.", "`HT` is stamped.", "See ISO 17712.", "Write to A.B@X.EXAMPLE.", "I saw H."]
)
def test_what_is_no_abbreviation(text: str) -> None:
    assert codes(with_prose(text)) == []


def test_a_module_without_a_card() -> None:
    text = GOOD.replace("## Summary card", "## Something else")
    assert codes(text) == [("W017", 1)]


def test_the_card_is_no_section_and_has_neither_marks_nor_checks() -> None:
    good = module(GOOD)
    assert [s.anchor for s in good.sections] == ["what-a-seal-does", "when-it-is-broken"]
    assert good.card is not None
    assert good.card.html == "1. Read the number.\n2. Call first: ________"
    assert ("F045", line_of(GOOD, "1. Read the number.")) in codes(
        GOOD.replace("Read the number.", "Read the number. {6.1}", 1)
    )


def test_a_section_behind_the_card() -> None:
    text = GOOD.replace("## Quiz", "## One more\n\nText.\n\n## Quiz")
    assert ("F051", line_of(text, "## One more")) in codes(text)


def test_long_words_in_long_sentences_are_hard_to_read() -> None:
    hard = (
        "The organization's documentation regarding authorization procedures necessitates comprehensive verification. "
    )
    text = with_prose(hard * 20)
    assert [code for code, _ in codes(text)] == ["W013"]
    assert codes(with_prose("Look at the seal. Read it out loud. " * 40)) == []


def test_the_grade_is_that_of_the_published_formula() -> None:
    """20 sentences of 6 words with 7 syllables: 0.39 x 6 + 11.8 x 7/6 - 15.59."""
    grade = reading_grade("The dog ran down the garden. " * 20)
    assert grade == pytest.approx(0.39 * 6 + 11.8 * 7 / 6 - 15.59)


@given(st.text(max_size=400))
def test_any_text_has_a_grade_or_none(text: str) -> None:
    grade = reading_grade(text)
    assert grade is None or grade > -20
