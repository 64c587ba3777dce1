"""Reads a stranger's PDF in a process of its own, with little time and memory, so that a hostile file harms nobody.

Run as a program it is that process: PDF on standard input, one JSON object on standard output.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.signing.pades import PdfSignature, read_signature

if TYPE_CHECKING:  # web workers import this file, not pypdf
    from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
NUMBER_KEY = "CertificateNumber"  # in the PDF's information dictionary
CREDENTIAL = "credential.json"  # the associated file
SECONDS = 5  # of the processor; importing the two libraries takes the first
PATIENCE = 20  # seconds of the clock, for machines with more to do than this
MEMORY = 1024**3
MOST_PAGES = 3
MOST_FILES = 20
LONGEST_NUMBER = 100  # characters
LONGEST_TEXT = 100_000
LONGEST_CREDENTIAL = 128 * 1024  # bytes; the longest of ours is a fifth of that
ILLEGIBLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a PDF says, cut off where it is longer than anything of ours.

    `number` stands in its information dictionary ("" for none), `text` on its first pages. `credential` is the file of that name
    inside it: "" for none, ILLEGIBLE for one that cannot be unpacked or is too long.
    """

    number: str
    text: str
    credential: str
    signature: PdfSignature


def read(data: bytes) -> Reading | None:
    """What the PDF says, or None when it cannot be read in time."""
    if not data.lstrip().startswith(b"%PDF-"):
        return None
    program = [sys.executable, "-E", "-s", "-m", "lms.certificates.reader"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, this file; the data comes by standard input
            program, input=data, capture_output=True, timeout=PATIENCE, check=True, cwd=ROOT
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    plain = json.loads(done.stdout)
    return Reading(**plain | {"signature": PdfSignature(**plain["signature"])})


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from pypdf import PdfReader  # noqa: PLC0415 - web workers import this file, not pypdf

    data = sys.stdin.buffer.read()
    document = PdfReader(BytesIO(data))
    number = str(document.metadata.get(f"/{NUMBER_KEY}", "")) if document.metadata else ""
    text = "\n".join(_text(page) for page in document.pages[:MOST_PAGES])
    reading = Reading(number[:LONGEST_NUMBER], text[:LONGEST_TEXT], _credential(document), read_signature(data))
    json.dump(asdict(reading), sys.stdout)


def _text(page: Any) -> str:
    """What a page shows; nothing where its content is broken, which other programs may still open."""
    try:
        return str(page.extract_text())
    except Exception:
        return ""


def _credential(document: "PdfReader") -> str:
    try:
        for _, file in zip(range(MOST_FILES), document.attachment_list, strict=False):
            if CREDENTIAL in (file.name, file.alternative_name):
                content = file.content
                legible = 0 < len(content) <= LONGEST_CREDENTIAL  # what cannot be unpacked comes out empty
                return content.decode(errors="replace") if legible else ILLEGIBLE
    except Exception:
        return ILLEGIBLE
    return ""


if __name__ == "__main__":
    main()
