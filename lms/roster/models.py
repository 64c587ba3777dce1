"""Rosters that were handed in, and what would become of each of their rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class RosterImport(Base):
    """A roster of a company. First it is checked, then whoever handed it in applies it: all of it or nothing (J3).

    `body` is the file as it came, emptied once the roster is applied, refused or withdrawn. `rows` are those read so far.
    `counts` are rows by outcome, once it is checked. `state`: "checking", "checked" (waits for a yes), "refused" (`problem` is the
    sentence that says why no row can be read, see roster.told), "applying", "applied", "withdrawn".

    `options`: "whole" (the file has everybody), "leave_out" (rows with a problem are left out), "windows" (read as Windows-1252),
    "ignored" (names of columns), "plan" (rules.digest of the preview), "changed" (it is a new preview, since the one before no
    longer held).
    """

    __tablename__ = "roster_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'checked', 'refused', 'applying', 'applied', 'withdrawn')", name="state_known"
        ),
        Index(None, "organization_id", "created_at"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="checking")
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]


class RosterRow(Base):
    """A row of a roster as it was understood. `line` is that of the file, the header being line 1; `outcome` what would be done
    with it (see roster.rules), `values` what it states, `told` the sentences about it (see roster.told).

    Of an applied roster only rows with a problem stay, and those whose holders are still to be asked by mail.
    """

    __tablename__ = "roster_row"
    __table_args__ = (Index(None, "import_id", "outcome", "line"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    told: Mapped[list[Any]] = mapped_column(JSON, default=list)
    person_id: Mapped[int | None]
