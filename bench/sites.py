"""A whole site on a database of its own: migrated, the real courses published, a crowd in it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import text

from lms.accounts.models import Person
from lms.catalog import service as catalog
from lms.catalog import shelf
from lms.content.folder import read_folder
from lms.core import database
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.factory import create_app
from lms.migrations.commands import upgrade
from lms.settings import ROOT, Settings
from lms.signing import keys
from tests.databases import Cluster, postgresql_programs

from .generator import SMALL, Size, populate, so_many_modules
from .visitor import Visitor

SECRET = "only-for-measuring-0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Site:
    """`folder` holds what is the site's own; `settings` are those another process needs to serve the same site."""

    app: Flask
    settings: Settings

    def visitor(self, person_id: int) -> Visitor:
        """A signed-in visitor with a session cookie."""
        with self.app.app_context():
            return Visitor(self.app, db.session.get_one(Person, person_id))

    def environment(self) -> dict[str, str]:
        settings = self.settings
        return {
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "MAIL_URL": settings.mail_url,
            "COURSES_DIR": str(settings.courses_dir),
            "SIGNING_KEY_FILE": str(settings.signing_key_file),
        }


@contextmanager
def site(url: str = "", size: Size = SMALL) -> Iterator[Site]:
    """A site of that size, gone with its files at the end. SQLite unless the address of an empty database is given."""
    folder = Path(tempfile.mkdtemp(prefix="msc-ready-bench-"))
    settings = settings_of(url or f"sqlite:///{folder / 'site.db'}", folder)
    app = create_app(settings)
    shelf._Shelf.published = None  # another site's revision may have the same number
    try:
        with app.app_context():
            _fill(size)
        yield Site(app, settings)
    finally:
        with app.app_context():
            db.session.close()
            database.dispose()
        shelf._Shelf.published = None
        shutil.rmtree(folder, ignore_errors=True)


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url,
        secret_key=SECRET,
        site_url="http://localhost",
        mail_url=f"file:{folder / 'mail'}",
        courses_dir=ROOT / "courses",
        port=8000,
        instance=folder,
        signing_key_file=folder / keys.FILE,
    )


def _fill(size: Size) -> None:
    upgrade()
    settings: Settings = current_app.extensions["settings"]
    keys.new(settings.signing_key_file, name="MSC Ready", now=now())
    files = so_many_modules(read_folder(ROOT / "courses").files, size.modules)
    with transaction():
        catalog.publish(db.session, files, base=None, author="bench", message="The courses", now=now())
    with transaction():
        populate(db.session, size, now())
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # what autovacuum does some time after such a change


def on_each_database(size: Size = SMALL) -> Iterator[tuple[str, Site]]:
    """The name of each kind of database, and a site on it. PostgreSQL where its programs are on this machine.

    Its server runs without fsync, which spares waiting and leaves the CPU that is counted here as it is.
    """
    with site(size=size) as made:
        yield "SQLite", made
    programs = postgresql_programs()
    if programs is None:
        return
    server = Cluster(programs)
    try:
        server.execute("CREATE DATABASE bench")
        with site(server.url("bench"), size) as made:
            yield "PostgreSQL", made
    finally:
        server.stop()
