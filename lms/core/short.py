"""Short texts in Markdown that staff type in the browser: announcements, answers. `python -m lms.core.short` renders one."""

import re

from . import contained
from .markdown import convert, converter, costly

LONGEST = 20_000
_BETWEEN = re.compile(r"\n[ \t]*\n")


class TooCostly(ValueError):
    """The text cannot be rendered; the message says what to change, in one or two sentences."""


def rendered(text: str) -> str:
    """Safe HTML of a typed text, made by a process that is killed when it overruns. Raises TooCostly."""
    if len(text) > LONGEST:
        raise TooCostly(f"The text has more than {LONGEST:,} characters. Shorten it.")
    for paragraph in _BETWEEN.split(text):
        if found := costly(paragraph):
            raise TooCostly(f"A paragraph has {found}. Split it by blank lines, or simplify it.")
    try:
        return contained.run(__name__, text.encode(), "Rendering this text").decode()
    except contained.GaveUp as error:
        raise TooCostly(f"{error} Simplify it.") from error


def _render(task: bytes) -> bytes:
    return convert(converter(), task.decode()).encode()


if __name__ == "__main__":
    contained.serve(_render)
