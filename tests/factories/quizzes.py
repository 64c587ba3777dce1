"""Attempts at quizzes as they lie in the database, many at once and of exactly these answers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Person
from lms.assessment.models import Answer, Attempt
from lms.assessment.paper import Drawn, Paper, to_json
from lms.catalog.shelf import published
from lms.content.course import Language

_number = count(1)
MORNING = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


def crowd(session: Session, many: int, organization_id: int | None = None, name: str = "Ana Sample") -> list[int]:
    """The ids of so many new people, flushed."""
    emails = [f"crowd{next(_number)}@sample.example" for _ in range(many)]
    people = [
        {"name": name, "email": e, "role": "learner", "organization_id": organization_id, "created_at": MORNING}
        for e in emails
    ]
    session.execute(insert(Person), people)
    ids = list(session.scalars(select(Person.id).where(Person.email.in_(emails)).order_by(Person.id)))
    if organization_id is not None:
        began = {"organization_id": organization_id, "began_on": MORNING.date()}
        session.execute(insert(Employment), [{"person_id": person_id, **began} for person_id in ids])
    return ids


def sit(
    session: Session,
    person_id: int,
    module: str,
    responses: Mapping[str, list[Any]],
    *,
    asked: Sequence[str] = (),
    at: datetime = MORNING,
    gaps: Sequence[float] = (),
    language: Language = "en",
    submitted: bool = True,
    **values: object,
) -> int:
    """An attempt at a module as it is published, flushed: its id. `asked` are the questions drawn, those answered without it.

    Answers are saved in the order of `responses`, each so many seconds after the one before as `gaps` say, else 30.
    """
    shelf = published(session)
    seconds = [*gaps, *[30.0] * len(responses)][: len(responses)]
    moments = [at + timedelta(seconds=sum(seconds[: n + 1])) for n in range(len(seconds))]
    attempt = Attempt(
        public_id=f"sat{next(_number):019}",
        person_id=person_id,
        module=module,
        language=language,
        revision_id=shelf.revision_id,
        document=shelf.documents[module, language],
        paper=to_json(Paper(tuple(Drawn(question, ()) for question in asked or responses))),
        pass_mark=80,
        started_at=at,
        submitted_at=(moments or [at])[-1] + timedelta(seconds=10) if submitted else None,
        score="0" if submitted else None,
        out_of=1 if submitted else None,
        passed=False if submitted else None,
        **values,
    )
    session.add(attempt)
    session.flush()
    for (question, response), moment in zip(responses.items(), moments, strict=True):
        session.add(Answer(attempt_id=attempt.id, question=question, response=response, saved_at=moment))
    session.flush()
    return attempt.id
