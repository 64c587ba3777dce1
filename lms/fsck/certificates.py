"""C1: one certificate for a person, course and completion, or workshop. C2: each is earned. C4: its facts are those of the day
of issue."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from lms.catalog.models import Document, RevisionModule
from lms.certificates.models import Certificate
from lms.certificates.rules import Record, band, digest
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
    doubled = select(newest, *columns).where(Certificate.completion_id.is_not(None)).group_by(*columns)
    for number, person, category, completion in read.odd(doubled.having(func.count() > 1).order_by(newest)):
        what = f"person {person} has another certificate of category {category} for completion {completion}"
        yield Broken("certificate", {"id": number}, what)
    attended = (Certificate.person_id, Certificate.occasion)
    twice = select(newest, *attended).where(Certificate.occasion.is_not(None)).group_by(*attended)
    for number, person, occasion in read.odd(twice.having(func.count() > 1).order_by(newest)):
        yield Broken("certificate", {"id": number}, f"person {person} has another certificate of workshop {occasion}")


def renewals(read: Reading) -> Iterator[Broken]:
    """C1: renewals of a course are one chain: each names one older certificate of its person and course, and no two the same."""
    newest = func.max(Certificate.id)
    forked = select(newest, Certificate.renews_id).where(Certificate.renews_id.is_not(None))
    forked = forked.group_by(Certificate.renews_id).having(func.count() > 1).order_by(newest)
    for number, former_id in read.odd(forked):
        yield Broken("certificate", {"id": number}, f"another one renews certificate {former_id} as well")
    former = aliased(Certificate)
    named = func.coalesce(Certificate.record["renews"].as_string(), "")
    statement = (
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.category,
            named.label("named"),
            Certificate.renews_id,
            func.coalesce(former.number, "").label("number"),
            former.person_id.label("whose"),
            former.category.label("of"),
        )
        .outerjoin(former, former.id == Certificate.renews_id)
        .where(or_(Certificate.renews_id.is_not(None), named != ""))
        .order_by(Certificate.id)
    )
    for row in read.stream(statement):
        if what := _wrong_renewal(row):
            yield Broken("certificate", {"id": row.id}, what)


def _wrong_renewal(row: Any) -> str:
    if row.named != row.number:
        return f"its record renews {row.named or 'nothing'}, renews_id is {row.number or 'no certificate'}"
    if row.renews_id >= row.id:
        return f"it renews certificate {row.renews_id}, which is not older"
    if (row.person_id, row.category) != (row.whose, row.of) or row.category is None:
        return f"it renews certificate {row.renews_id}, which is of another person or course"
    return ""


def earned(read: Reading) -> Iterator[Broken]:
    """C2: its holder has completed every module that it names, each with its percent or better.

    That of a workshop names none: who was there is not for this check.
    """
    certificates = (
        select(Certificate.person_id, Certificate.id, Certificate.completion_id, cast(Certificate.record, Text))
        .where(Certificate.completion_id.is_not(None))
        .order_by(Certificate.person_id, Certificate.id)
    )
    completions = select(Completion.person_id, Completion.id, Completion.module, Completion.percent).order_by(
        Completion.person_id
    )
    titles = _titles(read)
    for person, (issued, completed) in side_by_side(read.stream(certificates), read.stream(completions)):
        reached: dict[str, set[int]] = defaultdict(set)
        for _, _, module, percent in completed:
            reached[module].add(percent)
        for _, number, completion, record in issued:
            if completion not in {row.id for row in completed}:
                what = f"completion {completion} is not one of person {person}"
                yield Broken("certificate", {"id": number}, what)
            elif what := _unearned(msgspec.json.decode(record, type=Record), titles, reached):
                yield Broken("certificate", {"id": number}, what)


def _unearned(record: Record, titles: Any, reached: Mapping[str, set[int]]) -> str:
    named: Mapping[str, list[str]] = titles(record.revision)
    possible = set()
    for title in record.modules:
        percents = {percent for key in named.get(title, ()) for percent in reached.get(key, ())}
        if not percents:
            return f'its holder has not completed "{title}"'
        if record.percent is None or max(percents) < record.percent:
            return f'percent is {record.percent}, that of "{title}" {max(percents)}'
        possible |= percents | {band(percent) for percent in percents}
    if record.percent not in possible:
        return f"percent is {record.percent}, which is the band of no quiz that it names"
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
            Certificate.occasion,
            Completion.person_id.label("whose"),
            Completion.organization_id.label("at"),
            Completion.completed_at,
            AuditEntry.details,
        )
        .outerjoin(Completion, Completion.id == Certificate.completion_id)
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
    if (row.occasion is not None) != (record.kind == "attendance"):
        return f"it is of {'a workshop' if row.occasion else 'a completion'}, its record of the kind {record.kind}"
    if row.occasion is None and (what := _wrong_completion(row, record)):
        return what
    if row.details is None:
        return "the audit has no row of its issue"
    sealed = row.details.get("record")
    return "" if sealed == digest(record) else f"its record comes to {digest(record)}, when it was issued to {sealed}"


def _wrong_completion(row: Any, record: Record) -> str:
    if row.whose is None:
        return ""  # P4 and C2 name a completion that is not there
    if (row.person_id, row.organization_id) != (row.whose, row.at):
        return "person_id and organization_id are not those of its completion"
    if record.completed_on != program_day(row.completed_at):
        return f"completed_on is {record.completed_on}, its completion is of {program_day(row.completed_at)}"
    return ""


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
