"""A company with certificates, and what becomes of the jobs when there are workers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.bundles.models import Bundle
from lms.certificates import documents
from lms.certificates.models import Certificate
from lms.core import working
from lms.core.clock import now
from lms.core.database import transaction
from lms.core.jobs import Job
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, complete

NAMES = ("Marisol Ejemplo", "../../etc/passwd", "=cmd|' /C calc'!A0", "山田 太郎", "Marisol Ejemplo", "CON.aux")


def company(session: Session, name: str = "Sample Freight Lines", people: tuple[str, ...] = NAMES) -> Organization:
    """A company whose people have a certificate of one category each, and its coordinator."""
    organization = make_organization(session, name)
    for one in people:
        complete(session, make_person(session, one, organization=organization), PASSWORDS)
    make_person(session, f"Robin of {name}", organization=organization, role=Role.COORDINATOR)
    return organization


def coordinator(session: Session, organization: Organization) -> Person:
    return session.scalars(select(Person).filter_by(organization_id=organization.id, role=Role.COORDINATOR)).one()


def work(session: Session, kind: str) -> int:
    """Do every job of a kind that is due; how many there were."""
    session.rollback()
    waiting = session.scalars(select(Job.id).where(Job.kind == kind, Job.state == "queued").order_by(Job.id)).all()
    return sum(working.run(job) for job in waiting)


def store(session: Session, bundle: Bundle) -> dict[str, bytes]:
    """A document of every certificate as if it had been drawn, by number: what is in it is not looked at."""
    stored = {}
    with transaction():
        language, paper = session.execute(select(Bundle.language, Bundle.paper).filter_by(id=bundle.id)).one()
        for one in session.scalars(select(Certificate)):
            pdf = b"%PDF-1.7 " + one.number.encode() * 50
            stored[one.number] = documents.keep(
                session, one.id, pdf, language=language, paper=paper, unsigned=pdf, now=now()
            )
    return stored
