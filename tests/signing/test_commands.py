"""flask keys, for operators."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.factory import create_app
from lms.signing import keys
from tests.conftest import settings_for


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["keys", *arguments])


@pytest.fixture
def path(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of the test's own, not there yet."""
    path = tmp_path / keys.FILE
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], signing_key_file=path))
    return path


def audited(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("keys.")).order_by(AuditEntry.id))
    return [(row.action, row.subject) for row in rows]


def test_the_first_keys_are_made_and_audited(app: Flask, session: Session, path: Path) -> None:
    made = run(app, "new", "--name", "Sample Training Office")
    assert made.exit_code == 0, made.output
    badge, document = keys.public(path).keys
    assert badge.id in made.output
    assert "Keep a copy of this file apart from the database" in made.output
    assert audited(session) == [("keys.made", f"key {badge.id}"), ("keys.made", f"key {document.id}")]


def test_the_name_is_that_of_the_site_unless_given(app: Flask, session: Session, path: Path) -> None:
    assert run(app, "new").exit_code == 0
    assert b"MSC Ready at localhost" in keys.load(path).certificate


def test_making_keys_twice_retires_the_first(app: Flask, session: Session, path: Path) -> None:
    run(app, "new")
    first = keys.public(path).keys
    again = run(app, "new")
    assert again.exit_code == 0, again.output
    assert [key.until is None for key in keys.public(path).keys] == [False, False, True, True]
    assert audited(session)[-2:] == [("keys.retired", f"key {key.id}") for key in first]


def test_only_where_there_are_none(app: Flask, session: Session, path: Path) -> None:
    assert run(app, "new", "--if-none").exit_code == 0
    before = path.read_bytes()
    again = run(app, "new", "--if-none")
    assert (again.exit_code, path.read_bytes()) == (0, before)
    assert "Nothing was made" in again.output
    assert len(audited(session)) == 2


def test_keys_are_made_before_there_are_tables(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    made = run(create_app(settings), "new")
    assert made.exit_code == 0, made.output
    assert "The audit has no row keys.made: the database has no tables yet." in made.output
    assert keys.load(settings.signing_key_file)


def test_no_output_holds_a_private_half(app: Flask, session: Session, path: Path) -> None:
    outputs = [run(app, "new").output]
    secrets = [jwk["d"] for jwk in json.loads(path.read_text())["keys"]]
    outputs += [run(app, "list").output, run(app, "list", "--format", "json").output, run(app, "new").output]
    secrets += [jwk["d"] for jwk in json.loads(path.read_text())["keys"] if "d" in jwk]
    assert len(secrets) == 4
    assert not [secret for secret in secrets for output in outputs if secret in output]
    details = [row.details for row in session.scalars(select(AuditEntry))]
    assert not [secret for secret in secrets if secret in json.dumps(details)]


def test_keys_are_listed(app: Flask, session: Session, path: Path) -> None:
    run(app, "new")
    run(app, "new")
    told = run(app, "list")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.output.splitlines()] == [key.id for key in keys.public(path).keys]
    assert told.output.count("in use") == 2
    listed = json.loads(run(app, "list", "--format", "json").output)
    assert [key["algorithm"] for key in listed] == ["EdDSA", "ES256"] * 2
    assert [key["until"] is None for key in listed] == [False, False, True, True]


def test_a_leaked_key_is_revoked(app: Flask, session: Session, path: Path) -> None:
    run(app, "new")
    leaked = keys.public(path).keys[0]
    refused = run(app, "revoke", leaked.id, "--from", "2026-01-02")
    assert refused.exit_code == 1
    assert "Run flask keys new first" in refused.output
    run(app, "new")
    done = run(app, "revoke", leaked.id, "--from", "2026-01-02")
    assert done.exit_code == 0, done.output
    assert "revoked from" in done.output
    assert keys.public(path).keys[0].revoked == leaked.since
    assert audited(session)[-1] == ("keys.revoked", f"key {leaked.id}")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["list"], 1, "Run flask keys new."),
        (["revoke", "nobody", "--from", "2026-01-02"], 1, "Nothing was revoked."),
        (["revoke", "-nobody", "--from", "2026-01-02"], 1, "Nothing was revoked."),
        (["revoke", "nobody", "--from", "9000-01-02"], 2, "This day is still to come."),
        (["revoke", "nobody", "--from", "today"], 2, "does not match"),
        (["revoke", "nobody"], 2, "--from"),
        (["new", "--name", " "], 2, "Use 1 to 64 printed characters"),
        (["new", "--name", "é" * 33], 2, "Use 1 to 64 printed characters"),
        (["new", "--name", "a\nb"], 2, "Use 1 to 64 printed characters"),
    ],
)
def test_what_cannot_be_done_is_told(
    app: Flask, session: Session, path: Path, arguments: list[str], status: int, says: str
) -> None:
    told = run(app, *arguments)
    assert (told.exit_code, says in told.output) == (status, True), told.output
    assert not path.exists()


def test_a_damaged_file_is_never_overwritten(app: Flask, session: Session, path: Path) -> None:
    path.write_text("{}")
    for arguments in (["new"], ["new", "--if-none"], ["list"]):
        told = run(app, *arguments)
        assert told.exit_code == 1
        assert "Put your copy back" in told.output
    assert path.read_text() == "{}"


def test_a_folder_that_cannot_be_written_is_told(app: Flask, session: Session, path: Path) -> None:
    folder = path.parent / "file"
    folder.write_text("")
    app.extensions["settings"] = replace(app.extensions["settings"], signing_key_file=folder / "keys.json")
    told = run(app, "new")
    assert told.exit_code == 1
    assert "No keys were made." in told.output
