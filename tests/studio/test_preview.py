"""What is shown of a text with errors: all but the passages that hold them."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.framework import Framework
from lms.content.reference import read_framework
from lms.studio.preview import Preview, draft
from tests.factories.library import small_courses

PATH = "06-seal-security/seals.md"
TEXT = small_courses()[PATH].decode()


@cache
def framework() -> Framework:
    found, _ = read_framework(small_courses())
    assert found
    return found


def drafted(text: str) -> Preview | None:
    return draft(PATH, text.encode(), framework(), {})


def shown(text: str) -> Preview:
    found = drafted(text)
    assert found
    return found


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_text_without_errors_is_shown_whole() -> None:
    preview = shown(TEXT)
    assert preview.left_out == ()
    assert [s.title for s in preview.module.sections] == ["What a seal tells", "When it goes on"]
    assert len(preview.module.questions) == 7
    assert 'href="/criteria/6.1"' in preview.module.sections[0].html


def test_a_broken_question_is_left_out_and_the_others_stay() -> None:
    broken = TEXT.replace("- [ ] S\n", "- [x] S\n")
    preview = shown(broken)
    (passage,) = preview.left_out
    assert passage.line == line_of(broken, "### Which class letter")
    assert passage.last == line_of(broken, "### Which of these") - 1
    assert passage.at == line_of(broken, "- [x] S")
    assert "2 answers" in passage.message
    assert "seals-class" not in [q.id for q in preview.module.questions]
    assert len(preview.module.questions) == 6


def test_a_broken_paragraph_is_left_out_and_its_section_stays() -> None:
    broken = TEXT.replace("The seal goes on right", "The <b>seal</b> goes on right")
    preview = shown(broken)
    assert [(p.line, p.last) for p in preview.left_out] == [(line_of(broken, "The <b>seal"),) * 2]
    assert [s.title for s in preview.module.sections] == ["What a seal tells", "When it goes on"]
    assert "goes on right" not in preview.module.sections[1].html


def test_a_broken_check_in_a_lesson_is_left_out() -> None:
    preview = shown(TEXT.replace("`q: seals-check` `single` `check`", "`q: seals-check` `sngle` `check`"))
    assert len(preview.left_out) == 1
    assert preview.module.sections[0].checks == ()
    assert "Look at the hardware" in preview.module.sections[0].html


def test_passages_are_found_by_their_place() -> None:
    broken = TEXT.replace("- [ ] S\n", "- [x] S\n")
    preview = shown(broken)
    quiz = line_of(broken, "## Quiz")
    assert preview.left_out_of(quiz, quiz + 1000) == preview.left_out
    assert preview.left_out_of(1, quiz) == ()


def test_without_a_front_matter_nothing_can_be_shown() -> None:
    assert drafted(TEXT.replace("criteria: [6.1, 6.2]", "criteria: [6.1, 66.2]")) is None
    assert drafted(TEXT.removeprefix("---\n")) is None
    assert drafted("") is None


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """The good module with some lines lost, moved or overwritten."""
    lines = TEXT.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        new = draw(
            st.sampled_from(["", "- [x] more", "### ", "## Quiz", "<script>", "{6.1}", "    > why", "> x", "| a |"])
        )
        lines[at : at + draw(st.integers(0, 2))] = [new]
    return "\n".join(lines)


@settings(deadline=None)
@given(mutations() | st.text(max_size=300))
def test_no_text_breaks_the_preview_and_passages_lie_inside(text: str) -> None:
    preview = drafted(text)
    if preview is None:
        return
    for passage in preview.left_out:
        assert 1 <= passage.line <= passage.at <= passage.last <= text.count("\n") + 1
        assert passage.message
