"""The register of certificates, as staff of the program searches it and opens one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.clock import day_begins

from .known import KNOWN, Known, find, newer, of_person, read
from .models import Certificate, CertificateCredential, CertificateDocument, Revocation
from .rules import PROGRAM, Standing

# What a certificate may be chosen by, as an address says it: a category's number, or one of the two others.
KINDS = ("program", "attendance", *(str(number) for number in range(1, 13)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; "" and None narrow nothing. The days of issue are whole days in America/New_York, both included.

    `words` are part of the name on the certificate or of the person's name today, or are a `number` of ours.
    """

    words: str = ""
    number: str = ""
    company: str = ""
    kind: str = ""
    standing: Standing | None = None
    since: date | None = None
    until: date | None = None

    @property
    def chosen(self) -> Mapping[str, str]:
        """As an address says it."""
        said = {"q": self.words, "company": self.company, "kind": self.kind, "standing": self.standing or ""}
        days = {"since": self.since, "until": self.until}
        return {name: word for name, word in (said | {n: str(d) for n, d in days.items() if d}).items() if word}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose it is, as of today. `company` is where it was earned, "" for nowhere."""

    name: str
    email: str
    ended: bool
    company: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document that was drawn, with the SHA-256 of the file."""

    language: str
    paper: str
    digest: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """Who revoked it, when, and what he or she noted for staff."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of one certificate. `chain` is it with those before and after it, the oldest first."""

    known: Known
    holder: Holder
    documents: Sequence[Drawn]
    key_id: str
    chain: Sequence[Known]
    revoked: Revoked | None


def count(session: Session, wanted: Wanted, *, today: date) -> int:
    found = KNOWN.where(*conditions(wanted, today)).with_only_columns(func.count(), maintain_column_froms=True)
    return session.execute(found).scalar_one()


def listed(session: Session, wanted: Wanted, *, today: date, offset: int, limit: int) -> Sequence[Known]:
    """Certificates, those issued last first."""
    found = KNOWN.where(*conditions(wanted, today)).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    return [read(row, today) for row in session.execute(found.offset(offset).limit(limit))]


def entry(session: Session, number: str, *, today: date) -> Entry | None:
    """The certificate with this number; None where we issued none."""
    known = find(session, number, today=today)
    if known is None:
        return None
    signed = select(CertificateCredential.key_id).where(CertificateCredential.certificate_id == known.id)
    return Entry(
        known=known,
        holder=_holder(session, known),
        documents=_documents(session, known.id),
        key_id=session.scalar(signed) or "",
        chain=_chain(session, known, today),
        revoked=_revoked(session, known.id),
    )


def conditions(wanted: Wanted, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.number:
        yield Certificate.number == wanted.number
    elif wanted.words:
        holders = select(Person.id).where(Person.name.icontains(wanted.words, autoescape=True))
        on_it = Certificate.record["name"].as_string().icontains(wanted.words, autoescape=True)
        yield or_(on_it, Certificate.person_id.in_(holders))
    if wanted.company:
        named = Organization.name.icontains(wanted.company, autoescape=True)
        companies = select(Organization.id).where(or_(named, Organization.number == wanted.company))
        on_it = Certificate.record["organization"].as_string().icontains(wanted.company, autoescape=True)
        yield or_(on_it, Certificate.organization_id.in_(companies))
    if wanted.kind == "attendance":
        yield Certificate.category.is_(None)
    elif wanted.kind:
        yield Certificate.category == (PROGRAM if wanted.kind == "program" else int(wanted.kind))
    if wanted.standing:
        yield stands(wanted.standing, today)
    if wanted.since:
        yield Certificate.issued_at >= day_begins(wanted.since)
    if wanted.until and wanted.until < date.max:
        yield Certificate.issued_at < day_begins(wanted.until + timedelta(days=1))


def stands(standing: Standing, today: date) -> ColumnElement[bool]:
    """rules.standing as a condition on the rows of KNOWN."""
    revoked, renewed = Revocation.certificate_id.is_not(None), newer.id.is_not(None)
    over = Certificate.valid_until < today
    return {
        "revoked": revoked,
        "renewed": and_(~revoked, renewed),
        "expired": and_(~revoked, ~renewed, over),
        "valid": and_(~revoked, ~renewed, ~over),
    }[standing]


def _holder(session: Session, known: Known) -> Holder:
    person = session.get_one(Person, known.person_id)
    company = session.get(Organization, known.organization_id) if known.organization_id else None
    return Holder(person.name, person.email, person.disabled_at is not None, company.name if company else "")


def _documents(session: Session, certificate_id: int) -> Sequence[Drawn]:
    columns = (
        CertificateDocument.language,
        CertificateDocument.paper,
        CertificateDocument.digest,
        CertificateDocument.drawn_at,
    )
    drawn = select(*columns).where(CertificateDocument.certificate_id == certificate_id)
    return [
        Drawn(*row) for row in session.execute(drawn.order_by(CertificateDocument.drawn_at, columns[0], columns[1]))
    ]


def _revoked(session: Session, certificate_id: int) -> Revoked | None:
    row = session.execute(
        select(Person.name, Revocation.revoked_at, Revocation.note)
        .join(Person, Person.id == Revocation.by_id)
        .where(Revocation.certificate_id == certificate_id)
    ).one_or_none()
    return Revoked(*row) if row else None


def _chain(session: Session, known: Known, today: date) -> Sequence[Known]:
    theirs = {one.record.number: one for one in of_person(session, known.person_id, today=today)}
    chain = [known]
    while former := theirs.get(chain[0].record.renews):
        chain.insert(0, former)
    while following := theirs.get(chain[-1].renewed_by):
        chain.append(following)
    return chain
