"""S1, S2, S6: attempts, their answers, and what these were worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import msgspec
from sqlalchemy import Text, cast, func, or_, select

from lms.assessment.models import Answer, Attempt, Remark, Repair
from lms.assessment.paper import Paper
from lms.assessment.repair import Ruling
from lms.assessment.review import Score, score
from lms.catalog.models import Document
from lms.content.course import Module
from lms.core.audit import AuditEntry

from .reading import Reading
from .rules import AT_ONCE, Broken, side_by_side

# Modules held at once, without their lessons.
HELD = 300

# JSON is read as text: no row that cannot be decoded ends the whole check.
_SUBMITTED = (
    select(
        Attempt.id,
        Attempt.module,
        Attempt.language,
        Attempt.document,
        cast(Attempt.paper, Text).label("paper"),
        Attempt.pass_mark,
        Attempt.submitted_at,
        Attempt.score,
        Attempt.out_of,
        Attempt.passed,
    )
    .where(Attempt.submitted_at.is_not(None))
    .order_by(Attempt.id)
)
_GIVEN = select(Answer.attempt_id, Answer.question, cast(Answer.response, Text)).order_by(Answer.attempt_id)
_REMARKS = select(Remark.attempt_id, Remark.id, Remark.repair_id, Remark.score, Remark.out_of, Remark.passed).order_by(
    Remark.attempt_id, Remark.id
)
_REPAIRS = select(
    Repair.module, Repair.id, Repair.created_at, Repair.question, Repair.kind, Repair.accepts, Repair.from_at
).order_by(Repair.id)


@dataclass(frozen=True, slots=True)
class _Made:
    """A repair that was made."""

    id: int
    at: datetime
    ruling: Ruling


def submissions(read: Reading) -> Iterator[Broken]:
    """S1: an attempt has all of its result or nothing, was submitted once, and no answer is newer than its submission."""
    read.whole(Attempt)
    results = (Attempt.score, Attempt.out_of, Attempt.passed)
    half = select(Attempt.id).where(or_(*(column.is_(None) != Attempt.submitted_at.is_(None) for column in results)))
    for row in read.odd(half.order_by(Attempt.id)):
        yield Broken(
            "attempt", {"id": row.id}, "submitted_at, score, out_of and passed are neither all there nor all empty"
        )
    twice = (
        select(func.max(AuditEntry.id), AuditEntry.subject)
        .where(AuditEntry.action == "attempt.submitted")
        .group_by(AuditEntry.subject)
        .having(func.count() > 1)
        .order_by(func.max(AuditEntry.id))
    )
    for entry, public_id in read.odd(twice):
        yield Broken("audit_entry", {"id": entry}, f"attempt {public_id} was submitted before")
    stream = select(Answer.attempt_id, Answer.question, Answer.saved_at, Attempt.submitted_at).join(
        Attempt, Attempt.id == Answer.attempt_id
    )
    for attempt, question, saved_at, submitted_at in read.stream(stream.where(Attempt.submitted_at.is_not(None))):
        if saved_at > submitted_at + AT_ONCE:
            what = f"saved at {saved_at}, after the attempt was submitted at {submitted_at}"
            yield Broken("answer", {"attempt_id": attempt, "question": question}, what)


def scores(read: Reading) -> Iterator[Broken]:
    """S2: every result comes out again from what the attempt stores, and every remark from that and the repairs."""
    pinned = _pinned(read)
    repairs: dict[str, list[_Made]] = {}
    for row in read.stream(_REPAIRS):
        ruling = Ruling(row.question, row.kind == "void", tuple(row.accepts), from_at=row.from_at)
        repairs.setdefault(row.module, []).append(_Made(row.id, row.created_at, ruling))
    streams = (read.stream(statement) for statement in (_SUBMITTED, _GIVEN, _REMARKS))
    for _, (attempts, given, remarks) in side_by_side(*streams):
        for attempt in attempts:
            try:
                yield from _scored(attempt, pinned(attempt.document), given, remarks, repairs.get(attempt.module, ()))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                what = f"cannot be marked from what it stores ({type(error).__name__}: {error})"
                yield Broken("attempt", {"id": attempt.id}, what)


def _scored(
    attempt: Any, module: Module | None, given: Sequence[Any], remarks: Sequence[Any], repairs: Sequence[_Made]
) -> Iterator[Broken]:
    if what := _not_of(attempt, module):
        yield Broken("attempt", {"id": attempt.id}, what)
    if module is None:
        return
    paper = msgspec.json.decode(attempt.paper, type=Paper)
    responses = {question: msgspec.json.decode(response) for _, question, response in given}

    @cache
    def after(made: int) -> Score:
        """What the answers come to with so many of the repairs."""
        rulings = [r.ruling for r in repairs[:made] if r.ruling.concerns(attempt.submitted_at)]
        return score(module, paper, responses, attempt.pass_mark, rulings)

    own = Score(Fraction(attempt.score), attempt.out_of, attempt.passed)
    # Of what was repaired in the very moment of the submission either may have been first.
    least = sum(r.at < attempt.submitted_at - AT_ONCE for r in repairs)
    most = sum(r.at <= attempt.submitted_at + AT_ONCE for r in repairs)
    known = next((made for made in range(least, most + 1) if after(made) == own), None)
    if known is None:
        yield Broken("attempt", {"id": attempt.id}, f"the result is {_said(own)}, marked again {_said(after(most))}")
        return
    drawn = {d.question for d in paper.drawn}
    yield from _remarked(attempt, own, after, known, remarks, repairs, drawn)


def _remarked(
    attempt: Any, own: Score, after: Any, known: int, remarks: Sequence[Any], repairs: Sequence[_Made], drawn: set[str]
) -> Iterator[Broken]:
    """Repairs made after the submission raise the result one after the other; those that do not leave no remark."""
    stored = {row.repair_id: row for row in remarks}
    result = own
    for made, repair in enumerate(repairs[known:], known + 1):
        if repair.ruling.question not in drawn or not repair.ruling.concerns(attempt.submitted_at):
            continue
        better = result.better(after(made))
        row = stored.pop(repair.id, None)
        if row is None and better != result:
            what = f"repair {repair.id} makes it {_said(better)}, but there is no remark"
            yield Broken("attempt", {"id": attempt.id}, what)
        if row is not None:
            there = Score(Fraction(row.score), row.out_of, row.passed)
            if there != better:
                yield Broken("remark", {"id": row.id}, f"the result is {_said(there)}, marked again {_said(better)}")
            elif better == result:
                yield Broken("remark", {"id": row.id}, f"repair {repair.id} does not change the result")
        result = better
    for row in stored.values():
        yield Broken("remark", {"id": row.id}, f"repair {row.repair_id} does not concern attempt {attempt.id}")


def _not_of(attempt: Any, module: Module | None) -> str:
    if module is None:
        return f"document {attempt.document} is not there"
    if (module.key, module.language) != (attempt.module, attempt.language):
        return f"the document it pins is {module.key} ({module.language}), not {attempt.module} ({attempt.language})"
    if module.pass_mark != attempt.pass_mark:
        return f"pass_mark is {attempt.pass_mark}, that of the document it pins {module.pass_mark}"
    return ""


def drawn(read: Reading) -> Iterator[Broken]:
    """S6: answers are to questions that were drawn, and these stand in the module that the attempt pins."""
    pinned = _pinned(read)
    attempts = select(Attempt.id, Attempt.document, cast(Attempt.paper, Text).label("paper")).order_by(Attempt.id)
    given = select(Answer.attempt_id, Answer.question).order_by(Answer.attempt_id)
    for attempt_id, (rows, answers) in side_by_side(read.stream(attempts), read.stream(given)):
        for attempt in rows:
            try:
                questions = {d.question for d in msgspec.json.decode(attempt.paper, type=Paper).drawn}
            except ValueError as error:
                yield Broken("attempt", {"id": attempt_id}, f"paper cannot be read ({error})")
                continue
            module = pinned(attempt.document)
            for question in sorted(questions - {q.id for q in module.questions} if module else ()):
                yield Broken("attempt", {"id": attempt_id}, f"question {question} is not in the module it pins")
            for _, question in answers:
                if question not in questions:
                    key = {"attempt_id": attempt_id, "question": question}
                    yield Broken("answer", key, "the question was not drawn in this attempt")


def _pinned(read: Reading) -> Any:
    """Modules as attempts pin them, by digest; None where there is none that can be read. Their lessons are left out."""

    @lru_cache(maxsize=HELD)
    def pinned(digest: str) -> Module | None:
        body = read.session.execute(select(Document.body).where(Document.digest == digest)).scalar_one_or_none()
        try:
            return replace(msgspec.json.decode(body, type=Module), opening="", sections=(), card=None) if body else None
        except ValueError:
            return None

    return pinned


def _said(result: Score) -> str:
    return f"{result.points} of {result.of}, {'passed' if result.passed else 'not passed'}"
