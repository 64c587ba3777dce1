"""People who have read, attempted and completed, through the services that real people use."""

import random
from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.demo import Story
from lms.schedule import service as schedules

SEALS, WALK, PASSWORDS = "seal-security/seals", "conveyance-and-iit-security/walk", "cybersecurity/passwords"


def story(session: Session, moment: datetime | None = None) -> Story:
    """A teller of what people did; everything is right when its dice say so (seed 1)."""
    shelf = published(session)
    return Story(session, shelf, schedules.in_force(session, shelf.library), random.Random(1), moment or now())


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
