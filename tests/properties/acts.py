"""What people, an author and the calendar do, by the services and in the transactions of the views, and what is stored of it."""

import random
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.accounts.identity import as_signed_in
from lms.accounts.permissions import Role
from lms.assessment import repairs, service
from lms.assessment.models import Answer, Attempt, Remark
from lms.assessment.repairs import Applied, Proposal
from lms.assessment.review import Score
from lms.catalog import service as catalog
from lms.catalog import shelf, store
from lms.catalog.shelf import published
from lms.certificates import service as certificates
from lms.content.course import Question
from lms.content.framework import Program
from lms.core.clock import program_day
from lms.core.database import Base, db, transaction
from lms.demo import right_response, wrong_response
from lms.learning import retraining
from lms.learning import service as learning
from lms.learning.models import Completion, ModuleChange, Progress, SectionReading
from tests.factories.people import make_organization, make_person

from .model import Given, Key, Result, Sitting
from .texts import FILES, Text

# The driver must take both modules, the loader takes one of them for himself.
PEOPLE = ("driver", "loader")
ACCEPTED = "I answered these questions myself."
COLUMNS = Attempt.__table__.columns
# What a run leaves to the next one.
KEPT = (
    "person",
    "organization",
    "organization_entity",
    "employment",
    "profile",
    "profile_requirement",
    "blob",
    "document",
)


class Home:
    """Two learners and one of the staff, on a site that begins anew with every run: making another one takes longer."""

    def __init__(self, session: Session) -> None:
        company = make_organization(session)
        learners = {name: make_person(session, name, organization=company, functions=(name,)) for name in PEOPLE}
        self.signed_in = {name: as_signed_in(person) for name, person in learners.items()}
        self.staff = make_person(session, "Sam", role=Role.STAFF).id
        self.first = published(session).revision_id

    def begin_anew(self) -> None:
        """Nothing has happened yet but the first publication."""
        with transaction():
            for table in reversed(Base.metadata.sorted_tables):
                if table.name.startswith("revision"):
                    number = table.c["id" if table.name == "revision" else "revision_id"]
                    db.session.execute(delete(table).where(number > self.first))
                elif table.name not in KEPT:
                    db.session.execute(delete(table))
        shelf._Shelf.published = None

    def start(self, who: str, module: str, now: datetime, rng: random.Random) -> str:
        person = self.signed_in[who]
        with transaction():
            served = published(db.session)
            public_id = service.start(
                db.session,
                person_id=person.id,
                organization_id=person.organization_id,
                module=served.library.modules[module],
                published=served,
                now=now,
                rng=rng,
                only=learning.delta_questions(db.session, person_id=person.id, module=module),
            )
            learning.begin(db.session, person_id=person.id, module=module, now=now)
        return public_id


def read(key: Key, section: str, now: datetime) -> bool:
    """Whether it completes the module, like all that follow."""
    with transaction():
        learning.open_section(db.session, person_id=key[0], module=key[1], section=section, now=now)
        return settle(key, now)


def save(sitting: Sitting, number: int, response: list[Any], now: datetime) -> datetime:
    with transaction():
        sheet = service.find(db.session, public_id=sitting.public_id, person_id=sitting.person, to="save")
        return service.save_answer(db.session, sheet, number=number, response=response, now=now)


def submit(sitting: Sitting, now: datetime) -> tuple[Score | None, bool]:
    with transaction():
        sheet = service.find(db.session, public_id=sitting.public_id, person_id=sitting.person, to="submit")
        result = service.submit(db.session, sheet, now=now, acknowledgment=ACCEPTED)
        return result, bool(result and result.passed) and settle(sitting.key, now)


def settle(key: Key, now: datetime) -> bool:
    served = published(db.session)
    lesson = served.library.modules[key[1]]
    done = certificates.complete(db.session, person_id=key[0], module=lesson, published=served, now=now)
    return done is not None


def publish(texts: Mapping[str, Text], base: int, now: datetime) -> tuple[int, int]:
    """The number of the new revision, and how many are due once more."""
    with transaction():
        files = store.content_of(db.session, base) | {FILES[module]: text.file for module, text in texts.items()}
        revision = catalog.publish(db.session, files, base=base, author="tests", message="An edit", now=now)
        return revision.id, retraining.follow(db.session, revision, now=now)


def repair(proposal: Proposal, by_id: int, now: datetime) -> tuple[Applied, dict[Key, bool]]:
    """With whom it makes pass, and whether that completes the module."""
    with transaction():
        done = repairs.apply(db.session, proposal, by_id=by_id, now=now)
        gained = sorted({(change.person_id, proposal.module) for change in done.outcome.passes})
        return done, {key: settle(key, now) for key in gained}


def turn(program: Program, now: datetime, person_id: int | None) -> int:
    with transaction():
        return retraining.turn(db.session, program, today=program_day(now), person_id=person_id)


def answered(question: Question, manner: str, at: datetime) -> Given:
    """An answer with what it is worth: all, nothing, or as near to all as the question gives part points."""
    response, worth = right_response(question), Fraction(1)
    if manner == "blank":
        response, worth = [], Fraction(0)
    elif manner == "wrong":
        response, worth = wrong_response(question), Fraction(0)
    elif manner == "nearly" and question.score == "each":
        response, worth = response[:1], Fraction(1, 2)  # one of two
    elif manner == "nearly" and question.score == "pairs":
        response, worth = [1, 0, 2, 3], Fraction(5, 6)  # of six pairs of steps one is the wrong way round
    options = question.options if question.type in ("single", "true-false", "multiple") else ()
    texts = (option.text for index, option in enumerate(options) if index in response)
    return Given(response, worth, frozenset(texts if options else map(str, response)), at)


def stored() -> dict[str, Any]:
    """Every row that tells of attempts and progress, as Model.rows has them."""
    db.session.rollback()

    def rows(*columns: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in db.session.execute(select(*columns))]

    attempts = db.session.execute(select(*COLUMNS).order_by(COLUMNS.id))
    completions = db.session.scalars(select(Completion).order_by(Completion.id))
    changes = db.session.scalars(select(ModuleChange).order_by(ModuleChange.revision_id, ModuleChange.module))
    return {
        "attempts": [dict(row._mapping) for row in attempts],
        "answers": {
            (attempt, question): (response, at)
            for attempt, question, response, at in rows(
                Answer.attempt_id, Answer.question, Answer.response, Answer.saved_at
            )
        },
        "remarks": {
            (attempt, repair): Result(Fraction(score), of, passed)
            for attempt, repair, score, of, passed in rows(
                Remark.attempt_id, Remark.repair_id, Remark.score, Remark.out_of, Remark.passed
            )
        },
        "completions": [
            (c.person_id, c.module, c.attempt_id, c.revision_id, c.percent, c.completed_at, c.valid_until)
            for c in completions
        ],
        "progress": progress(),
        "readings": {
            (person, module, section): at
            for person, module, section, at in rows(
                SectionReading.person_id, SectionReading.module, SectionReading.section, SectionReading.opened_at
            )
        },
        "changes": [(c.module, c.revision_id, c.sections, sorted(c.questions), c.published_at) for c in changes],
    }


def progress() -> dict[Key, tuple[Any, ...]]:
    facts = (Progress.completed_at, Progress.valid_until, Progress.again_because, Progress.again_on)
    rows = db.session.execute(select(Progress.person_id, Progress.module, Progress.started_at, *facts))
    return {(person, module): tuple(rest) for person, module, *rest in rows}
