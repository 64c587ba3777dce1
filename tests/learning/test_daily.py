"""What the calendar asks for is done once a day, by a worker or by `flask daily`."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core import working
from lms.core.clock import now, program_day
from lms.core.database import transaction
from lms.core.jobs import Job
from lms.learning import daily
from tests.conftest import on_both
from tests.factories.people import make_person

# Half past eleven in New York, and past midnight there.
EVENING = datetime(2026, 12, 8, 4, 30, tzinfo=UTC)
NIGHT = EVENING + timedelta(hours=1)


def jobs(session: Session) -> list[tuple[str | None, str]]:
    session.rollback()
    return [(job.key, job.state) for job in session.scalars(select(Job).where(Job.kind == daily.KIND).order_by(Job.id))]


@on_both
def test_a_job_a_day_is_asked_for(session: Session) -> None:
    for moment in (EVENING, EVENING, NIGHT, NIGHT):
        with transaction():
            daily.ask(session, moment)
    assert jobs(session) == [("daily 2026-12-07", "queued"), ("daily 2026-12-08", "queued")]


def test_one_that_failed_is_not_asked_for_again_and_again(session: Session) -> None:
    with transaction():
        daily.ask(session, NIGHT)
    session.scalars(select(Job)).one().state = "failed"
    session.commit()
    with transaction():
        daily.ask(session, NIGHT)
    assert jobs(session) == [("daily 2026-12-08", "failed")]


@on_both
def test_a_worker_does_it(session: Session) -> None:
    """End to end: what every worker looks after asks for the job, and the job ends access."""
    guest = make_person(session, access_until=program_day(now()) - timedelta(days=1))
    working.look_after(now())
    session.rollback()
    asked = session.scalars(select(Job.id).where(Job.kind == daily.KIND)).one()
    assert working.run(asked)
    session.rollback()
    assert session.get_one(Person, guest.id).disabled_at is not None
    assert [state for _, state in jobs(session)] == ["done"]


def test_the_command_does_the_same(app: Flask, session: Session) -> None:
    make_person(session, access_until=program_day(now()) - timedelta(days=1))
    run = app.test_cli_runner().invoke
    result = run(args=["daily"])
    assert (result.exit_code, result.output) == (
        0,
        "Access that ended: 1.\nRefreshers that became due or late today: 0.\n",
    )
    assert run(args=["daily"]).output.startswith("Access that ended: 0.\n")
