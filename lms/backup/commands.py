"""flask backup, flask restore."""

from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import URL, func, inspect, make_url, select

from lms.accounts.models import Person
from lms.core import database
from lms.core.clock import now
from lms.core.database import db
from lms.fsck import commands as fsck
from lms.migrations import commands as migrations

from . import archive, engines, rules
from .rules import BackupError, Engine, Manifest

KEYS = "The signing keys and SECRET_KEY are not in it: keep copies of them at another place."


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Make nothing: say whether FILE is a whole backup.")
@with_appcontext
def backup(file: Path, *, check: bool) -> None:
    """Write the whole database into FILE, beside the running site; or check a backup that is there.

    Exit status 0 when it is whole, 1 when it is not.
    """
    try:
        manifest = _checked(file) if check else _made(file)
    except (BackupError, OSError) as error:
        raise click.ClickException(_sentence(error)) from error
    made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"{file}: {rules.NAMES[manifest.engine]} of {made}, {manifest.size:,} bytes, version {manifest.schema}. Whole."
    )
    if not check:
        click.echo(KEYS)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a database with accounts in it.")
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup into the database, all of it or nothing, then hold it to what the site promises (flask fsck).

    Exit status 0 when nothing is wrong, 1 when something is.
    """
    url = _url()
    if not replace and _has_accounts():
        raise click.UsageError("The database holds accounts. Say --replace to put the backup in their place.")
    try:
        with archive.opened(file, _beside(url)) as (manifest, dumped):
            if said := rules.objection(manifest, url.get_backend_name(), migrations.known()):
                raise click.ClickException(said)
            db.session.close()  # what it has read would keep the tables from going
            database.dispose()
            engines.load(url, dumped)
    except (BackupError, OSError) as error:
        raise click.ClickException(f"{_sentence(error)} The database is as it was.") from error
    migrations.upgrade()
    click.echo(f"Restored what was there on {manifest.made_at:%Y-%m-%d %H:%M} UTC. Looking through it ...")
    raise SystemExit(1 if fsck.told() else 0)


def _made(file: Path) -> Manifest:
    """A new backup, read again once it is written. Raises BackupError."""
    if file.exists():
        raise click.UsageError(f"{file} is there already. Name another file.")
    if not file.parent.is_dir():
        raise click.UsageError(f"There is no folder {file.parent}. Make it first, or name a file in another one.")
    url = _url()
    with TemporaryDirectory(dir=file.resolve().parent, prefix="backup-") as folder:
        dumped, at = Path(folder, "database"), now()
        database.dispose()
        engines.dump(url, dumped)
        size, sha256 = archive.digest_of(dumped)
        schema = migrations.current(db.session.connection())
        archive.write(file, dumped, Manifest(_engine(url), schema, at, size, sha256))
    return _checked(file)


def _checked(file: Path) -> Manifest:
    with archive.opened(file, Path(gettempdir())) as (manifest, _):
        return manifest


def _has_accounts() -> bool:
    if not inspect(db.engine).has_table("person"):
        return False
    return bool(db.session.scalar(select(func.count(Person.id))))


def _url() -> URL:
    return make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])


def _engine(url: URL) -> Engine:
    return "postgresql" if url.get_backend_name() == "postgresql" else "sqlite"


def _beside(url: URL) -> Path:
    """Where a database is unpacked: beside an SQLite file there is room for another one."""
    return Path(url.database or "").resolve().parent if _engine(url) == "sqlite" else Path(gettempdir())


def _sentence(error: BackupError | OSError) -> str:
    return str(error) if isinstance(error, BackupError) else f"{error.filename or 'The disk'}: {error.strerror}."


COMMANDS = (backup, restore)
