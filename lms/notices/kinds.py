"""The kinds of letters. A room that has something to tell registers its kind, then posts letters about one thing each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core import audit, jobs
from lms.core.clock import program_day
from lms.core.database import insert_into
from lms.core.language import Language

from .models import Letter
from .rules import OF_USE

Values = Mapping[str, object]
# The job that sends what waits.
SEND = "letters.send"


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter to send now, and to whom. `about` says what it is about, "" for what is due or a digest."""

    id: int
    kind: str
    about: str
    person_id: int
    organization_id: int | None
    name: str
    email: str
    language: Language


Compose = Callable[[Taken], Values | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`compose` gives the values of templates/mail/KIND.txt, None where there is nothing to tell any more. With `switched` a letter
    goes only to people who want reminders; it is of use until so many days after its day."""

    compose: Compose
    switched: bool
    of_use: int


KINDS: dict[str, Kind] = {}


def letters_of(kind: str, *, switched: bool = False, of_use: int = OF_USE) -> Callable[[Compose], Compose]:
    """Register what composes letters of this kind, at the moment when each is sent, in no language in particular: the template
    is filled in the reader's."""

    def register(compose: Compose) -> Compose:
        KINDS[kind] = Kind(compose, switched, of_use)
        return compose

    return register


def post(session: Session, kind: str, *, about: str, people: Sequence[int], now: datetime) -> None:
    """Write a letter about one thing to each of these people, in the caller's transaction. Who has one about it already, sent or
    not, gets no other (J2). `about` has 60 characters at most. The worker sends them soon."""
    rows = [
        {
            "person_id": person_id,
            "kind": kind,
            "about": about,
            "day": program_day(now),
            "state": "waiting",
            "created_at": now,
        }
        for person_id in people
    ]
    if rows:
        audit.hold(session)  # others lock the row of the job that sends after they have recorded something
        session.execute(insert_into(session, Letter).on_conflict_do_nothing(), rows)
        jobs.repeat(session, SEND, {}, key=SEND, now=now)
