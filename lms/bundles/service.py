"""What can be done with bundles: count and ask for one, see how far it is, and read what is in it."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, insert, literal, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.certificates.designs import Paper
from lms.certificates.known import KNOWN, Known, read
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.register import Wanted, conditions
from lms.core import audit, jobs
from lms.core.jobs import Job
from lms.core.language import Language

from . import rules
from .models import Bundle, BundleCertificate

DRAW = "bundle.draw"
RECENT = 5
BATCH = 20  # documents read at once while a ZIP file is sent


class Nothing(Exception):
    """No certificate is as asked for."""


class TooMany(Exception):
    """More certificates than one file may hold."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bundle is, counted from the rows. `failures` are the sentences of what could not be drawn so far;
    `stopped`: nothing of the rest is tried again by itself.
    """

    total: int
    drawn: int
    left: timedelta | None
    failures: tuple[str, ...]
    stopped: bool

    @property
    def complete(self) -> bool:
        return self.drawn == self.total

    @property
    def ready(self) -> bool:
        """There is a file: of all, or of those that could be drawn."""
        return self.complete or (self.stopped and self.drawn > 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate of a bundle, at its place in the file. `size` is that of its document in bytes, None while there is none."""

    place: int
    number: str
    name: str
    company: str
    category: int | None
    workshop: str
    completed_on: str
    valid_until: date
    size: int | None


def counts(session: Session, wanted: Wanted, *, organization_id: int | None, today: date) -> Mapping[int | None, int]:
    """How many certificates are as wanted, by category (0 the program, None an attendance)."""
    found = _found(wanted, organization_id, today).with_only_columns(
        Certificate.category, func.count(), maintain_column_froms=True
    )
    return dict(session.execute(found.group_by(Certificate.category)).all())


def listed(
    session: Session, wanted: Wanted, organization_id: int, *, today: date, offset: int, limit: int
) -> Sequence[Known]:
    """A company's certificates that are as wanted, by person."""
    found = _found(wanted, organization_id, today).order_by(Person.name, Certificate.category, Certificate.id)
    return [read(row, today) for row in session.execute(found.offset(offset).limit(limit))]


def ask(
    session: Session,
    wanted: Wanted,
    *,
    organization_id: int | None,
    by_id: int,
    language: Language,
    paper: Paper,
    today: date,
    now: datetime,
) -> Bundle:
    """A new bundle of the certificates that are as wanted now, and the jobs that draw it. Raises Nothing and TooMany.

    Its certificates are sorted by company, person and category.
    """
    bundle = Bundle(
        public_id=secrets.token_urlsafe(16),
        by_id=by_id,
        organization_id=organization_id,
        selection=dict(wanted.chosen),
        language=language,
        paper=paper,
        created_at=now,
    )
    session.add(bundle)
    session.flush()
    order = (Organization.name, Person.name, Certificate.category, Certificate.id)
    found = _found(wanted, organization_id, today).with_only_columns(
        literal(bundle.id), func.row_number().over(order_by=order), Certificate.id, maintain_column_froms=True
    )
    session.execute(insert(BundleCertificate).from_select(["bundle_id", "place", "certificate_id"], found))
    total = _total(session, bundle)
    if not total:
        raise Nothing
    if total > rules.MOST:
        raise TooMany
    for chunk in range(rules.chunks(total)):
        key = rules.key(bundle.id, chunk)
        jobs.enqueue(session, DRAW, {"bundle": bundle.id, "chunk": chunk}, key=key, now=now)
    audit.record(
        session,
        action="certificates.bundled",
        subject=bundle.public_id,
        actor_id=by_id,
        now=now,
        certificates=total,
        organization=organization_id,
        **bundle.selection,
    )
    return bundle


def find(session: Session, public_id: str) -> Bundle | None:
    return session.scalars(select(Bundle).where(Bundle.public_id == public_id)).one_or_none()


def recent(session: Session, by_id: int, organization_id: int | None) -> Sequence[tuple[Bundle, int]]:
    """The last bundles that somebody asked for, with how many certificates each has."""
    size = select(func.count()).where(BundleCertificate.bundle_id == Bundle.id).scalar_subquery()
    theirs = select(Bundle, size).where(
        Bundle.by_id == by_id, Bundle.organization_id.is_not_distinct_from(organization_id)
    )
    return [tuple(row) for row in session.execute(theirs.order_by(Bundle.id.desc()).limit(RECENT))]


def again(session: Session, bundle: Bundle) -> None:
    """Try at once what could not be drawn."""
    for chunk in range(rules.chunks(_total(session, bundle))):
        key = rules.key(bundle.id, chunk)
        unfinished = select(Job.created_at).where(Job.key == key, Job.state.in_(("queued", "failed")))
        if asked_at := session.scalar(unfinished):
            jobs.enqueue(session, DRAW, {"bundle": bundle.id, "chunk": chunk}, key=key, now=asked_at)


def progress(session: Session, bundle: Bundle) -> Progress:
    total = _total(session, bundle)
    drawn = session.execute(
        select(func.count()).select_from(BundleCertificate).join(*_document(bundle)).where(_of(bundle))
    ).scalar_one()
    of_it = Job.key.in_(list(rules.keys(bundle.id, total)))
    states = dict(session.execute(select(Job.state, func.count()).where(of_it).group_by(Job.state)).all())
    span = select(func.min(Job.started_at), func.max(Job.finished_at)).where(of_it, Job.state == "done")
    began, last = session.execute(span).one()
    failures = select(Job.failure).where(of_it, Job.failure != "", Job.state.in_(("queued", "failed"))).distinct()
    waiting = states.get("queued", 0) + states.get("running", 0)
    return Progress(
        total=total,
        drawn=drawn,
        left=rules.left(states.get("done", 0), waiting, began, last),
        failures=tuple(sorted(session.scalars(failures))),
        stopped=not waiting and drawn < total,
    )


def size(session: Session, bundle: Bundle) -> int:
    """Bytes of the documents that are there."""
    lengths = select(func.sum(func.length(CertificateDocument.pdf))).select_from(BundleCertificate)
    return session.execute(lengths.join(*_document(bundle)).where(_of(bundle))).scalar_one() or 0


def undrawn(session: Session, bundle: Bundle, chunk: int) -> Sequence[int]:
    """The certificates of a chunk whose documents are not there yet, in order."""
    places = rules.places(chunk)
    missing = (
        select(BundleCertificate.certificate_id)
        .outerjoin(*_document(bundle))
        .where(_of(bundle), BundleCertificate.place.between(places[0], places[-1]))
        .where(CertificateDocument.certificate_id.is_(None))
    )
    return session.scalars(missing.order_by(BundleCertificate.place)).all()


def entries(session: Session, bundle: Bundle) -> Iterator[Entry]:
    """What is in the bundle, in order, without the documents themselves."""
    record = Certificate.record
    columns = (
        BundleCertificate.place,
        Certificate.number,
        record["name"].as_string(),
        record["organization"].as_string(),
        Certificate.category,
        func.coalesce(record[("workshop", "title")].as_string(), ""),
        record["completed_on"].as_string(),
        Certificate.valid_until,
        func.length(CertificateDocument.pdf),
    )
    rows = (
        select(*columns)
        .select_from(BundleCertificate)
        .join(Certificate, Certificate.id == BundleCertificate.certificate_id)
    )
    found = rows.outerjoin(*_document(bundle)).where(_of(bundle)).order_by(BundleCertificate.place)
    return (Entry(*row) for row in session.execute(found))


def documents(session: Session, bundle: Bundle) -> Iterator[tuple[int, bytes]]:
    """Place and document in order, read in small batches; no transaction is open while the caller works with one.

    What is asked of the bundle is asked now: the caller may read on when the request is over, and the row with it.
    """
    pages = select(BundleCertificate.place, CertificateDocument.pdf).join(*_document(bundle)).where(_of(bundle))
    return _read(session, pages.order_by(BundleCertificate.place).limit(BATCH))


def _read(session: Session, pages: Select[int, bytes]) -> Iterator[tuple[int, bytes]]:
    place = 0
    while batch := session.execute(pages.where(BundleCertificate.place > place)).all():
        session.rollback()
        yield from ((row.place, row.pdf) for row in batch)
        place = batch[-1].place


def _found(wanted: Wanted, organization_id: int | None, today: date) -> Select[Any]:
    found = KNOWN.join(Person, Person.id == Certificate.person_id)
    found = found.outerjoin(Organization, Organization.id == Certificate.organization_id).where(
        *conditions(wanted, today)
    )
    return found.where(Certificate.organization_id == organization_id) if organization_id is not None else found


def _total(session: Session, bundle: Bundle) -> int:
    return session.execute(select(func.count()).select_from(BundleCertificate).where(_of(bundle))).scalar_one()


def _of(bundle: Bundle) -> Any:
    return BundleCertificate.bundle_id == bundle.id


def _document(bundle: Bundle) -> tuple[Any, Any]:
    """The document of a certificate in the language and on the paper of the bundle, to join."""
    return CertificateDocument, and_(
        CertificateDocument.certificate_id == BundleCertificate.certificate_id,
        CertificateDocument.language == bundle.language,
        CertificateDocument.paper == bundle.paper,
    )
