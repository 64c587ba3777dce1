"""Paper tests: which one a sheet in somebody's hand is, and taking in what was written on it.

The attempt is like any other. It begins on the day of the test, at midnight in America/New_York since nobody noted the time; its
answers are saved and submitted at the moment at which they were typed in.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.models import Revision, RevisionModule
from lms.catalog.shelf import Published, pinned_module
from lms.content.course import Module
from lms.core import audit
from lms.core.clock import day_begins, program_day

from . import service
from .hot import OPEN
from .models import Attempt
from .onpaper import Variant, variant
from .paper import to_json
from .review import Score

# What the record keeps in place of the sentence that people accept on the site.
ACKNOWLEDGMENT = "Signed on paper"


class HasOpenAttempt(Exception):
    """The person has an attempt at the module open online."""


class OtherAnswers(Exception):
    """The sheet was typed in before, with other answers; those stay."""


@dataclass(frozen=True, slots=True)
class Test:
    """A paper test as it was printed. `revision_id` is the newest revision with this text, `since` the day of the first one."""

    module: Module
    document: str
    revision_id: int
    since: date
    variant: Variant


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The attempt that a sheet became. `before`: it had been typed in already, and nothing changed."""

    public_id: str
    score: Score
    before: bool


@dataclass(frozen=True, slots=True)
class Proctored:
    """Who stood by a paper test, on which day, and its variant."""

    by: str
    on: date
    variant: int


def find_test(
    session: Session, published: Published, *, module: str, name: tuple[int, str], entities: Collection[str]
) -> Test | None:
    """The test that a sheet with this number and code was printed from, whatever was published since; None for none."""
    library, (number, code) = published.library, name
    paths = {m.path for m in (*library.modules.values(), *library.translations.values()) if m.key == module}
    printed = (
        select(RevisionModule.document, func.max(RevisionModule.revision_id), func.min(Revision.created_at))
        .join(Revision, Revision.id == RevisionModule.revision_id)
        .where(RevisionModule.path.in_(paths))
        .group_by(RevisionModule.document)
        .order_by(func.max(RevisionModule.revision_id).desc())
    )
    for document, revision_id, first in session.execute(printed).all():
        pinned = pinned_module(session, document)
        found = variant(pinned, document, entities, number)
        if found.code == code and found.paper.drawn:
            return Test(pinned, document, revision_id, program_day(first), found)
    return None


def has_open_attempt(session: Session, *, person_id: int, module: str) -> bool:
    """Whether the person has begun the quiz online and not submitted it: then no right answer is shown, on a key either."""
    return session.connection().execute(OPEN, {"person_id": person_id, "module": module}).one_or_none() is not None


def admit(session: Session, published: Published, *, person_id: int, module: str, now: datetime) -> None:
    """Raises HasOpenAttempt, or service.TooSoon, where the person may not begin an attempt now."""
    if has_open_attempt(session, person_id=person_id, module=module):
        raise HasOpenAttempt
    until = service.may_begin_at(service.history(session, person_id=person_id, module=module), published)
    if until is not None and now < until:
        raise service.TooSoon(until)


def take_in(
    session: Session,
    test: Test,
    published: Published,
    *,
    person_id: int,
    proctor_id: int,
    day: date,
    responses: Mapping[str, list[Any]],
    now: datetime,
) -> TakenIn:
    """The sheet of a person as an attempt, submitted and marked; once for a person, a test and a day.

    `responses` are in the questions' own terms, by question. The person's row is locked, so that of two clicks the second sees
    what the first did. Raises OtherAnswers, HasOpenAttempt, service.TooSoon.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    if before := _typed_before(session, test, person_id, day, responses):
        return before
    admit(session, published, person_id=person_id, module=test.module.key, now=now)
    sheet = _begin(session, test, person_id, proctor_id, day)
    for number, drawn in enumerate(test.variant.paper.drawn, 1):
        if drawn.question in responses:
            service.save_answer(session, sheet, number=number, response=responses[drawn.question], now=now)
    score = service.marked(session, sheet)
    service.submit(session, sheet, now=now, acknowledgment=ACKNOWLEDGMENT)
    audit.record(
        session,
        action="attempt.proctored",
        subject=sheet.public_id,
        actor_id=proctor_id,
        now=now,
        person=person_id,
        module=test.module.key,
        variant=test.variant.name,
        day=day.isoformat(),
    )
    return TakenIn(sheet.public_id, score, before=False)


def proctored(session: Session, public_id: str) -> Proctored | None:
    """What to say of an attempt that was made on paper; None for one made here."""
    row = session.execute(
        select(func.coalesce(Person.name, ""), Attempt.started_at, Attempt.form)
        .outerjoin(Person, Person.id == Attempt.proctor_id)
        .where(Attempt.public_id == public_id, Attempt.proctor_id.is_not(None))
    ).one_or_none()
    return Proctored(row[0], program_day(row[1]), row[2] or 0) if row else None


def _typed_before(
    session: Session, test: Test, person_id: int, day: date, responses: Mapping[str, list[Any]]
) -> TakenIn | None:
    public_id = session.scalar(
        select(Attempt.public_id).where(
            Attempt.person_id == person_id,
            Attempt.module == test.module.key,
            Attempt.document == test.document,
            Attempt.form == test.variant.number,
            Attempt.proctor_id.is_not(None),
            Attempt.started_at == day_begins(day),
        )
    )
    if public_id is None:
        return None
    sheet = service.find(session, public_id=public_id, person_id=person_id)
    if service.responses(service.answers(session, sheet)) != dict(responses):
        raise OtherAnswers
    past = service.history(session, person_id=person_id, module=test.module.key)
    return TakenIn(public_id, next(p.score for p in past if p.public_id == public_id), before=True)


def _begin(session: Session, test: Test, person_id: int, proctor_id: int, day: date) -> service.Sheet:
    attempt = Attempt(
        public_id=secrets.token_urlsafe(16)[:22],
        person_id=person_id,
        module=test.module.key,
        language=test.module.language,
        revision_id=test.revision_id,
        document=test.document,
        paper=to_json(test.variant.paper),
        pass_mark=test.module.pass_mark,
        started_at=day_begins(day),
        proctor_id=proctor_id,
        form=test.variant.number,
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError as raced:  # begun online at this very moment
        raise HasOpenAttempt from raced
    return service.find(session, public_id=attempt.public_id, person_id=person_id, to="submit")
