"""What doctor, /readyz and the commands say of a database without tables: a sentence, and never a trace."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lms.core.clock import now
from lms.factory import create_app
from lms.health import findings, why_not_serve
from lms.settings import SettingsError, read_settings
from lms.signing import keys

SECRET = "0123456789abcdefghijklmnopqrstuv"


def empty(folder: Path, **environ: str) -> Flask:
    (folder / "courses").mkdir(exist_ok=True)
    return create_app(read_settings({"SECRET_KEY": SECRET} | environ, folder))


def test_readyz_says_what_to_do_first(tmp_path: Path) -> None:
    answer = empty(tmp_path).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["reasons"] == ["The tables are not those of this version. Run flask db upgrade."]


def test_doctor_says_what_to_mend(tmp_path: Path) -> None:
    result = empty(tmp_path).test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "MEND  published content: Mend the above first." in result.output


def test_doctor_names_the_fonts_that_names_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = tmp_path / "fc-list"
    listing.write_text("#!/bin/sh\nprintf 'en,ar,he|en|'\n")
    listing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = empty(tmp_path).test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert (
        "MEND  fonts for names: Some names cannot be printed. Install fonts-noto-cjk (apt-get install)."
        in result.output
    )


@pytest.mark.parametrize(
    "command", [["publish", "-m", "First"], ["pull"], ["stats"], ["certificate", "verify", __file__], ["db", "check"]]
)
def test_a_command_without_tables_answers_in_a_sentence(tmp_path: Path, command: list[str]) -> None:
    result = empty(tmp_path).test_cli_runner().invoke(args=command)
    assert result.exit_code in (1, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_mail_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="MAIL_URL names a folder that cannot be made"):
        empty(tmp_path, MAIL_URL=f"file:{tmp_path}/file/mail")


def signing_finding(app: Flask) -> str:
    with app.app_context():
        return next(finding.advice for finding in findings(app) if finding.name == "signing keys")


def test_doctor_says_how_signing_keys_are(tmp_path: Path) -> None:
    app, path = empty(tmp_path), tmp_path / "instance" / "signing-keys.json"
    assert signing_finding(app) == "Certificates cannot be signed. Run flask keys new."
    keys.new(path, name="Sample", now=now())
    assert signing_finding(app) == ""
    path.chmod(0o604)
    assert signing_finding(app) == f"Others can read {path}. Type chmod 600 {path}."
    path.write_text("{}")
    assert signing_finding(app).startswith(f"{path} holds no signing keys that can be used.")


def test_a_named_key_file_must_be_there_to_serve(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], signing_key_file=path))
    with app.app_context():
        assert why_not_serve(app, "127.0.0.1:8000") == [
            f"SIGNING_KEY_FILE names {path}, which is not there. Run flask keys new."
        ]
        keys.new(path, name="Sample", now=now())
        assert why_not_serve(app, "127.0.0.1:8000") == []


def test_debug_stops_the_start(app: Flask) -> None:
    with app.app_context():
        assert why_not_serve(app, "127.0.0.1:8000") == []
        app.debug = True
        assert why_not_serve(app, "127.0.0.1:8000") == ["FLASK_DEBUG is set, and errors would show the code. Unset it."]
        app.debug = False
