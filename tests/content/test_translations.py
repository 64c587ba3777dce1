"""A translation follows its source."""

import pytest

from lms.content.check import check
from lms.content.library import Library
from lms.content.reference import read_framework
from lms.content.render import render

from .samples import GOOD, REFERENCE, files_with

FRAMEWORK = read_framework(REFERENCE)[0]
assert FRAMEWORK is not None

ES_PATH = "06-seal-security/good.es.md"
FR_PATH = "06-seal-security/good.fr.md"
FINGERPRINT = next(iter(check(files_with(GOOD)).library.modules.values())).fingerprint
ES = (
    GOOD.replace("title: Seals that tell the truth", "title: Sellos que dicen la verdad")
    .replace("level: personnel", f"source: {FINGERPRINT}\nlevel: personnel")
    .replace("## Summary card", "## Tarjeta de resumen")
    .replace("- [ ] True", "- [ ] Verdadero")
    .replace("- [x] False", "- [x] Falso")
    .replace("## What a seal does", "## Qué hace un sello")
    .replace("## When it is broken", "## Cuando está roto")
    .replace("(#when-it-is-broken)", "(#cuando-está-roto)")
    .replace("### Do not\n", "### No haga\n")
    .replace("### Do\n", "### Haga\n")
)


def checked(text: str, path: str = ES_PATH) -> list[tuple[str, int, int]]:
    problems = check(files_with(GOOD, **{path: text.encode()})).problems
    assert {p.path for p in problems} <= {path}
    return [(p.code, p.line, p.column) for p in problems]


def library(source: str, translation: str) -> Library:
    found = check(files_with(source, **{ES_PATH: translation.encode()})).library
    assert found is not None
    return found


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_translation_has_no_problem() -> None:
    assert checked(ES) == []


def test_sections_keep_the_addresses_of_the_source() -> None:
    module = library(GOOD, ES).module("seal-security/good", "es")
    assert module is not None
    assert (module.language, module.title) == ("es", "Sellos que dicen la verdad")
    assert [section.title for section in module.sections] == ["Qué hace un sello", "Cuando está roto"]
    assert [section.anchor for section in module.sections] == ["what-a-seal-does", "when-it-is-broken"]


def test_a_translation_without_source() -> None:
    assert checked(ES.replace("q: good", "q: alone"), path="06-seal-security/alone.es.md") == [("T001", 1, 1)]


def test_true_and_false_are_words_of_the_language() -> None:
    assert [code for code, _, _ in checked(ES.replace("Verdadero", "True"))] == ["A005", "A005"]
    french = ES.replace("Verdadero", "Vrai").replace("Falso", "Faux").replace("Tarjeta de resumen", "Fiche de synthèse")
    assert checked(french, path=FR_PATH) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("pass: 80", "pass: 70", "T002", "pass: 70"),
        ("criteria: [6.1, 6.2, 7.5]", "criteria: [6.1, 7.5, 6.2]", "T002", "criteria: [6"),
        ("## Cuando está roto\n", "### Cuando está roto\n", "T003", "---"),
        ("`draw: 3`", "`draw: 2`", "T003", "## Quiz"),
        ("q: good-late", "q: good-tarde", "T004", "good-tarde"),
        ("- [x] H\n", "- [ ] H\n    > No.\n- [x] J\n", "T006", "good-class"),
        ("- [ ] I\n    > Indicative seals only show that a door was opened.\n", "", "T006", "good-class"),
        ("3. Tug the seal\n", "", "T006", "good-order"),
        ("- [x] 4\n", "- [x] 5\n", "T006", "good-number"),
        ("| | Smell |\n", "", "T006", "good-match"),
        ("`criteria: 6.2, 7.5`", "`criteria: 6.2`", "T006", "good-read"),
    ],
)
def test_what_differs_from_the_source(old: str, new: str, code: str, where: str) -> None:
    assert old in ES
    text = ES.replace(old, new, 1)
    line = line_of(text, where)
    assert (code, line) in [(c, at) for c, at, _ in checked(text)]


def test_another_type() -> None:
    text = ES.replace("`q: good-class` `single`", "`q: good-class` `multiple`")
    assert checked(text) == [("T005", line_of(text, "good-class"), 5)]


def test_another_order_of_questions() -> None:
    start, end, stop = (
        ES.index("### Put the moves"),
        ES.index("### What is the number"),
        ES.index("### How many digits"),
    )
    text = ES[:start] + ES[end:stop] + ES[start:end] + ES[stop:]
    assert checked(text) == [("T007", line_of(text, "good-short"), 5)]


def test_accepted_texts_of_a_short_answer_belong_to_the_language() -> None:
    assert checked(ES.replace("- [x] 17712\n", "- [x] norma 17712\n- [x] ISO17712\n")) == []


def test_a_translation_of_another_state_of_its_source_is_a_warning() -> None:
    newer = GOOD.replace("A seal locks nothing.", "No seal locks anything.")
    found = check(files_with(newer, **{ES_PATH: ES.encode()}))
    assert [(p.code, p.path, p.line, p.severity) for p in found.problems] == [
        ("T008", ES_PATH, line_of(ES, "source:"), "warning")
    ]
    assert found.library is not None
    assert found.library.outdated(found.library.translations["seal-security/good", "es"])
    assert not found.library.outdated(found.library.modules["seal-security/good"])
    current = library(GOOD, ES)
    assert not current.outdated(current.translations["seal-security/good", "es"])


def test_the_warning_says_what_to_write() -> None:
    text = ES.replace(f"source: {FINGERPRINT}\n", "")
    (problem,) = check(files_with(GOOD, **{ES_PATH: text.encode()})).problems
    assert (problem.code, f"`source: {FINGERPRINT}`" in problem.fix) == ("T008", True)


def test_what_nobody_translates_leaves_a_translation_current() -> None:
    """Minutes, the owner and spaces at line ends are no text."""
    other = GOOD.replace("minutes: 25", "minutes: 30").replace("A seal locks nothing.", "A seal locks nothing.", 1)
    assert [p.code for p in check(files_with(other, **{ES_PATH: ES.encode()})).problems] == []


def test_the_terms_of_a_translation_follow_the_source_section_by_section() -> None:
    source = GOOD.replace("A seal locks nothing.", "> **Seal log:** The record.\n\nA seal locks nothing.")
    assert "T003" in [p.code for p in check(files_with(source, **{ES_PATH: ES.encode()})).problems]


def test_a_card_that_is_not_translated() -> None:
    text = ES.replace("## Tarjeta de resumen", "## Otra cosa")
    assert [code for code, _, _ in checked(text)].count("T003") == 2  # one section more, no card


def test_ids_stay_unique_where_a_heading_equals_a_sections_english_address() -> None:
    source = GOOD.replace("## When it is broken", "## Normal").replace("(#when-it-is-broken)", "(#normal)")
    text = ES.replace("### Haga\n", "### Normal\n").replace("(#cuando-está-roto)", "(#normal)")
    module = library(source, text).module("seal-security/good", "es")
    assert module is not None
    html = render(module, FRAMEWORK, {}).sections[0].html
    assert '<h3 id="normal-heading">Normal</h3>' in html
    assert 'href="/courses/seal-security/good/what-a-seal-does/#normal-heading"' in html
