"""flask demo: a site to try out, with invented companies and people, dates moved so that enforcement lies ahead."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import demo_people
from lms.accounts import passwords, people
from lms.accounts.models import Person
from lms.accounts.permissions import ROLE_NAMES, Role
from lms.accounts.rules import DEMO_PASSWORD, DEMO_SIGN_INS
from lms.assessment import service as assessment
from lms.assessment.forms import ACKNOWLEDGMENT
from lms.catalog import marker, store
from lms.catalog import service as catalog
from lms.catalog.marker import Marker
from lms.catalog.shelf import Published, published
from lms.certificates import revoking
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.content.course import Module, Question
from lms.content.folder import read_folder
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import to_translate, translated
from lms.demo_rollout import RollOut
from lms.learning import retraining
from lms.learning import service as learning
from lms.learning.models import Completion
from lms.migrations.commands import upgrade
from lms.schedule import service as schedules
from lms.schedule.models import ProfileRequirement
from lms.settings import Settings

PASSWORD = DEMO_PASSWORD
DAYS_AHEAD = 90
PHASES_BEFORE = {1: 77, 2: 49, 3: 28, 4: 14}  # days before enforcement
STEPS_BEFORE = {"socialization": (330, 240), "refinement": (239, 180), "publication": (179, 165), "training": (164, 0)}
NOTE = to_translate(
    "Demonstration: dates are moved so that enforcement lies 90 days ahead; people and companies are made up."
)
SEED = 2020


class RealPeople(Exception):
    """The database has accounts that the demo did not make."""


def sign_ins(session: Session) -> list[tuple[str, str]]:
    """Address and role of the demo's sign-ins, when they are in the database."""
    there = set(session.scalars(select(Person.email).where(Person.demo.is_(True))))
    return [(email, ROLE_NAMES[role]) for role, email in DEMO_SIGN_INS.items() if email in there]


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Make tables, publish the courses and fill in a demonstration. Safe to run again: the dates move, nothing is doubled."""
    upgrade()
    moment = now()
    try:
        _publish(moment)
        shelf = published(db.session)
        with transaction():
            if not sign_ins(db.session):
                _refuse_real_people(db.session)
                click.echo("Making the demonstration (some seconds, once) ...")
                _move_dates(db.session, shelf, program_day(moment))
                _populate(db.session, shelf, moment)
            else:
                _move_dates(db.session, shelf, program_day(moment))
    except RealPeople:
        raise click.ClickException(
            "This database holds real accounts. Set DATABASE_URL to another one for the demonstration."
        ) from None


COMMANDS = (demo,)


def _refuse_real_people(session: Session) -> None:
    if session.scalar(select(func.count(Person.id))):
        raise RealPeople


def _publish(moment: datetime) -> None:
    """Publish the courses folder where it goes on from what the site serves; else leave the site's newer content up."""
    settings: Settings = current_app.extensions["settings"]
    folder = settings.courses_dir
    try:
        with transaction():
            revision = catalog.publish(
                db.session,
                read_folder(folder).files,
                base=marker.base_in(db.session, folder),
                author="demo",
                message="The shipped courses",
                now=moment,
            )
            retraining.follow(db.session, revision, now=moment)
            left = Marker(revision.id, revision.digest)
    except catalog.NothingNew:
        return
    except catalog.Unpublishable:
        if store.newest(db.session) is None:
            raise click.ClickException(
                "The courses have errors; flask check names them. Nothing was published."
            ) from None
        click.echo("The courses have errors; flask check names them. The published revision stays up.")
        return
    except catalog.FolderLags:
        click.echo(f"The site is ahead of {folder}: flask pull brings the folder up to it.")
        return
    marker.write(folder, left)


def _move_dates(session: Session, shelf: Published, today: date) -> None:
    enforcement = today + timedelta(days=DAYS_AHEAD)
    steps = {
        slug: (enforcement - timedelta(days=first), enforcement - timedelta(days=last))
        for slug, (first, last) in STEPS_BEFORE.items()
    }
    in_force = schedules.in_force(session, shelf.library)
    if in_force.enforcement_date == enforcement and {s.slug: (s.begins, s.ends) for s in in_force.steps} == steps:
        return
    phases = {number: enforcement - timedelta(days=before) for number, before in PHASES_BEFORE.items()}
    schedules.move(session, shelf.library, enforcement=enforcement, phases=phases, steps=steps, note=NOTE, now=now())


def _populate(session: Session, shelf: Published, moment: datetime) -> None:
    """Companies, the five sign-ins, staff of every company, and what they have done in the last two months."""
    rng = random.Random(SEED)  # noqa: S311 - the same demonstration every time
    made = demo_people.companies(session, moment)
    home = made[0]
    hashed = passwords.hashed(DEMO_PASSWORD)
    posts: dict[Role, dict[str, Any]] = {
        Role.LEARNER: {"name": "Marisol Ejemplo", "organization_id": home, "functions": ("driver",)},
        Role.COORDINATOR: {"name": "Robin Sample", "organization_id": home, "functions": ("point-of-contact",)},
        Role.TRAINER: {"name": "Tomás Muestra"},
        Role.STAFF: {"name": "Sam Specimen"},
        Role.ADMIN: {"name": "Ada Placeholder"},
    }
    accounts = {
        role: people.add(
            session, email=DEMO_SIGN_INS[role], role=role, password_hash=hashed, demo=True, now=moment, **post
        )
        for role, post in posts.items()
    }
    crowd = list(demo_people.crowd(session, made, rng, moment))
    schedules.refresh(session, shelf.library)
    colleagues = [person for person, _ in crowd]
    roll_out = RollOut(session, shelf, moment, rng, staff=accounts[Role.STAFF], crowd=colleagues)
    roll_out.workshops(accounts[Role.LEARNER])
    story = Story(session, shelf, rng, moment)
    story.of_marisol(accounts[Role.LEARNER])
    story.some(accounts[Role.COORDINATOR], 0.6)
    for person, share in crowd:
        story.some(person, share)
    story.long_ago(accounts[Role.COORDINATOR])
    story.renews_and_loses(colleagues, accounts[Role.STAFF])
    demo_people.come_and_go(session, colleagues, accounts[Role.COORDINATOR], moment)
    roll_out.tell(accounts[Role.COORDINATOR])
    retraining.turn(session, shelf.library.framework.program, today=program_day(moment))


class Story:
    """What invented people did, told through the same services that real ones use, at moments of the past."""

    def __init__(self, session: Session, shelf: Published, rng: random.Random, moment: datetime) -> None:
        self.session, self.shelf, self.rng, self.moment = session, shelf, rng, moment

    def modules_of(self, person: Person) -> list[Module]:
        keys = self.session.scalars(
            select(ProfileRequirement.module)
            .where(ProfileRequirement.profile_id == person.profile_id)
            .order_by(ProfileRequirement.due_on, ProfileRequirement.category)
        )
        return [self.shelf.library.modules[key] for key in keys]

    def of_marisol(self, person: Person) -> None:
        """The driver of the tour: two categories complete, conveyance read, seals begun."""
        for module in self.modules_of(person):
            if module.category in (10, 11):
                self.completes(person, module, self.moment - timedelta(days=12 if module.category == 10 else 9))
            elif module.category == 5:
                self.reads(person, module, len(module.sections), self.moment - timedelta(days=3))
            elif module.category == 6:
                self.reads(person, module, 2, self.moment - timedelta(days=1))

    def some(self, person: Person, share: float) -> None:
        """Complete about this share of what is required, over the last 60 days, and begin one more."""
        modules = self.modules_of(person)
        done = round(share * len(modules))
        for module in modules[:done]:
            self.completes(person, module, self.moment - timedelta(days=self.rng.uniform(0.5, 60)))
        if done < len(modules) and self.rng.random() < 0.6:
            module = modules[done]
            self.reads(person, module, self.rng.randint(1, len(module.sections)), self.moment - timedelta(days=2))

    def long_ago(self, person: Person) -> None:
        """Complete what is due last, so long ago that its refresher is due."""
        *_, last = self.modules_of(person)
        self.completes(person, last, self.moment - timedelta(days=320))

    def renews_and_loses(self, people: Sequence[Person], staff: Person) -> None:
        """One certificate renewed and another one revoked, so that each standing can be looked at."""
        issued = (
            select(Certificate, Completion.module)
            .join(Completion, Completion.id == Certificate.completion_id)
            .where(
                Certificate.person_id.in_([person.id for person in people]),
                Certificate.category > 0,
                Certificate.issued_at < self.moment - timedelta(days=1),
            )
            .order_by(Certificate.id)
            .limit(2)
        )
        (renewed, key), (lost, _) = self.session.execute(issued)
        holder = self.session.get_one(Person, renewed.person_id)
        self.completes(holder, self.shelf.library.modules[key], self.moment - timedelta(hours=5))
        note = "A colleague answered on this person's phone."
        revoking.revoke(
            self.session,
            lost.number,
            reason="wrong person",
            note=note,
            by_id=staff.id,
            now=self.moment - timedelta(hours=2),
        )

    def reads(self, person: Person, module: Module, sections: int, at: datetime) -> None:
        for section in module.sections[:sections]:
            learning.open_section(self.session, person_id=person.id, module=module.key, section=section.anchor, now=at)

    def completes(self, person: Person, module: Module, at: datetime) -> None:
        self.reads(person, module, len(module.sections), at)
        if self.rng.random() < 0.25:
            self.attempts(person, module, at, right=0.5)
        self.attempts(person, module, at + timedelta(minutes=30), right=1.0 if self.rng.random() < 0.4 else 0.9)
        done_at = at + timedelta(minutes=40)
        certificates.complete(self.session, person_id=person.id, module=module, published=self.shelf, now=done_at)

    def begins(self, person: Person, module: Module, at: datetime) -> str:
        """The public id of the person's open attempt."""
        learning.begin(self.session, person_id=person.id, module=module.key, now=at)
        return assessment.start(
            self.session,
            person_id=person.id,
            organization_id=person.organization_id,
            module=module,
            published=self.shelf,
            now=at,
            rng=self.rng,
            only=learning.delta_questions(self.session, person_id=person.id, module=module.key),
        )

    def attempts(self, person: Person, module: Module, at: datetime, *, right: float) -> None:
        """Answer every question, about this share of them right and hard ones rarely, and submit."""
        public_id = self.begins(person, module, at)
        sheet = assessment.find(self.session, public_id=public_id, person_id=person.id, to="submit")
        questions = [sheet.question(place + 1) for place in range(len(sheet.paper.drawn))]
        missed = sorted(questions, key=lambda question: self.rng.random() ** (1 / hardness(question)), reverse=True)
        wrong = missed[: round((1 - right) * len(questions))]
        moments = sorted(at + timedelta(seconds=self.rng.uniform(10, 470)) for _ in questions)
        for number, (question, moment) in enumerate(zip(questions, moments, strict=True), 1):
            response = self.mistake(question) if question in wrong else right_response(question)
            assessment.save_answer(self.session, sheet, number=number, response=response, now=moment)
        said = translated(ACKNOWLEDGMENT)
        assessment.submit(self.session, sheet, now=at + timedelta(minutes=8), acknowledgment=said)

    def mistake(self, question: Question) -> list[Any]:
        """A wrong answer, of several that there are any."""
        if question.type in ("single", "multiple"):
            return [self.rng.choice([index for index, option in enumerate(question.options) if not option.right])]
        foreseen = [r.low for r in question.ranges if not r.right]
        foreseen += [o.text for o in question.options if not o.right and question.type == "short"]
        return [self.rng.choice(foreseen)] if foreseen else wrong_response(question)


def hardness(question: Question) -> int:
    """How readily people miss a question, 1 to 12: invented, and the same in every demonstration."""
    return 1 + crc32(question.id.encode()) % 12


def right_response(question: Question) -> list[Any]:
    """What earns all points, in the question's own terms (see assessment.rules)."""
    match question.type:
        case "match":
            return [row for row, pair in enumerate(question.pairs) if pair.left]
        case "order":
            return list(range(len(question.items)))
        case "short":
            return [next(o.text for o in question.options if o.right)]
        case "number":
            return [next(r.low for r in question.ranges if r.right)]
        case _:
            return [index for index, option in enumerate(question.options) if option.right]


def wrong_response(question: Question) -> list[Any]:
    """What earns nothing, or not all."""
    match question.type:
        case "match":
            return [row for row, pair in enumerate(question.pairs) if pair.left][::-1]
        case "order":
            return list(range(len(question.items)))[::-1]
        case "short" | "number":
            return ["0"]
        case _:
            return [next(index for index, option in enumerate(question.options) if not option.right)]
