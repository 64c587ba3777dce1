"""Passwords, hashed with Argon2id and never kept."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from .rules import PASSWORD_LONGEST

# OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. About 30 ms, and a web worker stays small.
_HASHER = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
# Checked for addresses without an account or without a password, so that they take as long as the others.
# Made from random bytes that nobody kept, with the settings above.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$r1YgNQhj34vd8Bdh0B5A3A$V66TqrFOOhCqkcosmyIzZS0Dj9NwCodcs3AWwfXn/hA"

# Hashing takes a core for itself. With this many at once in a process, the pages for everybody else still get through.
AT_ONCE = 2
PATIENCE = 3.0
_turns = BoundedSemaphore(AT_ONCE)


class TooBusy(Exception):
    """More people are signing in than this process can hash for. Try again in a few seconds."""


def hashed(password: str) -> str:
    """The hash to keep. Raises TooBusy."""
    with _turn():
        return _HASHER.hash(_normal(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password whose hash was kept; False after as much work where none was. Raises TooBusy."""
    with _turn():
        right = _HASHER.verify(_normal(password[: PASSWORD_LONGEST + 1]), kept or NOBODYS)
    return right and kept is not None


def _normal(password: str) -> str:
    """A phone and a desktop may send different code points for the same letters."""
    return unicodedata.normalize("NFKC", password)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise TooBusy
    try:
        yield
    finally:
        _turns.release()
