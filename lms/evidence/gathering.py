"""Reading the facts of a packet from the database: whole tables of one company, never person by person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Employment, Exemption, Organization, Person, Profile
from lms.assessment.models import Attempt, Remark
from lms.assessment.rules import percent
from lms.catalog.models import Revision
from lms.certificates.known import KNOWN, Known, read
from lms.certificates.models import Certificate
from lms.core.clock import program_day
from lms.learning.models import Completion, ModuleChange
from lms.schedule.models import ProfileRequirement, ScheduleOverride
from lms.schedule.rules import due

from .facts import Change, Company, Done, Exempted, Facts, Member, Need, Try, numbered, with_company
from .rules import Period, Stay

Stays = Mapping[int, tuple[Stay, ...]]


class NoSuchCompany(Exception):
    """No company has this number."""


def company_with(session: Session, number: str) -> Organization:
    """The company with a CTPAT number. Raises NoSuchCompany."""
    found = session.scalars(select(Organization).where(Organization.number == number)).one_or_none()
    if found is None:
        raise NoSuchCompany
    return found


def gather(session: Session, organization_id: int, period: Period) -> Facts:
    """The facts as they stand in the database; the same rows give the same facts, whatever the clock says."""
    organization = session.get_one(Organization, organization_id)
    moments = [session.scalar(select(func.max(Revision.created_at))), session.scalar(select(ScheduleOverride.set_at))]
    here, elsewhere = _stays(session, organization_id)
    done = tuple(_done(session, organization_id, period))
    tries = numbered(_tries(session, organization_id, period, here, elsewhere, moments))
    held = tuple(_held(session, organization_id, period))
    active = {d.person for d in done if period.holds(d.day)} | {k.person_id for k in held}
    members = tuple(_members(session, organization_id, period, here, active, moments))
    ids = {member.id for member in members}
    exemptions = tuple(_exemptions(session, organization_id, period, here, ids, moments))
    changes = tuple(_changes(session, period, organization.entities))
    moments += [d.completed_at for d in done]
    moments += [t.submitted_at for t in tries]
    moments += [m for k in held for m in (k.record.issued_at, k.revoked_at)]
    return Facts(
        company=Company(
            organization.number,
            organization.name,
            organization.entities,
            tuple(organization.declined),
            organization.due_by,
        ),
        period=period,
        as_of=max(moment for moment in (organization.created_at, *moments) if moment is not None),
        members=members,
        needs=tuple(_needs(session, organization, ids)),
        done=done,
        tries=tries,
        held=held,
        exemptions=exemptions,
        changes=changes,
    )


def count_people(session: Session, organization_id: int) -> int:
    """How many people were ever with the company: how long a packet takes at most."""
    return session.scalar(select(func.count()).select_from(_people(organization_id).subquery())) or 0


def _people(organization_id: int) -> Select[Any]:
    """The ids of everybody who is or was with the company, or has done something there."""
    found = union(
        *(
            select(model.person_id).where(model.organization_id == organization_id)
            for model in (Employment, Completion, Certificate)
        ),
        select(Person.id).where(Person.organization_id == organization_id),
    ).subquery()
    return select(found.c[0])


def _stays(session: Session, organization_id: int) -> tuple[Stays, Stays]:
    """The times of these people with the company, and those with others."""
    here: dict[int, list[Stay]] = defaultdict(list)
    elsewhere: dict[int, list[Stay]] = defaultdict(list)
    rows = session.execute(
        select(Employment.person_id, Employment.organization_id, Employment.began_on, Employment.ended_on)
        .where(Employment.person_id.in_(_people(organization_id)))
        .order_by(Employment.began_on, Employment.id)
    )
    for person, where, began, ended in rows:
        (here if where == organization_id else elsewhere)[person].append(Stay(began, ended))
    return tuple({p: tuple(s) for p, s in stays.items()} for stays in (here, elsewhere))  # type: ignore[return-value]


def _members(
    session: Session,
    organization_id: int,
    period: Period,
    here: Stays,
    active: set[int],
    moments: list[datetime | None],
) -> Iterator[Member]:
    """By name. Who was with the company in the period, or did something with it then."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.employee_number,
            Person.site,
            Profile.functions,
            Person.organization_id == organization_id,
            Person.created_at,
        )
        .outerjoin(Profile, Profile.id == Person.profile_id)
        .where(Person.id.in_(_people(organization_id)))
    )
    for id_, name, number, site, functions, own, created_at in sorted(
        rows, key=lambda row: (row[1].casefold(), row[0])
    ):
        stays = tuple(stay for stay in here.get(id_, ()) if stay.began <= period.until)
        if id_ in active or any(stay.meets(period) for stay in stays):
            own = own and any(stay.ended is None for stay in here.get(id_, ()))
            facts = (number or "", site or "", tuple(functions or ())) if own else ("", "", ())
            moments.append(created_at)
            yield Member(id_, name, *facts, stays)


def _needs(session: Session, organization: Organization, ids: set[int]) -> Iterator[Need]:
    """What is required of those on the roster who are still with the company, one for each module."""
    profiles: dict[int, set[int]] = defaultdict(set)
    current = select(Person.id, Person.profile_id).where(
        Person.organization_id == organization.id, Person.disabled_at.is_(None)
    )
    for person, profile in session.execute(current):
        if profile is not None and person in ids:
            profiles[profile].add(person)
    rows: dict[str, list[ProfileRequirement]] = defaultdict(list)
    theirs = select(Person.profile_id).where(Person.organization_id == organization.id)
    for row in session.scalars(select(ProfileRequirement).where(ProfileRequirement.profile_id.in_(theirs))):
        if row.profile_id in profiles:
            rows[row.module].append(row)
    for module, found in sorted(rows.items(), key=lambda item: (item[1][0].category, item[0])):
        yield Need(
            module,
            found[0].category,
            tuple(sorted({f for row in found for f in row.functions})),
            tuple(sorted({c for row in found for c in row.criteria})),
            min(due(row.due_on, organization.due_by) for row in found),
            frozenset(p for row in found for p in profiles[row.profile_id]),
        )


def _done(session: Session, organization_id: int, period: Period) -> Iterator[Done]:
    proctor = aliased(Person)
    rows: Iterable[Any] = session.execute(
        select(
            Completion.person_id,
            Completion.module,
            Completion.completed_at,
            Completion.percent,
            Completion.revision_id,
            Completion.valid_until,
            Attempt.language,
            Attempt.delta,
            Attempt.pass_mark,
            func.coalesce(proctor.name, ""),
            Attempt.revision_id,
            Attempt.document,
        )
        .join(Attempt, Attempt.id == Completion.attempt_id)
        .outerjoin(proctor, proctor.id == Attempt.proctor_id)
        .where(Completion.organization_id == organization_id, Completion.completed_at < period.ends)
        .order_by(Completion.completed_at, Completion.id)
    )
    for *values, revision, document in rows:
        yield Done(*(*values, (revision, document, values[4])))


def _tries(
    session: Session,
    organization_id: int,
    period: Period,
    here: Stays,
    elsewhere: Stays,
    moments: list[datetime | None],
) -> Iterator[Try]:
    """Attempts that led to a completion with the company, and others of days on which the person was with it alone.

    After a repair the result is that of the last remark.
    """
    theirs = Attempt.person_id.in_(_people(organization_id))
    remarks: dict[int, tuple[str, int, bool]] = {}
    remarked = select(Remark.attempt_id, Remark.score, Remark.out_of, Remark.passed, Remark.created_at)
    for attempt, score, out_of, passed, remarked_at in session.execute(
        remarked.join(Attempt).where(theirs).order_by(Remark.id)
    ):
        remarks[attempt] = (score, out_of, passed)
        moments.append(remarked_at)
    made = select(Completion.attempt_id, Completion.organization_id)
    completed = dict(session.execute(made.where(Completion.person_id.in_(_people(organization_id)))).all())
    columns = (
        Attempt.person_id,
        Attempt.module,
        Attempt.submitted_at,
        Attempt.language,
        Attempt.pass_mark,
        Attempt.delta,
        Attempt.form,
        Attempt.id,
        Attempt.score,
        Attempt.out_of,
        Attempt.passed,
    )
    submitted = select(*columns).where(theirs, Attempt.submitted_at < period.ends)
    rows: Iterable[Any] = session.execute(submitted.order_by(Attempt.submitted_at, Attempt.id))
    for row in rows:
        person, module, at, language, pass_mark, delta, form, id_, *own = row
        ours = (
            completed[id_] == organization_id
            if id_ in completed
            else with_company(program_day(at), person, here, elsewhere)
        )
        if ours:
            score, out_of, passed = remarks.get(id_, own)
            share = percent(Fraction(score), out_of)
            yield Try(person, module, at, language, share, pass_mark, passed, delta, form is not None)


def _held(session: Session, organization_id: int, period: Period) -> Iterator[Known]:
    """Certificates earned with the company in the period, as they stand on its last day."""
    earned_on = Certificate.record["completed_on"].as_string()
    theirs = KNOWN.where(
        Certificate.organization_id == organization_id,
        earned_on.between(period.since.isoformat(), period.until.isoformat()),
    )
    for row in session.execute(theirs.order_by(Certificate.issued_at, Certificate.id)):
        yield read(row, period.until)


def _exemptions(
    session: Session,
    organization_id: int,
    period: Period,
    here: Stays,
    ids: set[int],
    moments: list[datetime | None],
) -> Iterator[Exempted]:
    """Those in force in the period: of the company, and of people while they were with it."""
    rows = session.execute(
        select(Exemption, Person.role)
        .join(Person, Person.id == Exemption.by_id)
        .where(
            (Exemption.organization_id == organization_id) | Exemption.person_id.in_(_people(organization_id)),
            Exemption.created_at < period.ends,
            Exemption.ended_at.is_(None) | (Exemption.ended_at >= period.begins),
        )
        .order_by(Exemption.created_at, Exemption.id)
    )
    for exemption, role in rows:
        since = program_day(exemption.created_at)
        until = program_day(exemption.ended_at) if exemption.ended_at else None
        if exemption.person_id is not None:
            span = Period(max(since, period.since), min(until or period.until, period.until))
            if exemption.person_id not in ids or not any(s.meets(span) for s in here.get(exemption.person_id, ())):
                continue
        moments += [exemption.created_at, exemption.ended_at]
        yield Exempted(exemption.module, exemption.person_id, exemption.reason, role, since, until)


def _changes(session: Session, period: Period, entities: Collection[str]) -> Iterable[Change]:
    """Those that concern a company of these entity types."""
    rows = session.scalars(
        select(ModuleChange).where(ModuleChange.published_at < period.ends).order_by(ModuleChange.revision_id)
    )
    return (
        Change(c.module, c.revision_id, program_day(c.published_at), c.reason)
        for c in rows
        if c.entities is None or not set(c.entities).isdisjoint(entities)
    )
