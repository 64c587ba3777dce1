"""The published library as web processes hold it: loaded once a revision, checked for a newer one at every request."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.content.course import Language, Module
from lms.content.framework import Framework
from lms.content.library import Library

from .models import Document, Revision, RevisionModule


class NothingPublished(Exception):
    """No revision has been published yet. Publish one with `flask publish`."""


@dataclass(frozen=True, slots=True)
class Published:
    """A revision being served. `documents` maps (module key, language) to the digest an attempt pins."""

    revision_id: int
    library: Library
    documents: Mapping[tuple[str, Language], str]


class _Shelf:
    """The newest revision this process has loaded. Replaced whole, so threads never see half of one."""

    published: Published | None = None


NEWEST = select(func.max(Revision.id))


def published(session: Session, newest: int | None = None) -> Published:
    """What the site serves now. `newest` is the newest revision's id where the caller has just read it. Raises NothingPublished."""
    newest = newest if newest is not None else session.scalar(NEWEST)
    if newest is None:
        raise NothingPublished
    held = _Shelf.published
    if held is None or held.revision_id != newest:
        held = _Shelf.published = load(session, newest)
    return held


def load(session: Session, revision_id: int) -> Published:
    """One revision, from the database."""
    framework = session.execute(
        select(Document.body).join(Revision, Revision.framework == Document.digest).where(Revision.id == revision_id)
    ).scalar_one()
    rows = session.execute(
        select(Document.digest, Document.body)
        .join(RevisionModule, RevisionModule.document == Document.digest)
        .where(RevisionModule.revision_id == revision_id)
    )
    documents: dict[tuple[str, Language], str] = {}
    modules: list[Module] = []
    for digest, body in rows:
        module = msgspec.json.decode(body, type=Module)
        documents[module.key, module.language] = digest
        modules.append(module)
    return Published(revision_id, assemble(msgspec.json.decode(framework, type=Framework), modules), documents)


def assemble(framework: Framework, modules: list[Module]) -> Library:
    """A library in its order: by category, then title."""
    modules = sorted(modules, key=lambda m: (m.category, m.title))
    return Library(
        framework,
        {m.key: m for m in modules if m.language == "en"},
        {(m.key, m.language): m for m in modules if m.language != "en"},
    )


def pinned_module(session: Session, digest: str) -> Module:
    """The module exactly as an attempt saw it, whatever has been published since."""
    body = session.execute(select(Document.body).where(Document.digest == digest)).scalar_one()
    return msgspec.json.decode(body, type=Module)
