"""Whatever an author types, the check answers with problems that lie inside the file, and never with a trace."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.check import check
from lms.content.parse import parse_module
from lms.content.problem import Problem, in_order, render
from lms.content.reference import read_framework

from .samples import GOOD, PATH, REFERENCE, files_with

FRAMEWORK = read_framework(REFERENCE)[0]
LIBRARY = check(files_with(GOOD)).library

# Pieces of the grammar, whole and broken, so that mutations meet each other.
PIECES = (
    "---\n", "\n", "\n\n", "    ", "  ", "\t", "\r\n", "\r", "\x00", "\ufeff", "\u202e", "é", "😀", "# ", "## ", "### ", "#### ", "#",
    "## Quiz\n", "## Pool: x\n", "## Pool:\n", "`", "``", "`q: a`", "`single`", "`q: good-class` `number`\n", "`draw: 99`\n",
    "`entities: importers`", "`criteria:`", "- [x] ", "- [ ] ", "- [X ] ", "-[x]", "(x) ", "1. ", "1) ", "* ", "- ", "> ",
    "    > ", "> **Why:** ", "> **Hint:** ", "> **Why:**", "|", "| a | b |\n", "| --- | --- |\n", "7 .. 6", "7 ± 5%", "±", "{6.1}",
    "{6.1", "{9.9}", "[", "](", ")", "[a](b)", "![](x)", "[a](#b)", "[a](good.md#c)", "<", "<b>", "<!--", "&#0;", "&", "\\", "*", "_",
    "title: ", "title: [", "criteria: {a: b}\n", "pass: -1\n", "- - - -\n", "&a *a", "!!set", "? ", ": ", "'", '"', "%", "@", "```\n",
    "===\n", "[^1]", "[a]: b\n",
)  # fmt: skip
LINES = GOOD.splitlines(keepends=True)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """GOOD with some lines removed, doubled or moved, and pieces put in anywhere."""
    lines = list(LINES)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        change = draw(st.sampled_from(("remove", "double", "move", "cut")))
        taken = lines[at : at + draw(st.integers(1, 6))]
        if change in ("remove", "move", "cut"):
            lines[at : at + len(taken)] = []
        if change in ("double", "move"):
            to = draw(st.integers(0, len(lines)))
            lines[to:to] = taken
        if change == "cut":
            lines[at:at] = [line[: draw(st.integers(0, len(line)))] for line in taken]
    text = "".join(lines)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES) | st.text(max_size=4)) + text[at:]
    return text


def assert_inside(data: bytes, problems: tuple[Problem, ...]) -> None:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
    assert problems == in_order(problems)
    for style in ("text", "json", "github"):
        assert render(problems, style, "courses") or not problems  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(mutations())
def test_a_mutated_module_never_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert_inside(data, parse_module(PATH, data, FRAMEWORK).problems)


@settings(max_examples=25, deadline=None)
@given(mutations())
def test_a_folder_with_a_mutated_module_never_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    checked = check(files_with(data), LIBRARY)
    assert_inside(data, tuple(problem for problem in checked.problems if problem.path == PATH))
    assert (checked.library is None) == any(problem.is_error for problem in checked.problems)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_never_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert_inside(data, parse_module(PATH, data, FRAMEWORK).problems)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_body_never_raises(text: str) -> None:
    data = (GOOD[: GOOD.index("A trailer")] + text).encode("utf-8", "surrogatepass")
    assert_inside(data, parse_module(PATH, data, FRAMEWORK).problems)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_raise(data: bytes) -> None:
    assert_inside(data, parse_module(PATH, data, FRAMEWORK).problems)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(REFERENCE)), st.data())
def test_mutated_reference_files_never_raise(name: str, data: st.DataObject) -> None:
    text = REFERENCE[name].decode()[:3000]
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 30))
    piece = data.draw(
        st.sampled_from(PIECES) | st.text(max_size=5) | st.sampled_from((",", '"', "\n", "- ", "all", "[1, 2]"))
    )
    broken = (text[:at] + piece + text[at + gone :]).encode("utf-8", "surrogatepass")
    framework, problems = read_framework({**REFERENCE, name: broken})
    assert_inside(broken, tuple(problem for problem in problems if problem.path == name))
    assert (framework is None) == any(problem.is_error for problem in problems)
