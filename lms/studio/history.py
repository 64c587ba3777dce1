"""Published revisions as trainers read them: who, when, and what changed against the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.catalog import store
from lms.catalog.models import Revision, RevisionFile
from lms.catalog.rules import Files

from .rules import Moved, moved, unified


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision and the files it changed."""

    revision: Revision
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file of a revision against the one before. `lines` None: no text, or too long; "" for a new or removed file."""

    file: Moved
    lines: str | None


def count(session: Session) -> int:
    return session.scalar(select(func.count(Revision.id))) or 0


def entries(session: Session, *, offset: int, limit: int) -> list[Entry]:
    """Revisions, newest first. Two statements, however many."""
    found = session.scalars(select(Revision).order_by(Revision.id.desc()).offset(offset).limit(limit + 1)).all()
    files = _files_of(session, [revision.id for revision in found])
    before = [files[revision.id] for revision in found[1:]] + [{}]
    return [Entry(r, moved(b, files[r.id])) for r, b in zip(found, before, strict=True)][:limit]


def comparisons(session: Session, revision: Revision) -> list[Comparison]:
    """What a revision changed, file by file."""
    before = session.scalar(select(func.max(Revision.id)).where(Revision.id < revision.id))
    files = moved(store.files_of(session, before) if before else {}, store.files_of(session, revision.id))
    return [Comparison(file, _lines(session, before, revision.id, file)) for file in files]


def _lines(session: Session, before: int | None, after: int, file: Moved) -> str | None:
    if before is None or file.what != "changed":
        return ""
    old, new = (store.file_content(session, revision, file.path) or b"" for revision in (before, after))
    return unified(old, new)


def _files_of(session: Session, revisions: Sequence[int]) -> dict[int, Files]:
    rows = session.execute(
        select(RevisionFile.revision_id, RevisionFile.path, RevisionFile.blob).where(
            RevisionFile.revision_id.in_(revisions)
        )
    )
    files: dict[int, dict[str, str]] = {revision: {} for revision in revisions}
    for revision, path, blob in rows:
        files[revision][path] = blob
    return dict(files)
