"""flask check, publish, pull and coverage."""

import getpass
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms.content import coverage as covering
from lms.content import problem
from lms.content.folder import read_folder
from lms.content.grammar.text import did_you_mean
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.learning.retraining import follow
from lms.settings import Settings

from . import marker, service, store
from .marker import Marker
from .shelf import NothingPublished

FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))


def _courses() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.courses_dir


def _builds_on_the_site(folder: Path) -> bool:
    """A folder that was neither published from nor pulled to here is checked by itself."""
    try:
        return folder.resolve() == _courses().resolve() or marker.base_in(db.session, folder) is not None
    except (OperationalError, ProgrammingError):  # no database, or none of our tables yet
        return False


def _against_published(folder: Path) -> bool:
    try:
        return _builds_on_the_site(folder) and store.newest(db.session) is not None
    except (OperationalError, ProgrammingError):
        return False


@click.command("check")
@FOLDER
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@with_appcontext
def check(folder: Path | None, style: problem.Format) -> None:
    """Check a courses folder: every problem of every file, with line, column and what to do.

    Exit status 0 without errors (warnings may stand), 1 with errors.
    """
    folder = folder or _courses()
    read = read_folder(folder)
    result = service.checked(db.session, read.files, against_published=_against_published(folder))
    problems = problem.in_order((*read.problems, *result.problems))
    errors = sum(p.severity == "error" for p in problems)
    click.echo(problem.render(problems, style, prefix=str(folder)), nl=False)
    if style == "text":
        click.echo(f"{len(read.files)} files, {errors} errors, {len(problems) - errors} warnings.")
    raise SystemExit(1 if errors else 0)


def _sentence(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """What the history shows for good."""
    if not value.strip():
        raise click.BadParameter("Say in one sentence what changed.")
    return value.strip()


@click.command("publish")
@FOLDER
@click.option("-m", "--message", required=True, callback=_sentence, help="One sentence: what changed, for the history.")
@click.option("--author", default=getpass.getuser, show_default="your user name", help="Who publishes.")
@click.option("--onto", type=int, help="The revision this folder builds on, where it was never pulled.")
@with_appcontext
def publish(folder: Path | None, message: str, author: str, onto: int | None) -> None:
    """Make a folder the current revision, in one transaction. Refused when it has errors or lags behind the site."""
    folder = folder or _courses()
    read = read_folder(folder)
    try:
        with transaction():
            if read.problems:
                raise service.Unpublishable(read.problems)
            base = onto or marker.base_in(db.session, folder)
            revision = service.publish(db.session, read.files, base=base, author=author, message=message, now=now())
            due = follow(db.session, revision, now=now())
            left = Marker(revision.id, revision.digest)
    except service.NothingNew:
        click.echo("Nothing to publish: the site already serves this content.")
        return
    except service.Unpublishable as error:
        click.echo(problem.render(error.problems, "text", prefix=str(folder)), nl=False, err=True)
        raise click.ClickException(
            "Not published: mend the errors above first. The published revision stays up."
        ) from None
    except service.FolderLags as error:
        raise click.ClickException(
            "Not published: somebody else published since this folder was pulled, and it would undo their work in "
            f"{', '.join(error.paths)}. Run flask pull {folder}, look at these files, then publish again."
        ) from None
    marker.write(folder, left)
    click.echo(f"Published revision {left.revision}.")
    if due:
        click.echo(f"People who must learn what changed, counted for each module: {due}.")


@click.command("pull")
@FOLDER
@with_appcontext
def pull(folder: Path | None) -> None:
    """Write the current revision into a folder, so that git and the site never drift. Never overwrites an edit of yours."""
    folder = folder or _courses()
    read = read_folder(folder)
    try:
        pulled = service.pull(db.session, read.files, base=marker.base_in(db.session, folder))
    except NothingPublished:
        raise click.ClickException("Nothing has been published yet. Run flask publish first.") from None
    except service.PullConflict as error:
        raise click.ClickException(
            f"Not pulled: changed both here and on the site: {', '.join(error.paths)}. "
            "Move your versions aside, pull, and put your changes in again. Nothing was written."
        ) from None
    for path, data in pulled.write.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for path in pulled.remove:
        (folder / path).unlink(missing_ok=True)
    marker.write(folder, Marker(pulled.revision.id, pulled.revision.digest))
    changed = len(pulled.write) + len(pulled.remove)
    click.echo(
        f"{folder} is revision {pulled.revision.id} by {pulled.revision.author}: {pulled.revision.message} ({changed} files changed)"
    )


@click.command("coverage")
@FOLDER
@click.option("--entity", metavar="SLUG", help="One entity type; all thirteen without it.")
@click.option("--format", "style", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@with_appcontext
def coverage(folder: Path | None, entity: str | None, style: covering.Format) -> None:
    """Where every criterion is taught and asked in a courses folder, by entity type and level of the modules.

    A gap is a criterion that no paragraph teaches or no question asks about, or a must asked about once or in one form only.
    Exit status 0 without a gap, 1 with one or where the folder has errors.
    """
    folder = folder or _courses()
    read = read_folder(folder)
    library = service.checked(db.session, read.files, against_published=False).library
    if read.problems or library is None:
        raise click.ClickException(f"{folder} has errors. Run flask check {folder} and mend them first.")
    if entity is not None and entity not in library.framework.entities:
        raise click.BadParameter(
            did_you_mean(entity, library.framework.entities, "Use a slug of entities.yml."), param_hint="--entity"
        )
    found = covering.coverage(library)
    matrix = {
        slug: covering.rows(library, slug, found) for slug in library.framework.entities if entity in (None, slug)
    }
    click.echo(covering.report(matrix, style, prefix=str(folder)), nl=False)
    raise SystemExit(1 if any(row.lacks for rows in matrix.values() for row in rows) else 0)


COMMANDS = (check, publish, pull, coverage)
