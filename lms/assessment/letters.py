"""Who is still to be told what a repair changed. Each person is told once of each repair."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person

from .models import Attempt, Remark, Repair
from .repairs import Change, changes_of, one_each


@dataclass(frozen=True, slots=True)
class Letter:
    """What a repair changed for one person, to be told once: the best of the person's attempts that it changed."""

    remarks: tuple[int, ...]
    email: str
    language: str | None
    module: str
    reason: str
    change: Change


def letters(session: Session, repair_id: int | None = None) -> tuple[Letter, ...]:
    """Whom still to tell, of one repair or of all. People without access or without a mail address are not told."""
    waiting = (
        select(Repair, Person, Remark.id, Remark.attempt_id)
        .join(Remark, Remark.repair_id == Repair.id)
        .join(Attempt, Attempt.id == Remark.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Remark.told_at.is_(None), Person.disabled_at.is_(None), Person.email != "")
        .order_by(Repair.id, Person.id, Remark.id)
    )
    if repair_id is not None:
        waiting = waiting.where(Repair.id == repair_id)
    found: dict[tuple[int, int], list[tuple[Repair, Person, int, int]]] = defaultdict(list)
    for repair, person, remark, attempt in session.execute(waiting):
        found[repair.id, person.id].append((repair, person, remark, attempt))
    changed = {one: {c.attempt_id: c for c in changes_of(session, one)} for one in {key[0] for key in found}}
    return tuple(_letter(rows, changed[repair]) for (repair, _), rows in found.items())


def claim(session: Session, letter: Letter, *, now: datetime) -> bool:
    """Take a letter to send; False when somebody else has it. The sender commits before sending."""
    taken = update(Remark).where(Remark.id.in_(letter.remarks), Remark.told_at.is_(None)).values(told_at=now)
    return bool(session.connection().execute(taken).rowcount)


def unclaim(session: Session, letter: Letter) -> None:
    """The letter could not be sent: it waits again."""
    session.execute(update(Remark).where(Remark.id.in_(letter.remarks)).values(told_at=None))


def _letter(rows: Sequence[tuple[Repair, Person, int, int]], changed: dict[int, Change]) -> Letter:
    repair, person, _, _ = rows[0]
    (best,) = one_each(changed[attempt] for *_, attempt in rows)
    return Letter(
        remarks=tuple(remark for _, _, remark, _ in rows),
        email=person.email,
        language=person.language,
        module=repair.module,
        reason=repair.reason,
        change=best,
    )
