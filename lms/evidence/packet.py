"""The ZIP of a packet: its files, the manifest that names them with their digests, and the signature over it."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.bundles import zipping
from lms.certificates.models import CertificateDocument
from lms.core.clock import PROGRAM_ZONE
from lms.signing import jws
from lms.signing.keys import SigningKeys

from .facts import Facts
from .rules import MOST_CERTIFICATES

FORMAT = "msc-ready-evidence/1"
MANIFEST, SIGNATURE, README = "manifest.json", "manifest.jws", "READ ME.txt"
DOCUMENT, RECORDS, CERTIFICATES = "evidence.pdf", "records.xlsx", "certificates/"
TYPE = "msc-ready-evidence+json"  # of the signature: it can be taken for no other of ours
BATCH = 20  # documents of certificates read at once


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the packet by its path, with its length in bytes and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


def entry(path: str, data: bytes) -> Entry:
    return Entry(path, len(data), hashlib.sha256(data).hexdigest())


def manifest(
    facts: Facts, entries: Iterable[Entry], *, site: str, language: str, paper: str, counts: Mapping[str, int]
) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    plain = {
        "format": FORMAT,
        "site": site,
        "company": {
            "number": facts.company.number,
            "name": facts.company.name,
            "entities": list(facts.company.entities),
        },
        "period": {"since": facts.period.since.isoformat(), "until": facts.period.until.isoformat()},
        "as_of": facts.as_of.isoformat(),
        "language": language,
        "paper": paper,
        "counts": dict(counts),
        "files": [{"path": e.path, "size": e.size, "sha256": e.sha256} for e in sorted(entries, key=lambda e: e.path)],
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(files: Mapping[str, bytes], manifest: bytes, signing: SigningKeys) -> bytes:
    """The files of a packet as a ZIP without the documents of certificates, which are kept already: see `stream`."""
    signed = jws.sign(manifest, signing, typ=TYPE).encode()
    whole = {**files, MANIFEST: manifest, SIGNATURE: signed}
    return b"".join(zipping.stream(sorted(whole.items()), _made_at(json.loads(manifest))))


def readme(facts: Facts, *, site: str) -> bytes:
    """In the language in force."""
    template = current_app.jinja_env.get_template("evidence/readme.txt")
    text = template.render(
        company=facts.company,
        period=facts.period,
        as_of=facts.as_of,
        keys_address=f"{site}/.well-known/jwks.json",
        verify_address=f"{site}/verify/",
        cut=len(facts.filed) > MOST_CERTIFICATES,
        most=MOST_CERTIFICATES,
    )
    return text.encode()


def stream(session: Session, body: bytes) -> Iterator[bytes]:
    """The whole ZIP in pieces: what `sealed` made, and the certificates' documents from where they are kept, by their digests."""
    with ZipFile(BytesIO(body)) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    plain = json.loads(own[MANIFEST])
    yield from zipping.stream(_files(session, own, plain), _made_at(plain))


def length(body: bytes) -> int:
    """Bytes of that ZIP."""
    with ZipFile(BytesIO(body)) as archive:
        sizes = {about.filename: about.file_size for about in archive.infolist()}
        plain = json.loads(archive.read(MANIFEST))
    return zipping.length((sizes | {file["path"]: file["size"] for file in plain["files"]}).items())


def _files(session: Session, own: Mapping[str, bytes], plain: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Sorted by name; documents are read in small batches, and no transaction is open while the caller works with one."""
    kept = {file["path"]: file["sha256"] for file in plain["files"] if file["path"] not in own}
    waiting = sorted(kept)
    held: dict[str, bytes] = {}
    for name in sorted((*own, *kept)):
        if name in own:
            yield name, own[name]
            continue
        if kept[name] not in held:
            at = bisect_left(waiting, name)
            digests = [kept[path] for path in waiting[at : at + BATCH]]
            columns = select(CertificateDocument.digest, CertificateDocument.pdf)
            held = dict(session.execute(columns.where(CertificateDocument.digest.in_(digests))).all())
            session.rollback()
        yield name, held[kept[name]]


def _made_at(plain: Mapping[str, Any]) -> datetime:
    """What the ZIP says of every file: the moment of the newest record."""
    return datetime.fromisoformat(plain["as_of"]).astimezone(PROGRAM_ZONE)
