"""Whose change stands, what moved, and what a typed text is as a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.studio.rules import LARGEST, MOST_LINES, Moved, clashes, last_change, moved, text_of, typed_bytes, unified

DIGESTS = st.sampled_from(["a", "b", "c"])


def test_what_a_revision_moved() -> None:
    before = {"1.md": "a", "2.md": "a", "3.md": "a"}
    after = {"1.md": "a", "2.md": "b", "4.md": "a"}
    assert moved(before, after) == (Moved("2.md", "changed"), Moved("3.md", "removed"), Moved("4.md", "added"))


@pytest.mark.parametrize(
    ("base", "site", "mine", "clash"),
    [
        ("a", "a", "b", False),  # only I changed it
        ("a", "b", "b", False),  # both wrote the same
        ("a", "b", "c", True),
        ("a", None, "b", True),  # they removed it
        (None, None, "b", False),  # a new file
        (None, "a", "b", True),  # they made one of that name
        (None, "b", "b", False),
    ],
)
def test_two_changes_of_one_file_clash_when_they_differ(
    base: str | None, site: str | None, mine: str, clash: bool
) -> None:
    assert clashes(base, site, mine) is clash


@settings(deadline=None)
@given(st.lists(DIGESTS | st.none(), min_size=1, max_size=8))
def test_the_last_change_is_where_the_present_state_began(digests: list[str | None]) -> None:
    history = list(enumerate(digests, 10))
    found = last_change(history) - 10
    assert all(digest == digests[-1] for digest in digests[found:])
    assert found == 0 or digests[found - 1] != digests[found]


@settings(deadline=None)
@given(st.text())
def test_a_typed_text_is_one_file_whatever_the_browser_sends(text: str) -> None:
    data = typed_bytes(text)
    assert data.endswith(b"\n")
    assert b"\r" not in data
    assert typed_bytes(data.decode()) == data
    assert typed_bytes(data.decode().replace("\n", "\r\n")) == data


def test_the_lines_that_differ() -> None:
    lines = unified(b"one\ntwo\nthree\n", b"one\n2\nthree\n")
    assert lines is not None
    assert lines.split("\n") == ["@@ -1,4 +1,4 @@", " one", "-two", "+2", " three", " "]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a" * (LARGEST + 1), b"\n" * (MOST_LINES + 1)])
def test_what_is_no_text_or_too_long_is_not_compared(data: bytes) -> None:
    assert unified(b"a\n", data) is None


def test_bytes_that_are_no_text() -> None:
    assert text_of(b"\xef\xbb\xbfwords") == "words"
    assert text_of(b"\x89PNG\r\n") is None
    assert text_of(b"a\0b") is None
