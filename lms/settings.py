"""Settings: read once from the environment into one frozen value that is handed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lms.signing import keys
from lms.signing.rules import KeysError

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgresql+psycopg")
SHORTEST_SECRET = 32
MOST_PROXIES = 9


class SettingsError(Exception):
    """A setting is missing or bad; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`site_url` has no slash at its end. `mail_url` is file:FOLDER or smtp(s)://user:password@host:port.

    `signing_key_file` may not be there yet. One that the operator named must be there to serve. `proxies` stand in front, each
    of which says in X-Forwarded-For for whom it asks.
    """

    database_url: str
    secret_key: str
    site_url: str
    mail_url: str
    courses_dir: Path
    port: int
    instance: Path
    signing_key_file: Path
    proxies: int = 0

    @property
    def names_key_file(self) -> bool:
        """The operator keeps the keys at a place of their own."""
        return self.signing_key_file != self.instance / keys.FILE

    @property
    def secure(self) -> bool:
        """Cookies travel over TLS only where the site itself does."""
        return self.site_url.startswith("https://")


def read_settings(environ: Mapping[str, str], root: Path = ROOT) -> Settings:
    """The settings of the environment. Raises SettingsError with a sentence that says what to do."""
    instance = root / "instance"
    port = _port(environ.get("PORT", "8000"))
    courses = Path(environ.get("COURSES_DIR") or root / "courses")
    if not courses.is_dir():
        raise SettingsError(
            f"COURSES_DIR names {courses}, which is no folder. Set it to the folder that holds program.yml."
        )
    return Settings(
        database_url=_database(environ.get("DATABASE_URL") or f"sqlite:///{instance / 'msc-ready.db'}"),
        secret_key=_secret(environ.get("SECRET_KEY"), instance / "secret_key"),
        site_url=_site(environ.get("SITE_URL") or f"http://127.0.0.1:{port}"),
        mail_url=_mail(environ.get("MAIL_URL") or f"file:{instance / 'mail'}"),
        courses_dir=courses,
        port=port,
        instance=instance,
        signing_key_file=_keys(environ.get("SIGNING_KEY_FILE"), instance / keys.FILE),
        proxies=_proxies(environ.get("PROXIES", "0")),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT is {text!r}. Set it to a number from 1 to 65535.")
    return int(text)


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_PROXIES:
        raise SettingsError(
            f"PROXIES is {text!r}. Set it to how many proxies stand in front of the site, 0 to {MOST_PROXIES}."
        )
    return int(text)


def _database(url: str) -> str:
    scheme = url.partition("://")[0]
    use = "Use sqlite:///path/to/file.db or postgresql://user:password@host/name."
    if scheme in ("postgres", "postgresql"):  # the spelling most hosts hand out
        url = url.replace(scheme, "postgresql+psycopg", 1)
    elif scheme not in DATABASES:
        raise SettingsError(f"DATABASE_URL begins with {scheme!r}. {use}")
    try:
        make_url(url)
    except (ArgumentError, ValueError):  # never shown: it may hold a password
        raise SettingsError(f"DATABASE_URL cannot be read as an address. {use}") from None
    return url


def _secret(value: str | None, kept: Path) -> str:
    if not value and kept.is_file():
        value = kept.read_text(encoding="ascii").strip()
    if not value:
        raise SettingsError(
            "SECRET_KEY is not set. Set it to 32 or more random characters "
            "(python -c 'import secrets; print(secrets.token_hex(32))'), or type make run, which keeps one for you."
        )
    if len(value) < SHORTEST_SECRET or len(set(value)) < 10:
        raise SettingsError("SECRET_KEY is too easy to guess. Set it to 32 or more random characters.")
    return value


def _site(url: str) -> str:
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"SITE_URL is {url!r}. Set it to the address people type, like https://training.example.")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(f"SITE_URL is {url!r}: sign-in needs TLS. Set it to an https:// address.")
    return url.rstrip("/")


def _mail(url: str) -> str:
    parts = _parts(url)
    if parts and parts.scheme == "file" and parts.path:
        return url
    if parts and parts.scheme in ("smtp", "smtps") and parts.hostname:
        return url
    raise SettingsError(
        f"MAIL_URL is {url.split('@')[-1]!r}. Use smtp://user:password@host:port, smtps://... or file:FOLDER."
    )


def _keys(named: str | None, kept: Path) -> Path:
    """A named file that is there must be a key file; one that is not there is made by flask keys new."""
    if not named:
        return kept
    path = Path(named)
    try:
        keys.check(path)
    except keys.NoKeys:
        if not path.parent.is_dir():
            raise SettingsError(f"SIGNING_KEY_FILE names {path}, whose folder is not there. Make the folder.") from None
    except KeysError as error:
        raise SettingsError(f"SIGNING_KEY_FILE: {error}") from None
    return path


def _parts(url: str) -> SplitResult | None:
    """An address in its parts; None when brackets or port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read and refused only when it is asked for
    except ValueError:
        return None
    return parts
