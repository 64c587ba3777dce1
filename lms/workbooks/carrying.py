"""What companies said of the criteria of one edition, taken along to the next one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, literal, select
from sqlalchemy.orm import Session

from lms.core.database import insert_into

from .models import SelfAssessment


@dataclass(frozen=True, slots=True)
class Kept:
    """A criterion by its number in the former edition and in the next; `same`: it asks for no more than before."""

    former: str
    criterion: str
    same: bool


def carry(session: Session, kept: Iterable[Kept], *, former: str, edition: str) -> None:
    """Answers and notes of every company go along to the next edition, as its first version.

    Where a criterion asks for something else now, only the note does: whether it is met is to be said again. What a company has
    said of the next edition already stays.
    """
    columns = ("organization_id", "edition", "criterion", "answer", "note", "version", "by_id", "saved_at")
    for same, numbers in _by_sameness(kept).items():
        number = case(numbers, value=SelfAssessment.criterion)
        answer = SelfAssessment.answer if same else literal("")
        rows = select(
            SelfAssessment.organization_id, literal(edition), number, answer, SelfAssessment.note, literal(1),
            SelfAssessment.by_id, SelfAssessment.saved_at,
        ).where(SelfAssessment.edition == former, SelfAssessment.criterion.in_(numbers))  # fmt: skip
        if not same:
            rows = rows.where(SelfAssessment.note != "")
        session.execute(insert_into(session, SelfAssessment).from_select(columns, rows).on_conflict_do_nothing())


def _by_sameness(kept: Iterable[Kept]) -> dict[bool, dict[str, str]]:
    """New numbers by former ones: of criteria that ask for the same, and of the others."""
    found: dict[bool, dict[str, str]] = defaultdict(dict)
    for one in kept:
        found[one.same][one.former] = one.criterion
    return found
