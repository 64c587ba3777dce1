"""Which certificates are still to be mailed to their holders. Each is mailed once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.certificates.models import Certificate, CertificateLetter, Revocation
from lms.certificates.rules import Record, from_plain
from lms.core.language import Language, known


@dataclass(frozen=True, slots=True)
class Letter:
    """A certificate and its holder. `wanted`: to be mailed, unless that has been done."""

    certificate_id: int
    record: Record
    name: str
    email: str
    language: Language
    wanted: bool


def letter(session: Session, certificate_id: int) -> Letter:
    """People without access or mail address get none, nor does anybody get what was revoked."""
    certificate, person, revoked = session.execute(
        select(Certificate, Person, Revocation.certificate_id)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.id == certificate_id)
    ).one()
    return Letter(
        certificate_id=certificate.id,
        record=from_plain(certificate.record),
        name=person.name,
        email=person.email,
        language=known(person.language) or "en",
        wanted=person.mail_certificates and person.disabled_at is None and bool(person.email) and revoked is None,
    )


def claim(session: Session, certificate_id: int, *, now: datetime) -> bool:
    """Take the letter to send; False when it was sent or somebody else has it. The sender commits before sending."""
    try:
        with session.begin_nested():
            session.add(CertificateLetter(certificate_id=certificate_id, sent_at=now))
    except IntegrityError:
        return False
    return True


def unclaim(session: Session, certificate_id: int) -> None:
    """The letter could not be sent: it waits again."""
    session.execute(delete(CertificateLetter).where(CertificateLetter.certificate_id == certificate_id))
