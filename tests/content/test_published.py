"""What the published revision demands of the next one."""

import pytest

from lms.content.check import check
from lms.content.library import Library
from lms.content.render import render

from .samples import GOOD, IMAGE, IMAGE_PATH, PATH, REFERENCE, files_with, good_with


def published(*, rendered: bool) -> Library:
    library = check(files_with(GOOD)).library
    assert library is not None
    if not rendered:
        return library
    modules = {key: render(m, library.framework, {IMAGE_PATH: "0"}) for key, m in library.modules.items()}
    return Library(library.framework, modules, {})


PUBLISHED = [published(rendered=False), published(rendered=True)]
SUBSTANTIVE = "change: substantive\nreason: The rule changed."


def errors(text: str, before: Library) -> list[tuple[str, int, int]]:
    return [(p.code, p.line, p.column) for p in check(files_with(text), before).problems if p.is_error]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("before", PUBLISHED, ids=["markdown", "html"])
@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("- [x] H\n", "- [ ] H\n    > No.\n- [x] J\n", "good-class"),
        ("- [x] The seal number\n", "", "good-read"),
        ("`q: good-class` `single`", "`q: good-class` `multiple`", "good-class"),
        ("| The bolt unscrews | Twist and turn |", "| The bolt unscrews | Tug |", "good-match"),
        ("1. View the seal\n2. Verify the number\n", "1. Verify the number\n2. View the seal\n", "good-order"),
        ("- [x] 17712\n", "", "good-short"),
        ("- [x] 4\n", "- [x] 4 .. 5\n", "good-number"),
    ],
)
def test_a_changed_answer_needs_a_substantive_change(before: Library, old: str, new: str, name: str) -> None:
    text = good_with(old, new)
    assert errors(text, before) == [("R001", line_of(text, f"q: {name}"), 5)]
    assert errors(text.replace("change: editorial", SUBSTANTIVE), before) == []


@pytest.mark.parametrize("before", PUBLISHED, ids=["markdown", "html"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- [x] H\n", "- [x] **h**\n"),
        ("Which class letter", "What class letter"),
        ("- [ ] S\n", "- [ ] S, the lower class\n"),
        (
            "- [ ] I\n    > Indicative seals only show that a door was opened.\n- [x] H\n",
            "- [x] H\n- [ ] I\n    > No.\n",
        ),
        ("| | Smell |\n", ""),
        ("1. View the seal\n", "1. View  the *seal*\n"),
        ("- [x] 4\n", "- [x] 4.0\n"),
    ],
)
def test_what_leaves_the_right_answers_alone_is_editorial(before: Library, old: str, new: str) -> None:
    assert errors(good_with(old, new), before) == []


def test_an_unchanged_library_agrees_with_itself_rendered_or_not() -> None:
    for before in PUBLISHED:
        assert errors(GOOD, before) == []


def test_a_vanished_id_must_be_retired() -> None:
    start, end = GOOD.index("### Put the moves"), GOOD.index("### What is the number")
    assert errors(GOOD[:start] + GOOD[end:], PUBLISHED[0]) == [("R002", 1, 1)]
    retired = good_with("`q: good-order` `order`", "`q: good-order` `order` `retired`")
    assert errors(retired, PUBLISHED[0]) == []


def test_a_deleted_file_is_named() -> None:
    problems = check({**REFERENCE, IMAGE_PATH: IMAGE}, PUBLISHED[0]).problems
    assert {(p.code, p.path) for p in problems} == {("R002", PATH)}
    assert len(problems) == 7


def test_a_question_may_move_to_another_module() -> None:
    start, end = GOOD.index("### Put the moves"), GOOD.index("### What is the number")
    other = GOOD.replace("q: good-", "q: other-").replace("q: other-order", "q: good-order")
    files = files_with(GOOD[:start] + GOOD[end:], **{"06-seal-security/other.md": other.encode()})
    assert [p.code for p in check(files, PUBLISHED[0]).problems if p.is_error] == []
    files["06-seal-security/other.md"] = other.replace("3. Tug the seal\n", "").encode()
    assert [p.code for p in check(files, PUBLISHED[0]).problems if p.is_error] == ["R001"]


def test_a_knowledge_check_may_go() -> None:
    start, end = GOOD.index("### Does a seal lock"), GOOD.index("## When it is broken")
    assert errors(GOOD[:start] + GOOD[end:], PUBLISHED[0]) == []


def test_a_substantive_change_that_was_published_is_not_meant_twice() -> None:
    first = GOOD.replace("change: editorial", SUBSTANTIVE)
    before = check(files_with(first)).library
    assert before is not None

    def found(text: str) -> list[tuple[str, int]]:
        return [(p.code, p.line) for p in check(files_with(text), before).problems if p.code == "W019"]

    corrected = first.replace("The bolt unscrews", "The bolt comes off")
    assert corrected != first
    assert found(first) == []
    assert found(corrected) == [("W019", line_of(corrected, "change: substantive"))]
    assert found(corrected.replace("The rule changed.", "It changed again.")) == []
    assert found(corrected.replace(SUBSTANTIVE, "change: editorial")) == []
