"""A program of any size, the same every time: companies of very different sizes, people who began and gave up, who failed and
tried again, who completed everything; with every answer they gave.

Written in bulk, so without audit rows, readings and certificates, which no figure follows from. Invented, but for its shape: few
companies employ most people, a third of all has never begun, most who give up do so in the middle of a module.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Organization, OrganizationEntity, Person
from lms.accounts.people import profile_for
from lms.assessment import review
from lms.assessment.models import Answer, Attempt
from lms.assessment.paper import Paper, draw, to_json
from lms.catalog.shelf import Published, published
from lms.content.course import Module, Question
from lms.core.clock import months_later, program_day
from lms.demo import right_response, wrong_response
from lms.learning.models import Completion, Progress
from lms.schedule import service as schedules
from lms.schedule.models import ProfileRequirement

from .bulk_rows import AT_ONCE, Rows, moment
from .generator import SEED

COMPANIES, PEOPLE = 11_400, 500_000
LARGEST = 4_000  # people of one company
JOBS = (
    ("driver",), ("driver", "loader"), ("loader",), ("documentation",), ("guard",), ("human-resources", "manager"),
    ("it", "manager"), ("seal-custodian", "loader"), ("manager", "documentation"), (),
)  # fmt: skip
JOB_WEIGHTS = (24, 8, 14, 12, 8, 6, 5, 6, 12, 5)
NEVER = 0.34  # of the people have not begun anything
MODULES = 3.4  # that somebody who began has begun, on average
GIVES_UP = 0.3  # of those who began have one module that they began and left
FAILS = 0.22  # of all tries
PAPERS = 5  # different papers of each module
TABLES = {
    "organization": (Organization, ("id", "number", "name", "declined", "field_office", "country", "employees", "created_at")),
    "entity": (OrganizationEntity, ("organization_id", "entity")),
    "person": (
        Person,
        ("id", "name", "email", "role", "organization_id", "profile_id", "epoch", "extra_time", "demo", "language",
         "mail_certificates", "mail_reminders", "created_at", "disabled_at"),
    ),
    "employment": (Employment, ("id", "person_id", "organization_id", "began_on", "ended_on")),
    "progress": (Progress, ("person_id", "module", "started_at", "completed_at", "valid_until")),
    "attempt": (
        Attempt,
        ("id", "public_id", "person_id", "module", "language", "revision_id", "document", "paper", "pass_mark", "started_at",
         "delta", "submitted_at", "score", "out_of", "passed"),
    ),
    "answer": (Answer, ("attempt_id", "question", "response", "saved_at")),
    "completion": (
        Completion,
        ("id", "person_id", "organization_id", "module", "revision_id", "attempt_id", "percent", "completed_at", "valid_until"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt that was told once and is lived by many: the paper, what was answered, and what that is worth."""

    paper: str
    answers: tuple[tuple[str, str], ...]
    score: str
    out_of: int
    percent: int
    passed: bool


@dataclass(frozen=True, slots=True)
class _Module:
    key: str
    document: str
    passes: tuple[Told, ...]
    fails: tuple[Told, ...]


def fill(session: Session, share: float, now: datetime) -> Mapping[str, int]:
    """So large a share of the whole program, committed; how many rows of each kind."""
    shelf, rng = published(session), random.Random(SEED)
    _move_dates(session, shelf, program_day(now))
    modules = {key: _told(module, shelf, rng) for key, module in shelf.library.modules.items()}
    companies = list(_companies(shelf, round(COMPANIES * share), round(PEOPLE * share), rng))
    kinds = sorted({entities for entities, _ in companies})
    profiles = {
        (entities, job): profile_for(session, list(entities), [], list(job), []).id
        for entities in kinds
        for job in JOBS
    }
    session.flush()
    schedules.refresh(session, shelf.library)
    required: dict[int, list[str]] = {number: [] for number in profiles.values()}
    rows = select(ProfileRequirement.profile_id, ProfileRequirement.module).order_by(
        ProfileRequirement.due_on, ProfileRequirement.module
    )
    for profile, module in session.execute(rows):
        required.setdefault(profile, []).append(module)
    session.commit()
    people = _People(Rows(session, TABLES), modules, required, shelf.revision_id, now, rng)
    for entities, many in companies:
        people.company(entities, many, {job: profiles[entities, job] for job in JOBS}, shelf)
        people.rows.flush(at_least=AT_ONCE)
    people.rows.done()
    return people.rows.written | {"requirement": people.requirements}


def _move_dates(session: Session, shelf: Published, today: date) -> None:
    """The first phase is past, the others come; enforcement follows the last one."""
    days = (-30, 30, 60, 90)
    phases = {
        p.number: today + timedelta(days=d) for p, d in zip(shelf.library.framework.program.phases, days, strict=True)
    }
    at = datetime.now().astimezone()
    schedules.move(
        session, shelf.library, enforcement=today + timedelta(days=120), phases=phases, note="Measured.", now=at
    )


def _companies(
    shelf: Published, companies: int, people: int, rng: random.Random
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Entity types and number of people. A tenth of the companies are of two types; few employ most of the people."""
    kinds = list(shelf.library.framework.entities)
    weights = [1 / (1 + place / 2) for place in range(len(kinds))]
    wanted = [min(rng.paretovariate(0.95), 400) for _ in range(companies)]
    for share in wanted:
        several = 2 if rng.random() < 0.1 else 1
        entities = tuple(sorted(set(rng.choices(kinds, weights, k=several))))
        yield entities, max(1, min(LARGEST, round(people * share / sum(wanted))))


def _told(module: Module, shelf: Published, rng: random.Random) -> _Module:
    """Some passes and fails of a module, marked by the site's own rules."""
    passes, fails = [], []
    for _ in range(PAPERS):
        paper = draw(module, (), (), rng)
        asked = review.questions(module, paper)
        for wrong in (0, 1, max(1, len(asked) // 2), len(asked)):
            missed = rng.sample(range(len(asked)), min(wrong, len(asked)))
            told = _one(module, paper, asked, set(missed))
            (passes if told.passed else fails).append(told)
    return _Module(module.key, shelf.documents[module.key, "en"], tuple(passes), tuple(fails))


def _one(module: Module, paper: Paper, asked: Sequence[Question], missed: set[int]) -> Told:
    given = {
        question.id: wrong_response(question) if place in missed else right_response(question)
        for place, question in enumerate(asked)
    }
    score = review.score(module, paper, given, 80)
    answers = tuple((question, json.dumps(response)) for question, response in given.items())
    percent = round(score.points * 100 / max(score.of, 1))
    return Told(json.dumps(to_json(paper)), answers, str(score.points), score.of, percent, score.passed)


class _People:
    """What becomes rows, person by person."""

    def __init__(
        self,
        rows: Rows,
        modules: Mapping[str, _Module],
        required: Mapping[int, Sequence[str]],
        revision: int,
        now: datetime,
        rng: random.Random,
    ) -> None:
        self.rows, self.modules, self.required, self.revision, self.now, self.rng = (
            rows,
            modules,
            required,
            revision,
            now,
            rng,
        )
        self.requirements = 0

    def company(
        self, entities: Sequence[str], many: int, jobs: Mapping[tuple[str, ...], int], shelf: Published
    ) -> None:
        rng, framework = self.rng, shelf.library.framework
        number = self.rows.written["organization"] + 1
        offices = [office.slug for office in framework.program.field_offices]
        began = self.now - timedelta(days=rng.randint(100, 250))
        own = self.rows.add(
            "organization", f"MANY-{number:05}", f"{rng.choice(NAMES)} {rng.choice(TRADES)} {number}", "[]",
            None if rng.random() < 0.05 else rng.choice(offices), rng.choices(("US", "MX", "CA", None), (55, 35, 8, 2))[0],
            None if rng.random() < 0.1 else round(many * rng.uniform(1, 1.6)), moment(began),
        )  # fmt: skip
        for entity in entities:
            self.rows.add("entity", own, entity)
        zeal = 0 if rng.random() < 0.06 else rng.betavariate(3, 2)  # some companies have not begun at all
        for job in rng.choices(JOBS, JOB_WEIGHTS, k=many):
            joined = min(began + timedelta(days=rng.expovariate(1 / 40)), self.now - timedelta(days=2))
            self._person(own, jobs[job], zeal, joined)

    def _person(self, company: int, profile: int, zeal: float, joined: datetime) -> None:
        rng, number = self.rng, self.rows.written["person"] + 1
        left = self.now - timedelta(days=rng.uniform(0, 60)) if rng.random() < 0.03 else None
        left = left if left and left > joined else None
        person = self.rows.add(
            "person", f"{rng.choice(FIRST)} Ejemplo {number}", f"crowd-{number}@crowd.example", "learner", company, profile,
            1, 0, False, rng.choices((None, "en", "es", "fr"), (60, 15, 22, 3))[0], False, True, moment(joined),
            left and moment(left),
        )  # fmt: skip
        self.rows.add("employment", person, company, joined.date().isoformat(), None)
        theirs = self.required[profile]
        self.requirements += len(theirs)
        if rng.random() < NEVER or not zeal:
            return
        many = min(len(theirs), 1 + int(rng.expovariate(1 / (MODULES * 1.66 * zeal))))
        end = left or self.now
        at = joined + (end - joined) * rng.random() * 0.6
        for place, key in enumerate(theirs[:many]):
            last = place == many - 1 and rng.random() < GIVES_UP
            at = self._takes(person, company, self.modules[key], at, end, unfinished=last)

    def _takes(
        self, person: int, company: int, module: _Module, at: datetime, end: datetime, *, unfinished: bool
    ) -> datetime:
        """One module, from its first section to its pass, if it comes to that; when it was over."""
        rng, begun, done = self.rng, at, None
        while True:
            at += (end - at) * rng.random() * 0.2
            passes = bool(module.passes) and rng.random() >= FAILS
            if unfinished and (passes or not module.fails):
                break
            told = rng.choice(module.passes if passes or not module.fails else module.fails)
            attempt = self._attempt(person, module, told, at)
            if told.passed:
                done = at
                break
        until = months_later(done.date(), 12).isoformat() if done else None
        self.rows.add("progress", person, module.key, moment(begun), done and moment(done), until)
        if done:
            self.rows.add(
                "completion", person, company, module.key, self.revision, attempt, told.percent, moment(done), until
            )
        return at

    def _attempt(self, person: int, module: _Module, told: Told, at: datetime) -> int:
        number, when = self.rows.written["attempt"] + 1, moment(at)
        attempt = self.rows.add(
            "attempt", f"crowd{number:017}", person, module.key, "en", self.revision, module.document, told.paper, 80, when,
            False, when, told.score, told.out_of, told.passed,
        )  # fmt: skip
        for question, response in told.answers:
            self.rows.add("answer", attempt, question, response, when)
        return attempt


NAMES = ("Sample", "Placeholder", "Muestra", "Specimen", "Exemple", "Ejemplo")
TRADES = ("Freight", "Imports", "Transport", "Logistics", "Warehouses", "Brokers")
FIRST = ("Ana", "Bo", "Cy", "Dee", "Eli", "Flor", "Gus", "Hana")
