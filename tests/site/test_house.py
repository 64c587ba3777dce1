"""What holds for the repository as a whole."""

import ast
import subprocess

import pytest

from lms.settings import ROOT

FILES = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
PYTHON = [f for f in FILES if f.endswith(".py") and (ROOT / f).is_file()]


@pytest.mark.skipif(not PYTHON, reason="not a git checkout")
def test_files_stay_small_enough_to_think_at() -> None:
    long = {
        f: n
        for f in PYTHON
        if not f.startswith("lms/migrations/") and (n := len((ROOT / f).read_text().splitlines())) > 400
    }
    assert long == {}


def test_only_the_clock_asks_the_time() -> None:
    asking = []
    for path in (ROOT / "lms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today") and path.name != "clock.py":
                owner = ast.unparse(node.value)
                if owner.split(".")[-1] in ("datetime", "date"):
                    asking.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert asking == []


@pytest.mark.skipif(not PYTHON, reason="not a git checkout")
def test_nothing_of_others_is_committed() -> None:
    assert not [f for f in FILES if f.startswith(("static/vendor/", "node_modules/"))]
