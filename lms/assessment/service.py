"""Attempts: started once, answered as often as one likes, submitted once, then kept as they are."""

import random
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import OrganizationEntity, Person
from lms.catalog.shelf import Published, pinned_module, published
from lms.content.course import Module, Question
from lms.core import audit

from . import limits
from .hot import ANSWERS, FIND, OPEN, SAVE, START, SUBMIT, TRY, Purpose
from .models import Attempt, Remark, Repair
from .paper import AskedQuestion, Paper, asked_question, draw, from_json, to_entry, to_json
from .repair import Ruling
from .repairs import rulings
from .review import Score, questions, score

# The common beginning of every input's name; a question's own id stays on the server.
FIELD = "answer"


class NothingToAsk(Exception):
    """The quiz has no question for a company of these entity types."""


class NoSuchAttempt(Exception):
    """There is no such attempt, or it is somebody else's: the two look alike."""


class NotDrawn(Exception):
    """The question was not drawn in this attempt (S6)."""


class AlreadySubmitted(Exception):
    """The attempt was submitted at `submitted_at`; its answers stay as they were."""

    def __init__(self, submitted_at: datetime) -> None:
        super().__init__("The attempt was submitted already.")
        self.submitted_at = submitted_at


class TimeOver(Exception):
    """The attempt closed: it takes no more answers, and is to be submitted as it stands."""

    def __init__(self, public_id: str) -> None:
        super().__init__("The time of the attempt is over.")
        self.public_id = public_id


class TooSoon(Exception):
    """After several failures in a row the next attempt may begin at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("The next attempt may not begin yet.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Sheet:
    """An attempt with what it pins, the module as it was rendered then and the paper. `published` is what is served.

    `document` is the digest of the pinned module, `revision_id` the revision it was drawn from, `form` the variant of a paper
    test. `repaired`: a question of the module was, so that there are rulings to ask for.
    """

    id: int
    public_id: str
    person_id: int
    submitted_at: datetime | None
    pass_mark: int
    passed: bool | None
    module: Module
    paper: Paper
    published: Published
    document: str
    revision_id: int
    started_at: datetime
    closes_at: datetime | None
    delta: bool
    acknowledgment: str | None
    form: int | None
    repaired: bool

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, in its order, with the key."""
        return questions(self.module, self.paper)

    @property
    def of(self) -> int:
        """The points there are."""
        return sum(question.points for question in self.questions)

    @property
    def whole(self) -> bool:
        """Whether every question is right or not: where part points exist, "7 of 8" would be a wrong promise."""
        return not any(question.score in ("each", "pairs") for question in self.questions)

    @property
    def lesson(self) -> Module | None:
        """The module as it stands today, where there still is one."""
        return self.published.library.module(self.module.key, self.module.language)

    def over(self, now: datetime) -> bool:
        """Whether it is still open although its time is over: then all that is left is to submit it."""
        return self.submitted_at is None and limits.over(self.closes_at, now)

    def question(self, number: int) -> Question:
        """The question at a place of the paper, from 1, with its key. Raises NotDrawn."""
        if not 1 <= number <= len(self.paper.drawn):
            raise NotDrawn
        return self.questions[number - 1]

    def shown(self, number: int) -> tuple[int, ...]:
        return self.paper.drawn[number - 1].shown

    def asked(self, number: int) -> AskedQuestion:
        """The question at a place without its key. Raises NotDrawn."""
        return asked_question(self.question(number), self.shown(number), FIELD)


@dataclass(frozen=True, slots=True)
class Saved:
    """A response as it stands in the database, and since when."""

    response: list[Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the person saw it, with what was entered (see `paper.to_response`) and since when; None for never."""

    asked: AskedQuestion
    entry: list[Any]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """A submitted attempt in a list; `number` counts a person's attempts at a module from 1.

    Where a repair raised the score at `marked_again_at`, for this `reason`, `own` is the attempt's own, else the same.
    """

    public_id: str
    number: int
    submitted_at: datetime
    score: Score
    own: Score
    marked_again_at: datetime | None
    reason: str


def find(session: Session, *, public_id: str, person_id: int, to: Purpose = "read") -> Sheet:
    """The person's own attempt; where it is to change, held until the transaction ends. Raises NoSuchAttempt."""
    row = session.connection().execute(FIND[to], {"public_id": public_id, "person_id": person_id}).one_or_none()
    if row is None:
        raise NoSuchAttempt
    shelf = published(session, row.newest)
    module = shelf.library.module(row.module, row.language)
    if module is None or shelf.documents.get((row.module, row.language)) != row.document:
        module = pinned_module(session, row.document)
    return Sheet(
        id=row.id,
        public_id=public_id,
        person_id=person_id,
        submitted_at=row.submitted_at,
        pass_mark=row.pass_mark,
        passed=row.passed,
        module=module,
        paper=from_json(row.paper),
        published=shelf,
        document=row.document,
        revision_id=row.revision_id,
        started_at=row.started_at,
        closes_at=row.closes_at,
        delta=row.delta,
        acknowledgment=row.acknowledgment,
        form=row.form,
        repaired=row.repaired,
    )


def start(
    session: Session,
    *,
    person_id: int,
    organization_id: int | None,
    module: Module,
    published: Published,
    now: datetime,
    rng: random.Random,
    only: Collection[str] = (),
) -> str:
    """The public id of the person's open attempt, begun now unless there is one (P5).

    `only` are the ids of the questions about what changed, for somebody who has passed the rest; without any that fit the
    whole quiz is asked. The unique index judges: of two clicks at once the second gets the attempt of the first.
    Raises NothingToAsk, TooSoon; TimeOver where the open attempt has closed.
    """
    connection = session.connection()
    running = connection.execute(OPEN, {"person_id": person_id, "module": module.key}).one_or_none()
    if running:
        if limits.over(running.closes_at, now):
            raise TimeOver(running.public_id)
        return str(running.public_id)
    waits_until = may_begin_at(history(session, person_id=person_id, module=module.key), published)
    if waits_until and now < waits_until:
        raise TooSoon(waits_until)
    entities, seen = entities_of(session, organization_id), _seen(session, person_id, module.key)
    delta = draw(module, entities, seen, rng, only=only) if only else Paper(())
    paper = delta if delta.drawn else draw(module, entities, seen, rng)
    if not paper.drawn:
        raise NothingToAsk
    extra_time = extra_time_of(session, person_id) if module.time_limit else 0
    connection.execute(
        START[connection.dialect.name],
        {
            "public_id": secrets.token_urlsafe(16)[:22],
            "person_id": person_id,
            "module": module.key,
            "language": module.language,
            "revision_id": published.revision_id,
            "document": published.documents[module.key, module.language],
            "paper": to_json(paper),
            "pass_mark": module.pass_mark,
            "started_at": now,
            "closes_at": limits.closes_at(now, module.time_limit, extra_time),
            "delta": bool(delta.drawn),
        },
    )
    return str(connection.execute(OPEN, {"person_id": person_id, "module": module.key}).one().public_id)


def may_begin_at(past: Iterable[Past], published: Published) -> datetime | None:
    """From when on the next attempt at a module may begin, after these; None for at once."""
    results = ((one.submitted_at, one.score.passed) for one in past)
    return limits.may_begin_at(results, published.library.framework.program.retry_wait_minutes)


def extra_time_of(session: Session, person_id: int) -> int:
    """What the person was granted where there is a time limit, in percent of it."""
    return session.scalar(select(Person.extra_time).where(Person.id == person_id)) or 0


def answers(session: Session, sheet: Sheet) -> dict[str, Saved]:
    """What was answered so far, by the question's id."""
    rows = session.connection().execute(ANSWERS, {"attempt_id": sheet.id})
    return {question: Saved(response, at) for question, response, at in rows}


def save_answer(session: Session, sheet: Sheet, *, number: int, response: list[Any], now: datetime) -> datetime:
    """Keep the answer to the question at a place of the paper; the moment since when it stands. One statement.

    `sheet` was found in this transaction, to save. Raises NotDrawn; AlreadySubmitted, or TimeOver once the
    attempt has closed, unless this very answer stands.
    """
    question = sheet.question(number).id
    if sheet.submitted_at is not None or sheet.over(now):
        standing = answers(session, sheet).get(question)
        if standing is None or standing.response != response:
            raise AlreadySubmitted(sheet.submitted_at) if sheet.submitted_at else TimeOver(sheet.public_id)
        return standing.at
    values = {"attempt_id": sheet.id, "question": question, "response": response, "saved_at": now}
    connection = session.connection()
    connection.execute(SAVE[connection.dialect.name], values)
    return now


def note_try(session: Session, *, person_id: int, question: str, now: datetime) -> None:
    """That the person tried a knowledge check, the first time; what was answered is not kept."""
    connection = session.connection()
    connection.execute(TRY[connection.dialect.name], {"person_id": person_id, "question": question, "tried_at": now})


def submit(session: Session, sheet: Sheet, *, now: datetime, acknowledgment: str | None = None) -> Score | None:
    """Mark the attempt and close it. None, and no effect, when it was submitted before (S1, S5).

    `sheet` was found in this transaction, to submit. `acknowledgment` is the sentence that the person accepted with it, None
    where nobody was asked to: the time was over.
    """
    result = marked(session, sheet)
    points = str(result.points)
    values = {
        "attempt_id": sheet.id,
        "now": now,
        "points": points,
        "of": result.of,
        "passing": result.passed,
        "acknowledgment": acknowledgment,
    }
    if session.connection().execute(SUBMIT, values).rowcount == 0:
        return None
    audit.record(
        session,
        action="attempt.submitted",
        subject=sheet.public_id,
        actor_id=sheet.person_id,
        now=now,
        module=sheet.module.key,
        score=points,
        out_of=result.of,
        passed=result.passed,
    )
    return result


def marked(session: Session, sheet: Sheet) -> Score:
    """The score, from nothing but what the attempt stores (S2) and the repairs of its questions so far."""
    given = responses(answers(session, sheet))
    return score(sheet.module, sheet.paper, given, sheet.pass_mark, rulings_for(session, sheet))


def rulings_for(session: Session, sheet: Sheet) -> tuple[Ruling, ...]:
    """The repairs that concern an attempt: those made until now, for attempts submitted when this one was or will be."""
    found = rulings(session, sheet.module.key) if sheet.repaired else ()
    return tuple(ruling for ruling in found if ruling.concerns(sheet.submitted_at))


def record(sheet: Sheet, saved: dict[str, Saved]) -> tuple[Shown, ...]:
    """The whole paper as it was on the screen, in its order."""
    shown = []
    for number, drawn in enumerate(sheet.paper.drawn, 1):
        asked, answer = sheet.asked(number), saved.get(drawn.question)
        entry = to_entry(asked.type, drawn.shown, answer.response) if answer else []
        shown.append(Shown(asked, entry, answer.at if answer else None))
    return tuple(shown)


def responses(saved: dict[str, Saved]) -> dict[str, Sequence[Any]]:
    return {question: answer.response for question, answer in saved.items()}


def history(session: Session, *, person_id: int, module: str) -> tuple[Past, ...]:
    """The person's submitted attempts at a module, earliest first."""
    other = aliased(Remark)
    last = select(func.max(other.id)).where(other.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = session.execute(
        select(
            Attempt.public_id,
            Attempt.submitted_at,
            Attempt.score,
            Attempt.out_of,
            Attempt.passed,
            Remark.score.label("repaired"),
            Remark.passed.label("repaired_passed"),
            Remark.created_at,
            Repair.reason,
        )
        .select_from(Attempt)
        .outerjoin(Remark, Remark.id == last)
        .outerjoin(Repair, Repair.id == Remark.repair_id)
        .where(Attempt.person_id == person_id, Attempt.module == module, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    return tuple(_past(row, number) for number, row in enumerate(rows, 1))


def _past(row: Row[*tuple[Any, ...]], number: int) -> Past:
    own = Score(Fraction(row.score), row.out_of, row.passed)
    score = own if row.repaired is None else Score(Fraction(row.repaired), row.out_of, row.repaired_passed)
    return Past(row.public_id, number, row.submitted_at, score, own, row.created_at, row.reason or "")


def entities_of(session: Session, organization_id: int | None) -> list[str]:
    """The entity types of a company, for which questions are drawn; none without a company."""
    rows = select(OrganizationEntity.entity).where(OrganizationEntity.organization_id == organization_id)
    return list(session.scalars(rows))


def _seen(session: Session, person_id: int, module: str) -> set[str]:
    """Questions that earlier attempts at the module asked."""
    papers = session.scalars(select(Attempt.paper).where(Attempt.person_id == person_id, Attempt.module == module))
    return {drawn.question for paper in papers for drawn in from_json(paper).drawn}
