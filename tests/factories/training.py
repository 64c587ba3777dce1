"""People who have read, attempted and completed, through the services that real people use."""

import random
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.catalog.shelf import published
from lms.core.clock import months_later, now, program_day
from lms.demo import Story
from lms.learning.models import Completion

_rests = count(1)
SEALS, WALK, PASSWORDS = "seal-security/seals", "conveyance-and-iit-security/walk", "cybersecurity/passwords"


def story(session: Session, moment: datetime | None = None) -> Story:
    """A teller of what people did; everything is right when its dice say so (seed 1)."""
    return Story(session, published(session), random.Random(1), moment or now())


def complete(session: Session, person: Person, *modules: str, at: datetime | None = None) -> None:
    """Complete these modules, committed: sections opened, quiz passed, certificates issued."""
    teller = story(session)
    for key in modules:
        teller.completes(person, teller.shelf.library.modules[key], at or now())
    session.commit()


def begin_attempt(session: Session, person: Person, module: str) -> str:
    """The public id of an open attempt, committed."""
    teller = story(session)
    made = teller.begins(person, teller.shelf.library.modules[module], now())
    session.commit()
    return made


def rest_completion(session: Session, person: Person, module: str, *, percent: int, at: datetime) -> Completion:
    """A completion with the passed attempt it rests on, flushed: without reading or answering anything."""
    shelf = published(session)
    attempt = Attempt(
        public_id=f"rest-{next(_rests)}",
        person_id=person.id,
        module=module,
        language="en",
        revision_id=shelf.revision_id,
        document=shelf.documents[module, "en"],
        paper={},
        pass_mark=80,
        started_at=at,
        submitted_at=at,
        score=str(percent),
        out_of=100,
        passed=True,
    )
    session.add(attempt)
    session.flush()
    completion = Completion(
        person_id=person.id,
        organization_id=person.organization_id,
        module=module,
        revision_id=shelf.revision_id,
        attempt_id=attempt.id,
        percent=percent,
        completed_at=at,
        valid_until=months_later(program_day(at), 12),
    )
    session.add(completion)
    session.flush()
    return completion
