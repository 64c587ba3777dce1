"""First attempts as rows for the item analysis: the first that each person submitted of a module, the newest MOST of them.

Three statements a module, however many people. What is read of an attempt never changes after its submission, so several reads
make one picture.

The time of an answer is an estimate: the gap between its last saving and the saving before it in the same attempt, for the
first one the start; LONGEST at most. Who comes back to a question moves its time to where it was saved last. Answers that were
typed in from paper have no time.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Row as Record
from sqlalchemy import Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import OrganizationEntity, Person
from lms.catalog.models import Document
from lms.content.course import Module, Question

from . import rules
from .choices import Forms, Row
from .items import MOST, form
from .models import Answer, Attempt
from .paper import from_json
from .rules import Mark, Response

LONGEST = timedelta(minutes=10)

# The entity types of companies by the company's id, as they are today: an attempt does not keep those of its day.
EntityTypes = Mapping[int | None, tuple[str, ...]]

# A response as JSON, and when it was saved last.
_Answer = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as attempts pinned it, and whether that is the form of today. `marks` keeps what was marked already, by its JSON."""

    question: Question
    current: bool
    marks: dict[str, tuple[Response, Mark]] = field(default_factory=dict)

    def mark(self, given: str) -> tuple[Response, Mark]:
        if given not in self.marks:
            response = msgspec.json.decode(given)
            self.marks[given] = response, rules.mark(self.question, response)
        return self.marks[given]


def people(session: Session) -> dict[str, tuple[int, datetime]]:
    """How many have submitted an attempt at each module, and when the last of them did so for the first time."""
    first = (
        select(Attempt.module, func.min(Attempt.submitted_at).label("at"))
        .where(Attempt.submitted_at.is_not(None))
        .group_by(Attempt.person_id, Attempt.module)
        .subquery()
    )
    counted = select(first.c.module, func.count(), func.max(first.c.at)).group_by(first.c.module)
    return {module: (count, newest) for module, count, newest in session.execute(counted)}


def entity_types(session: Session) -> EntityTypes:
    """One statement for all companies."""
    found: dict[int | None, tuple[str, ...]] = {}
    rows = select(OrganizationEntity.organization_id, OrganizationEntity.entity).order_by(OrganizationEntity.entity)
    for company, entity in session.execute(rows):
        found[company] = (*found.get(company, ()), entity)
    return found


def read(
    session: Session, key: str, today: Mapping[str, Forms], kinds: EntityTypes
) -> tuple[list[Row], Mapping[str, int]]:
    """The rows of all questions that were asked in a form of `today`, and how often each was asked in another one."""
    attempts = _attempts(session, key)
    pinned = _pinned(session, {attempt.document for attempt in attempts}, today)
    answers = _answers(session, [attempt.id for attempt in attempts])
    rows: list[Row] = []
    older: Counter[str] = Counter()
    for attempt in attempts:
        drawn = [pinned[attempt.document][drawn.question] for drawn in from_json(attempt.paper).drawn]
        older.update(asked.question.id for asked in drawn if not asked.current)
        rows += _rows(attempt, drawn, answers.get(attempt.id, {}), kinds.get(attempt.organization_id, ()))
    return rows, older


def _rows(
    attempt: Record[Any], drawn: Sequence[_Asked], answers: Mapping[str, _Answer], entities: tuple[str, ...]
) -> Iterator[Row]:
    """A row for each question in its form of today. Scores are counted with the keys that the attempt pinned, so that what was
    repaired later does not hide what the question did."""
    seconds = {} if attempt.proctor_id else _seconds(attempt.started_at, answers)
    marked = [asked.mark(answers[asked.question.id][0] if asked.question.id in answers else "[]") for asked in drawn]
    points, of = rules.total(mark for _, mark in marked)
    for asked, (response, mark) in zip(drawn, marked, strict=True):
        if asked.current:
            share, whole, rest = _shares(points, of, mark.points, mark.of)
            yield Row(
                question=asked.question.id,
                language=attempt.language,
                response=response,
                share=share,
                total=whole,
                rest=rest,
                seconds=seconds.get(asked.question.id),
                entities=entities,
            )


@lru_cache(maxsize=10_000)
def _shares(points: Fraction, of: int, own_points: Fraction, own_of: int) -> tuple[Fraction, Fraction, Fraction | None]:
    """What was earned of the question's own points, of all, and of all others. Many rows share few scores."""
    rest = (points - own_points) / (of - own_of) if of > own_of else None
    return own_points / own_of, points / of, rest


def _seconds(started_at: datetime, answers: Mapping[str, _Answer]) -> dict[str, int]:
    """Estimated seconds for each question, of answers in the order of saving."""
    found, last = {}, started_at
    for question, (_, saved_at) in answers.items():
        gap = min(max(saved_at - last, timedelta()), LONGEST)
        found[question], last = round(gap.total_seconds()), saved_at
    return found


def _attempts(session: Session, key: str) -> Sequence[Record[Any]]:
    """The newest first. Of one person the earliest counts; of equal moments that with the lower id."""
    other = aliased(Attempt)
    earlier = or_(
        other.submitted_at < Attempt.submitted_at,
        and_(other.submitted_at == Attempt.submitted_at, other.id < Attempt.id),
    )
    statement = (
        select(
            Attempt.id,
            Attempt.language,
            Attempt.document,
            Attempt.paper,
            Attempt.started_at,
            Attempt.proctor_id,
            Person.organization_id,
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.module == key,
            Attempt.submitted_at.is_not(None),
            ~exists().where(other.person_id == Attempt.person_id, other.module == key, earlier),
        )
        .order_by(Attempt.id.desc())
        .limit(MOST)
    )
    return session.execute(statement).all()


def _answers(session: Session, attempts: Sequence[int]) -> dict[int, dict[str, _Answer]]:
    """What was answered in these attempts, by attempt and question in the order of saving."""
    statement = (
        select(Answer.attempt_id, Answer.question, cast(Answer.response, Text), Answer.saved_at)
        .where(Answer.attempt_id.in_(attempts))
        .order_by(Answer.attempt_id, Answer.saved_at, Answer.question)
    )
    found: dict[int, dict[str, _Answer]] = {}
    for attempt, question, response, saved_at in session.execute(statement):
        found.setdefault(attempt, {})[question] = response, saved_at
    return found


def _pinned(session: Session, digests: Collection[str], today: Mapping[str, Forms]) -> dict[str, dict[str, _Asked]]:
    """The questions of the rendered modules that attempts pinned, by digest and id."""
    found = {}
    for digest, body in session.execute(select(Document.digest, Document.body).where(Document.digest.in_(digests))):
        module = msgspec.json.decode(body, type=Module)
        now = {q.id: today[q.id].get(module.language) for q in module.questions if q.id in today}
        found[digest] = {q.id: _Asked(q, _same(q, now.get(q.id))) for q in module.questions}
    return found


def _same(question: Question, today: Question | None) -> bool:
    return today is not None and form(today) == form(question)
