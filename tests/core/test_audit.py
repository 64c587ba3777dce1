"""The audit row is in the transaction of the change, and the chain shows tampering."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from tests.conftest import on_both

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


def count(session: Session) -> int:
    return session.scalar(select(func.count(AuditEntry.id))) or 0


@on_both
def test_no_change_no_row(session: Session) -> None:
    before = count(session)

    def change() -> None:
        with transaction():
            audit.record(session, action="test", subject="x", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert count(session) == before


@on_both
def test_the_chain_is_whole_and_a_changed_row_is_named(session: Session) -> None:
    with transaction():
        for n in range(5):
            audit.record(session, action="test", subject=str(n), now=NOW, actor_id=n, score=n)
    assert list(audit.broken(session)) == []
    third = session.scalars(select(AuditEntry.id).where(AuditEntry.subject == "2")).one()
    session.execute(update(AuditEntry).where(AuditEntry.id == third).values(details={"score": 100}))
    assert list(audit.broken(session)) == [third]


@on_both
def test_a_row_taken_out_shows(session: Session) -> None:
    with transaction():
        for n in range(3):
            audit.record(session, action="test", subject=f"row {n}", now=NOW)
    victim = session.scalars(select(AuditEntry).where(AuditEntry.subject == "row 1")).one()
    after = session.scalars(select(AuditEntry.id).where(AuditEntry.subject == "row 2")).one()
    session.delete(victim)
    session.flush()
    assert list(audit.broken(session)) == [after]


@on_both
def test_the_chain_does_not_fork_under_many_writers(app: Flask) -> None:
    def write() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction():
                    audit.record(db.session, action="race", subject="x", now=NOW)
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        rows = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "race"))
        assert rows == 60
        assert list(audit.broken(db.session)) == []
