"""Publishing and pulling: the whole content moves from state to state, in one transaction, and nobody's work is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.content.check import Checked, check
from lms.content.problem import Problem
from lms.core import audit

from . import store
from .models import Revision
from .rules import Files, closest, conflicting, digest_of, lagging, to_pull
from .shelf import NothingPublished, load


class Unpublishable(Exception):
    """The check found errors. `problems` are all it found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("The check found errors.")
        self.problems = problems


class FolderLags(Exception):
    """Somebody else published since the folder was pulled. `paths` are the files the folder would undo."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__("Somebody else published since this folder was pulled.")
        self.paths = paths


class PullConflict(Exception):
    """Files changed both here and on the site. `paths` names them; nothing was written."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__("These files were changed here and on the site.")
        self.paths = paths


class NothingNew(Exception):
    """The folder is what the site already serves."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What pulling does to a folder: files to write, files to remove, and the revision the folder equals afterwards."""

    revision: Revision
    write: Mapping[str, bytes]
    remove: tuple[str, ...]


def checked(session: Session, files: Mapping[str, bytes], *, against_published: bool = True) -> Checked:
    """The check of a state of the content, against what is published where there is something."""
    newest = store.newest(session) if against_published else None
    return check(files, load(session, newest.id).library if newest else None)


def base_of(session: Session, marker: int | None, digests: Files) -> Files:
    """The files a folder builds on: those of the revision its marker names, else of one it equals or comes closest to."""
    if marker is None:
        marker = store.revision_with(session, digest_of(digests)) or closest(store.all_files(session), digests)
    return store.files_of(session, marker) if marker is not None else {}


def publish(
    session: Session,
    files: Mapping[str, bytes],
    *,
    base: int | None,
    author: str,
    message: str,
    now: datetime,
    actor_id: int | None = None,
) -> Revision:
    """Make this state of the content the current revision. Raises Unpublishable, FolderLags or NothingNew; then nothing changed.

    `base` is the revision the files build on, None when that is not known.
    """
    digests = {path: store.sha256(data) for path, data in files.items()}
    _goes_on(session, base, digests)
    result = checked(session, files)  # before others have to wait: it takes seconds
    if result.library is None:
        raise Unpublishable(result.problems)
    store.hold(session)
    _goes_on(session, base, digests)
    revision = store.add_revision(session, files, result.library, author=author, message=message, now=now)
    audit.record(
        session,
        action="revision.published",
        subject=str(revision.id),
        actor_id=actor_id,
        now=now,
        author=author,
        message=message,
    )
    return revision


def _goes_on(session: Session, base: int | None, digests: Mapping[str, str]) -> None:
    """Raises NothingNew where the newest revision is the same, FolderLags where it has what these files do not build on."""
    newest = store.newest(session)
    if newest is None:
        return
    if newest.digest == digest_of(digests):
        raise NothingNew
    behind = lagging(base_of(session, base, digests), store.files_of(session, newest.id), digests)
    if behind:
        raise FolderLags(behind)


def pull(session: Session, files: Mapping[str, bytes], *, base: int | None) -> Pull:
    """What brings a folder to the current revision without losing an edit. Raises NothingPublished or PullConflict."""
    newest = store.newest(session)
    if newest is None:
        raise NothingPublished
    digests = {path: store.sha256(data) for path, data in files.items()}
    before, site = base_of(session, base, digests), store.files_of(session, newest.id)
    clashes = conflicting(before, site, digests)
    if clashes:
        raise PullConflict(clashes)
    paths = to_pull(before, site, digests)
    content = store.content_of(session, newest.id)
    return Pull(newest, {p: content[p] for p in paths if p in content}, tuple(p for p in paths if p not in content))
