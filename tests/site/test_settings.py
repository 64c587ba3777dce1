"""Settings stop the start with a sentence that says what to do."""

from pathlib import Path

import pytest
from flask import request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.factory import create_app
from lms.settings import SettingsError, read_settings

SECRET = "0123456789abcdefghijklmnopqrstuv"


def read(root: Path, **environ: str) -> object:
    (root / "courses").mkdir(exist_ok=True)
    return read_settings({"SECRET_KEY": SECRET} | environ, root)


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = read_settings({"SECRET_KEY": SECRET, "COURSES_DIR": str(tmp_path)}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/msc-ready.db"
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.port == 8000
    assert not settings.secure


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "too easy to guess"),
        ({"SECRET_KEY": "a" * 40}, "too easy to guess"),
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"PROXIES": "one"}, "PROXIES is 'one'"),
        ({"PROXIES": "10"}, "0 to 9"),
        ({"PORT": "70000"}, "from 1 to 65535"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL begins with 'mysql'"),
        ({"DATABASE_URL": "postgresql://robin:hush@host:port/name"}, "DATABASE_URL cannot be read"),
        ({"SITE_URL": "http://[training.example"}, "Set it to the address people type"),
        ({"SITE_URL": "https://training.example:99999"}, "Set it to the address people type"),
        ({"MAIL_URL": "smtp://mail.example:port"}, "MAIL_URL is"),
        ({"SITE_URL": "training.example"}, "Set it to the address people type"),
        ({"SITE_URL": "http://training.example"}, "sign-in needs TLS"),
        ({"MAIL_URL": "pigeon://roof"}, "MAIL_URL is"),
        ({"COURSES_DIR": "/nowhere/at/all"}, "is no folder"),
    ],
)
def test_a_bad_setting_says_what_to_do(tmp_path: Path, environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read(tmp_path, **environ)


def test_the_secret_that_setup_keeps_is_found(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text(SECRET + "\n")
    assert read(tmp_path, SECRET_KEY="").secret_key == SECRET  # type: ignore[attr-defined]


def test_the_key_file_is_kept_beside_the_database_and_need_not_be_there(tmp_path: Path) -> None:
    settings = read_settings({"SECRET_KEY": SECRET, "COURSES_DIR": str(tmp_path)}, tmp_path)
    assert settings.signing_key_file == tmp_path / "instance" / "signing-keys.json"
    assert not settings.names_key_file


def test_a_named_key_file_can_be_made_later(tmp_path: Path) -> None:
    settings = read(tmp_path, SIGNING_KEY_FILE=f"{tmp_path}/keys.json")
    assert settings.signing_key_file == tmp_path / "keys.json"  # type: ignore[attr-defined]
    assert settings.names_key_file  # type: ignore[attr-defined]


def test_a_named_key_file_that_is_none_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    for named, says in (
        ("keys.json", "holds no signing keys that can be used"),
        ("no/keys.json", "whose folder is not there. Make the folder"),
        (".", r"cannot be read \(Is a directory\)"),
        ("keys.json/keys.json", "cannot be read"),
    ):
        with pytest.raises(SettingsError, match=f"^SIGNING_KEY_FILE.*{says}"):
            read(tmp_path, SIGNING_KEY_FILE=f"{tmp_path}/{named}")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_the_usual_spelling_of_a_postgresql_address_is_understood(tmp_path: Path, scheme: str) -> None:
    assert read(tmp_path, DATABASE_URL=f"{scheme}://u:p@host/n").database_url == "postgresql+psycopg://u:p@host/n"  # type: ignore[attr-defined]


def test_a_password_of_the_mail_server_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, MAIL_URL="pigeon://robin:hush@roof")
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(("proxies", "client"), [("0", "10.0.0.1"), ("1", "192.0.2.7"), ("2", "198.51.100.1")])
def test_as_many_proxies_are_believed_as_stand_in_front(tmp_path: Path, proxies: str, client: str) -> None:
    app = create_app(read_settings({"SECRET_KEY": SECRET, "COURSES_DIR": str(tmp_path), "PROXIES": proxies}, tmp_path))
    said = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}
    environ = EnvironBuilder("/healthz", headers=said, environ_base={"REMOTE_ADDR": "10.0.0.1"}).get_environ()
    seen: list[str] = []
    app.before_request(lambda: seen.append(request.remote_addr or ""))
    run_wsgi_app(app.wsgi_app, environ)
    assert seen == [client]
