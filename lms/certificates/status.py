"""Status lists: which certificates were revoked, one bit each, as the W3C Bitstring Status List v1.0 writes it.

A list covers 131,072 certificates, so who asks for it does not tell which one is looked at. Pure.
"""

import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from lms.signing.rules import to_base64url

ENTRIES = 131_072  # of a list: the least that the standard allows (4.2)
LISTS = 2**31 // ENTRIES  # an id has 31 bits
VALID = timedelta(hours=1)
FRESH = timedelta(minutes=15)  # how long a copy may be used before it is asked for again
_TYPE = "BitstringStatusList"


def place(certificate_id: int) -> tuple[int, int]:
    """The list that holds a certificate, counted from 1, and its entry there, counted from 0."""
    before, index = divmod(certificate_id, ENTRIES)
    return before + 1, index


def address(site: str, number: int) -> str:
    return f"{site}/verify/status/{number}.json"


def entry(site: str, certificate_id: int) -> dict[str, Any]:
    """What the credential of a certificate says of its place."""
    number, index = place(certificate_id)
    listed = address(site, number)
    return {
        "id": f"{listed}#{index}",
        "type": f"{_TYPE}Entry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": listed,
    }


def encode(indexes: Iterable[int]) -> str:
    """The bits with these set, the first one the highest of the first byte: GZIP without a date, in multibase base64url."""
    bits = bytearray(ENTRIES // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + to_base64url(gzip.compress(bytes(bits), mtime=0))


def payload(site: str, number: int, revoked: Iterable[int], *, now: datetime) -> bytes:
    """The list as a credential, in canonical JSON, to be signed. `revoked` are ids of certificates in it."""
    at, until = now.replace(microsecond=0), now.replace(microsecond=0) + VALID
    listed = address(site, number)
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": listed,
        "type": ["VerifiableCredential", f"{_TYPE}Credential"],
        "issuer": site,
        "validFrom": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "validUntil": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": f"{listed}#list",
            "type": _TYPE,
            "statusPurpose": "revocation",
            "encodedList": encode(place(certificate_id)[1] for certificate_id in revoked),
            "ttl": FRESH // timedelta(milliseconds=1),
        },
        "iss": site,
        "jti": listed,
        "nbf": int(at.timestamp()),
        "exp": int(until.timestamp()),
    }
    return msgspec.json.encode(credential, order="sorted")
