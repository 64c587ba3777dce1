"""Types that threads read from JSON."""

from typing import TypeVar

import msgspec

Kind = TypeVar("Kind")


def learned(kind: type[Kind]) -> type[Kind]:
    """Decorates a dataclass: msgspec learns it now, at import.

    Left to itself it does so when it first reads one. Two threads that come to that at once end the whole process
    (msgspec 0.22: SIGSEGV), as they did whenever a web worker began with several requests waiting.
    """
    msgspec.json.Decoder(kind)
    return kind
