"""Reading a live database from end to end: one snapshot, nothing written, no table in memory, and a count of the rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Join, Select, func, select, text
from sqlalchemy.orm import Session

from lms.core.database import Base
from lms.signing.rules import PublicKeys

# Rows fetched at a time, and of those that hold files.
FEW, MANY = 20, 1000


class Unreadable(Exception):
    """A row of `table` holds what its columns cannot hold, as only SQLite allows."""

    def __init__(self, table: str, why: str) -> None:
        super().__init__(why)
        self.table = table


class Reading:
    """What the checks read through, and by. `rows` counts those that were looked at; `tell` hears of it now and then."""

    def __init__(self, session: Session, tell: Callable[[int], None], keys: PublicKeys | None = None) -> None:
        self.session, self.rows, self.keys, self._tell = session, 0, keys, tell

    def stream(self, statement: Select[*tuple[Any, ...]], *, at_a_time: int = MANY) -> Iterator[Any]:
        """The rows of a statement as they come, counted. Several streams may be read at once. Raises Unreadable."""
        for rows in self._parts(statement, at_a_time):
            self.looked(len(rows))
            yield from rows

    def odd(self, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
        """The rows of a statement that finds nothing where all is well. Whoever asks tells by `whole` what it went through."""
        for rows in self._parts(statement, MANY):
            yield from rows

    def _parts(self, statement: Select[*tuple[Any, ...]], at_a_time: int) -> Iterator[Sequence[Any]]:
        try:
            with self.session.connection().execute(statement, execution_options={"yield_per": at_a_time}) as result:
                yield from result.partitions()
        except (ValueError, TypeError) as error:
            raise Unreadable(_first_table(statement), str(error)) from error

    def whole(self, model: type[Base]) -> None:
        """Count a table that the database itself goes through."""
        self.looked(self.session.execute(select(func.count()).select_from(model)).scalar_one())

    def looked(self, rows: int) -> None:
        self.rows += rows
        self._tell(self.rows)


def _first_table(statement: Select[*tuple[Any, ...]]) -> str:
    source = statement.get_final_froms()[0]
    while isinstance(source, Join):
        source = source.left
    return source.description


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """One moment of the database for all statements within, and no writing. Ends the session's transaction, before and after."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
        yield
        session.rollback()
        return
    connection = session.connection()  # its deferred transaction sees one moment from its first statement on
    connection.execute(text("PRAGMA query_only = ON"))
    try:
        yield
    finally:
        connection.execute(text("PRAGMA query_only = OFF"))
        session.rollback()
