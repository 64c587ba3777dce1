"""Answers saved and quizzes submitted, durably, with CSRF and audit: CPU of the site, as a multiple of hello's."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service as assessment
from lms.catalog.shelf import Published, published
from lms.content.course import Module
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.demo import right_response, wrong_response
from lms.learning import service as learning
from lms.schedule.models import ProfileRequirement

from .figure import Figure, of_middle
from .generator import SEED, drivers
from .hello import hello_app
from .rounds import Subject, cpu, each, ratio
from .sites import Site, on_each_database
from .visitor import Request, Visitor

TARGET = {"SQLite": 4.5, "PostgreSQL": 6.0}
REACH = {"SQLite": 7.0, "PostgreSQL": 9.33}  # as far above as on SQLite
ROUNDS = 20
BATCH = 8
NEEDED = (ROUNDS + 1) * BATCH  # one batch more than there are rounds, for the call that warms up


def run() -> Iterator[Figure]:
    for database, small in on_each_database():
        yield from _of(small, database)


def _of(small: Site, database: str) -> Iterator[Figure]:
    subjects = {
        "hello": Subject(Visitor(hello_app()).get("/"), 60),
        "answer saved": each(answers(small, NEEDED), BATCH),
        "quiz submitted": each(submissions(small, NEEDED, passing=False), BATCH),
        "quiz submitted, module and category complete": each(submissions(small, NEEDED, passing=True), BATCH),
    }
    spent = cpu(subjects, ROUNDS)
    notes = ("by htmx, first time", "of 8 to 10 questions, not passed", "with completion and certificate record")
    for name, note in zip(list(subjects)[1:], notes, strict=True):
        gated = name == "quiz submitted"
        yield of_middle(
            f"{name}, {database}",
            ratio(spent[name], spent["hello"]),
            "× hello",
            target=TARGET[database] if gated else None,
            reach=REACH[database] if gated else None,
            note=note,
        )


def answers(small: Site, many: int) -> list[Request]:
    """Posts of first answers, question after question of attempts just begun."""
    found: list[Request] = []

    def begun(
        session: Session, person: Person, module: Module, shelf: Published, at: datetime
    ) -> Callable[[Visitor], None]:
        public_id = _start(session, person, module, shelf, at)
        drawn = len(assessment.find(session, public_id=public_id, person_id=person.id).paper.drawn)

        def ask(visitor: Visitor) -> None:
            for number in range(1, drawn + 1):
                path = f"/attempts/{public_id}/questions/{number}"
                found.append(visitor.post(path, {"answer": "0"}, 200, by_htmx=True))

        return ask

    while len(found) < many:
        _prepare(small, 8, begun)
    return found[:many]


def submissions(small: Site, many: int, *, passing: bool) -> list[Request]:
    """Posts that submit attempts of which every question is answered; those that pass have read every section."""
    found: list[Request] = []

    def answered(
        session: Session, person: Person, module: Module, shelf: Published, at: datetime
    ) -> Callable[[Visitor], None]:
        for section in module.sections if passing else ():
            learning.open_section(session, person_id=person.id, module=module.key, section=section.anchor, now=at)
        public_id = _start(session, person, module, shelf, at)
        sheet = assessment.find(session, public_id=public_id, person_id=person.id, to="save")
        for number in range(1, len(sheet.paper.drawn) + 1):
            question = sheet.question(number)
            response = right_response(question) if passing else wrong_response(question)
            assessment.save_answer(session, sheet, number=number, response=response, now=at)
        return lambda visitor: found.append(visitor.post(f"/attempts/{public_id}/submit", {"acknowledged": "y"}))

    while len(found) < many:
        _prepare(small, 10, answered)
    return found[:many]


Preparing = Callable[[Session, Person, Module, Published, datetime], Callable[[Visitor], None]]


def _prepare(small: Site, people: int, prepare: Preparing) -> None:
    """New drivers, each with an attempt at every module of theirs but one, so that nobody completes the program."""
    later: list[tuple[int, list[Callable[[Visitor], None]]]] = []
    with small.app.app_context(), transaction():
        at, shelf = now(), published(db.session)
        for person_id in drivers(db.session, people, at):
            person = db.session.get_one(Person, person_id)
            theirs = select(ProfileRequirement.module).where(ProfileRequirement.profile_id == person.profile_id)
            keys = list(db.session.scalars(theirs.order_by(ProfileRequirement.module)))[1:]
            ready = [prepare(db.session, person, shelf.library.modules[key], shelf, at) for key in keys]
            later.append((person_id, ready))
    for person_id, ready in later:
        visitor = small.visitor(person_id)
        for make in ready:
            make(visitor)


def _start(session: Session, person: Person, module: Module, shelf: Published, at: datetime) -> str:
    return assessment.start(
        session,
        person_id=person.id,
        organization_id=person.organization_id,
        module=module,
        published=shelf,
        now=at,
        rng=random.Random(SEED),
    )
