"""flask editions."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.content import problem
from lms.content.criteria import read_edition
from lms.content.editions import diff as differences
from lms.content.editions import names
from lms.content.folder import read_folder
from lms.content.framework import Edition, Framework
from lms.content.grammar.text import did_you_mean
from lms.content.reference import read_framework
from lms.core.database import db
from lms.settings import Settings

from .rules import Format, report


@click.group("editions")
def editions() -> None:
    """The editions of the criteria: which there are, and what differs between two of them."""


@editions.command("list")
@with_appcontext
def list_() -> None:
    """Every edition in order, with its criteria; a star stands at the one in force."""
    framework = _framework()
    for name in names(framework):
        levels = [c.level for c in _named(framework, name).criteria.values()]
        star = "*" if name == framework.program.edition else " "
        click.echo(
            f"{star} {name:<21}{len(levels)} criteria: {levels.count('must')} must, {levels.count('should')} should"
        )


@editions.command("diff")
@click.argument("a")
@click.argument("b")
@click.option("--entity", metavar="SLUG", help="Only what concerns this entity type, before or after.")
@click.option("--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@with_appcontext
def diff(a: str, b: str, entity: str | None, style: Format) -> None:
    """What edition B changes in edition A: names of the site's editions, or paths to tables of criteria (CSV).

    Criteria are added, removed, raised to a must, lowered to a should, reworded, renumbered, or concern other entity types.
    """
    framework = _framework()
    if entity is not None and entity not in framework.entities:
        fix = did_you_mean(entity, framework.entities, "Use a slug of entities.yml.")
        raise click.BadParameter(fix, param_hint="--entity")
    one, other = _named(framework, a), _named(framework, b)
    heading = f"{one.name} -> {other.name}{f', {entity}' if entity else ''}"
    click.echo(report(differences(one, other, framework, entity), style, heading), nl=False)


def _framework() -> Framework:
    """That of the published site, or of the courses folder where nothing has been published yet."""
    try:
        return published(db.session).library.framework
    except NothingPublished:
        settings: Settings = current_app.extensions["settings"]
        found, problems = read_framework(read_folder(settings.courses_dir).files)
        if found is None:
            click.echo(problem.render(problems, "text", prefix=str(settings.courses_dir)), nl=False, err=True)
            raise click.ClickException("Nothing is published, and the courses folder has errors.") from None
        return found


def _named(framework: Framework, name: str) -> Edition:
    found = framework.edition(name)
    if found is not None:
        return found
    path = Path(name)
    if not path.is_file():
        there = ", ".join(names(framework))
        raise click.BadParameter(f"There is no edition or file {name}. The editions are: {there}.")
    read, problems = read_edition(path.stem, path.read_bytes(), framework, name)
    if read is None:
        click.echo(problem.render(problems, "text"), nl=False, err=True)
        raise click.BadParameter(f"{name} has errors.")
    return read


COMMANDS = (editions,)
