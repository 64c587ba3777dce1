"""What workers do by themselves, without cron."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.catalog.shelf import NothingPublished
from lms.core import working
from lms.core.database import transaction
from lms.core.jobs import Job
from lms.learning.models import Progress
from lms.notices import running
from lms.notices.running import SEND, WRITE
from tests.conftest import on_both
from tests.factories.training import SEALS, complete

from .conftest import Post
from .world import at, company, person, states


def minute(session: Session, moment: datetime) -> int:
    """What a worker does within a minute: look after the chores, then every job of letters that is due; how many ran."""
    ran = 0
    with travel(moment, tick=False):
        working.look_after(moment)
        while True:
            session.rollback()
            ours = select(Job.id).where(Job.state == "queued", Job.kind.in_((WRITE, SEND))).order_by(Job.id)
            done = sum(working.run(job) for job in session.scalars(ours).all())
            ran += done
            if not done:
                return ran


def jobs(session: Session, key: str) -> list[tuple[str, str]]:
    session.rollback()
    found = select(Job.state, Job.failure).where(Job.key.startswith(key, autoescape=True)).order_by(Job.id)
    return [(job.state, job.failure) for job in session.execute(found)]


@on_both
def test_a_worker_reminds_once_a_day_from_seven_in_new_york(session: Session, post: Post) -> None:
    person(session, "Ana", company(session))
    assert minute(session, at(28, hour=11)) == 0  # 06:00
    assert post.mails == []
    assert minute(session, at(28, hour=12)) == 2
    assert post.to == ["ana@sample.example"]
    assert minute(session, at(28, hour=12)) == 0
    assert minute(session, at(28, hour=23)) == 0
    assert minute(session, at(29)) == 2
    assert post.to == ["ana@sample.example"]
    assert jobs(session, WRITE) == [("done", "")] * 2


@on_both
def test_letters_wait_while_the_mail_server_is_down_and_go_when_it_is_back(session: Session, post: Post) -> None:
    person(session, "Ana", company(session))
    post.down()
    moment = at(28)
    while moment < at(29):
        minute(session, moment)
        moment += timedelta(minutes=30)
    assert states(session) == {"Ana": ["waiting"]}
    assert jobs(session, SEND)[0][1] == "The mail server does not answer. Check MAIL_URL."
    post.up()
    for later in (0, 20):
        minute(session, moment + timedelta(minutes=later))
    assert post.to == ["ana@sample.example"]
    assert jobs(session, SEND) == [("done", "")]


def test_a_refresher_is_made_due_where_nobody_runs_the_daily_command(session: Session, post: Post) -> None:
    ana = person(session, "Ana", company(session))
    complete(session, ana, SEALS, at=at(4, 2))
    session.rollback()
    assert session.get_one(Progress, (ana.id, SEALS)).again_because is None
    with transaction():
        until = session.get_one(Progress, (ana.id, SEALS)).valid_until
    assert until is not None
    minute(session, at(until.day, until.month, until.year) - timedelta(days=60))
    assert any("Refresher." in message.get_content() for message in post.mails)


def test_a_site_without_content_reminds_of_nothing(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.rollback()

    def nothing(_: Session) -> None:
        raise NothingPublished

    monkeypatch.setattr(running, "published", nothing)
    minute(session, at(28))
    assert jobs(session, WRITE) == [("done", "")]
    assert app.test_cli_runner().invoke(args=["remind"]).exit_code == 1
