"""A small library of three modules, with the real reference files."""

from functools import cache
from pathlib import Path

from lms.settings import ROOT

MODULES = Path(__file__).parent / "courses"
REFERENCE = ("program.yml", "categories.yml", "entities.yml", "functions.yml", "scopes.yml", "criteria.csv")


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    reference = ((name, (ROOT / "courses" / name).read_bytes()) for name in REFERENCE)
    modules = ((p.relative_to(MODULES).as_posix(), p.read_bytes()) for p in sorted(MODULES.rglob("*")) if p.is_file())
    return (*reference, *modules)


def small_courses() -> dict[str, bytes]:
    """The files of a courses folder: seals (7 questions, one of each type, 2 sections, 1 check), walk (draws 2 of 4), passwords (1)."""
    return dict(_files())
