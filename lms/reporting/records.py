"""What was done while with a company: the training record (12.1), and one person's modules as the company may see them.

A completion or certificate belongs to the company where the person worked then; what was done elsewhere stays there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.employment import was_with
from lms.accounts.models import Organization, Person, Profile
from lms.assessment.models import Attempt
from lms.certificates.known import KNOWN, newer
from lms.certificates.models import Certificate, Revocation
from lms.certificates.rules import Standing, standing
from lms.core.clock import program_day
from lms.learning.models import Completion, Progress
from lms.schedule.models import ProfileRequirement

from .requirements import AnySelect, due_day, status
from .rules import Status


class NoSuchMember(Exception):
    """Nobody with this number belongs to the company; whether there is one elsewhere is not said."""


@dataclass(frozen=True, slots=True)
class Done:
    """A completion made with the company. `certificate`: the number of the category's one that it earned, or "" for none that
    counts: a revoked one is no evidence.

    `valid_until` is a whole day in America/New_York, None for completions from before validity was kept. `proctor` typed
    the answers of a test on paper in, "" for a quiz on the site.
    """

    person: str
    module: str
    completed_at: datetime
    percent: int
    revision: int
    certificate: str
    valid_until: date | None = None
    proctor: str = ""

    @property
    def done_on(self) -> date:
        return program_day(self.completed_at)


@dataclass(frozen=True, slots=True)
class Line:
    """A module required of the person. `done` is the last completion made with the company, None for none.

    `again` says why it is due once more: "change", "expiry", or None.
    """

    module: str
    category: int
    due: date
    criteria: tuple[str, ...]
    status: Status
    started_at: datetime | None
    done: Done | None
    again: str | None


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """`category` 0 is the program certificate; None an attendance of `workshop`, which is "" for the others."""

    number: str
    category: int | None
    workshop: str
    issued_at: datetime
    valid_until: date
    standing: Standing

    @property
    def issued_on(self) -> date:
        return program_day(self.issued_at)


@dataclass(frozen=True, slots=True)
class Training:
    """One person as the company sees him or her. `extra` was completed with the company and is not required now.

    `completions` are all that were made with it, the last one first: older ones stay for good. `gone`: the person belongs to
    another company now, or to none; what is required there is not for this one to see.
    """

    id: int
    name: str
    email: str
    functions: tuple[str, ...]
    ended: bool
    gone: bool
    access_until: date | None
    lines: tuple[Line, ...]
    extra: tuple[Done, ...]
    certificates: tuple[CertificateLine, ...]
    completions: tuple[Done, ...]


def done(session: Session, organization_id: int, person_id: int | None = None) -> Iterator[Done]:
    """Completions made with the company, oldest first, of people who have left too. Streams."""
    proctor = aliased(Person)
    statement: AnySelect = (
        select(
            Person.name,
            Completion.module,
            Completion.completed_at,
            Completion.percent,
            Completion.revision_id,
            func.coalesce(Certificate.number, ""),
            Completion.valid_until,
            func.coalesce(proctor.name, ""),
        )
        .join(Person, Person.id == Completion.person_id)
        .join(Attempt, Attempt.id == Completion.attempt_id)
        .outerjoin(proctor, proctor.id == Attempt.proctor_id)
        .outerjoin(
            Certificate,
            and_(
                Certificate.completion_id == Completion.id,
                Certificate.category > 0,
                Certificate.id.not_in(select(Revocation.certificate_id)),
            ),
        )
        .where(Completion.organization_id == organization_id)
        .order_by(Completion.completed_at, Completion.id)
        .execution_options(yield_per=1000)
    )
    if person_id is not None:
        statement = statement.where(Completion.person_id == person_id)
    for row in session.execute(statement):
        yield Done(*row)


def training(session: Session, organization_id: int, person_id: int, today: date) -> Training:
    """One person's modules, scores and certificates. Raises NoSuchMember for everybody who never was with the company (U4)."""
    facts = (Person.name, Person.email, Profile.functions, Person.disabled_at, Person.access_until)
    person = session.execute(
        select(*facts, Person.organization_id)
        .outerjoin(Profile, Profile.id == Person.profile_id)
        .where(Person.id == person_id, or_(Person.organization_id == organization_id, was_with(organization_id)))
    ).one_or_none()
    if person is None:
        raise NoSuchMember
    gone = person.organization_id != organization_id
    completions = tuple(done(session, organization_id, person_id))
    made = {d.module: d for d in completions}
    lines = () if gone else tuple(_lines(session, person_id, today, made))
    required = {line.module for line in lines}
    return Training(
        id=person_id,
        name=person.name,
        email=person.email,
        functions=() if gone else tuple(person.functions or ()),
        ended=gone or person.disabled_at is not None,
        gone=gone,
        access_until=None if gone else person.access_until,
        lines=lines,
        extra=tuple(d for d in made.values() if d.module not in required),
        certificates=tuple(_certificates(session, organization_id, person_id, today)),
        completions=completions[::-1],
    )


def _lines(session: Session, person_id: int, today: date, made: dict[str, Done]) -> Iterator[Line]:
    statement = (
        select(
            ProfileRequirement.module,
            ProfileRequirement.category,
            due_day,
            ProfileRequirement.criteria,
            status(today),
            Progress.started_at,
            Progress.again_because,
        )
        .join(Person, Person.profile_id == ProfileRequirement.profile_id)
        .join(Organization, Organization.id == Person.organization_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(Person.id == person_id)
        .order_by(due_day, ProfileRequirement.category, ProfileRequirement.module)
    )
    for module, category, due, criteria, state, started_at, again in session.execute(statement):
        yield Line(module, category, due, tuple(criteria), state, started_at, made.get(module), again)


def _certificates(session: Session, organization_id: int, person_id: int, today: date) -> Iterator[CertificateLine]:
    statement = (
        KNOWN.where(Certificate.person_id == person_id, Certificate.organization_id == organization_id)
        .with_only_columns(
            Certificate.number,
            Certificate.category,
            func.coalesce(Certificate.record["workshop"]["title"].as_string(), ""),
            Certificate.issued_at,
            Certificate.valid_until,
            Revocation.certificate_id,
            newer.id,
            maintain_column_froms=True,
        )
        .order_by(Certificate.issued_at, Certificate.id)
    )
    for number, category, workshop, issued_at, valid_until, revoked, renewed in session.execute(statement):
        stands = standing(valid_until, revoked=revoked is not None, renewed=renewed is not None, today=today)
        yield CertificateLine(number, category, workshop, issued_at, valid_until, stands)
