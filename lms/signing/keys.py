"""The key file: a JWK Set with private members, mode 0600. Private keys are nowhere else.

The pair in use is an Ed25519 key, for credentials, and a P-256 key with its certificate, for PDFs. Retired keys stay in the file
without their private halves: what they signed can be verified, and nothing more can be signed with them.
"""

import fcntl
import json
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .rules import (
    COORDINATE,
    SHAPES,
    Algorithm,
    BadKeys,
    KeysError,
    PublicKey,
    PublicKeys,
    from_base64url,
    thumbprint,
    to_base64url,
)

if TYPE_CHECKING:  # imported where it is used: `import app` must stay light
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate

FILE = "signing-keys.json"
LONGEST_NAME = 64  # bytes of a common name in UTF-8, X.520
YEARS_OF_CERTIFICATE = 25


class NoKeys(KeysError):
    """There is no key file yet."""


class HasKeys(KeysError):
    """There is a key file already."""


class CannotRevoke(KeysError):
    """The key is unknown, in use, or revoked already."""


@dataclass(frozen=True, slots=True, eq=False)
class SigningKeys:
    """What the site signs with. `badge_id` and `document_id` are the ids of the pair in use, `certificate` is DER."""

    public: PublicKeys
    badge_id: str
    badge: "Ed25519PrivateKey" = field(repr=False)
    document_id: str
    document: "EllipticCurvePrivateKey" = field(repr=False)
    certificate: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The file as it is: `private` maps the ids of the pair in use to their member d."""

    public: PublicKeys
    private: Mapping[str, str] = field(repr=False)

    def in_use(self, algorithm: Algorithm) -> PublicKey:
        """Raises ValueError unless there is exactly one, neither retired nor revoked."""
        (key,) = [k for k in self.public.keys if k.algorithm == algorithm and k.id in self.private]
        if key.until or key.revoked or len(from_base64url(self.private[key.id])) != COORDINATE:
            raise ValueError("a retired key with a private half, or half of one")
        return key


def load(path: Path) -> SigningKeys:
    """The keys of the file. It is read again when it is another one, so a rotation is seen without a restart."""
    return _loaded(path, *_stamp(path))


def public(path: Path) -> PublicKeys:
    """The public halves: what is published, and what signatures are checked against."""
    return _kept(path, *_stamp(path)).public


def published(path: Path) -> PublicKeys:
    """What everybody may know of the file: its public halves, or none before there is one."""
    try:
        return public(path)
    except NoKeys:
        return PublicKeys(())


def new(path: Path, *, name: str, now: datetime, first: bool = False) -> SigningKeys:
    """Make a new pair, in use from now on, and retire the former. Raises HasKeys when it should be the `first` and is not.

    `name` is whose certificate a reader of the PDF shows, up to 64 bytes of UTF-8.
    """
    since = now.replace(microsecond=0)
    with _writing(path):
        former = public(path).keys if path.exists() else ()
        if former and first:
            raise HasKeys(f"{path} holds signing keys already.")
        retired = PublicKeys(tuple(key if key.until else replace(key, until=max(since, key.since)) for key in former))
        _write(path, [*retired.to_jwks()["keys"], _new_badge(since), _new_document(since, name)])
        return load(path)


def revoke(path: Path, kid: str, *, moment: datetime) -> PublicKey:
    """Say of a retired key that others may have signed with it from that moment on. Raises CannotRevoke with what to do first."""
    with _writing(path):
        kept = _kept(path, *_stamp(path))
        key = kept.public.find(kid)
        if key is None:
            raise CannotRevoke(f"There is no key {kid}. Run flask keys list to see them.")
        if key.until is None:
            raise CannotRevoke(f"The key {kid} is in use. Run flask keys new first, then revoke it.")
        if key.revoked is not None:
            raise CannotRevoke(f"The key {kid} is revoked already, from {key.revoked:%Y-%m-%d} on.")
        revoked = replace(key, revoked=max(moment.replace(microsecond=0), key.since))
        public_keys = PublicKeys(tuple(revoked if k is key else k for k in kept.public.keys))
        private = {id_: {"d": d} for id_, d in kept.private.items()}
        _write(path, [{**jwk, **private.get(jwk["kid"], {})} for jwk in public_keys.to_jwks()["keys"]])
    return revoked


def open_to_others(path: Path) -> bool:
    """Whether the group or everybody may read the file."""
    return path.exists() and bool(path.stat().st_mode & 0o077)


def check(path: Path) -> None:
    """Raises KeysError unless the file can be used. Leaves the private keys alone, so it needs no cryptography."""
    _kept(path, *_stamp(path))


def _stamp(path: Path) -> tuple[int, int, int]:
    """What differs between a file and the one that replaces it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise NoKeys(f"There are no signing keys at {path}. Run flask keys new.") from None
    except OSError as error:
        raise _unreadable(path, error) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=2)
def _kept(path: Path, _mtime: int, _size: int, _inode: int) -> _Kept:
    try:
        plain = json.loads(path.read_bytes())
        keys = PublicKeys.from_jwks(plain)
        kept = _Kept(keys, {jwk["kid"]: str(jwk["d"]) for jwk in plain["keys"] if "d" in jwk})
        for algorithm in SHAPES:
            kept.in_use(algorithm)
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, RecursionError, BadKeys) as error:
        raise _bad(path) from error
    return kept


@lru_cache(maxsize=2)
def _loaded(path: Path, *stamp: int) -> SigningKeys:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    kept = _kept(path, *stamp)
    badge_id, document_id = kept.in_use("EdDSA").id, kept.in_use("ES256").id
    certificate = b64decode(kept.in_use("ES256").jwk["x5c"][0])
    try:
        badge = ed25519.Ed25519PrivateKey.from_private_bytes(from_base64url(kept.private[badge_id]))
        document = ec.derive_private_key(int.from_bytes(from_base64url(kept.private[document_id])), ec.SECP256R1())
        certified = load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise _bad(path) from error
    if (thumbprint(_badge(badge)), thumbprint(_document(document))) != (badge_id, document_id):
        raise _bad(path)
    if certified != document.public_key():
        raise _bad(path)
    return SigningKeys(kept.public, badge_id, badge, document_id, document, certificate)


def _unreadable(path: Path, error: OSError) -> BadKeys:
    return BadKeys(
        f"{path} cannot be read ({error.strerror}). Let the user that runs the site read it, and nobody else."
    )


def _bad(path: Path) -> BadKeys:
    return BadKeys(f"{path} holds no signing keys that can be used. Put your copy back, or name another file.")


def _badge(private: "Ed25519PrivateKey") -> dict[str, str]:
    """The public members of a JWK."""
    return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(private.public_key().public_bytes_raw())}


def _document(private: "EllipticCurvePrivateKey") -> dict[str, str]:
    """The public members of a JWK."""
    numbers = private.public_key().public_numbers()
    x, y = (to_base64url(n.to_bytes(COORDINATE)) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _new_badge(since: datetime) -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    private = Ed25519PrivateKey.generate()
    jwk = _badge(private) | {"alg": "EdDSA", "use": "sig", "d": to_base64url(private.private_bytes_raw())}
    return jwk | {"kid": thumbprint(jwk), "nbf": int(since.timestamp())}


def _new_document(since: datetime, name: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    private = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(private, since, name).public_bytes(Encoding.DER)
    d = to_base64url(private.private_numbers().private_value.to_bytes(COORDINATE))
    jwk = _document(private) | {"alg": "ES256", "use": "sig", "d": d}
    return jwk | {"kid": thumbprint(jwk), "x5c": [b64encode(certificate).decode()], "nbf": int(since.timestamp())}


def _certificate(private: "EllipticCurvePrivateKey", since: datetime, name: str) -> "Certificate":
    """Self-signed, for signing documents and nothing else: readers show its name, and whose it is our published keys say."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    only_documents = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=365 * YEARS_OF_CERTIFICATE))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(only_documents, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, SHA256())
    )


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """One writer at a time, whatever the process: the folder is locked, since the file itself is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
        os.fsync(folder)  # the new name lasts as the bytes do
    finally:
        os.close(folder)


def _write(path: Path, keys: list[dict[str, Any]]) -> None:
    """A whole file or none. It is made with mode 0600 from the start."""
    path = path.resolve()  # of a link, the file that it names is replaced
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({"keys": keys}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
