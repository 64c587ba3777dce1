"""What may be published over what: folders and the site never overwrite each other. Pure; mappings are path -> digest."""

import hashlib
from collections.abc import Mapping

Files = Mapping[str, str]


def digest_of(files: Files) -> str:
    """One hash for a whole state of the content: SHA-256 over its sorted paths and file hashes."""
    lines = "".join(f"{path}\0{digest}\n" for path, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def differing(one: Files, other: Files) -> frozenset[str]:
    """Paths that are not the same in both: changed, added or gone."""
    return frozenset(p for p in one.keys() | other.keys() if one.get(p) != other.get(p))


def lagging(base: Files, site: Files, folder: Files) -> tuple[str, ...]:
    """Files that somebody else published since the folder's base and that the folder would undo."""
    return tuple(sorted(differing(base, site) & differing(folder, site)))


def closest(revisions: Mapping[int, Files], folder: Files) -> int | None:
    """Which revision a folder without a marker builds on: the one that shares most files with it, None when none does.

    Of several the oldest: better to ask for a pull too often than to undo what somebody published since.
    """
    shared = {number: len(files.items() & folder.items()) for number, files in revisions.items()}
    most = max(shared.values(), default=0)
    return min(n for n, count in shared.items() if count == most) if most else None


def conflicting(base: Files, site: Files, folder: Files) -> tuple[str, ...]:
    """Files changed both in the folder and on the site since the folder's base: pulling would lose the folder's edit."""
    return tuple(sorted(differing(base, site) & differing(base, folder) & differing(folder, site)))


def to_pull(base: Files, site: Files, folder: Files) -> tuple[str, ...]:
    """Files that pulling writes or removes: changed on the site since the base and not the same in the folder yet."""
    return tuple(sorted(differing(base, site) & differing(folder, site)))
