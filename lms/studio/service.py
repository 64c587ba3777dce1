"""One file of the published content, changed in the browser: read, checked in a sandbox, published."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.models import Revision, RevisionFile
from lms.catalog.shelf import published
from lms.content.check import check
from lms.content.problem import Problem, in_order
from lms.core import contained

from . import rules, sandbox
from .preview import Preview


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else made of the same file since the base: the revision, and the lines that differ (None: not shown)."""

    revision: int
    author: str
    message: str
    at: datetime
    lines: str | None


class SameFileChanged(Exception):
    """Somebody else published the same file meanwhile; publishing would undo it. Nothing was changed."""

    def __init__(self, clash: Clash) -> None:
        super().__init__("Somebody else published the same file meanwhile.")
        self.clash = clash


@dataclass(frozen=True, slots=True)
class Change:
    """A typed file as it was checked. `base` is the revision that its author saw; publishing needs one of these."""

    path: str
    data: bytes
    base: int
    problems: tuple[Problem, ...]
    preview: Preview | None
    clash: Clash | None

    @property
    def has_errors(self) -> bool:
        return any(problem.is_error for problem in self.problems)


def source(session: Session, *, revision_id: int, path: str) -> str:
    """A file of a revision as text; "" where the revision has no such file."""
    return rules.text_of(store.file_content(session, revision_id, path) or b"") or ""


def problems_of(session: Session, *, revision_id: int) -> tuple[Problem, ...]:
    """What the check says about a published revision: warnings only, or it would not be published."""
    return _problems(tuple(sorted(store.content_of(session, revision_id).items())))


@lru_cache(maxsize=2)
def _problems(files: tuple[tuple[str, bytes], ...]) -> tuple[Problem, ...]:
    """Keyed by the content itself, since it is asked again at every visit and changes only when somebody publishes."""
    return check(dict(files)).problems


def checked_change(session: Session, *, base: int, path: str, text: str) -> Change:
    """Check a typed file among the newest published ones. Takes as long as the sandbox allows; raises nothing."""
    shelf = published(session)
    data = rules.typed_bytes(text)
    files = store.content_of(session, shelf.revision_id) | {path: data}
    try:
        outcome = sandbox.run(sandbox.Task.of(path, files, shelf.library))
    except contained.GaveUp as error:
        outcome = sandbox.Outcome((_overrun(path, error),), None)
    problems = in_order(outcome.problems)
    return Change(path, data, base, problems, outcome.preview, _clash(session, base, shelf.revision_id, path, data))


def publish_change(
    session: Session, change: Change, *, author: str, actor_id: int, message: str, now: datetime
) -> Revision:
    """Make the newest content with this one file changed the next revision; what others changed in other files stays.

    Raises Unpublishable, SameFileChanged, or of the catalog NothingNew and FolderLags (somebody published this very
    moment); then nothing was changed.
    """
    if change.has_errors:
        raise catalog.Unpublishable(change.problems)
    store.hold(session)
    newest = published(session).revision_id
    clash = _clash(session, change.base, newest, change.path, change.data)
    if clash:
        raise SameFileChanged(clash)
    files = store.content_of(session, newest) | {change.path: change.data}
    return catalog.publish(session, files, base=newest, author=author, message=message, now=now, actor_id=actor_id)


def _overrun(path: str, error: contained.GaveUp) -> Problem:
    fix = "Press Check again. If it stays, take out what you wrote last, or split the module."
    return Problem(path, 1, 1, "F043", "error", str(error), fix)


def _clash(session: Session, base: int, newest: int, path: str, data: bytes) -> Clash | None:
    base = base if base <= newest else 0  # a base from another database tells nothing
    rows = session.execute(
        select(Revision.id, RevisionFile.blob)
        .outerjoin(RevisionFile, (RevisionFile.revision_id == Revision.id) & (RevisionFile.path == path))
        .where(Revision.id >= base, Revision.id <= newest)
        .order_by(Revision.id)
    )
    history = [(number, digest) for number, digest in rows]
    if not rules.clashes(dict(history).get(base), history[-1][1], store.sha256(data)):
        return None
    theirs = session.get_one(Revision, rules.last_change(history))
    old = store.file_content(session, base, path) or b""
    new = store.file_content(session, theirs.id, path) or b""
    return Clash(theirs.id, theirs.author, theirs.message, theirs.created_at, rules.unified(old, new))
