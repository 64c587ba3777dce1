"""What a page needs to know of modules that are due once more: since when they were complete, what changed, what was passed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.assessment.models import PASSED, Attempt
from lms.core.clock import program_day

from .models import Completion, ModuleChange
from .retraining import concerning
from .rules import Change


@dataclass(frozen=True, slots=True)
class OnceMore:
    """The day of the last completion, the substantive changes since, and whether an attempt was passed that counts for the next."""

    trained_on: date
    changes: tuple[Change, ...]
    passed: bool


def since_completion(session: Session, person_id: int, modules: Collection[str]) -> Mapping[str, OnceMore]:
    """By module. People are due once more a few times a year, so this stays out of the one statement of their pages."""
    known = (
        select(
            Completion.module,
            func.max(Completion.completed_at).label("at"),
            func.max(Attempt.revision_id).label("revision_id"),
        )
        .join(Attempt, Attempt.id == Completion.attempt_id)
        .where(Completion.person_id == person_id, Completion.module.in_(modules))
        .group_by(Completion.module)
        .subquery()
    )
    newer = and_(
        ModuleChange.module == known.c.module,
        ModuleChange.revision_id > known.c.revision_id,
        concerning(person_id),
    )
    changes: dict[str, list[ModuleChange]] = {}
    for change in session.scalars(select(ModuleChange).join(known, newer).order_by(ModuleChange.revision_id)):
        changes.setdefault(change.module, []).append(change)
    passes = (
        select(known.c.module, func.max(Attempt.revision_id))
        .join(known, and_(Attempt.module == known.c.module, Attempt.submitted_at > known.c.at))
        .where(Attempt.person_id == person_id, PASSED)
        .group_by(known.c.module)
    )
    passed: dict[str, int] = dict(session.execute(passes).all())
    return {
        module: OnceMore(
            program_day(at),
            tuple(Change(program_day(c.published_at), c.reason, tuple(c.sections)) for c in changes.get(module, ())),
            module in passed and all(c.revision_id <= passed[module] for c in changes.get(module, ())),
        )
        for module, at, _ in session.execute(select(known))
    }
