"""flask roster: a company's roster from the machine itself, without a worker."""

from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from lms.accounts import organizations
from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction

from . import rules, service
from .rules import Plan
from .service import Read
from .told import Told, Unreadable

WORDS = {
    "problem": "with problems",
    "add": "to add",
    "return": "to return",
    "change": "to change",
    "end": "to end",
    "gone": "not in the file, to end",
    "same": "as before",
}


class Refused(click.ClickException):
    """The answer is no: exit status 1."""


@click.command("roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", "number", required=True, help="CTPAT number of the company.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--whole", is_flag=True, help="The file has everybody: whoever is not in it has left.")
@with_appcontext
def roster(file: Path, number: str, dry_run: bool, whole: bool) -> None:
    """Add, change and end people of a company by a CSV or XLSX file: all rows, or none.

    Exit status 0 when it was done or would be, 1 when rows have problems, 2 for wrong use.
    """
    company = organizations.by_number(db.session, "".join(number.split()).upper())
    if company is None:
        raise click.BadParameter("No company has this CTPAT number.", param_hint="--org")
    body, moment = file.read_bytes(), now()
    today, company_id = program_day(moment), company.id
    try:
        library = published(db.session).library
        read = service.read(body, library.framework, today)
    except NothingPublished:
        raise Refused("Nothing has been published yet. Run flask publish first.") from None
    except Unreadable as error:
        raise Refused(_said(error.told)) from None
    db.session.rollback()
    try:
        with transaction():
            found = _plans(read, company_id, whole=whole, today=today)
            counts = rules.counted(found)
            _tell(found, counts)
            if counts.get("problem"):
                raise Refused("Nothing was changed. Correct the file and run the command again.")
            if dry_run or rules.nothing_to_do(counts):
                click.echo("Nothing was changed.")
                return
            kept = service.hand_in(
                db.session, body, file_name=file.name, organization_id=company_id, by_id=None, whole=whole, now=moment
            )
            service.store_preview(db.session, kept, read, found, now=moment)
            service.turn(db.session, kept.id, "checked", "applied", applied_at=moment, body=b"")
            service.carry_out(db.session, kept, found, library, today=today, now=moment)
    except IntegrityError:
        raise Refused(
            "Somebody got one of these addresses at the same moment. Nothing was changed; try again."
        ) from None
    click.echo("Done.")


def _plans(read: Read, organization_id: int, *, whole: bool, today: date) -> list[Plan]:
    """An operator may know of accounts elsewhere, and nobody is there who could invite them: they are problems."""
    emails = [entry.email for entry in read.entries]
    barred = service.not_free(db.session, organization_id, emails, today)
    join = f"{current_app.extensions['settings'].site_url}/join"
    return service.plans(db.session, organization_id, read, whole=whole, today=today, barred=barred, join_address=join)


def _tell(found: list[Plan], counts: dict[str, int]) -> None:
    for plan in found:
        if plan.outcome == "problem":
            for sentence in plan.told:
                click.echo(f"row {plan.entry.line}: {_said(sentence)}")
    for outcome, count in counts.items():
        click.echo(f"{count:>7} {WORDS[outcome]}")


def _said(told: Told) -> str:
    message, parts = told
    return str(message) % {name: part["day"] if isinstance(part, dict) else part for name, part in parts.items()}


COMMANDS = (roster,)
