"""S4: what was published, and what was drawn, is kept to the byte."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select

from lms.catalog.models import Blob, Document, Revision, RevisionFile
from lms.catalog.rules import digest_of

from .reading import FEW, Reading
from .rules import Broken, side_by_side


def documents(read: Reading) -> Iterator[Broken]:
    """Modules as they were rendered, which attempts pin: each fits the SHA-256 it is named by."""
    for digest, body in read.stream(select(Document.digest, Document.body).order_by(Document.digest), at_a_time=FEW):
        yield from _unlike("document", digest, body.encode())


def blobs(read: Reading) -> Iterator[Broken]:
    """Files of revisions: each fits the SHA-256 it is named by."""
    for digest, content in read.stream(select(Blob.digest, Blob.content).order_by(Blob.digest), at_a_time=FEW):
        yield from _unlike("blob", digest, content)


def revisions(read: Reading) -> Iterator[Broken]:
    """A revision has the files it was published with."""
    kept = select(Revision.id, Revision.digest).order_by(Revision.id)
    files = select(RevisionFile.revision_id, RevisionFile.path, RevisionFile.blob).order_by(RevisionFile.revision_id)
    for revision, (rows, listed) in side_by_side(read.stream(kept), read.stream(files)):
        counted = digest_of({path: blob for _, path, blob in listed})
        for _, digest in rows:
            if digest != counted:
                yield Broken("revision", {"id": revision}, f"digest is {digest}, its files come to {counted}")


def _unlike(table: str, digest: str, content: bytes) -> Iterator[Broken]:
    found = sha256(content).hexdigest()
    if found != digest:
        yield Broken(table, {"digest": digest}, f"its SHA-256 is {found}")
