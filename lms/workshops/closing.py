"""What follows from having been there: the certificate of the workshop, and the reading of the modules that it stands for.

Nobody presses a button for it. A worker looks for marks that have been held back long enough.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import Published, published
from lms.certificates import rules as certificates
from lms.certificates import service as issuing
from lms.core import audit
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Job, Unfinished, handles, regularly, repeat
from lms.learning import service as learning
from lms.learning.models import ModuleChange
from lms.schedule.models import ProfileRequirement
from lms.schedule.service import in_force

from .attendance import HELD_BACK, certificate_due
from .models import Attendance, Workshop
from .rules import local_time

CLOSE = "workshops.close"
# How long the job rests, so that one that fails is not begun again and again.
RESTS = timedelta(minutes=5)

_OPEN = (
    select(Attendance.id, Attendance.at, Workshop)
    .join(Workshop, Workshop.id == Attendance.workshop_id)
    .where(Attendance.certificate_id.is_(None), Attendance.withdrawn_at.is_(None), Workshop.cancelled_at.is_(None))
)


def due(session: Session, now: datetime) -> Sequence[int]:
    """Ids of the marks from which a certificate follows now."""
    rows = session.execute(_OPEN.where(Attendance.at <= now - HELD_BACK).order_by(Attendance.id))
    return [number for number, at, workshop in rows if certificate_due(workshop, at) <= now]


@regularly
def ask(session: Session, now: datetime) -> None:
    """Ask for the job where a mark waits for it."""
    resting = select(exists().where(Job.key == CLOSE, Job.finished_at > now - RESTS))
    if not session.scalar(resting) and due(session, now):
        repeat(session, CLOSE, {}, key=CLOSE, now=now)


@handles(CLOSE)
def close(_arguments: Arguments, beat: Beat) -> None:
    """Every mark that is due, each in a transaction of its own; one that fails keeps no other waiting. Done again it does nothing
    more."""
    failed = 0
    for number in due(db.session, now()):
        try:
            with transaction():
                settle(db.session, number, published(db.session), now=now())
        except Exception:
            current_app.logger.exception("The certificate of attendance %s cannot be issued.", number)
            failed += 1
        beat()
    if failed:
        raise Unfinished(f"{failed} of the certificates of attendance cannot be issued. The log says why.")


def settle(session: Session, attendance_id: int, shelf: Published, *, now: datetime) -> None:
    """The certificate of somebody who was there, and the credit for reading. A mark that was taken back brings neither."""
    audit.hold(session)
    mark = session.get_one(Attendance, attendance_id, with_for_update=True, populate_existing=True)
    workshop, person = mark.workshop, mark.person
    if mark.certificate_id is not None or mark.withdrawn_at is not None or now < certificate_due(workshop, mark.at):
        return
    known = shelf.library.framework.criteria
    certificate = issuing.issue_attendance(
        session,
        person=person,
        occasion=workshop.public_id,
        workshop=certificates.Workshop(workshop.title, workshop.place, workshop.minutes),
        criteria=[criterion for criterion in workshop.criteria if criterion in known],
        held_on=local_time(workshop).date(),
        published=shelf,
        schedule=in_force(session, shelf.library),
        now=now,
    )
    mark.certificate_id = certificate.id
    _credit_reading(session, workshop, person, shelf, now)


def _credit_reading(session: Session, workshop: Workshop, person: Person, shelf: Published, now: datetime) -> None:
    """Every section of the modules that the workshop stands for counts as opened, where the module is required of the person: but
    for what was changed since the workshop began. The quiz remains; where it was passed before, the module is complete now."""
    required = select(ProfileRequirement.module).where(
        ProfileRequirement.profile_id == person.profile_id, ProfileRequirement.module.in_(workshop.reads)
    )
    for key in session.scalars(required.order_by(ProfileRequirement.module)).all():
        module = shelf.library.modules.get(key)
        if module is None:
            continue
        newer = select(ModuleChange.sections).where(
            ModuleChange.module == key, ModuleChange.published_at > workshop.starts_at
        )
        changed = {anchor for anchors in session.scalars(newer) for anchor in anchors}
        for section in module.sections:
            if section.anchor not in changed:
                learning.open_section(session, person_id=person.id, module=key, section=section.anchor, now=now)
        issuing.complete(session, person_id=person.id, module=module, published=shelf, now=now)
