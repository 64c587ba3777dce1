"""Training on paper at one company: for which modules and people, and what a sheet that was typed in brings about."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import proctoring
from lms.assessment.proctoring import TakenIn, Test
from lms.catalog.shelf import Published
from lms.certificates import service as certificates
from lms.content.course import Module
from lms.content.library import Library
from lms.core.clock import day_begins
from lms.learning import service as learning
from lms.learning.models import ModuleChange
from lms.schedule.models import ProfileRequirement


def modules(session: Session, organization_id: int, library: Library) -> dict[str, Module]:
    """The modules required of somebody of the company, in the order of the library."""
    required = set(
        session.scalars(
            select(ProfileRequirement.module)
            .join(Person, Person.profile_id == ProfileRequirement.profile_id)
            .where(Person.organization_id == organization_id, Person.disabled_at.is_(None))
            .distinct()
        )
    )
    return {key: module for key, module in library.modules.items() if key in required}


def people(session: Session, organization_id: int, proctor_id: int) -> dict[int, str]:
    """Id and name of everybody of the company with access (U4), but for the proctor: nobody types in a test of his or her own."""
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.organization_id == organization_id, Person.disabled_at.is_(None), Person.id != proctor_id)
        .order_by(Person.name, Person.id)
    )
    return dict(rows.all())


def take_in(
    session: Session,
    test: Test,
    published: Published,
    *,
    person_id: int,
    proctor_id: int,
    day: date,
    responses: dict[str, list[Any]],
    now: datetime,
) -> TakenIn:
    """The sheet as an attempt, with what follows: sections opened, completion, certificates.

    The booklet counts as read on the day of the test, but for sections that were changed since it was printed.
    Raises what proctoring.take_in raises.
    """
    taken = proctoring.take_in(
        session, test, published, person_id=person_id, proctor_id=proctor_id, day=day, responses=responses, now=now
    )
    if taken.before:
        return taken
    key, read_at = test.module.key, day_begins(day)
    learning.begin(session, person_id=person_id, module=key, now=read_at)
    for anchor in _booklet_sections(session, test):
        learning.open_section(session, person_id=person_id, module=key, section=anchor, now=read_at)
    lesson = published.library.module(key, test.module.language) or test.module
    certificates.complete(session, person_id=person_id, module=lesson, published=published, now=now)
    return taken


def _booklet_sections(session: Session, test: Test) -> list[str]:
    changes = session.scalars(
        select(ModuleChange.sections).where(
            ModuleChange.module == test.module.key, ModuleChange.revision_id > test.revision_id
        )
    )
    changed = {anchor for anchors in changes for anchor in anchors}
    return [section.anchor for section in test.module.sections if section.anchor not in changed]
