"""C1: one certificate for a person, course and completion. C2: each is earned. C4: its facts are those of the day of issue."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Text, and_, cast, func, select

from lms.catalog.models import Document, RevisionModule
from lms.certificates.models import Certificate
from lms.certificates.rules import Record, digest
from lms.core.audit import AuditEntry
from lms.core.clock import program_day
from lms.learning.models import Completion

from .reading import Reading
from .rules import Broken, side_by_side

# Revisions whose titles are held at once.
HELD = 100


class _Title(msgspec.Struct):
    """What is read of a rendered module."""

    key: str
    language: str
    title: str


def certificates(read: Reading) -> Iterator[Broken]:
    """C1."""
    read.whole(Certificate)
    newest = func.max(Certificate.id)
    columns = (Certificate.person_id, Certificate.category, Certificate.completion_id)
    doubled = select(newest, *columns).group_by(*columns).having(func.count() > 1).order_by(newest)
    for number, person, category, completion in read.odd(doubled):
        what = f"person {person} has another certificate of category {category} for completion {completion}"
        yield Broken("certificate", {"id": number}, what)


def earned(read: Reading) -> Iterator[Broken]:
    """C2: its holder has completed every module that it names, each with its percent or better."""
    certificates = select(
        Certificate.person_id, Certificate.id, Certificate.completion_id, cast(Certificate.record, Text)
    ).order_by(Certificate.person_id, Certificate.id)
    completions = select(Completion.person_id, Completion.id, Completion.module, Completion.percent).order_by(
        Completion.person_id
    )
    titles = _titles(read)
    for person, (issued, completed) in side_by_side(read.stream(certificates), read.stream(completions)):
        best: dict[str, int] = defaultdict(lambda: -1)
        for _, _, module, percent in completed:
            best[module] = max(best[module], percent)
        for _, number, completion, record in issued:
            if completion not in {row.id for row in completed}:
                what = f"completion {completion} is not one of person {person}"
                yield Broken("certificate", {"id": number}, what)
            elif what := _unearned(msgspec.json.decode(record, type=Record), titles, best):
                yield Broken("certificate", {"id": number}, what)


def _unearned(record: Record, titles: Any, best: Mapping[str, int]) -> str:
    named: Mapping[str, list[str]] = titles(record.revision)
    for title in record.modules:
        reached = max((best[key] for key in named.get(title, ())), default=-1)
        if reached < 0:
            return f'its holder has not completed "{title}"'
        if reached < record.percent:
            return f'percent is {record.percent}, that of "{title}" {reached}'
    return "" if record.modules else "it names no module"


def facts(read: Reading) -> Iterator[Broken]:
    """C4: the record hashes as the audit noted it when it was issued, and the columns beside it say the same."""
    issue = and_(AuditEntry.action == "certificate.issued", AuditEntry.subject == Certificate.number)
    statement = (
        select(
            Certificate.id,
            Certificate.number,
            Certificate.category,
            Certificate.valid_until,
            Certificate.issued_at,
            cast(Certificate.record, Text).label("record"),
            Certificate.person_id,
            Certificate.organization_id,
            Completion.person_id.label("whose"),
            Completion.organization_id.label("at"),
            Completion.completed_at,
            AuditEntry.details,
        )
        .join(Completion, Completion.id == Certificate.completion_id)
        .outerjoin(AuditEntry, issue)
        .order_by(Certificate.id)
    )
    for row in read.stream(statement):
        try:
            what = _wrong_facts(row, msgspec.json.decode(row.record, type=Record))
        except ValueError as error:
            what = f"record cannot be read ({error})"
        if what:
            yield Broken("certificate", {"id": row.id}, what)


def _wrong_facts(row: Any, record: Record) -> str:
    pairs = {
        "number": (row.number, record.number),
        "category": (row.category, record.category),
        "valid_until": (row.valid_until, record.valid_until),
        "issued_at": (row.issued_at, record.issued_at),
    }
    for name, (column, fact) in pairs.items():
        if column != fact:
            return f"{name} is {column}, in the record {fact}"
    if (row.person_id, row.organization_id) != (row.whose, row.at):
        return "person_id and organization_id are not those of its completion"
    if record.completed_on != program_day(row.completed_at):
        return f"completed_on is {record.completed_on}, its completion is of {program_day(row.completed_at)}"
    if row.details is None:
        return "the audit has no row of its issue"
    sealed = row.details.get("record")
    return "" if sealed == digest(record) else f"its record comes to {digest(record)}, when it was issued to {sealed}"


def _titles(read: Reading) -> Any:
    """The keys of a revision's modules by their English title."""

    @lru_cache(maxsize=HELD)
    def titles(revision: int) -> Mapping[str, list[str]]:
        bodies = (
            select(Document.body)
            .join(RevisionModule, RevisionModule.document == Document.digest)
            .where(RevisionModule.revision_id == revision)
        )
        found: dict[str, list[str]] = defaultdict(list)
        for body in read.session.scalars(bodies.execution_options(yield_per=20)):
            module = msgspec.json.decode(body, type=_Title)
            if module.language == "en":
                found[module.title].append(module.key)
        return dict(found)

    return titles
