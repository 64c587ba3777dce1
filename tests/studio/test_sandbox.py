"""Typed text is checked and rendered by a process that always ends, and that can reach nothing."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lms.content.check import check
from lms.content.library import Library
from lms.core import contained
from lms.core.contained import GaveUp
from lms.studio.sandbox import Outcome, Task, run
from tests.factories.library import small_courses

PATH = "06-seal-security/seals.md"
TEXT = small_courses()[PATH].decode()


@pytest.fixture(scope="module")
def library() -> Library:
    found = check(small_courses()).library
    assert found
    return found


def outcome(library: Library, text: str) -> Outcome:
    return run(Task.of(PATH, small_courses() | {PATH: text.encode()}, library))


def in_lesson(passage: str) -> str:
    return TEXT.replace("\n## Quiz", f"\n\n{passage}\n\n## Quiz", 1)


def test_inside_and_outside_say_the_same(library: Library) -> None:
    text = TEXT.replace("- [x] H", "- [ ] H").replace("`q: seals-log`", "`q: passwords-share`")
    files = small_courses() | {PATH: text.encode()}
    found = run(Task.of(PATH, files, library))
    assert found.problems == check(files, library).problems
    assert {p.code for p in found.problems} >= {"A001", "Q019", "R002"}


def test_the_library_survives_the_way_inside(library: Library) -> None:
    task = Task.of(PATH, small_courses(), library)
    assert task.library() == library


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 18_000,
        "<![CDATA[" * 2_000,
        ">" * 9_000 + " deep",
        "\n".join("    " * depth + "- a" for depth in range(200)),
        "*a_" * 6_000,
        "![a](" * 4_000,
        "| a " * 5_000,
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_text_ends_in_time_as_harmless_text_or_a_problem(library: Library, hostile: str) -> None:
    started = time.monotonic()
    try:
        found = outcome(library, in_lesson(hostile))
    except GaveUp:
        pass
    else:
        assert found.preview
        html = "".join(section.html for section in found.preview.module.sections)
        assert "<script" not in html
        assert "javascript:" not in html
    assert time.monotonic() - started < contained.SECONDS + 2


def test_a_front_matter_that_multiplies_itself_is_a_problem(library: Library) -> None:
    bomb = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12))
    found = outcome(library, f"---\nk0: &k0 [x]\n{bomb}\n---\n")
    assert any(p.is_error and p.path == PATH for p in found.problems)
    assert found.preview is None


def program(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setattr(contained, "COMMAND", (sys.executable, "-c", lines))


def test_a_process_that_takes_too_long_is_killed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "SECONDS", 0.5)
    program(monkeypatch, "while True: pass")
    with pytest.raises(GaveUp, match=r"took more than 0\.5 seconds"):
        outcome(library, TEXT)


@pytest.mark.parametrize(
    "end",
    [
        "import os; os.kill(os.getpid(), 9)",
        "raise RuntimeError('a mistake of ours')",
        "from lms.core.contained import confine; confine(); bytearray(2 ** 31)",
    ],
)
def test_a_process_that_fails_is_a_sentence(library: Library, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    program(monkeypatch, end)
    with pytest.raises(GaveUp, match="more time or memory than there is"):
        outcome(library, TEXT)


def test_a_process_nobody_waits_for_ends_by_itself() -> None:
    """Nothing is left running when the web worker that waits for it is killed."""
    lines = "import resource; from lms.core.contained import confine; confine(); print(resource.getrlimit(resource.RLIMIT_CPU)[1])"
    done = subprocess.run([sys.executable, "-c", lines], cwd=contained.ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) <= contained.SECONDS


def test_the_process_writes_no_file(library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = f"import os; from lms.core.contained import confine; f = os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY)"
    program(monkeypatch, f"{lines}; confine(); os.write(f, b'x')")
    with pytest.raises(GaveUp):
        outcome(library, TEXT)
    assert (tmp_path / "x").read_bytes() == b""


def test_the_process_is_given_no_setting(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for everybody")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@db.example/site")
    program(monkeypatch, "import os, sys; sys.exit('SECRET_KEY' in os.environ or 'DATABASE_URL' in os.environ or 7)")
    ended: list[int] = []
    monkeypatch.setattr(contained.log, "warning", lambda _text, _module, code, _stderr: ended.append(code))
    with pytest.raises(GaveUp):
        outcome(library, TEXT)
    assert ended == [7]
