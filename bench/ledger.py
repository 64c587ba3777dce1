"""What learners sent and what the server acknowledged, and how that compares with what the database holds afterwards."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment.models import Answer, Attempt
from lms.assessment.paper import from_json
from lms.assessment.rules import mark, passed, total
from lms.catalog.shelf import pinned_module
from lms.certificates.models import Certificate
from lms.certificates.rules import PROGRAM
from lms.core.audit import AuditEntry
from lms.learning.models import Completion
from lms.schedule.models import ProfileRequirement


@dataclass(slots=True)
class Sent:
    """An answer as it was sent, in the question's own terms; `acknowledged` once the server said that it is saved."""

    response: list[Any]
    acknowledged: bool = False


@dataclass(slots=True)
class Run:
    """One attempt as its learner lived it. `answers` holds for each question (by id) all that was sent, in order."""

    person_id: int
    module: str
    public_id: str
    answers: dict[str, list[Sent]] = field(default_factory=dict)
    submitted: Literal["no", "sent", "acknowledged"] = "no"

    def may_stand(self, question: str) -> list[list[Any]]:
        """The responses that may stand: the last one acknowledged, or one sent later; before the first, none ([])."""
        sent = self.answers.get(question, [])
        last = max((place for place, s in enumerate(sent) if s.acknowledged), default=None)
        return [[], *(s.response for s in sent)] if last is None else [s.response for s in sent[last:]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What should not be, a sentence each, which names the row."""

    lost: list[str]
    doubled: list[str]
    wrong: list[str]

    @property
    def all(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong]


def compare(session: Session, runs: Sequence[Run]) -> Findings:
    """Hold what was acknowledged against the database. The learners have done nothing but these runs, all sections read."""
    people = sorted({run.person_id for run in runs})
    attempts = session.scalars(select(Attempt).where(Attempt.person_id.in_(people))).all()
    kept = {attempt.public_id: attempt for attempt in attempts}
    answers: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    for row in session.execute(select(Answer.attempt_id, Answer.question, Answer.response)):
        answers[row.attempt_id][row.question] = row.response
    return Findings(
        lost=list(_lost(runs, kept, answers)),
        doubled=[*_twice(session, runs, attempts), *_unsent(runs, kept, answers)],
        wrong=[*_scores(session, attempts, answers), *_consequences(session, people)],
    )


def _lost(
    runs: Sequence[Run], kept: Mapping[str, Attempt], answers: Mapping[int, Mapping[str, list[Any]]]
) -> Iterator[str]:
    """P1: what was acknowledged and is not there."""
    for run in runs:
        attempt = kept.get(run.public_id)
        if attempt is None:
            yield f"attempt {run.public_id} was begun and is gone"
            continue
        for question in run.answers:
            stands = answers.get(attempt.id, {}).get(question, [])
            if stands not in (allowed := run.may_stand(question)):
                yield f"attempt {run.public_id}, {question}: {stands} stands, not one of {allowed}"
        if run.submitted == "acknowledged" and attempt.submitted_at is None:
            yield f"attempt {run.public_id} was submitted and is open"


def _unsent(
    runs: Sequence[Run], kept: Mapping[str, Attempt], answers: Mapping[int, Mapping[str, list[Any]]]
) -> Iterator[str]:
    """Rows that nobody asked for."""
    for run in runs:
        if (attempt := kept.get(run.public_id)) is None:
            continue
        for question in answers.get(attempt.id, {}).keys() - run.answers.keys():
            yield f"attempt {run.public_id}, {question}: an answer that nobody sent"
        if run.submitted == "no" and attempt.submitted_at is not None:
            yield f"attempt {run.public_id} is submitted, which nobody asked for"


def _twice(session: Session, runs: Sequence[Run], attempts: Sequence[Attempt]) -> Iterator[str]:
    """P5, S1, S5: attempts beside those begun, and submissions, completions and certificates counted twice."""
    for public_id in {a.public_id for a in attempts} - {run.public_id for run in runs}:
        yield f"attempt {public_id} was begun by nobody"
    people = [a.person_id for a in attempts]
    counted: dict[str, Counter[Any]] = {
        "open attempts": Counter((a.person_id, a.module) for a in attempts if a.submitted_at is None),
        "rows attempt.submitted": Counter(
            session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "attempt.submitted"))
        ),
        "completions": Counter(
            (c.person_id, c.module) for c in session.scalars(select(Completion).where(Completion.person_id.in_(people)))
        ),
        "certificates": Counter(
            (c.person_id, c.category)
            for c in session.scalars(select(Certificate).where(Certificate.person_id.in_(people)))
        ),
    }
    for what, count in counted.items():
        yield from (f"{number} {what} of {whose}" for whose, number in count.items() if number > 1)


def _scores(
    session: Session, attempts: Sequence[Attempt], answers: Mapping[int, Mapping[str, list[Any]]]
) -> Iterator[str]:
    """S2: scores that do not come out again from what the attempt keeps, and submissions that no audit row tells of."""
    told = set(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "attempt.submitted")))
    for attempt in attempts:
        if attempt.submitted_at is None:
            continue
        asked = {q.id: q for pool in pinned_module(session, attempt.document).pools for q in pool.questions}
        given = answers.get(attempt.id, {})
        points, of = total(
            mark(asked[drawn.question], given.get(drawn.question, ())) for drawn in from_json(attempt.paper).drawn
        )
        again = (points, of, passed(points, of, attempt.pass_mark))
        stored = (Fraction(attempt.score or "-1"), attempt.out_of, attempt.passed)
        if again != stored:
            yield f"attempt {attempt.public_id} keeps {stored}, its answers come to {again}"
        if attempt.public_id not in told:
            yield f"attempt {attempt.public_id} is submitted and the audit does not tell"


def _consequences(session: Session, people: Sequence[int]) -> Iterator[str]:
    """A pass completes its module, the last module of a category certifies it: in the same transaction, so never one alone."""
    for person in session.scalars(select(Person).where(Person.id.in_(people))):
        passes = set(
            session.scalars(select(Attempt.module).where(Attempt.person_id == person.id, Attempt.passed.is_(True)))
        )
        complete = set(session.scalars(select(Completion.module).where(Completion.person_id == person.id)))
        if passes != complete:
            yield f"person {person.id} passed {sorted(passes)} and completed {sorted(complete)}"
        required = select(ProfileRequirement.category, ProfileRequirement.module)
        rows = session.execute(required.where(ProfileRequirement.profile_id == person.profile_id)).all()
        earned = {row.category for row in rows} - {row.category for row in rows if row.module not in complete}
        if rows and all(row.module in complete for row in rows):
            earned.add(PROGRAM)
        issued = set(session.scalars(select(Certificate.category).where(Certificate.person_id == person.id)))
        if earned != issued:
            yield f"person {person.id} earned certificates of {sorted(earned)} and has {sorted(issued)}"
