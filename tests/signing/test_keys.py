"""The key file: modes, rotation, two writers at once, and files that are none."""

import json
import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.oid import NameOID

from lms.signing import jws, keys
from lms.signing.keys import CannotRevoke, HasKeys, NoKeys
from lms.signing.rules import BadKeys, PublicKeys

THEN = datetime(2026, 11, 24, 12, 0, 0, 7, tzinfo=UTC)
LATER = THEN + timedelta(days=400)
NAME = "Sample Training Office"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "instance" / keys.FILE


def private_halves(path: Path) -> list[str]:
    """Ids of keys whose private half is in the file."""
    return [jwk["kid"] for jwk in json.loads(path.read_text())["keys"] if "d" in jwk]


def test_a_new_file_is_for_its_owner_alone(path: Path) -> None:
    former = os.umask(0)
    try:
        keys.new(path, name=NAME, now=THEN)
    finally:
        os.umask(former)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == [keys.FILE]
    assert not keys.open_to_others(path)
    path.chmod(0o640)
    assert keys.open_to_others(path)


def test_the_pair_and_its_certificate(path: Path) -> None:
    made = keys.new(path, name=NAME, now=THEN)
    badge, document = made.public.keys
    assert (badge.algorithm, document.algorithm) == ("EdDSA", "ES256")
    assert (badge.since, badge.until) == (THEN.replace(microsecond=0), None)
    certificate = load_der_x509_certificate(made.certificate)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == NAME
    assert certificate.not_valid_before_utc == THEN.replace(microsecond=0)
    assert certificate.not_valid_after_utc.year == 2051
    certificate.verify_directly_issued_by(certificate)


def test_what_is_shown_of_keys_is_never_private(path: Path) -> None:
    made = keys.new(path, name=NAME, now=THEN)
    secrets = [jwk["d"] for jwk in json.loads(path.read_text())["keys"]]
    shown = f"{made!r} {keys._kept(path, *keys._stamp(path))!r} {made.public.to_jwks()}"
    assert not [secret for secret in secrets if secret in shown]


def test_rotation_keeps_what_was_signed_and_drops_the_private_halves(path: Path) -> None:
    first = keys.new(path, name=NAME, now=THEN)
    secrets = [jwk["d"] for jwk in json.loads(path.read_text())["keys"]]
    token = jws.sign(b"old", first, typ="text")
    second = keys.new(path, name=NAME, now=LATER)
    assert jws.verify(token, second.public) == b"old"
    assert [key.until for key in second.public.keys] == [LATER.replace(microsecond=0)] * 2 + [None] * 2
    assert private_halves(path) == [second.badge_id, second.document_id]
    assert not [secret for secret in secrets if secret.encode() in path.read_bytes()]
    assert {first.badge_id, first.document_id}.isdisjoint({second.badge_id, second.document_id})


def test_a_rotation_is_seen_without_a_restart(path: Path) -> None:
    first = keys.new(path, name=NAME, now=THEN)
    assert keys.load(path) is keys.load(path)
    keys.new(path, name=NAME, now=THEN)
    assert keys.load(path).badge_id != first.badge_id
    assert len(keys.public(path).keys) == 4


def test_a_retirement_is_never_dated_anew(path: Path) -> None:
    keys.new(path, name=NAME, now=THEN)
    keys.new(path, name=NAME, now=LATER)
    third = keys.new(path, name=NAME, now=LATER + timedelta(days=1))
    assert third.public.keys[0].until == LATER.replace(microsecond=0)


def test_only_the_first_when_asked_so(path: Path) -> None:
    made = keys.new(path, name=NAME, now=THEN, first=True)
    with pytest.raises(HasKeys):
        keys.new(path, name=NAME, now=LATER, first=True)
    assert keys.load(path).badge_id == made.badge_id


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "safe" / "keys.json"
    keys.new(kept, name=NAME, now=THEN)
    path.parent.mkdir()
    path.symlink_to(kept)
    keys.new(path, name=NAME, now=LATER)
    assert path.is_symlink()
    assert len(keys.public(kept).keys) == 4


def test_published_keys_can_be_put_before_new_ones_when_the_file_was_lost(path: Path) -> None:
    lost = keys.new(path, name=NAME, now=THEN)
    token, published = jws.sign(b"old", lost, typ="text"), lost.public.to_jwks()["keys"]
    path.unlink()
    made = keys.new(path, name=NAME, now=LATER)
    file = json.loads(path.read_text())
    file["keys"] = [jwk | {"exp": int(LATER.timestamp())} for jwk in published] + file["keys"]
    path.write_text(json.dumps(file))
    assert jws.verify(token, keys.public(path)) == b"old"
    assert keys.load(path).badge_id == made.badge_id


def make_many(path: Path, times: int) -> None:
    for _ in range(times):
        keys.new(path, name=NAME, now=THEN)


def test_two_processes_at_once_leave_one_whole_file_with_every_key(path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    workers = [spawning.Process(target=make_many, args=(path, 10)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    made = keys.load(path)
    assert len(made.public.keys) == 40
    assert private_halves(path) == [made.badge_id, made.document_id]
    assert [p.name for p in path.parent.iterdir()] == [keys.FILE]


def test_a_disk_that_is_full_leaves_the_former_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.new(path, name=NAME, now=THEN)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keys.new(path, name=NAME, now=LATER)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [keys.FILE]


def test_a_leaked_key_is_revoked_after_its_retirement(path: Path) -> None:
    first = keys.new(path, name=NAME, now=THEN)
    token = jws.sign(b"old", first, typ="text")
    with pytest.raises(CannotRevoke, match=r"is in use\. Run flask keys new first"):
        keys.revoke(path, first.badge_id, moment=THEN)
    second = keys.new(path, name=NAME, now=LATER)
    leaked = THEN + timedelta(days=30)
    assert keys.revoke(path, first.badge_id, moment=leaked).revoked == leaked.replace(microsecond=0)
    with pytest.raises(jws.ForeignKey):
        jws.verify(token, keys.public(path))
    published = json.loads(json.dumps(keys.public(path).to_jwks()))["keys"][0]
    assert published["revoked"] == {"revoked_at": int(leaked.timestamp()), "reason": "compromised"}
    assert jws.verify(jws.sign(b"new", keys.load(path), typ="text"), keys.public(path)) == b"new"
    assert private_halves(path) == [second.badge_id, second.document_id]
    with pytest.raises(CannotRevoke, match="revoked already"):
        keys.revoke(path, first.badge_id, moment=leaked)
    with pytest.raises(CannotRevoke, match="There is no key nobody"):
        keys.revoke(path, "nobody", moment=leaked)


def test_no_file_says_what_to_do(path: Path) -> None:
    for use in (keys.load, keys.public, keys.check):
        with pytest.raises(NoKeys, match="Run flask keys new"):
            use(path)


def swapped(text: str, other: str) -> str:
    """The private halves of one file in the other."""
    one, two = json.loads(text), json.loads(other)
    for mine, theirs in zip(one["keys"], two["keys"], strict=True):
        mine["d"] = theirs["d"]
    return json.dumps(one)


def other_certificate(text: str, other: str) -> str:
    one, two = json.loads(text), json.loads(other)
    one["keys"][1]["x5c"] = two["keys"][1]["x5c"]
    return json.dumps(one)


def published_only(text: str, _other: str) -> str:
    plain = json.loads(text)
    for jwk in plain["keys"]:
        del jwk["d"]
    return json.dumps(plain)


def with_d(value: object) -> Callable[[str, str], str]:
    def change(text: str, _other: str) -> str:
        plain = json.loads(text)
        plain["keys"][1]["d"] = value
        return json.dumps(plain)

    return change


@pytest.mark.parametrize(
    "damage",
    [
        lambda text, _other: "",
        lambda text, _other: text[: len(text) // 2],
        lambda text, _other: "[" * 100_000,
        lambda text, _other: '{"keys": []}',
        lambda text, _other: "\x00\xff",
        swapped,
        other_certificate,
        published_only,
        with_d(""),
        with_d("AAAA"),
        with_d(7),
        with_d("A" * 43),
    ],
)
def test_a_damaged_file_says_what_to_do(path: Path, damage: Callable[[str, str], str]) -> None:
    other = path.with_name("other.json")
    keys.new(path, name=NAME, now=THEN)
    keys.new(other, name=NAME, now=THEN)
    path.write_text(damage(path.read_text(), other.read_text()), encoding="utf-8")
    with pytest.raises(BadKeys, match=r"holds no signing keys that can be used\. Put your copy back"):
        keys.load(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match=r"cannot be read \(Is a directory\)"):
        keys.load(tmp_path)


def test_before_there_is_a_file_nothing_is_published(path: Path) -> None:
    assert keys.published(path) == PublicKeys(())
    made = keys.new(path, name="MSC Ready", now=THEN)
    assert keys.published(path) == made.public
