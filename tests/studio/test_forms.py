"""What the editor sends, as values; mistakes in sentences that say what to do."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.check import check
from lms.content.framework import Framework
from lms.content.grammar.address import read_address
from lms.content.problem import Report
from lms.content.reference import read_framework
from lms.studio.forms import is_name, named, typed
from lms.studio.starter import starter
from tests.factories.library import small_courses


@cache
def framework() -> Framework:
    found, _ = read_framework(small_courses())
    assert found
    return found


def test_publishing_needs_a_sentence_and_checking_does_not() -> None:
    value, errors = typed({"text": "x", "base": "7", "do": "publish", "what_changed": "  "})
    assert (value.base, value.publish) == (7, True)
    assert list(errors.messages) == ["what_changed"]
    assert not typed({"text": "x", "base": "7", "do": "check"})[1]


def test_a_sentence_is_one_line_and_not_too_long() -> None:
    value, errors = typed({"what_changed": "New\n  words", "do": "publish"})
    assert value.message == "New words"
    assert not errors
    assert "501 characters" in typed({"what_changed": "x" * 501})[1].messages["what_changed"]


@pytest.mark.parametrize("base", ["", "-1", "x", "9" * 30, "٣"])
def test_a_base_that_is_no_revision_is_unknown(base: str) -> None:
    assert typed({"base": base})[0].base == 0


def test_what_was_merged_becomes_the_base() -> None:
    assert typed({"base": "3", "merged": "5"})[0].base == 5


def test_a_new_module_needs_a_category_and_a_name_for_its_address() -> None:
    value, errors = named({"category": "6", "name": " seals-on-rail.md "}, framework())
    assert (value.category and value.category.folder, value.name, bool(errors)) == (
        "06-seal-security",
        "seals-on-rail",
        False,
    )
    _, errors = named({"category": "99", "name": "Seals on Rail!"}, framework())
    assert set(errors.messages) == {"category", "name"}
    assert "such as seals-on-rail." in errors.messages["name"]


NAMES = (
    st.text(min_size=1, max_size=90) | st.text("ab1-.", min_size=1, max_size=90) | st.sampled_from(["images", "quiz"])
)


@settings(deadline=None)
@given(NAMES)
def test_a_name_is_accepted_exactly_when_the_check_accepts_the_file(name: str) -> None:
    report = Report("a path")
    read_address(f"06-seal-security/{name}.md", framework(), report)
    assert is_name(name) == (not report.has_errors and "." not in name)


def test_the_text_to_begin_with_lacks_only_what_its_author_knows() -> None:
    category = framework().categories[6]
    text = starter(category, "rail", framework(), "terry@sample.example")
    path = f"{category.folder}/rail.md"
    errors = [p for p in check(small_courses() | {path: text.encode()}).problems if p.is_error]
    assert [(p.path, p.line) for p in errors] == [(path, 2), (path, 3)]
    filled = text.replace('title: ""', "title: Rail").replace("criteria: []", "criteria: [6.1]")
    assert check(small_courses() | {path: filled.encode()}).library


@pytest.mark.parametrize("number", range(1, 13))
def test_every_category_has_a_text_to_begin_with(number: int) -> None:
    category = framework().categories[number]
    text = starter(category, "begin", framework(), "terry@sample.example")
    criterion = text.split("criteria: ")[2].split("`")[0]
    filled = text.replace('title: ""', "title: Begin").replace("criteria: []", f"criteria: [{criterion}]")
    files = small_courses() | {f"{category.folder}/begin.md": filled.encode()}
    assert not [p for p in check(files).problems if p.is_error]
