"""flask work, flask jobs: the program that does what no page waits for, and what became of it."""

import os

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from . import jobs
from .consumer import consume
from .database import db, transaction
from .jobs import Job

NICE = 10  # web pages go before


@click.command("work")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Worker processes.")
@click.option("--with-parent", is_flag=True, help="End when the program that started this one ends.")
@with_appcontext
def work(workers: int, *, with_parent: bool) -> None:
    """Do the jobs: certificates of a company as one file, mails with certificates. Runs until it is stopped."""
    os.nice(NICE)
    consume(current_app._get_current_object(), workers, with_parent=with_parent)  # type: ignore[attr-defined]


@click.command("jobs")
@click.option("--again", is_flag=True, help="Queue the failed ones anew.")
@with_appcontext
def jobs_command(*, again: bool) -> None:
    """Count the jobs, and say why the failed ones failed."""
    if again:
        with transaction():
            for failed in db.session.scalars(select(Job.id).where(Job.state == "failed")).all():
                jobs.again(db.session, failed)
    for state, many in db.session.execute(select(Job.state, func.count()).group_by(Job.state).order_by(Job.state)):
        click.echo(f"{state}: {many}")
    reasons = select(Job.kind, Job.failure, func.count()).where(Job.state == "failed").group_by(Job.kind, Job.failure)
    for kind, failure, many in db.session.execute(reasons.order_by(Job.kind, Job.failure)):
        click.echo(f"  {many} of kind {kind}: {failure}")


COMMANDS = (work, jobs_command)
