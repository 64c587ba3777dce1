"""Attempts: started once, answered as often as one likes, submitted once, then kept as they are."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import OrganizationEntity
from lms.catalog.shelf import Published, pinned_module, published
from lms.content.course import Module, Question
from lms.core import audit

from .hot import ANSWERS, FIND, OPEN, SAVE, START, SUBMIT, TRY, Purpose
from .models import Attempt
from .paper import AskedQuestion, Paper, asked_question, draw, from_json, to_json
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """An attempt with what it pins, the module as it was rendered then and the paper. `published` is what is served."""

    id: int
    public_id: str
    person_id: int
    submitted_at: datetime | None
    pass_mark: int
    passed: bool | None
    module: Module
    paper: Paper
    published: Published

    @property
    def of(self) -> int:
        """The points there are."""
        return sum(question.points for question in questions(self.module, self.paper))

    @property
    def whole(self) -> bool:
        """Whether every question is right or not: where part points exist, "7 of 8" would be a wrong promise."""
        return not any(question.score in ("each", "pairs") for question in questions(self.module, self.paper))

    @property
    def lesson(self) -> Module | None:
        """The module as it stands today, where there still is one."""
        return self.published.library.module(self.module.key, self.module.language)

    def question(self, number: int) -> Question:
        """The question at a place of the paper, from 1, with its key. Raises NotDrawn."""
        if not 1 <= number <= len(self.paper.drawn):
            raise NotDrawn
        return questions(self.module, self.paper)[number - 1]

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
class Past:
    """A submitted attempt in a list; `number` counts a person's attempts at a module from 1."""

    public_id: str
    number: int
    submitted_at: datetime
    score: Score


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
    )


def open_attempt(session: Session, *, person_id: int, module: str) -> str | None:
    """The public id of the person's open attempt at a module."""
    return session.connection().execute(OPEN, {"person_id": person_id, "module": module}).scalar_one_or_none()


def start(
    session: Session,
    *,
    person_id: int,
    organization_id: int | None,
    module: Module,
    published: Published,
    now: datetime,
    rng: random.Random,
) -> str:
    """The public id of the person's open attempt, begun now unless there is one (P5). Raises NothingToAsk.

    The unique index judges: of two clicks at once the second gets the attempt of the first.
    """
    if running := open_attempt(session, person_id=person_id, module=module.key):
        return running
    paper = draw(module, _entities(session, organization_id), _seen(session, person_id, module.key), rng)
    if not paper.drawn:
        raise NothingToAsk
    connection = session.connection()
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
        },
    )
    return str(connection.execute(OPEN, {"person_id": person_id, "module": module.key}).scalar_one())


def answers(session: Session, sheet: Sheet) -> dict[str, Saved]:
    """What was answered so far, by the question's id."""
    rows = session.connection().execute(ANSWERS, {"attempt_id": sheet.id})
    return {question: Saved(response, at) for question, response, at in rows}


def save_answer(session: Session, sheet: Sheet, *, number: int, response: list[Any], now: datetime) -> datetime:
    """Keep the answer to the question at a place of the paper; the moment since when it stands. One statement.

    `sheet` was found in this transaction, to save. Raises NotDrawn; AlreadySubmitted unless this very answer stands.
    """
    question = sheet.question(number).id
    if sheet.submitted_at is not None:
        standing = answers(session, sheet).get(question)
        if standing is None or standing.response != response:
            raise AlreadySubmitted(sheet.submitted_at)
        return standing.at
    values = {"attempt_id": sheet.id, "question": question, "response": response, "saved_at": now}
    connection = session.connection()
    connection.execute(SAVE[connection.dialect.name], values)
    return now


def note_try(session: Session, *, person_id: int, question: str, now: datetime) -> None:
    """That the person tried a knowledge check, the first time; what was answered is not kept."""
    connection = session.connection()
    connection.execute(TRY[connection.dialect.name], {"person_id": person_id, "question": question, "tried_at": now})


def submit(session: Session, sheet: Sheet, *, now: datetime) -> Score | None:
    """Mark the attempt and close it. None, and no effect, when it was submitted before (S1, S5).

    `sheet` was found in this transaction, to submit.
    """
    result = marked(session, sheet)
    points = str(result.points)
    values = {"attempt_id": sheet.id, "now": now, "points": points, "of": result.of, "passing": result.passed}
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
    """The score, from nothing but what the attempt stores (S2)."""
    return score(sheet.module, sheet.paper, responses(answers(session, sheet)), sheet.pass_mark)


def responses(saved: dict[str, Saved]) -> dict[str, Sequence[Any]]:
    return {question: answer.response for question, answer in saved.items()}


def history(session: Session, *, person_id: int, module: str) -> tuple[Past, ...]:
    """The person's submitted attempts at a module, earliest first."""
    rows = session.execute(
        select(Attempt.public_id, Attempt.submitted_at, Attempt.score, Attempt.out_of, Attempt.passed)
        .where(Attempt.person_id == person_id, Attempt.module == module, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    return tuple(
        Past(row.public_id, number, row.submitted_at, Score(Fraction(row.score), row.out_of, row.passed))
        for number, row in enumerate(rows, 1)
    )


def _entities(session: Session, organization_id: int | None) -> list[str]:
    rows = select(OrganizationEntity.entity).where(OrganizationEntity.organization_id == organization_id)
    return list(session.scalars(rows))


def _seen(session: Session, person_id: int, module: str) -> set[str]:
    """Questions that earlier attempts at the module asked."""
    papers = session.scalars(select(Attempt.paper).where(Attempt.person_id == person_id, Attempt.module == module))
    return {drawn.question for paper in papers for drawn in from_json(paper).drawn}
