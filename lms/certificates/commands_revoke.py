"""flask certificate revoke."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.permissions import Permission, may
from lms.accounts.rules import fold_email
from lms.core.clock import now
from lms.core.database import db, transaction

from . import revoking
from .forms import LONGEST_NOTE
from .numbers import grouped, parse_number
from .rules import REASONS, Reason

SLUGS: dict[str, Reason] = {reason.replace(" ", "-"): reason for reason in REASONS}


@click.command("revoke")
@click.argument("number")
@click.option("--reason", required=True, type=click.Choice(list(SLUGS)), help="Everybody who checks it reads this.")
@click.option("--note", required=True, help="What happened, in a sentence or two, for staff alone.")
@click.option("--by", "email", required=True, help="The mail address of the member of staff who decided it.")
@with_appcontext
def revoke(number: str, reason: str, note: str, email: str) -> None:
    """Revoke a certificate for good. Its record and documents stay; whoever checks it reads that it is revoked.

    Exit status 0 when it is revoked now, 1 when not, 2 when the command was not understood.
    """
    note = " ".join(note.split())
    if not note:
        raise click.BadParameter("Say in a sentence or two what happened.", param_hint="--note")
    if len(note) > LONGEST_NOTE:
        raise click.BadParameter(f"It has {len(note)} characters. Use {LONGEST_NOTE} or fewer.", param_hint="--note")
    by_id = _staff(email)
    canonical = parse_number(number) or number
    try:
        with transaction():
            revoking.revoke(db.session, canonical, reason=SLUGS[reason], note=note, by_id=by_id, now=now())
    except revoking.NoSuchCertificate:
        raise click.ClickException("We issued no certificate with this number.") from None
    except revoking.AlreadyRevoked:
        raise click.ClickException("It was revoked before; nothing was changed.") from None
    click.echo(f"{grouped(canonical)} is revoked.")


def _staff(email: str) -> int:
    person = db.session.scalar(select(Person).where(Person.email == fold_email(email), Person.disabled_at.is_(None)))
    if person is None:
        raise click.ClickException(f"Nobody signs in with {email}.")
    if not may(person.role, Permission.REVOKE_CERTIFICATES):
        raise click.ClickException(f"{person.name} may not revoke certificates; staff and administrators may.")
    return person.id
