"""What every test may ask for: a published site on a fresh database, a session, a page client that inspects every page."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import shelf
from lms.catalog.shelf import Published, published
from lms.core import database
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.factory import create_app
from lms.migrations.commands import upgrade
from lms.settings import ROOT, Settings
from lms.signing import keys
from lms.signing.keys import SigningKeys
from tests.databases import Cluster, PostgreSQLTemplate, SQLiteTemplate, Template, postgresql_programs
from tests.factories.library import small_courses
from tests.pages import Browser, Client

on_both = pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
# The same where PostgreSQL's half takes long: that one goes with the slow tests.
on_both_in_time = pytest.mark.parametrize(
    "backend",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])],
    indirect=True,
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if postgresql_programs() is None:
        terminalreporter.write_line("NOT RUN: the PostgreSQL half of the database tests; install postgresql to run it.")


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: SQLite unless the test is marked `on_both`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not on this machine")
    started = Cluster(programs)
    yield started
    started.stop()


def settings_for(url: str, folder: Path, courses: Path = ROOT / "courses") -> Settings:
    return Settings(
        database_url=url,
        secret_key="only-for-tests-0123456789abcdefghij",
        site_url="http://localhost",
        mail_url=f"file:{folder / 'mail'}",
        courses_dir=courses,
        port=8000,
        instance=folder,
        signing_key_file=folder / keys.FILE,
    )


class Site:
    """An app on a template database that holds the small published library."""

    def __init__(self, template: Template, folder: Path, key_file: Path) -> None:
        self.template = template
        self.app = create_app(replace(settings_for(template.url, folder), signing_key_file=key_file))
        self.app.test_client_class = Client
        self.app.config |= {"TESTING": True, "MAIL_BACKEND": "locmem"}
        self.app.extensions["mailman"].backend = "locmem"
        with self.app.app_context():
            upgrade()
            with transaction():
                catalog.publish(
                    db.session, small_courses(), base=None, author="tests", message="The small library", now=now()
                )
            db.session.remove()
            database.dispose()
        template.keep()

    def fresh(self) -> Flask:
        with self.app.app_context():
            db.session.remove()
            database.dispose()
        self.template.reset()
        shelf._Shelf.published = None
        return self.app


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signing keys of every test site. Tests that rotate keys make a file of their own."""
    path = tmp_path_factory.mktemp("keys") / keys.FILE
    keys.new(path, name="MSC Ready at sample.example", now=now())
    return path


@pytest.fixture(scope="session")
def signing_keys(key_file: Path) -> SigningKeys:
    return keys.load(key_file)


@pytest.fixture(scope="session")
def sqlite_site(key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("sqlite")
    return Site(SQLiteTemplate(folder), folder, key_file)


@pytest.fixture(scope="session")
def postgresql_site(cluster: Cluster, key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(PostgreSQLTemplate(cluster), tmp_path_factory.mktemp("postgresql"), key_file)


@pytest.fixture
def app(backend: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The site on a fresh copy of the template: migrated, the small library published, nobody in it."""
    site: Site = request.getfixturevalue(f"{backend}_site")
    app = site.fresh()
    yield app
    with app.app_context():
        db.session.remove()
        database.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session in an app context. Tests commit what they make with `session.commit()`."""
    with app.app_context():
        yield db.session
        db.session.rollback()
        g.pop("schedule", None)


@pytest.fixture
def shelf_now(session: Session) -> Published:
    """The published small library."""
    return published(session)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A page client with cookies of its own; it inspects every page it opens."""
    return Browser(app)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and cloud credentials of the machine are none of the tests' business."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(os.environ, "NO_PROXY", "*")
