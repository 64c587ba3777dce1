"""The ground under every table: declarative base, column kinds, and transactions that judge races."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from sqlite3 import Connection as SQLiteConnection
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

from . import queue

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware going in (a naive one is refused), aware coming out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table's base. Class attributes `__tablename__` are written by hand, in the singular."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON(), list[str]: JSON(), list[Any]: JSON()},
    )


IntPk = Annotated[int, mapped_column(primary_key=True)]


class Database(SQLAlchemy):
    """Flask-SQLAlchemy's, with its session typed as what services ask for."""

    session: Session  # type: ignore[assignment]


db = Database(model_class=Base)


READER = "reader"


def reader_options(url: str) -> dict[str, Any]:
    """The engine of statements that only read (core.prepared): every statement on its own, so no BEGIN and no ROLLBACK around it."""
    return {"url": url, "isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}


def dispose() -> None:
    """Let go of every connection: of both engines, and of the queue of jobs."""
    for engine in db.engines.values():
        engine.dispose()
    queue.close()


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: Session, model: type[Base]) -> Any:
    """An INSERT in the words of the session's engine: one that knows what to do where the key is there (`on_conflict_do_nothing`
    and `on_conflict_do_update`)."""
    return _INSERTS[session.get_bind().dialect.name](model)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work: begun as a writer, committed once at the end, undone whole on any error.

    What was read before belongs to another snapshot and is let go first. On SQLite a writer begins IMMEDIATE:
    a reader that turns writer fails at once when another writes, however long the busy timeout.
    """
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


def listen(engine: Engine, *, reader: bool = False) -> None:
    """Teach an SQLite engine its pragmas and its way to begin; a PostgreSQL engine needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def configure(connection: SQLiteConnection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    if reader:
        return  # its statements stand alone

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
