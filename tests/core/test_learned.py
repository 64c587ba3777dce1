"""What threads read from JSON is learned at import: see lms.core.learned."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lms.settings import ROOT

READERS = ("decode", "convert")  # of msgspec


def read_types() -> Iterator[tuple[str, str]]:
    """(module, type) of every type that the site has msgspec read."""
    for path in sorted((ROOT / "lms").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                kinds = [k.value for k in node.keywords if k.arg == "type"] + node.args[1:2]
                if "msgspec" in ast.unparse(node.func) and kinds:
                    yield module, ast.unparse(kinds[0])


# The sandbox's task and what fsck looks at are read in processes of their own, with one thread.
TYPES = sorted((m, k) for m, k in set(read_types()) if k != "Task" and not m.startswith("lms.fsck."))


def test_there_are_some() -> None:
    assert {"Module", "Framework", "Paper", "Record"} <= {kind for _, kind in TYPES}


@pytest.mark.parametrize(("module", "kind"), TYPES)
def test_a_type_that_is_read_is_learned_at_import(module: str, kind: str) -> None:
    asked = f"from {module} import {kind}; raise SystemExit(not hasattr({kind}, '__msgspec_cache__'))"
    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr or f"{kind} wants @learned (lms.core.learned)"
