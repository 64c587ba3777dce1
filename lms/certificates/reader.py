"""Reads a stranger's PDF in a process of its own, with little time and memory, so that a hostile file harms nobody.

Run as a script it is that process: PDF on standard input, one JSON object on standard output.
"""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO

NUMBER_KEY = "CertificateNumber"  # in the PDF's information dictionary
SECONDS = 3
MEMORY = 1024**3
MOST_PAGES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a PDF says: the number in its information dictionary ("" for none), and the text of its first pages."""

    number: str
    text: str


def read(data: bytes) -> Reading | None:
    """What the PDF says, or None when it cannot be read in time."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, this file; the data comes by standard input
            [sys.executable, "-I", __file__], input=data, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return Reading(**json.loads(done.stdout))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from pypdf import PdfReader  # noqa: PLC0415 - web workers import this file, not pypdf

    document = PdfReader(BytesIO(sys.stdin.buffer.read()))
    number = str(document.metadata.get(f"/{NUMBER_KEY}", "")) if document.metadata else ""
    text = "\n".join(page.extract_text() for page in document.pages[:MOST_PAGES])
    json.dump({"number": number, "text": text}, sys.stdout)


if __name__ == "__main__":
    main()
