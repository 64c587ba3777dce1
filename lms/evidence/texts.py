"""The exact text of the modules that were taken: the Markdown of the revision a completion rests on, without its quiz."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog import store
from lms.catalog.models import RevisionFile, RevisionModule
from lms.catalog.shelf import pinned_module
from lms.core.language import ngettext

from .facts import TextKey
from .rules import text_name, without_quiz


@dataclass(frozen=True, slots=True)
class Text:
    """A file of the packet. `source` is the SHA-256 of the whole Markdown file, quiz included, as the site keeps it."""

    name: str
    source: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    revision: int


def texts(session: Session, keys: Collection[TextKey]) -> Mapping[TextKey, Text]:
    """The text behind each key. A file that is the same in several revisions is there once, named by the first of them."""
    places = {key: _place(session, key) for key in sorted(keys)}
    first: dict[tuple[str, str], _Place] = {}
    blobs = {key: _blob(session, place) for key, place in places.items()}
    for key, place in sorted(places.items(), key=lambda item: (item[1].path, item[1].revision)):
        first.setdefault((place.path, blobs[key]), place)
    made = {same: _text(session, place, same[1]) for same, place in first.items()}
    return {key: made[place.path, blobs[key]] for key, place in places.items()}


def _place(session: Session, key: TextKey) -> _Place:
    """The file of the module in the revision of the completion; where that has it no more, in the one of the attempt."""
    attempted, document, completed = key
    path = session.scalars(select(RevisionModule.path).filter_by(revision_id=attempted, document=document)).first()
    if path is None:
        raise LookupError(f"Revision {attempted} does not have the document that an attempt names. Run flask fsck.")
    kept = session.scalar(select(RevisionModule.path).filter_by(revision_id=completed, path=path))
    return _Place(path, completed if kept else attempted)


def _blob(session: Session, place: _Place) -> str:
    found = select(RevisionFile.blob).filter_by(revision_id=place.revision, path=place.path)
    return session.execute(found).scalar_one()


def _text(session: Session, place: _Place, blob: str) -> Text:
    document = select(RevisionModule.document).filter_by(revision_id=place.revision, path=place.path)
    module = pinned_module(session, session.execute(document).scalar_one())
    source = (store.file_content(session, place.revision, place.path) or b"").decode()
    asked = len(module.questions)
    note = ngettext(
        "> The quiz stood here: %(num)s question, left out so that its answers stay unknown. SHA-256 of the whole file: %(digest)s",
        "> The quiz stood here: %(num)s questions, left out so that their answers stay unknown. SHA-256 of the whole file: %(digest)s",
        asked,
        digest=blob,
    )
    others = [s.line for s in module.sections] + ([module.card.line] if module.card else [])
    text = without_quiz(source, [pool.line for pool in module.pools], others, note)
    return Text(text_name(place.path, module.language, place.revision), blob, text.encode())
