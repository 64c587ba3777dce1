"""One kind of moment, and transactions that are whole."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from lms.accounts.models import Organization
from lms.core.database import db, transaction
from tests.conftest import on_both

MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=-5)))


def organization(number: str, at: datetime = MOMENT) -> Organization:
    return Organization(number=number, name="Sample", declined=[], created_at=at)


@on_both
def test_a_moment_comes_back_aware_and_in_utc(session: Session) -> None:
    session.add(organization("A"))
    session.commit()
    session.expire_all()
    kept = session.scalars(select(Organization.created_at)).one()
    assert kept == MOMENT
    assert kept.tzinfo is UTC


@on_both
def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(organization("A", datetime(2026, 1, 1)))  # noqa: DTZ001 - what is refused
    with pytest.raises(StatementError, match="without a time zone"):
        session.flush()


@on_both
def test_a_transaction_that_fails_leaves_nothing(session: Session) -> None:
    def change() -> None:
        with transaction():
            session.add(organization("A"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert session.scalars(select(Organization)).all() == []


@on_both
def test_many_writers_at_once_all_succeed(app: Flask) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with app.app_context():
                for i in range(10):
                    db.session.execute(text("SELECT count(*) FROM organization"))  # a reader that turns writer
                    with transaction():
                        db.session.add(organization(f"{number}-{i}"))
                db.session.remove()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context():
        assert len(db.session.scalars(select(Organization.id)).all()) == 80


def test_sqlite_is_durable_and_keeps_its_references(session: Session) -> None:
    pragmas = {
        name: session.execute(text(f"PRAGMA {name}")).scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
