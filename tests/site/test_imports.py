"""Imports run one way: inside a room views -> forms, service -> models -> rules; between rooms downwards only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.settings import ROOT

LMS = ROOT / "lms"
# Each room, and the rooms it may import; `content` is the pure half of the catalog: files to frozen modules.
BELOW: dict[str, set[str]] = {
    "core": set(),
    "web": {"core"},
    "content": {"core"},
    "accounts": {"core"},
    "signing": {"core", "accounts"},
    "catalog": {"core", "content", "accounts"},
    "schedule": {"core", "content", "accounts", "catalog"},
    "assessment": {"core", "content", "accounts", "catalog"},
    "learning": {"core", "content", "accounts", "catalog", "schedule", "assessment"},
    "certificates": {"core", "content", "accounts", "catalog", "schedule", "learning", "signing"},
    "bundles": {"core", "content", "accounts", "catalog", "certificates", "signing"},
    "roster": {"core", "content", "accounts", "catalog", "schedule"},
    "notices": {"core", "content", "accounts", "catalog", "schedule", "learning", "certificates"},
    "evidence": {
        "core",
        "content",
        "accounts",
        "catalog",
        "schedule",
        "assessment",
        "learning",
        "certificates",
        "signing",
        "bundles",
        "reporting",
    },
    # The roll-out of the criteria.
    "editions": {"core", "content", "accounts", "catalog", "schedule", "assessment", "learning", "workbooks"},
    "workbooks": {
        "core",
        "content",
        "accounts",
        "catalog",
        "schedule",
        "learning",
        "certificates",
        "reporting",
        "roster",
    },
    "feedback": {"core", "content", "accounts", "catalog", "schedule", "notices", "reporting", "roster", "workbooks"},
    "faq": {"core", "content", "accounts", "catalog", "schedule", "feedback"},
    "workshops": {
        "core",
        "content",
        "accounts",
        "catalog",
        "schedule",
        "learning",
        "certificates",
        "notices",
        "reporting",
    },
    "announcements": {"core", "content", "accounts", "catalog", "schedule", "learning", "notices"},
    "rollout": {
        "core",
        "content",
        "accounts",
        "catalog",
        "schedule",
        "editions",
        "feedback",
        "faq",
        "workshops",
        "announcements",
    },
    "backup": {"core", "accounts", "catalog", "fsck", "migrations"},
    "api": {"core", "content", "accounts", "catalog", "schedule", "reporting"},
    "studio": {"core", "content", "accounts", "catalog", "assessment"},
    "reporting": {"core", "content", "accounts", "catalog", "schedule", "assessment", "learning", "certificates"},
    "fsck": {
        "core",
        "content",
        "accounts",
        "catalog",
        "schedule",
        "assessment",
        "learning",
        "certificates",
        "signing",
        "reporting",
        "notices",
        "feedback",
        "faq",
        "workshops",
    },
}
# The edge of a room: it may wear `web` and call any room's service, as the place where a request or a command is put together.
EDGE = {"views", "forms", "commands", "blueprint", "mails"}
# A restored database is brought to the tables of today.
REACHES_UP = {("backup", "migrations")}
ABOVE = {"factory", "cli", "navigation", "settings", "health", "demo", "migrations"}
PURE = {"rules", "forms"}
FORBIDDEN_IN_PURE = {"flask", "sqlalchemy", "flask_login", "flask_sqlalchemy"}
ORDER = {"views": 4, "commands": 4, "forms": 3, "service": 3, "models": 2, "rules": 1}


def modules() -> Iterator[tuple[str, str, Path]]:
    """Room, file name without ending, path."""
    for path in sorted(LMS.rglob("*.py")):
        parts = path.relative_to(LMS).parts
        if len(parts) > 1 and parts[0] != "migrations":
            yield parts[0], path.stem, path


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(room or top file of lms, name within it) of each import of ours; ("", package) of others."""
    room = path.relative_to(LMS).parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (_split(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = ["lms", *room[:-1]][: len(room) - node.level + 1]
                base = ".".join([*package, *([node.module] if node.module else [])])
            if base.count(".") < 2 and base.startswith("lms"):
                yield from (_split(f"{base}.{alias.name}") for alias in node.names)
            else:
                yield _split(base)


def _split(name: str) -> tuple[str, str]:
    parts = name.split(".")
    if parts[0] != "lms":
        return "", parts[0]
    return (parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else "")


@pytest.mark.parametrize(("room", "name", "path"), [pytest.param(*m, id=str(m[2].relative_to(LMS))) for m in modules()])
def test_a_file_imports_only_what_lies_below(room: str, name: str, path: Path) -> None:
    edge = any(part in EDGE or part.startswith("views") for part in path.relative_to(LMS).with_suffix("").parts)
    for other, inner in imports(path):
        if other == "":
            assert not (name in PURE and inner in FORBIDDEN_IN_PURE), f"{path.name} must stay pure but imports {inner}"
            continue
        assert not inner.startswith("views") or other == room, f"only factory.py imports views, not {path}"
        if other == room:
            assert ORDER.get(inner, 0) <= ORDER.get(name, 9), (
                f"{path.name} imports {inner} of its own room, which lies above it"
            )
            continue
        if other in ABOVE:
            assert edge, f"{path} imports {other}, which stands above the rooms"
            assert other == "settings" or (room, other) in REACHES_UP, (
                f"{path} imports {other}, which stands above the rooms"
            )
            continue
        allowed = BELOW[room] | ({"web"} if edge else set())
        assert other in allowed or (edge and inner not in ("views", "models", "forms")), (
            f"{room} may not import {other}: {path}"
        )


def test_no_room_is_left_out() -> None:
    rooms = {p.name for p in LMS.iterdir() if p.is_dir() and (p / "__init__.py").exists()} - {"migrations"}
    assert rooms == set(BELOW)


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for _, _, path in modules()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("lms")))
        or (isinstance(node, ast.Import) and any(a.name.startswith("lms") for a in node.names))
    ]
    assert not found
