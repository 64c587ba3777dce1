"""What a bundle decides: how it is split into jobs, who may open it, how long it takes still, what its files are called. Pure."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

CHUNK = 50  # certificates a job: a few seconds of drawing
MOST = 50_000  # certificates a bundle: below what a ZIP file without its large extensions can hold
LONGEST_NAME = 120  # bytes of a file name's words
MEASURED = timedelta(seconds=5)  # a pace is told from so long on
BESIDE = frozenset("-'’")


def chunks(total: int) -> int:
    """How many jobs draw so many certificates."""
    return -(-total // CHUNK)


def places(chunk: int) -> range:
    """The places in the file that a chunk draws; places count from 1, chunks from 0."""
    return range(chunk * CHUNK + 1, (chunk + 1) * CHUNK + 1)


def key(bundle_id: int, chunk: int) -> str:
    """What names the job of a chunk."""
    return f"bundle:{bundle_id}:{chunk}"


def keys(bundle_id: int, total: int) -> Iterator[str]:
    return (key(bundle_id, chunk) for chunk in range(chunks(total)))


def may_open(*, asked: bool, sees_program: bool, runs_company: bool, same_company: bool) -> bool:
    """Who asked for it, as long as he or she may see what is in it: as staff, or as coordinator of that very company."""
    return asked and (sees_program or (runs_company and same_company))


def left(done: int, waiting: int, began: datetime | None, last: datetime | None) -> timedelta | None:
    """How long so many waiting pieces take at the pace of those done from `began` to `last`; None while that tells nothing."""
    if not done or not waiting or began is None or last is None or last - began < MEASURED:
        return None
    return (last - began) * (waiting / done)


def file_name(words: str, number: str) -> str:
    """Marisol Ejemplo - Category 6 - 7KQ4M2T9XHDWC.pdf: safe in every folder, and unique by the number.

    Letters, digits, hyphens and apostrophes of any script stay. There is no other point than the last, so that no name is one
    that Windows keeps for its devices, and nothing that a path or a command line could mistake.
    """
    kept = "".join(c if _is_word(c) else " " for c in unicodedata.normalize("NFC", words))
    cut = kept.encode()[:LONGEST_NAME].decode(errors="ignore")
    plain = " ".join(cut.split()).strip("-'’ ")
    return f"{plain} - {number}.pdf" if plain else f"{number}.pdf"


def _is_word(character: str) -> bool:
    return character.isalnum() or character in BESIDE or unicodedata.category(character).startswith("M")
