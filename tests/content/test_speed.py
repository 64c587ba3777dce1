"""The check is quick enough to run at every save."""

import time

import pytest

from lms.content.check import check
from lms.content.parse import parse_module
from lms.content.reference import read_framework

from .samples import GOOD, IMAGE, IMAGE_PATH, REFERENCE

QUIZ = GOOD.index("## Quiz")
FIRST, LAST = GOOD.index("### Which class"), GOOD.index("### Put the moves")


def big(name: str) -> bytes:
    """A module of 18 KB: lesson prose, and questions again and again with other ids."""
    prose = "The driver reads the number aloud, and the loader compares it with the papers. " * 6 + "\n\n"
    questions = "".join(GOOD[FIRST:LAST].replace("q: good-", f"q: more-{n}-") for n in range(10))
    text = GOOD[:QUIZ] + prose * 8 + GOOD[QUIZ:LAST] + questions + GOOD[LAST:]
    return text.replace("q: good-", f"q: {name}-").replace("q: more-", f"q: {name}-more-").encode()


@pytest.mark.slow
def test_five_hundred_modules_are_checked_in_ten_seconds() -> None:
    files = {f"06-seal-security/m{n}.md": big(f"m{n}") for n in range(500)}
    assert 17_000 < len(files["06-seal-security/m0.md"]) < 20_000
    began = time.process_time()
    checked = check({**REFERENCE, IMAGE_PATH: IMAGE, **files})
    spent = time.process_time() - began
    assert checked.library is not None, checked.problems[:3]
    assert len(checked.library.modules) == 500
    assert spent < 10


def test_unchanged_files_need_not_be_read_again() -> None:
    framework, _ = read_framework(REFERENCE)
    files = {**REFERENCE, IMAGE_PATH: IMAGE, "06-seal-security/m.md": big("m"), "06-seal-security/n.md": big("n")}
    kept = {path: parse_module(path, data, framework) for path, data in files.items() if path.endswith(".md")}
    read: list[str] = []

    def parse(path, data, framework):  # type: ignore[no-untyped-def]
        if path == "06-seal-security/n.md":
            return kept[path]
        read.append(path)
        return parse_module(path, data, framework)

    assert check(files, parse=parse) == check(files)
    assert read == ["06-seal-security/m.md"]
