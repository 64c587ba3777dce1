"""flask evidence: the file and its check, with the exit status that a script goes by."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.signing import keys
from tests.evidence.world import World, files, manifest, world


@pytest.fixture
def here(session: Session) -> World:
    return world(session)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "packet.zip"


@pytest.fixture
def made(app: Flask, here: World, file: Path) -> Path:
    assert run(app, here.company.number, "-o", str(file), "--since", "2026-01-01").exit_code == 0
    return file


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["evidence", *arguments])


def test_it_writes_the_packet_of_the_period(app: Flask, session: Session, here: World, file: Path) -> None:
    period = ("--since", "2026-01-01", "--until", "2026-06-30")
    done = run(app, here.company.number, "-o", str(file), *period, "--language", "es", "--paper", "a4")
    assert done.exit_code == 0, done.output
    assert f"{file.stat().st_size:,} bytes" in done.output
    plain = manifest(files(file.read_bytes()))
    assert plain["period"] == {"since": "2026-01-01", "until": "2026-06-30"}
    assert (plain["language"], plain["paper"]) == ("es", "a4")
    assert [path.name for path in file.parent.iterdir()] == [file.name], "no half file is left"
    session.rollback()
    assert session.scalars(select(AuditEntry).filter_by(action="evidence.asked")).one().subject == here.company.number


@pytest.mark.parametrize(
    "arguments",
    [
        ("NOBODY", "-o", "x.zip"),
        ("NUMBER",),
        (),
        ("NUMBER", "-o", "x.zip", "--since", "2026-02-30"),
        ("NUMBER", "-o", "x.zip", "--since", "2026-02-01", "--until", "2026-01-01"),
        ("NUMBER", "-o", "x.zip", "--until", "8999-01-01"),
        ("--verify", "missing.zip"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_what_does_not_exist_ends_with_2(app: Flask, here: World, arguments: Sequence[str]) -> None:
    done = run(app, *(here.company.number if a == "NUMBER" else a for a in arguments))
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_what_cannot_be_made_ends_with_1(app: Flask, here: World, tmp_path: Path) -> None:
    done = run(app, here.company.number, "-o", str(tmp_path / "no" / "such" / "x.zip"))
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_a_packet_is_checked_with_our_keys_and_with_a_saved_copy(app: Flask, made: Path, tmp_path: Path) -> None:
    saved = tmp_path / "jwks.json"
    saved.write_text(json.dumps(keys.public(app.extensions["settings"].signing_key_file).to_jwks()))
    for options in ((), ("--keys", str(saved))):
        done = run(app, "--verify", str(made), *options)
        assert (done.exit_code, done.output) == (0, "Every file is as it was signed.\n")


def test_foreign_keys_do_not_vouch_for_it(app: Flask, made: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "jwks.json"
    keys.new(tmp_path / "other.json", name="other.example", now=now())
    foreign.write_text(json.dumps(keys.public(tmp_path / "other.json").to_jwks()))
    done = run(app, "--verify", str(made), "--keys", str(foreign))
    assert done.exit_code == 1
    assert "not by a key of the list" in done.output


def changed_manifest(found: dict[str, bytes]) -> None:
    found["manifest.json"] = found["manifest.json"].replace(b"Sample Freight", b"Simple Freight")


def changed_everything(found: dict[str, bytes]) -> None:
    """A file, and its digest in a manifest that is signed with nothing."""
    found["manifest.jws"] = found["manifest.jws"][:-4] + b"AAAA"


def changed_record(found: dict[str, bytes]) -> None:
    found["records.xlsx"] = found["records.xlsx"][:-1] + b"x"


def added(found: dict[str, bytes]) -> None:
    found["certificates/another.pdf"] = b"%PDF-"


def left_out(found: dict[str, bytes]) -> None:
    del found["evidence.pdf"]


def no_signature(found: dict[str, bytes]) -> None:
    found["manifest.jws"] = b"\xff\x00"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (changed_manifest, "manifest.json is not what was signed."),
        (changed_everything, "manifest.jws was changed"),
        (changed_record, "records.xlsx was changed."),
        (added, "certificates/another.pdf is not in the manifest."),
        (left_out, "evidence.pdf is missing."),
        (no_signature, "manifest.jws is no signature of ours."),
    ],
)
def test_whatever_was_changed_ends_with_1(
    app: Flask, made: Path, change: Callable[[dict[str, bytes]], None], sentence: str
) -> None:
    found = files(made.read_bytes())
    change(found)
    with ZipFile(made, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    done = run(app, "--verify", str(made))
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Do not rely on it." in done.output


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_ends_with_1(app: Flask, made: Path) -> None:
    with ZipFile(made, "a") as archive:
        archive.writestr("records.xlsx", b"another")
    done = run(app, "--verify", str(made))
    assert done.exit_code == 1
    assert "records.xlsx is in it more than once." in done.output


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_packet_ends_with_2(app: Flask, file: Path, data: bytes) -> None:
    file.write_bytes(data)
    done = run(app, "--verify", str(file))
    assert done.exit_code == 2
    assert str(file) in done.output
