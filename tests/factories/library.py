"""A small library of three modules, with the real reference files."""

from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.shelf import Published, published
from lms.learning import retraining
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


SEALS_FILE = "06-seal-security/seals.md"
SUBSTANTIVE = ("change: editorial", "change: substantive\nreason: High-security seals are asked for now.")


def republish(session: Session, *edits: tuple[str, str], at: datetime, path: str = SEALS_FILE) -> tuple[Published, int]:
    """Publish the newest content with these words of one file replaced, committed; and how many are due once more."""
    newest = published(session).revision_id
    files = store.content_of(session, newest)
    text = files[path].decode()
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    files |= {path: text.encode()}
    revision = catalog.publish(session, files, base=newest, author="tests", message="An edit", now=at)
    due = retraining.follow(session, revision, now=at)
    session.commit()
    return published(session), due
