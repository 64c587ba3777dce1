from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import jobs, queue, working
from lms.core.database import db, transaction
from lms.core.jobs import HANDLERS, LOST_AFTER, MOST_TRIES, RESTS, Arguments, Beat, Job, Unfinished, due
from lms.health import findings
from tests.conftest import on_both

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
KIND = "test.work"
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def done() -> Iterator[list[str]]:
    """What was done, by the name that the arguments give."""
    names: list[str] = []

    @jobs.handles(KIND)
    def work(arguments: Arguments, beat: Beat) -> None:
        beat()
        if arguments.get("fails"):
            raise Unfinished("Buy more ink.")
        names.append(arguments["name"])

    yield names
    del HANDLERS[KIND]


def ask(session: Session, *, key: str | None = None, kind: str = KIND, **arguments: object) -> int:
    with transaction():
        return jobs.enqueue(session, kind, {"name": "one", **arguments}, key=key, now=NOW)


def row(session: Session, job_id: int) -> Job:
    session.rollback()
    session.expire_all()
    return session.get_one(Job, job_id)


@given(st.sampled_from(["done", "failed"]), st.integers(0, 9), st.none() | moments, moments)
def test_what_has_ended_is_never_due(state: jobs.State, tries: int, beat: datetime | None, now: datetime) -> None:
    assert not due(state, tries, beat, now)


@given(st.integers(1, MOST_TRIES), moments, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_a_running_job_is_due_when_its_worker_was_silent_for_a_minute(
    tries: int, beat: datetime, silent: timedelta
) -> None:
    assert due("running", tries, beat, beat + silent) == (silent >= LOST_AFTER)


@given(st.integers(0, MOST_TRIES - 1), moments, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_a_queued_job_rests_longer_after_every_failure(tries: int, failed: datetime, since: timedelta) -> None:
    rest = RESTS[tries - 1] if tries else timedelta(0)
    assert due("queued", tries, failed if tries else None, failed + since) == (since >= rest)


@given(st.integers(1, 9))
def test_it_fails_for_good_at_the_third_failure(tries: int) -> None:
    assert (jobs.after_failure(tries) == "failed") == (tries >= MOST_TRIES)


@on_both
def test_a_job_is_done_once(session: Session, done: list[str], clock: Clock) -> None:
    job_id = ask(session)
    assert working.run(job_id, clock)
    assert not working.run(job_id, clock)
    assert done == ["one"]
    assert row(session, job_id).state == "done"


@on_both
def test_the_same_key_is_the_same_job(session: Session, done: list[str], clock: Clock) -> None:
    first, other = ask(session, key="a"), ask(session, key="b")
    assert ask(session, key="a") == first != other
    working.run(first, clock)
    assert ask(session, key="a") == first
    assert not working.run(first, clock)
    assert done == ["one"]


@on_both
def test_a_failing_job_rests_fails_for_good_and_is_queued_anew(session: Session, done: list[str], clock: Clock) -> None:
    job_id = ask(session, key="a", fails=True)
    for rest in RESTS:
        assert working.run(job_id, clock)
        assert (row(session, job_id).state, row(session, job_id).failure) == ("queued", "Buy more ink.")
        clock.time += rest - timedelta(seconds=1)
        assert not working.run(job_id, clock)
        clock.time += timedelta(seconds=1)
    assert working.run(job_id, clock)
    assert row(session, job_id).state == "failed"
    clock.time += timedelta(days=1)
    assert not working.run(job_id, clock)
    assert ask(session, key="a") == job_id
    assert (row(session, job_id).state, row(session, job_id).tries) == ("queued", 0)


def test_an_error_is_told_in_a_sentence_and_not_with_its_words(session: Session, clock: Clock) -> None:
    @jobs.handles(KIND)
    def work(_arguments: Arguments, _beat: Beat) -> None:
        raise ValueError("marisol@sample.example")

    try:
        job_id = ask(session)
        working.run(job_id, clock)
    finally:
        del HANDLERS[KIND]
    assert row(session, job_id).failure == "The site met an error (ValueError). The log says more."


@on_both
def test_a_job_whose_worker_is_gone_is_taken_up_and_the_late_one_cannot_end_it(session: Session, clock: Clock) -> None:
    taken: list[int] = []

    @jobs.handles(KIND)
    def work(arguments: Arguments, beat: Beat) -> None:
        taken.append(1)
        clock.time += LOST_AFTER
        if len(taken) == 1:
            assert working.run(job_id, clock)  # another worker, while this one was asleep
            beat()
            raise AssertionError("a job that is lost goes on")
        beat()

    try:
        job_id = ask(session)
        assert working.run(job_id, clock)
    finally:
        del HANDLERS[KIND]
    found = row(session, job_id)
    assert (found.state, found.tries, len(taken)) == ("done", 2, 2)


@on_both
def test_a_job_that_only_kills_its_workers_ends(session: Session, done: list[str], clock: Clock) -> None:
    job_id = ask(session)
    with transaction():  # as three workers leave it that were killed in turn
        session.execute(update(Job).values(state="running", tries=MOST_TRIES, heartbeat_at=NOW))
    clock.time += LOST_AFTER
    assert not working.run(job_id, clock)
    assert (row(session, job_id).state, row(session, job_id).failure) == ("failed", working.KILLED)
    assert done == []


def test_a_worker_that_is_told_to_stop_gives_its_job_back(session: Session, clock: Clock) -> None:
    @jobs.handles(KIND)
    def work(_arguments: Arguments, _beat: Beat) -> None:
        raise KeyboardInterrupt

    try:
        job_id = ask(session)
        with pytest.raises(KeyboardInterrupt):
            working.run(job_id, clock)
    finally:
        del HANDLERS[KIND]
    assert (row(session, job_id).state, row(session, job_id).tries) == ("queued", 0)


def test_a_long_job_shows_a_heartbeat(session: Session, clock: Clock) -> None:
    seen: list[datetime | None] = []

    @jobs.handles(KIND)
    def work(_arguments: Arguments, beat: Beat) -> None:
        for _ in range(4):
            clock.time += timedelta(seconds=3)
            beat()
            seen.append(session.scalar(select(Job.heartbeat_at)))

    try:
        working.run(ask(session), clock)
    finally:
        del HANDLERS[KIND]
    assert seen == [NOW, NOW + timedelta(seconds=6), NOW + timedelta(seconds=6), NOW + timedelta(seconds=12)]


@on_both
def test_workers_are_told_after_the_commit_and_never_of_what_was_taken_back(session: Session, done: list[str]) -> None:
    before = queue.waiting()
    jobs.enqueue(session, KIND, {"name": "none"}, now=NOW)
    session.rollback()
    session.commit()
    assert queue.waiting() == before
    with transaction():
        jobs.enqueue(session, KIND, {"name": "one"}, now=NOW)
        assert queue.waiting() == before
    assert queue.waiting() == before + 1


@on_both
def test_a_message_that_is_lost_costs_nothing_but_time(
    session: Session, done: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    with monkeypatch.context() as broken:
        broken.setattr(queue, "put", lambda *_: (_ for _ in ()).throw(OSError))
        job_id = ask(session)
    monkeypatch.setattr(queue, "waiting", lambda: 0)
    monkeypatch.setattr(queue, "put", lambda number, _priority: told.append(number))
    assert working.sweep(session, NOW) == 1
    assert told == [job_id]
    working.run(job_id, clock)
    assert working.sweep(session, NOW) == 0
    assert done == ["one"]


def test_a_sweep_waits_until_all_messages_are_read(
    session: Session, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(session)
    monkeypatch.setattr(queue, "waiting", lambda: 1)
    assert working.sweep(session, NOW) == 0


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_the_queue_has_a_schema_of_its_own(app: Flask, session: Session, done: list[str]) -> None:
    ask(session)
    result = app.test_cli_runner().invoke(args=["db", "check"])
    assert result.exit_code == 0, result.output


def test_flask_jobs_counts_says_why_and_queues_anew(
    app: Flask, session: Session, clock: Clock, done: list[str]
) -> None:
    job_id = ask(session, fails=True)
    for _ in range(MOST_TRIES):
        working.run(job_id, clock)
        clock.time += max(RESTS)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["jobs"]).output == f"failed: 1\n  1 of kind {KIND}: Buy more ink.\n"
    assert runner.invoke(args=["jobs", "--again"]).output == "queued: 1\n"


def test_the_doctor_names_jobs_that_nobody_does(app: Flask, session: Session, done: list[str], clock: Clock) -> None:
    def advice() -> str:
        db.session.rollback()
        return next(found.advice for found in findings(app) if found.name == "job worker")

    assert advice() == ""
    old = datetime.now(UTC) - timedelta(minutes=3)
    with transaction():
        job_id = jobs.enqueue(session, KIND, {"name": "one"}, now=old)
    assert "flask work" in advice()
    clock.time = datetime.now(UTC)
    working.run(job_id, clock)
    with transaction():
        jobs.enqueue(session, KIND, {"name": "two"}, now=old)
    assert advice() == "", "a worker has just shown a heartbeat"


def test_the_queue_lies_beside_the_database(app: Flask, session: Session, done: list[str]) -> None:
    ask(session)
    database = db.engine.url.database or ""
    assert (Path(database).parent / queue.FILE).is_file()
