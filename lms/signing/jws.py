"""Ed25519 signatures: over a JSON Web Signature in its compact form (RFC 7515), and over bare bytes.

Both are made with one key. They cannot be taken for each other: what is signed of a JWS begins with eyJ, our bytes begin with [.
"""

from functools import cache
from typing import TYPE_CHECKING

from .keys import SigningKeys
from .rules import PublicKey, PublicKeys, from_base64url

if TYPE_CHECKING:
    from joserfc.jws import JWSRegistry

SIGNATURE = 64  # bytes


class NotOurs(Exception):
    """What was signed does not come from us, as far as the signature says."""


class ForeignKey(NotOurs):
    """Signed with a key that is not ours, or with one of ours that was revoked."""


class BrokenSignature(NotOurs):
    """It names a key of ours, but that key did not sign this."""


class Unreadable(Exception):
    """It is no JSON Web Signature as we write them."""


def sign(payload: bytes, keys: SigningKeys, *, typ: str) -> str:
    """The JWS of the payload, with the badge key in use and `typ`, the media type without application/."""
    from joserfc.jwk import OKPKey  # noqa: PLC0415
    from joserfc.jws import serialize_compact  # noqa: PLC0415

    header = {"alg": "EdDSA", "kid": keys.badge_id, "typ": typ}
    return serialize_compact(header, payload, OKPKey(keys.badge, keys.badge), registry=_registry())


def verify(token: str, keys: PublicKeys) -> bytes:
    """The payload of a JWS of ours. Raises Unreadable, ForeignKey or BrokenSignature, and nothing else, whatever the text."""
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import OKPKey  # noqa: PLC0415
    from joserfc.jws import extract_compact, validate_compact  # noqa: PLC0415

    try:
        signed = extract_compact(token.encode("ascii"), registry=_registry())
        header = signed.headers()
        key = _key(header.get("kid"), keys)
        whole = validate_compact(signed, OKPKey.import_key(dict(key.jwk)), registry=_registry())
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise Unreadable("It is no JSON Web Signature of ours.") from error
    if not whole:
        raise BrokenSignature("The signature does not fit.")
    return signed.payload


def sign_bytes(data: bytes, keys: SigningKeys) -> tuple[str, bytes]:
    """The id of the badge key in use, and its signature of 64 bytes. `data` is JSON that begins with [."""
    return keys.badge_id, keys.badge.sign(data)


def verify_bytes(data: bytes, kid: str, signature: bytes, keys: PublicKeys) -> None:
    """Raises ForeignKey or BrokenSignature unless the key `kid` of ours signed these bytes."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    key = _key(kid, keys)
    try:
        Ed25519PublicKey.from_public_bytes(from_base64url(key.jwk["x"])).verify(signature, data)
    except InvalidSignature as error:
        raise BrokenSignature("The signature does not fit.") from error


def _key(kid: object, keys: PublicKeys) -> PublicKey:
    key = keys.find(kid) if isinstance(kid, str) else None
    if key is None or key.algorithm != "EdDSA":
        raise ForeignKey("The key is not ours.")
    if key.revoked is not None:
        raise ForeignKey("The key is revoked: others may have signed with it.")
    return key


@cache
def _registry() -> "JWSRegistry":
    from joserfc.errors import UnsupportedAlgorithmError  # noqa: PLC0415
    from joserfc.jws import JWSRegistry  # noqa: PLC0415

    class OnlyEdDSA(JWSRegistry):
        """joserfc warns of this name, since RFC 9864 has a newer one; readers of credentials know this one."""

        def get_alg(self, name: str):  # type: ignore[no-untyped-def]
            if name != "EdDSA":
                raise UnsupportedAlgorithmError(f"{name} is not how we sign")
            return self.algorithms[name]

    return OnlyEdDSA()
