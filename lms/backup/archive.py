"""A backup as a file: a ZIP with the database as its engine writes it, and a manifest with its digest. No key is in it."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from .rules import Damaged, Manifest, from_json

MANIFEST = "manifest.json"
MEMBERS = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
CHUNK = 1 << 20
DAMAGED = "This file is no backup, or it has changed since it was made. Use another copy of it."
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError)


def digest_of(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def write(target: Path, dump: Path, manifest: Manifest) -> None:
    """The backup, whole under its name or not at all."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            unfinished.chmod(0o600)  # it holds people's names and records
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                packed.writestr(MANIFEST, manifest.to_json())
                packed.write(dump, MEMBERS[manifest.engine])
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def opened(path: Path, folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the database of a backup, unpacked in `folder` and compared with the digest. Raises Damaged."""
    with TemporaryDirectory(dir=folder, prefix="restore-") as place:
        unpacked = Path(place, "database")
        try:
            with zipfile.ZipFile(path) as packed:
                manifest = from_json(packed.read(MANIFEST))
                with packed.open(MEMBERS[manifest.engine]) as member:
                    _copy(member, unpacked)
        except _BROKEN as error:
            raise Damaged(DAMAGED) from error
        if digest_of(unpacked) != (manifest.size, manifest.sha256):
            raise Damaged(DAMAGED)
        yield manifest, unpacked


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        while piece := source.read(CHUNK):
            file.write(piece)
