"""Short texts that staff type: safe HTML, or a sentence, and always in time."""

import time
from contextlib import suppress

import pytest

from lms.core import contained, short


def test_markdown_becomes_html() -> None:
    assert short.rendered("Two **seals**.\n\n- one\n- two") == (
        "<p>Two <strong>seals</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
    )


def test_markup_stays_text() -> None:
    html = short.rendered("<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://elsewhere.example/p.png)")
    assert "<script" not in html
    assert "javascript" not in html
    assert "elsewhere.example" not in html


@pytest.mark.parametrize("hostile", ["[" * 4_000, "a" * 30_000, ">" * 2_000 + " deep", "*a_" * 3_000], ids=str.__len__)
def test_a_hostile_text_ends_in_time(hostile: str) -> None:
    started = time.monotonic()
    with suppress(short.TooCostly):
        assert "<script" not in short.rendered(hostile)
    assert time.monotonic() - started < contained.SECONDS + 2


def test_a_process_that_gives_up_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "COMMAND", ("false",))
    with pytest.raises(short.TooCostly, match="Simplify it"):
        short.rendered("A text.")
