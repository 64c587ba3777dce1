"""P5: no workshop gives more seats than it has. P4, C2: marks are of people who could be there, and each certificate of a workshop
rests on a mark."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select

from lms.certificates.models import Certificate
from lms.workshops.attendance import OPENS_BEFORE
from lms.workshops.models import Attendance, Registration, Workshop

from .reading import Reading
from .rules import AT_ONCE, Broken

_MARKS = (
    select(
        Attendance.id,
        Attendance.person_id,
        Attendance.by_id,
        Attendance.how,
        Attendance.at,
        Attendance.withdrawn_at,
        Attendance.certificate_id,
        Workshop.public_id,
        Workshop.starts_at,
        Workshop.cancelled_at,
        Certificate.person_id.label("whose"),
        Certificate.occasion,
    )
    .join(Workshop, Workshop.id == Attendance.workshop_id)
    .outerjoin(Certificate, Certificate.id == Attendance.certificate_id)
    .order_by(Attendance.id)
)


def seats(read: Reading) -> Iterator[Broken]:
    """P5."""
    read.whole(Workshop)
    read.whole(Registration)
    given = (
        select(Workshop.id, Workshop.seats, func.count())
        .join(Registration, and_(Registration.workshop_id == Workshop.id, Registration.state == "seat"))
        .group_by(Workshop.id, Workshop.seats)
        .having(func.count() > Workshop.seats)
        .order_by(Workshop.id)
    )
    for number, there_are, taken in read.odd(given):
        yield Broken("workshop", {"id": number}, f"{taken} people have a seat, there are {there_are}")


def marks(read: Reading) -> Iterator[Broken]:
    """P4."""
    for row in read.stream(_MARKS):
        if what := _wrong_mark(row):
            yield Broken("attendance", {"id": row.id}, what)


def earned(read: Reading) -> Iterator[Broken]:
    """C2: whoever has the certificate of a workshop was marked there. Occasions that name no workshop of ours are older."""
    unearned = (
        select(Certificate.id, Certificate.person_id, Workshop.id)
        .join(Workshop, Workshop.public_id == Certificate.occasion)
        .outerjoin(Attendance, Attendance.certificate_id == Certificate.id)
        .where(Attendance.id.is_(None))
        .order_by(Certificate.id)
    )
    for number, person, workshop in read.odd(unearned):
        yield Broken("certificate", {"id": number}, f"no mark says that person {person} was at workshop {workshop}")


def _wrong_mark(row: Any) -> str:
    if row.certificate_id is not None:
        if (row.person_id, row.public_id) != (row.whose, row.occasion):
            return f"certificate {row.certificate_id} is of person {row.whose} and occasion {row.occasion}"
        if row.withdrawn_at is not None:
            return f"it was taken back, though certificate {row.certificate_id} rests on it"
    if row.how == "phone" and row.by_id != row.person_id:
        return f"the phone of person {row.by_id} marked person {row.person_id}"
    if row.cancelled_at is not None and row.withdrawn_at is None:
        return "the workshop is cancelled"
    if row.at < row.starts_at - OPENS_BEFORE - AT_ONCE:
        return f"at is {row.at}, the workshop begins at {row.starts_at}"
    return ""
