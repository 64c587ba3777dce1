"""First attempts read from the database: whose, which, how long, and in what form of the question."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lms.assessment import first_attempts, rules
from lms.assessment.analysis import analyses
from lms.assessment.choices import thirds
from lms.assessment.items import Analysis, Figures, Item, figures
from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import transaction
from tests.conftest import on_both
from tests.factories.people import make_organization
from tests.factories.quizzes import MORNING, crowd, sit
from tests.factories.training import PASSWORDS, SEALS

from .answers import RIGHT, WRONG
from .rows import row

PATH = "06-seal-security/seals.md"
YES, NO = {"passwords-share": [1]}, {"passwords-share": [0]}


def analysis(session: Session, key: str = SEALS) -> Analysis:
    session.commit()
    shelf = published(session)
    (found,) = analyses(session, shelf, [shelf.library.modules[key]])
    return found


def item(session: Session, question: str, key: str = SEALS) -> Item:
    return next(item for item in analysis(session, key).items if item.question.id == question)


def told(found: Item) -> Figures:
    assert found.figures
    return found.figures


def publish(session: Session, path: str, change: Callable[[bytes], bytes]) -> None:
    session.commit()
    with transaction():
        newest = store.newest(session)
        assert newest
        files = store.content_of(session, newest.id)
        files[path] = change(files.get(path, b""))
        catalog.publish(session, files, base=newest.id, author="tests", message="Changed", now=now())


@on_both
def test_below_twenty_there_is_no_item(session: Session) -> None:
    for person in crowd(session, 19):
        sit(session, person, SEALS, RIGHT)
    found = analysis(session)
    assert (found.people, found.items, found.flagged) == (19, (), 0)


@on_both
def test_only_the_first_attempt_of_each_person_counts(session: Session) -> None:
    people = crowd(session, 20)
    for n, person in enumerate(people):
        sit(session, person, SEALS, RIGHT if n < 12 else WRONG)
    for person in people:
        sit(session, person, SEALS, RIGHT, at=MORNING + timedelta(hours=1))
    (late,) = crowd(session, 1)
    sit(session, late, SEALS, WRONG, submitted=False)
    found = item(session, "seals-class")
    assert found.first == 20
    assert told(found).facility == Fraction(12, 20)
    assert analysis(session).people == 20


@on_both
def test_the_first_is_that_which_was_submitted_first(session: Session) -> None:
    """Answers from paper may be typed in later, for a day before."""
    for person in crowd(session, 20):
        sit(session, person, SEALS, WRONG, at=MORNING)
        sit(session, person, SEALS, RIGHT, at=MORNING - timedelta(days=1))
    assert told(item(session, "seals-class")).facility == 1


@on_both
def test_what_was_asked_and_left_empty_earns_nothing_and_what_was_not_asked_does_not_count(session: Session) -> None:
    for n, person in enumerate(crowd(session, 25)):
        answered = {"seals-read": [0]} | ({"seals-class": [1]} if n < 15 else {})
        sit(session, person, SEALS, answered, asked=["seals-read", *(["seals-class"] if n < 20 else [])])
    found = item(session, "seals-class")
    assert (found.first, told(found).facility) == (20, Fraction(15, 20))
    assert [c.everybody for c in found.choices if c.right is None] == [5]
    assert item(session, "seals-log").first == 0


@on_both
def test_a_retired_question_is_left_out(session: Session) -> None:
    for person in crowd(session, 20):
        sit(session, person, SEALS, RIGHT)
    publish(session, PATH, lambda text: text.replace(b"`q: seals-iso` ", b"`q: seals-iso` `retired` "))
    assert len(analysis(session).items) == 6
    assert "seals-iso" not in [item.question.id for item in analysis(session).items]


@on_both
def test_the_time_of_an_answer_is_the_gap_before_it_and_ten_minutes_at_most(session: Session) -> None:
    for person in crowd(session, 20):
        three = {key: RIGHT[key] for key in ("seals-read", "seals-class", "seals-iso")}
        sit(session, person, SEALS, three, gaps=(10, 95.4, 7200))
    assert told(item(session, "seals-read")).seconds == 10
    assert told(item(session, "seals-class")).seconds == 95
    assert told(item(session, "seals-iso")).seconds == 600


@on_both
def test_a_clock_that_was_set_back_gives_no_negative_time(session: Session) -> None:
    for person in crowd(session, 20):
        sit(session, person, SEALS, RIGHT, gaps=(-30,))
    assert told(item(session, next(iter(RIGHT)))).seconds == 0


@on_both
def test_answers_typed_in_from_paper_have_no_time(session: Session) -> None:
    people = crowd(session, 20)
    for person in people:
        sit(session, person, SEALS, RIGHT, proctor_id=people[0])
    assert told(item(session, "seals-class")).seconds is None


@on_both
def test_another_option_begins_another_form_and_another_comma_does_not(session: Session) -> None:
    for person in crowd(session, 21):
        sit(session, person, SEALS, WRONG)
    publish(session, PATH, lambda text: text.replace(b"Which class letter must be", b"Which class letter has to be"))
    assert (item(session, "seals-class").first, item(session, "seals-class").older) == (21, 0)
    publish(session, PATH, lambda text: text.replace(b"- [ ] S\n", b"- [ ] R\n"))
    found = item(session, "seals-class")
    assert (found.first, found.older, found.figures) == (0, 21, None)
    assert item(session, "seals-log").first == 21
    for person in crowd(session, 20):
        sit(session, person, SEALS, RIGHT)
    found = item(session, "seals-class")
    assert (found.first, found.older, told(found).facility) == (20, 21, 1)
    assert [choice.text for choice in found.choices] == ["I", "H", "R"]


SPANISH = """---
title: Contraseñas
criteria: [4.8]
entities: all
functions: all
level: personnel
minutes: 5
pass: 100
change: editorial
owner: trainer@demo.example
---

Su cuenta es solo suya.

## Una persona, una cuenta

Cada persona entra con su propia cuenta. {4.8}

## Quiz

### ¿Pueden dos personas compartir una cuenta?
`q: passwords-share` `single` `criteria: 4.8` `must`

- [ ] Sí, en un turno
    > Entonces nadie sabe quién hizo qué.
- [x] No, nunca

> **Why:** Una cuenta pertenece a una persona.
"""


@on_both
def test_languages_count_together_and_each_by_itself(session: Session) -> None:
    publish(session, "04-cybersecurity/passwords.es.md", lambda _: SPANISH.encode())
    for person in crowd(session, 20):
        sit(session, person, PASSWORDS, YES)
    for person in crowd(session, 20):
        sit(session, person, PASSWORDS, NO, language="es")
    found = item(session, "passwords-share", PASSWORDS)
    assert (found.first, told(found).facility, told(found).discrimination) == (40, Fraction(1, 2), None)
    assert {code: f.facility for code, f in found.languages.items()} == {"en": 1, "es": 0}
    assert [(choice.text, choice.everybody) for choice in found.choices] == [
        ("Yes, on one shift", 20),
        ("No, never", 20),
    ]

    publish(session, "04-cybersecurity/passwords.es.md", lambda text: text.replace(b"No, nunca", "Jamás".encode()))
    found = item(session, "passwords-share", PASSWORDS)
    assert (found.first, found.older, list(found.languages)) == (20, 20, ["en"])


@on_both
def test_entity_types_are_those_of_the_company(session: Session) -> None:
    importer = make_organization(session, "Sample Imports", ["importers", "customs-brokers"])
    carrier = make_organization(session, "Sample Lines", ["highway-carriers-us-mexico"])
    for organization, many, responses in ((importer, 20, RIGHT), (carrier, 19, WRONG), (None, 3, WRONG)):
        for person in crowd(session, many, organization.id if organization else None):
            sit(session, person, SEALS, responses)
    found = item(session, "seals-class")
    assert {slug: (f.people, f.facility) for slug, f in found.entities.items()} == {
        "customs-brokers": (20, 1),
        "importers": (20, 1),
    }


@on_both
def test_no_more_than_the_newest_are_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_attempts, "MOST", 20)
    for n, person in enumerate(crowd(session, 24)):
        sit(session, person, SEALS, WRONG if n < 4 else RIGHT)
    assert analysis(session).people == 24
    assert (item(session, "seals-class").first, told(item(session, "seals-class")).facility) == (20, 1)


@on_both
def test_what_changed_meanwhile_is_counted_and_what_did_not_is_not_counted_twice(session: Session) -> None:
    company = make_organization(session)
    people = crowd(session, 20, company.id)
    for person in people:
        sit(session, person, SEALS, RIGHT)
    first = analysis(session)
    assert analysis(session) is first
    sit(session, people[0], SEALS, WRONG, at=MORNING + timedelta(days=1))
    assert analysis(session) is first, "a retry changes nothing"
    sit(session, crowd(session, 1)[0], SEALS, WRONG)
    assert item(session, "seals-class").first == 21
    assert list(item(session, "seals-class").entities) == ["highway-carriers-us-mexico"]
    company.entity_types[0].entity = "importers"
    assert list(item(session, "seals-class").entities) == ["importers"]


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@on_both
def test_statements_do_not_grow_with_people(session: Session, statements: list[str]) -> None:
    def count(many: int) -> int:
        for person in crowd(session, many, make_organization(session).id):
            sit(session, person, SEALS, RIGHT)
        session.commit()
        shelf = published(session)
        statements.clear()
        analyses(session, shelf, shelf.library.modules.values())
        return len(statements)

    assert count(20) == count(40) == 5


@on_both
@pytest.mark.parametrize("seed", [1, 2])
def test_any_answers_as_a_plain_recount_has_them(session: Session, seed: int) -> None:
    """Two attempts of everybody, in any order, of any answers; counted again from what was put in."""
    rng = Random(seed)
    questions = {q.id: q for q in published(session).library.modules[SEALS].questions}
    firsts: list[dict[str, list[Any]]] = []
    for person in crowd(session, 45):
        for attempt in range(2):
            asked = rng.sample(sorted(questions), 5)
            given = {q: rng.choice([RIGHT, WRONG])[q] for q in asked if rng.random() < 0.9}
            sit(session, person, SEALS, given, asked=asked, at=MORNING + timedelta(hours=attempt))
            if attempt == 0:
                firsts.append({q: given.get(q, []) for q in asked})

    for found in analysis(session).items:
        question = found.question
        rows = []
        for responses in (first for first in firsts if question.id in first):
            marks = {q: rules.mark(questions[q], response) for q, response in responses.items()}
            points, of = rules.total(marks.values())
            own = marks.pop(question.id)
            others, out_of = rules.total(marks.values())
            assert own.points + others == points
            plain = row(question, responses[question.id], rest=others / out_of)
            rows.append(replace(plain, total=points / of))
        assert found.first == len(rows)
        expected = figures(rows)
        if expected is None:
            assert found.figures is None
        else:
            assert replace(told(found), seconds=30) == expected
            assert (found.upper, found.lower) == tuple(len(third) for third in thirds(rows))
