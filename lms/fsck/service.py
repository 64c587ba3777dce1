"""Every invariant that a live database can be held to, and what breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.audit import AuditEntry
from lms.signing.rules import PublicKeys

from . import (
    answers,
    certificates,
    comments,
    employments,
    exemptions,
    figures,
    letters,
    progress,
    records,
    revisions,
    scores,
    signed,
    workshops,
)
from .reading import Reading, Unreadable, snapshot
from .rules import Broken

Check = Callable[[Reading], Iterator[Broken]]


def chain(read: Reading) -> Iterator[Broken]:
    """A2: each row of the audit fits the one before it."""
    read.whole(AuditEntry)
    for number in audit.broken(read.session):
        yield Broken("audit_entry", {"id": number}, "it does not fit the hash of the row before it")


# In the order in which they are checked: what others build on comes first.
INVARIANTS: tuple[tuple[str, Check], ...] = (
    ("P4", records.references),
    ("P4", records.profiles),
    ("P4", records.completions),
    ("P4", employments.employments),
    ("P4", comments.comments),
    ("P4", answers.versions),
    ("S4", revisions.documents),
    ("S4", revisions.blobs),
    ("S4", revisions.revisions),
    ("S1", scores.submissions),
    ("S6", scores.drawn),
    ("S2", scores.scores),
    ("P5", progress.open_attempts),
    ("P3", progress.progress),
    ("P3", progress.requirements),
    ("P3", exemptions.exemptions),
    ("P3", figures.facts),
    ("P3", figures.companies),
    ("P3", figures.days),
    ("P3", figures.criteria),
    ("P3", answers.index),
    ("C1", certificates.certificates),
    ("C1", certificates.renewals),
    ("C2", certificates.earned),
    ("C4", certificates.facts),
    ("C5", signed.credentials),
    ("C5", signed.documents),
    ("C6", signed.revocations),
    ("J2", letters.letters),
    ("J2", letters.reminders),
    ("J2", comments.told),
    ("P5", workshops.seats),
    ("P4", workshops.marks),
    ("C2", workshops.earned),
    ("A2", chain),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The first row that breaks an invariant."""

    invariant: str
    broken: Broken


def check(
    session: Session, tell: Callable[[str, int], None], keys: PublicKeys | None = None
) -> Iterator[Finding | int]:
    """What is found, as it is found; last the number of rows looked at. Nothing is written.

    Signatures are checked with the site's public `keys`; without them only what was signed is read.
    `tell` hears which invariant is being looked into, and how many rows were looked at so far.
    """
    now_at = ""
    read = Reading(session, lambda rows: tell(now_at, rows), keys)
    with snapshot(session):
        for now_at, invariant in INVARIANTS:
            if broken := _first(invariant, read):
                yield Finding(now_at, broken)
    yield read.rows


def _first(invariant: Check, read: Reading) -> Broken | None:
    """What is read for it ends here, wherever it has come to."""
    try:
        return next(invariant(read), None)
    except Unreadable as unreadable:
        return Broken(unreadable.table, {}, f"a row cannot be read ({unreadable})")
