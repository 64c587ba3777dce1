"""Whether a packet is as it was signed, told from its bytes and the public keys alone."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from lms.signing import jws
from lms.signing.jws import BrokenSignature, ForeignKey, Unreadable
from lms.signing.rules import PublicKeys

from .packet import FORMAT, MANIFEST, SIGNATURE

LONGEST_MANIFEST = 64 * 1024**2  # bytes; that of 50,000 certificates has a quarter of it
PIECE = 1024**2


class NoPacket(Exception):
    """The file cannot be read as a packet. The message says why, in a sentence."""


def problems(path: Path, keys: PublicKeys) -> list[str]:
    """What is wrong with a packet, a sentence each; none when every file is as it was signed. Raises NoPacket."""
    try:
        with ZipFile(path) as archive:
            return _problems(archive, keys)
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise NoPacket("This file is no ZIP file that can be read.") from error


def _problems(archive: ZipFile, keys: PublicKeys) -> list[str]:
    names = archive.namelist()
    for needed in (MANIFEST, SIGNATURE):
        if needed not in names:
            raise NoPacket(f"This is no evidence packet: {needed} is not in it.")
        if archive.getinfo(needed).file_size > LONGEST_MANIFEST:
            raise NoPacket(f"This is no evidence packet of ours: {needed} is too long.")
    manifest = archive.read(MANIFEST)
    said = _signature(manifest, archive.read(SIGNATURE), keys)
    if said:
        return [said]
    return _contents(archive, json.loads(manifest), names)


def _signature(manifest: bytes, signature: bytes, keys: PublicKeys) -> str:
    """What is wrong with it, "" for nothing. What was signed has the form that we write."""
    try:
        signed = jws.verify(signature.decode("ascii", errors="replace"), keys)
    except Unreadable:
        return f"{SIGNATURE} is no signature of ours."
    except ForeignKey:
        return f"{SIGNATURE} is not by a key of the list that counts."
    except BrokenSignature:
        return f"{SIGNATURE} was changed: the signature does not fit."
    if signed != manifest:
        return f"{MANIFEST} is not what was signed."
    try:
        ours = json.loads(manifest).get("format") == FORMAT
    except (ValueError, AttributeError):
        ours = False
    return "" if ours else f"{MANIFEST} is signed by us, but it is no manifest of an evidence packet."


def _contents(archive: ZipFile, plain: dict[str, Any], names: list[str]) -> list[str]:
    there = Counter(names)
    found = [f"{name} is in it more than once." for name in sorted(there) if there[name] > 1]
    listed = {file["path"] for file in plain["files"]}
    found += [f"{name} is not in the manifest." for name in sorted(there.keys() - listed - {MANIFEST, SIGNATURE})]
    for file in plain["files"]:
        path = file["path"]
        if path not in there:
            found.append(f"{path} is missing.")
        elif archive.getinfo(path).file_size != file["size"] or _digest(archive, path) != file["sha256"]:
            found.append(f"{path} was changed.")
    return found


def _digest(archive: ZipFile, path: str) -> str:
    """SHA-256 of a file; "" where its bytes cannot be read."""
    digest = hashlib.sha256()
    try:
        with archive.open(path) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except (BadZipFile, EOFError):
        return ""
    return digest.hexdigest()
