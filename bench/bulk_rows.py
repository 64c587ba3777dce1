"""Rows in millions, handed to the driver as they are: many at a time on SQLite, by COPY on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

AT_ONCE = 20_000


def moment(at: datetime) -> str:
    """As both databases take it; rows are written in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


class Rows:
    """Rows of some tables, parents first, with ids of their own. Values are those that a driver takes. Commits as it goes."""

    def __init__(self, session: Session, tables: dict[str, tuple[Any, tuple[str, ...]]]) -> None:
        """`tables`: name to model and columns, in the order in which they may be written."""
        self._session = session
        self._tables: dict[str, tuple[Table, tuple[str, ...]]] = {
            name: (model.__table__, columns) for name, (model, columns) in tables.items()
        }
        self._waiting: dict[str, list[Sequence[Any]]] = {name: [] for name in tables}
        self._first = {
            name: (session.scalar(select(func.max(table.c.id))) or 0) if "id" in columns else 0
            for name, (table, columns) in self._tables.items()
        }
        self.written = dict.fromkeys(tables, 0)
        self._postgresql = session.get_bind().dialect.name == "postgresql"

    def add(self, name: str, *values: Any) -> int:
        """The id of the new row, where it has one: it is the first of its columns."""
        self.written[name] += 1
        number = self._first[name] + self.written[name]
        self._waiting[name].append((number, *values) if self._tables[name][1][0] == "id" else values)
        return number

    def flush(self, *, at_least: int = 0) -> None:
        """Write what waits, once some table has so many rows waiting."""
        if max(map(len, self._waiting.values())) < at_least:
            return
        for name, (table, columns) in self._tables.items():
            rows, self._waiting[name] = self._waiting[name], []
            if rows:
                self._write(table, columns, rows)
        self._session.commit()

    def done(self) -> None:
        """Write all, and let the database number the next rows after these."""
        self.flush()
        for name, (table, columns) in self._tables.items():
            if self._postgresql and columns[0] == "id":
                last = self._first[name] + self.written[name]
                self._session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))
        self._session.commit()

    def _write(self, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        cursor = self._session.connection().connection.cursor()
        if self._postgresql:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" for _ in columns)
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)
        cursor.close()
