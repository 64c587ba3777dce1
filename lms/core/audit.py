"""Who did what, in the transaction of the change itself, each row sealed to the one before it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, String, Table, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .database import Base, IntPk

# One advisory lock for the whole chain: without it two PostgreSQL transactions would seal to the same row.
CHAIN_LOCK = 0x4D5343


class AuditEntry(Base):
    """Append-only. The order is `id`, not `at`; `digest` covers the row and the digest before it."""

    __tablename__ = "audit_entry"

    id: Mapped[IntPk]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


def digest(
    previous: str, at: datetime, actor_id: int | None, action: str, subject: str, details: Mapping[str, Any]
) -> str:
    """SHA-256 over the previous digest and the row in canonical JSON."""
    row = [previous, at.isoformat(), actor_id, action, subject, details]
    return hashlib.sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


_ENTRY = AuditEntry.__table__
_LOCK = select(func.pg_advisory_xact_lock(CHAIN_LOCK))
_LAST = select(_ENTRY.c.digest).order_by(_ENTRY.c.id.desc()).limit(1)
_APPEND = cast(Table, _ENTRY).insert().inline()


def hold(session: Session) -> None:
    """Take the end of the chain until the transaction ends, as `record` does. Whoever locks a row that others lock after they have
    recorded something takes it first, or two could wait for each other."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


def record(
    session: Session, *, action: str, subject: str, now: datetime, actor_id: int | None = None, **details: Any
) -> None:
    """Append one row. Never pass secrets: no password, token, key or answer. `details` are JSON values."""
    session.flush()
    hold(session)
    connection = session.connection()  # plain Core: a row of the chain is written with every submission
    previous = connection.execute(_LAST).scalar() or ""
    sealed = digest(previous, now, actor_id, action, subject, details)
    connection.execute(
        _APPEND,
        {
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "subject": subject,
            "details": details,
            "digest": sealed,
        },
    )


def broken(session: Session) -> Iterator[int]:
    """Ids of rows that no longer fit the chain (A2), in order."""
    previous = ""
    with session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)) as rows:
        for row in rows:
            if digest(previous, row.at, row.actor_id, row.action, row.subject, row.details) != row.digest:
                yield row.id
            previous = row.digest
