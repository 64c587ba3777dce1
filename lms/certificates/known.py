"""What is known of a certificate: its record, and what was said of it later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.accounts.identity import SignedIn
from lms.accounts.permissions import Permission
from lms.core.clock import program_day

from .models import Certificate, Revocation
from .numbers import parse_number
from .rules import Reason, Record, Standing, from_plain, standing


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate with what was said of it later. `renewed_by` is the number of the one that follows it, "" for none."""

    id: int
    person_id: int
    organization_id: int | None
    record: Record
    standing: Standing
    renewed_by: str
    revoked_at: datetime | None
    reason: Reason | None

    @property
    def revoked_on(self) -> date | None:
        """The day in America/New_York."""
        return program_day(self.revoked_at) if self.revoked_at else None


newer = aliased(Certificate)
# Every certificate with what is known of it; `read` makes a Known of a row.
KNOWN = (
    select(
        Certificate.id,
        Certificate.person_id,
        Certificate.organization_id,
        Certificate.record,
        newer.number.label("renewed_by"),
        Revocation.revoked_at,
        Revocation.reason,
    )
    .outerjoin(newer, newer.renews_id == Certificate.id)
    .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
)


def of_person(session: Session, person_id: int, *, today: date) -> Sequence[Known]:
    """A person's certificates, the newest first."""
    theirs = KNOWN.where(Certificate.person_id == person_id)
    newest = theirs.order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    return [read(row, today) for row in session.execute(newest)]


def find(session: Session, typed: str, *, today: date) -> Known | None:
    """The certificate with a number as people type it."""
    number = parse_number(typed)
    row = session.execute(KNOWN.where(Certificate.number == number)).one_or_none() if number else None
    return read(row, today) if row else None


def read(row: Any, today: date) -> Known:
    """A row of KNOWN."""
    record = from_plain(row.record)
    return Known(
        id=row.id,
        person_id=row.person_id,
        organization_id=row.organization_id,
        record=record,
        standing=standing(
            record.valid_until, revoked=row.reason is not None, renewed=row.renewed_by is not None, today=today
        ),
        renewed_by=row.renewed_by or "",
        revoked_at=row.revoked_at,
        reason=row.reason,
    )


def may_open(viewer: SignedIn, *, person_id: int, organization_id: int | None) -> bool:
    """Its owner, the coordinator of the company it was earned at, and who sees the whole program."""
    if viewer.id == person_id or viewer.may(Permission.SEE_PROGRAM):
        return True
    return (
        viewer.may(Permission.RUN_COMPANY)
        and viewer.organization_id is not None
        and viewer.organization_id == organization_id
    )
