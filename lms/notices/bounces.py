"""Reports of failed delivery (RFC 3464): whose mail came back. Pure but for the key of the site.

A report is believed only where it brings back the header of our letter that switches reminders off: whoever does not have the
letter cannot make one up, and the letter finds its person even where the mail was forwarded.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

from itsdangerous import BadSignature, URLSafeSerializer

UNSUBSCRIBE = "List-Unsubscribe"
_TOKEN = re.compile(r"/reminders/off/([^/>\s]+)")


def token(secret_key: str, person_id: int) -> str:
    """What a mail says in the address that switches reminders off. It never expires, as mail does not."""
    return _serializer(secret_key).dumps(person_id)


def person_of(secret_key: str, token: str) -> int | None:
    """The person of a token of ours; None for any other text."""
    try:
        person_id = _serializer(secret_key).loads(token)
    except BadSignature:
        return None
    return person_id if isinstance(person_id, int) else None


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="switch reminders off")


def returned(report: bytes, secret_key: str) -> int | None:
    """The person whose address failed for good by this report; None when it is no such report, or not about a letter of ours."""
    message = message_from_bytes(report, policy=policy.default)
    parts = list(message.walk())
    if not any(_failed(part) for part in parts):
        return None
    found = (_TOKEN.search(text) for part in parts for text in _unsubscribe(part))
    people = (person_of(secret_key, match[1]) for match in found if match)
    return next((person for person in people if person is not None), None)


def _failed(part: Message) -> bool:
    """Whether this is the part that says that delivery failed for good: not delayed, not only for now."""
    if part.get_content_type() != "message/delivery-status":
        return False
    blocks = part.get_payload()
    return isinstance(blocks, list) and any(
        isinstance(block, Message)
        and str(block.get("Action", "")).strip().lower() == "failed"
        and str(block.get("Status", "")).strip().startswith("5")
        for block in blocks
    )


def _unsubscribe(part: Message) -> Iterator[str]:
    """The header of the returned letter: of the whole letter, or of its headers alone."""
    if UNSUBSCRIBE in part:
        yield str(part[UNSUBSCRIBE])
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        headers = message_from_bytes(payload if isinstance(payload, bytes) else b"", policy=policy.default)
        if UNSUBSCRIBE in headers:
            yield str(headers[UNSUBSCRIBE])
