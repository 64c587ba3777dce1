"""Certificates that fewer requirements complete: after an exemption the last open module of a category may be gone.

No exemption is a completion: a certificate is issued for what the person has completed, by the last of these completions, and
names these modules alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import Published, published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, enqueue, handles
from lms.learning.models import Completion, Progress
from lms.learning.whatif import closed_without, has_complete
from lms.schedule.models import ProfileRequirement
from lms.schedule.service import in_force

from .models import Certificate
from .service import issue_earned

SETTLE = "certificates.settle"
BATCH = 50  # people between two heartbeats


def ask(
    session: Session,
    *,
    key: str,
    module: str,
    category: int,
    person_id: int | None,
    organization_id: int | None,
    now: datetime,
) -> None:
    """Let certificates follow an exemption of a person or a company from the module. `key` names the exemption for good."""
    arguments = {"module": module, "category": category, "person": person_id, "organization": organization_id}
    enqueue(session, SETTLE, arguments, key=key, now=now)


@handles(SETTLE)
def settle_all(arguments: Arguments, beat: Beat) -> None:
    """Issue what the people concerned have earned. Done again it issues nothing more."""
    module, category = arguments["module"], arguments["category"]
    concerned = _concerned(db.session, module, category, arguments["person"], arguments["organization"])
    for start in range(0, len(concerned), BATCH):
        with transaction():
            shelf = published(db.session)
            for person_id in concerned[start : start + BATCH]:
                settle(db.session, person_id, category, shelf, now=now())
        beat()


def _concerned(
    session: Session, module: str, category: int, person_id: int | None, organization_id: int | None
) -> Sequence[int]:
    """People with nothing else open in the category than this module, which they have not completed."""
    whom = Person.id == person_id if person_id is not None else Person.organization_id == organization_id
    chosen = select(Person.id).where(
        whom, Person.disabled_at.is_(None), ~has_complete(module), closed_without(module, category)
    )
    return session.scalars(chosen.order_by(Person.id)).all()


def settle(session: Session, person_id: int, category: int, shelf: Published, *, now: datetime) -> list[Certificate]:
    """The certificates that the person's last completion in the category earns, or where none of it is left, the last of all."""
    last = _last(session, person_id, ProfileRequirement.category == category) or _last(session, person_id)
    if last is None:
        return []
    schedule = in_force(session, shelf.library)
    return issue_earned(session, completion=last, published=shelf, schedule=schedule, now=now)


def _last(session: Session, person_id: int, *of: Any) -> Completion | None:
    """The newest completion of a module that is required of the person now, and that stands."""
    made = (
        select(Completion)
        .join(Person, Person.id == Completion.person_id)
        .join(
            ProfileRequirement,
            and_(
                ProfileRequirement.profile_id == Person.profile_id,
                ProfileRequirement.module == Completion.module,
            ),
        )
        .join(Progress, and_(Progress.person_id == Person.id, Progress.module == Completion.module))
        .where(Completion.person_id == person_id, Progress.completed_at.is_not(None), *of)
    )
    return session.scalar(made.order_by(Completion.completed_at.desc(), Completion.id.desc()).limit(1))
