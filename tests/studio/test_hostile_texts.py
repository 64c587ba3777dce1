"""What is typed neither runs nor hangs, and stays on the page."""

import pytest
from sqlalchemy.orm import Session

from lms.core import contained
from tests.pages import Browser
from tests.studio.editor import BETTER, SEALS, TEXT, newest, press, publish, typed


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[" * 18_000,
        ">" * 5_000,
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
    ],
    ids=["script", "brackets", "quotes", "address", "image"],
)
def test_a_hostile_text_neither_runs_nor_hangs_and_is_kept(terry: Browser, session: Session, hostile: str) -> None:
    text = TEXT.replace("\n## Quiz", f"\n\n{hostile}\n\n## Quiz")
    page = publish(terry, terry.get(SEALS), text, hostile[:40], status=422)
    assert typed(page) == text
    shown = page.one("//*[@id='md_preview']")
    assert not shown.xpath(
        ".//script | .//iframe | .//*[starts-with(@href,'javascript:')] | .//img[contains(@src,'evil')]"
    )
    assert newest(session) == 1


def test_a_text_that_ends_the_text_area_stays_a_text(terry: Browser) -> None:
    text = TEXT + "</textarea><script>alert(1)</script>"
    page = press(terry, terry.get(SEALS), "check", text)
    assert typed(page) == text + "\n"


def test_an_overrun_is_a_sentence_and_publishes_nothing(
    terry: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contained, "SECONDS", 0.01)
    page = publish(terry, terry.get(SEALS), BETTER, status=422)
    assert "Checking and showing this text took more than 0.01 seconds." in page.text
    assert typed(page) == BETTER
    assert newest(session) == 1


def test_a_text_over_one_megabyte_is_kept_with_a_sentence(terry: Browser) -> None:
    text = ("words " * 200 + "\n") * 2000
    page = press(terry, terry.get(SEALS), "check", text)
    assert f"The file is {len(text):,} bytes long. At most 1,000,000 bytes: split the module." in page.text
    assert typed(page) == text


def test_a_text_of_very_many_lines_has_no_numbers(terry: Browser) -> None:
    page = press(terry, terry.get(SEALS), "check", "\n" * 300_000)
    assert not page.find("//div[@class='code__lines']/div")
    assert typed(page).count("\n") == 300_000
