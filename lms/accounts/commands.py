"""flask person: what an operator does from the machine itself, such as making the first administrator."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from lms.catalog.shelf import NothingPublished, published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.schedule import service as schedules

from . import mails, organizations, passwords, people, rules, signing_in
from .models import Person
from .permissions import Role
from .rules import Standing

ROLE = click.Choice([role.value for role in Role])


@click.group("person")
def person() -> None:
    """Add people, change their role, end their access, or let them in."""


@person.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name as it should stand on certificates.")
@click.option("--role", type=ROLE, default=Role.LEARNER.value, show_default=True)
@click.option("--org", "number", help="CTPAT number of the organization; a coordinator needs one.")
@click.option("--function", "functions", multiple=True, help="Slug of a job function; may be given more than once.")
@click.option("--link", "by_link", is_flag=True, help="Mail a sign-in link in place of asking for a password.")
@with_appcontext
def create(email: str, name: str, role: str, number: str | None, functions: tuple[str, ...], by_link: bool) -> None:
    """Give somebody an account. Asks for a password, unless --link.

    Exit status 0 when the account was made, 1 when not.
    """
    email, moment = _address(email), now()
    kept = None if by_link else passwords.hashed(_ask_password(name, email))
    with _in_words(), transaction():
        made = people.add(
            db.session,
            name=name,
            email=email,
            role=Role(role),
            organization_id=_organization_id(number),
            functions=functions,
            password_hash=kept,
            now=moment,
        )
        _refresh(made.profile_id)
        link = signing_in.make_link(db.session, email, now=moment) if by_link else None
    if link is not None and not mails.sign_in_link(link):
        raise click.ClickException(
            f"{email} has an account, but the mail server does not answer. See flask person link."
        )
    click.echo(f"{email} has an account as {role}.")


@person.command("role")
@click.argument("email")
@click.argument("role", type=ROLE)
@with_appcontext
def change_role(email: str, role: str) -> None:
    """Change somebody's role. The last administrator keeps it."""
    with _in_words(), transaction():
        found = _find(email)
        standing = Standing(Role(role), found.organization_id, people.functions_of(found))
        people.assign(db.session, found.id, standing, actor_id=None, now=now())
    click.echo(f"{rules.fold_email(email)} is {role}.")


@person.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """End somebody's access: sessions, links and mail. Records and certificates stay."""
    with _in_words(), transaction():
        people.disable(db.session, _find(email).id, now=now())
    click.echo(f"{rules.fold_email(email)} has no access.")


@person.command("enable")
@click.argument("email")
@with_appcontext
def enable(email: str) -> None:
    """Give access back."""
    with _in_words(), transaction():
        people.enable(db.session, _find(email).id, now=now())
    click.echo(f"{rules.fold_email(email)} has access.")


@person.command("link")
@click.argument("email")
@with_appcontext
def print_link(email: str) -> None:
    """Print a sign-in link, for when mail cannot be sent. Whoever has it can sign in once."""
    with _in_words(), transaction():
        _find(email)
        link = signing_in.make_link(db.session, email, now=now())
    if link is None:
        raise click.ClickException("No link was made: access is ended, or three were made within 15 minutes.")
    click.echo(mails.address("accounts.link", token=link.token))


COMMANDS: tuple[click.Command, ...] = (person,)


@contextmanager
def _in_words() -> Iterator[None]:
    """What the services refuse, as the sentence an operator reads; exit status 1."""
    try:
        yield
    except people.AddressTaken as error:
        raise click.ClickException("Somebody has an account with this address. Nothing was changed.") from error
    except people.NoSuchPerson as error:
        raise click.ClickException("Nobody has an account with this address.") from error
    except people.NoSuchOrganization as error:
        raise click.ClickException(
            "No organization has this number. Add it under /admin/organizations/ first."
        ) from error
    except people.NeedsOrganization as error:
        raise click.ClickException("A coordinator needs an organization: add --org NUMBER.") from error
    except people.LastAdmin as error:
        raise click.ClickException("This is the last administrator with access. Nothing was changed.") from error


def _address(typed: str) -> str:
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(f"{typed} is no e-mail address.", param_hint="EMAIL") from error
    return rules.fold_email(typed)


def _ask_password(name: str, email: str) -> str:
    def judged(typed: str) -> str:
        problem = rules.password_problem(typed, (name, email))
        if problem:
            raise click.BadParameter(problem)
        return typed

    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, value_proc=judged)
    return asked


def _find(email: str) -> Person:
    found = people.by_email(db.session, email)
    if found is None:
        raise people.NoSuchPerson
    return found


def _organization_id(number: str | None) -> int | None:
    if number is None:
        return None
    found = organizations.by_number(db.session, number)
    if found is None:
        raise people.NoSuchOrganization
    return found.id


def _refresh(profile_id: int | None) -> None:
    """Before anything is published nothing is required; publishing makes the requirements of everybody."""
    try:
        library = published(db.session).library
    except NothingPublished:
        return
    if profile_id is not None:
        schedules.refresh(db.session, library, (profile_id,))
