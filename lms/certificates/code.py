"""What the QR code says: an address that ends in the signed facts of the certificate. Pure.

    SITE/verify/NUMBER#FACTS.KEY.SIGNATURE

FACTS are a JSON array in UTF-8 and SIGNATURE the 64 bytes of its Ed25519 signature, both in base64url; KEY is the beginning of the
`kid` of the key. Browsers do not send what stands after #, so who scans the code tells the server the number alone, and the page
that verifies offline needs nothing else.
"""

import unicodedata

import msgspec

from lms.core.clock import program_day
from lms.signing.rules import to_base64url

from .rules import Record

VERSION = 1
KEY = 8  # characters of a kid
# Bytes of UTF-8 that a text may take between its quotes, so that the whole address stays near 600 characters, which a printer of
# today and a phone of today still read. Most names of people need less than a third of it.
LONGEST_NAME = 120
LONGEST_ORGANIZATION = 66
LONGEST_TITLE = 66
CUT = "…"


def compose(record: Record) -> bytes:
    """The facts: version, number, name, organization, category (0 the program, null an attendance), title, edition, completed or
    held, issued, last valid day, percent (null without quiz), and 1 for a demonstration or 0.
    """
    facts = [
        VERSION,
        record.number,
        short(record.name, LONGEST_NAME),
        short(record.organization, LONGEST_ORGANIZATION),
        record.category,
        short(record.title, LONGEST_TITLE),
        record.edition,
        record.completed_on,
        program_day(record.issued_at),
        record.valid_until,
        record.percent,
        int(record.demonstration),
    ]
    return msgspec.json.encode(facts)


def fragment(facts: bytes, kid: str, signature: bytes) -> str:
    """What stands after # in the address."""
    return f"{to_base64url(facts)}.{kid[:KEY]}.{to_base64url(signature)}"


def address(site: str, number: str, fragment: str) -> str:
    """What the QR code says."""
    return f"{site}/verify/{number}#{fragment}"


def short(text: str, most: int) -> str:
    """The text, or as many whole characters of it as fit with the mark of a cut. No letter loses its accents."""
    if _length(text) <= most:
        return text
    kept = len(text)
    while kept and (_length(text[:kept] + CUT) > most or unicodedata.category(text[kept])[0] == "M"):
        kept -= 1
    return text[:kept].rstrip() + CUT


def _length(text: str) -> int:
    """Bytes between the quotes in JSON."""
    return len(msgspec.json.encode(text)) - 2
