"""The note a folder keeps of the revision it builds on: `.revision`, one JSON object, left out of git."""

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from . import store

NAME = ".revision"


@dataclass(frozen=True, slots=True)
class Marker:
    """A revision's number and digest; the digest tells whether the number is one of this database."""

    revision: int
    digest: str


def read(folder: Path) -> Marker | None:
    """The folder's marker, None where there is none or it cannot be read."""
    try:
        value = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return Marker(int(value["revision"]), str(value["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, marker: Marker) -> bool:
    """Leave the marker; False where the folder cannot be written (it is then recognized by its content)."""
    try:
        (folder / NAME).write_text(
            json.dumps({"revision": marker.revision, "digest": marker.digest}) + "\n", encoding="utf-8"
        )
    except OSError:
        return False
    return True


def base_in(session: Session, folder: Path) -> int | None:
    """The revision the folder builds on by its marker, when that revision is one of this database."""
    found = read(folder)
    known = store.digest_of_revision(session, found.revision) if found else None
    return found.revision if found and known == found.digest else None
