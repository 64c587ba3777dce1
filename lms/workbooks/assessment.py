"""A company's own assessment: what it says of each criterion, saved so that nobody undoes what somebody else wrote meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.learning.due import is_complete
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from .models import SelfAssessment
from .rules import Said, Typed, judged


@dataclass(slots=True)
class Saved:
    """What became of what a page sent, by criterion: what was saved, and what stands in its place because somebody else saved
    first."""

    saved: dict[str, Said] = field(default_factory=dict)
    conflicts: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trained:
    """Of the people of a company who must take a module, and have access: how many, and how many completed it."""

    required: int = 0
    complete: int = 0


def said(session: Session, organization_id: int, edition: str) -> dict[str, Said]:
    """By criterion, what the company says of those of an edition."""
    rows = select(
        SelfAssessment.criterion, SelfAssessment.answer, SelfAssessment.note, SelfAssessment.version
    ).filter_by(organization_id=organization_id, edition=edition)
    return {row.criterion: Said(row.answer, row.note, row.version) for row in session.execute(rows)}


def save(
    session: Session, organization_id: int, edition: str, typed: Mapping[str, Typed], *, by_id: int, now: datetime
) -> Saved:
    """Save what was changed, one criterion by itself: a conflict at one keeps no other from being saved."""
    before, done = said(session, organization_id, edition), Saved()
    for criterion, one in typed.items():
        stored = before.get(criterion, Said())
        verdict = judged(stored, one)
        new = Said(one.answer, one.note, stored.version + 1)
        if verdict == "save" and _write(session, (organization_id, edition, criterion), stored, new, by_id, now):
            done.saved[criterion] = new
        elif verdict != "same":
            done.conflicts[criterion] = said(session, organization_id, edition).get(criterion, Said())
    return done


def _write(session: Session, key: tuple[int, str, str], before: Said, new: Said, by_id: int, now: datetime) -> bool:
    """Whether it was written: the database judges who of two at the same version was first."""
    organization_id, edition, criterion = key
    values = {"answer": new.answer, "note": new.note, "version": new.version, "by_id": by_id, "saved_at": now}
    if before.version:
        its = update(SelfAssessment).filter_by(
            organization_id=organization_id, edition=edition, criterion=criterion, version=before.version
        )
        return session.execute(its.values(**values)).rowcount == 1  # type: ignore[attr-defined,no-any-return]
    try:
        with session.begin_nested():
            session.add(SelfAssessment(organization_id=organization_id, edition=edition, criterion=criterion, **values))
    except IntegrityError:
        return False
    return True


def trained(session: Session, organization_id: int) -> dict[str, Trained]:
    """By module, how far the company's people with access are who must take it."""
    rows = (
        select(ProfileRequirement.module, func.count(), func.sum(case((is_complete, 1), else_=0)))
        .join(Person, Person.profile_id == ProfileRequirement.profile_id)
        .join(Organization, Organization.id == Person.organization_id)
        .outerjoin(Progress, (Progress.person_id == Person.id) & (Progress.module == ProfileRequirement.module))
        .where(Person.organization_id == organization_id, Person.disabled_at.is_(None))
        .group_by(ProfileRequirement.module)
    )
    return {module: Trained(required, complete) for module, required, complete in session.execute(rows)}
