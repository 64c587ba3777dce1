"""Public keys and how they are written down: a JWK Set (RFC 7517) with the dates of each key. Pure."""

import hashlib
import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

Algorithm = Literal["EdDSA", "ES256"]
# What a key of each algorithm must say: kty and crv with these values, the others in base64url (RFC 7518 6.2, RFC 8037 2).
SHAPES: dict[Algorithm, tuple[dict[str, str], tuple[str, ...]]] = {
    "EdDSA": ({"kty": "OKP", "crv": "Ed25519"}, ("x",)),
    "ES256": ({"kty": "EC", "crv": "P-256"}, ("x", "y")),
}
COORDINATE = 32  # bytes of each number of a key, for both curves


class KeysError(Exception):
    """Keys are missing or bad; the message is a sentence that says what to do."""


class BadKeys(KeysError):
    """What should be a key file is none."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may have.

    `id` is its RFC 7638 thumbprint, the `kid`. `jwk` holds public members only. Nothing was signed with it before `since`, nor
    from `until` on; moments are whole seconds. `revoked`: from then on others may hold the private half, so a signature says nothing.
    """

    id: str
    algorithm: Algorithm
    jwk: Mapping[str, Any]
    since: datetime
    until: datetime | None
    revoked: datetime | None = None

    @property
    def certificate(self) -> str:
        """SHA-256 of its X.509 certificate in hexadecimal; "" for a key that has none."""
        return hashlib.sha256(b64decode(self.jwk["x5c"][0])).hexdigest() if self.algorithm == "ES256" else ""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Every key that the site ever signed with."""

    keys: tuple[PublicKey, ...]

    def find(self, kid: str) -> PublicKey | None:
        return next((key for key in self.keys if key.id == kid), None)

    def find_certificate(self, digest: str) -> PublicKey | None:
        """The key whose X.509 certificate has this SHA-256, in hexadecimal."""
        return next((key for key in self.keys if digest and key.certificate == digest), None)

    def to_jwks(self) -> dict[str, Any]:
        """The JWK Set; dates as OpenID Federation 1.0, section 8.7, writes those of historical keys."""
        return {"keys": [{**key.jwk, **_dates(key)} for key in self.keys]}

    @classmethod
    def from_jwks(cls, plain: object) -> Self:
        """The keys of a JWK Set, private members left out. Raises BadKeys when it is none of ours."""
        if not isinstance(plain, dict) or not isinstance(plain.get("keys"), list):
            raise BadKeys("This is no key file: it is not a JSON object with a list of keys.")
        return cls(tuple(_key(jwk, number) for number, jwk in enumerate(plain["keys"], start=1)))


def _dates(key: PublicKey) -> dict[str, Any]:
    """The members of a JWK that say when: nbf, exp of a retired key, and revoked."""
    found: dict[str, Any] = {"nbf": int(key.since.timestamp())}
    if key.until is not None:
        found["exp"] = int(key.until.timestamp())
    if key.revoked is not None:
        found["revoked"] = {"revoked_at": int(key.revoked.timestamp()), "reason": "compromised"}
    return found


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The id of a key: SHA-256 over its required public members in canonical JSON (RFC 7638), in base64url."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y") if name in jwk}
    return to_base64url(hashlib.sha256(json.dumps(required, sort_keys=True, separators=(",", ":")).encode()).digest())


def to_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Raises ValueError unless it is the one way to write these bytes, so that no changed character passes for the same bytes."""
    data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise ValueError("no canonical base64url")
    return data


def _key(jwk: object, number: int) -> PublicKey:
    try:
        return _public(jwk)  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, OSError) as error:
        raise BadKeys(
            f"This is no key file of ours: key number {number} in it is of another kind or was changed."
        ) from error


def _public(jwk: Mapping[str, Any]) -> PublicKey:
    algorithm: Algorithm = jwk["alg"]
    fixed, numbers = SHAPES[algorithm]
    public = {name: jwk[name] for name in (*fixed, *numbers, "alg", "kid", "use")}
    if algorithm == "ES256":
        public["x5c"] = [str(jwk["x5c"][0])]
        b64decode(public["x5c"][0], validate=True)
    ours = (
        all(public[name] == value for name, value in fixed.items())
        and all(len(from_base64url(public[name])) == COORDINATE for name in numbers)
        and public["kid"] == thumbprint(public)
        and public["use"] == "sig"
    )
    if not ours:
        raise ValueError("another kind of key, or a changed one")
    return PublicKey(
        id=public["kid"],
        algorithm=algorithm,
        jwk=public,
        since=_moment(jwk["nbf"]),
        until=_moment(jwk["exp"]) if "exp" in jwk else None,
        revoked=_moment(jwk["revoked"]["revoked_at"]) if "revoked" in jwk else None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
