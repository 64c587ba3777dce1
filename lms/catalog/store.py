"""Revisions in the database: reading their files, adding the next one."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms import content
from lms.content.course import Module
from lms.content.library import Library
from lms.content.render import render
from lms.core import audit, markdown

from .models import Blob, Document, Revision, RevisionFile, RevisionModule
from .rules import Files, digest_of


@cache
def _renderer() -> str:
    """A hash of the code that renders: when it changes, what it made before is made anew."""
    code = (*sorted(Path(content.__file__).parent.rglob("*.py")), Path(markdown.__file__))
    return sha256(b"".join(path.read_bytes() for path in code))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def newest(session: Session) -> Revision | None:
    return session.scalar(select(Revision).order_by(Revision.id.desc()).limit(1))


def files_of(session: Session, revision_id: int) -> Files:
    """Path -> digest of every file of a revision."""
    rows = session.execute(select(RevisionFile.path, RevisionFile.blob).where(RevisionFile.revision_id == revision_id))
    return dict(rows.all())


def content_of(session: Session, revision_id: int) -> dict[str, bytes]:
    """Path -> bytes of every file of a revision."""
    rows = session.execute(
        select(RevisionFile.path, Blob.content)
        .join(Blob, Blob.digest == RevisionFile.blob)
        .where(RevisionFile.revision_id == revision_id)
    )
    return dict(rows.all())


def file_content(session: Session, revision_id: int, path: str) -> bytes | None:
    return session.scalar(
        select(Blob.content)
        .join(RevisionFile, RevisionFile.blob == Blob.digest)
        .where(RevisionFile.revision_id == revision_id, RevisionFile.path == path)
    )


def digest_of_revision(session: Session, revision_id: int) -> str | None:
    return session.scalar(select(Revision.digest).where(Revision.id == revision_id))


def revision_with(session: Session, digest: str) -> int | None:
    """The newest revision that is exactly this state of the content."""
    return session.scalar(select(func.max(Revision.id)).where(Revision.digest == digest))


def all_files(session: Session) -> dict[int, dict[str, str]]:
    """Path -> digest of every file of every revision."""
    files: dict[int, dict[str, str]] = {}
    for revision_id, path, blob in session.execute(
        select(RevisionFile.revision_id, RevisionFile.path, RevisionFile.blob)
    ):
        files.setdefault(revision_id, {})[path] = blob
    return files


def hold(session: Session) -> None:
    """One publication at a time: of two at once the second waits here, then sees what the first made.

    SQLite has one writer anyway; on PostgreSQL the newest revision's row is locked until the transaction ends. Attempts at this
    revision go on being begun, for which its key is enough; completions wait.
    """
    audit.hold(session)
    session.execute(select(Revision.id).order_by(Revision.id.desc()).limit(1).with_for_update(key_share=True))


def add_revision(
    session: Session, files: Mapping[str, bytes], library: Library, *, author: str, message: str, now: datetime
) -> Revision:
    """Store the next revision. Files and renderings that an earlier revision has are not stored or made again."""
    digests = {path: sha256(data) for path, data in files.items()}
    _add_missing(session, Blob, "content", {digests[path]: data for path, data in files.items()})
    framework = msgspec.json.encode(library.framework)
    _add_missing(session, Document, "body", {sha256(framework): framework.decode()})
    revision = Revision(
        created_at=now, author=author, message=message, digest=digest_of(digests), framework=sha256(framework)
    )
    session.add(revision)
    session.flush()
    session.execute(
        insert(RevisionFile), [{"revision_id": revision.id, "path": p, "blob": d} for p, d in digests.items()]
    )
    session.execute(insert(RevisionModule), _modules(session, revision.id, digests, library))
    return revision


def _modules(session: Session, revision_id: int, digests: Files, library: Library) -> list[dict[str, object]]:
    images = {path: digest[:8] for path, digest in digests.items() if "/images/" in path}
    surroundings = sha256(msgspec.json.encode((_renderer(), images, library.framework)))
    # A translation takes its anchors from its source, so it depends on that file too.
    sources = {
        m.path: sha256((digests[m.path] + digests[library.modules[m.key].path] + surroundings).encode())
        for m in _all_modules(library)
    }
    known = dict(
        session.execute(
            select(RevisionModule.source, RevisionModule.document).where(RevisionModule.source.in_(sources.values()))
        ).all()
    )
    rows, made = [], {}
    for module in _all_modules(library):
        source = sources[module.path]
        document = known.get(source)
        if document is None:
            body = msgspec.json.encode(render(module, library.framework, images))
            document = sha256(body)
            made[document] = body.decode()
        rows.append({"revision_id": revision_id, "path": module.path, "source": source, "document": document})
    _add_missing(session, Document, "body", made)
    return rows


def _all_modules(library: Library) -> Iterable[Module]:
    return (*library.modules.values(), *library.translations.values())


def _add_missing(
    session: Session, model: type[Blob] | type[Document], column: str, contents: Mapping[str, bytes | str]
) -> None:
    have = set(session.scalars(select(model.digest).where(model.digest.in_(contents))))
    rows = [{"digest": digest, column: content} for digest, content in contents.items() if digest not in have]
    if rows:
        session.execute(insert(model), rows)
