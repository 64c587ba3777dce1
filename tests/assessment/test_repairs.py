"""Repairs in the database: who gains, what is written, and who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.assessment import letters, mails, repairs
from lms.assessment.models import Attempt, Remark, Repair
from lms.assessment.repairs import Applied, Proposal
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from lms.fsck import service as fsck
from lms.web import mail
from tests.conftest import on_both
from tests.factories.library import republish
from tests.factories.people import make_organization, make_person

from .answers import RIGHT, SEALS, WRONG, count
from .conftest import begin
from .taking import MISLED, MORNING, hand_in, take

LATER = MORNING + timedelta(days=3)
REASON = "Two answers are right."


def proposal(*accepts: str, since: datetime = MORNING - timedelta(days=9)) -> Proposal:
    """To accept these answers to the class of the seal; to void the question without any."""
    return Proposal(SEALS, "seals-class", not accepts, accepts, since, REASON)


@pytest.fixture
def trainer(session: Session) -> Person:
    return make_person(session, "Terry Sample", role=Role.TRAINER)


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    """Ana passes by a repair, Ben gains without passing, Cho has passed, Dov erred otherwise; each took the quiz once."""
    home = make_organization(session)
    made = {name: make_person(session, name, organization=home) for name in ("Ana", "Ben", "Cho", "Dov")}
    answered = (MISLED, WRONG | {"seals-class": [2]}, {}, MISLED | {"seals-class": [0]})
    for person, responses in zip(made.values(), answered, strict=True):
        take(session, person, responses)
    return made


def repair(session: Session, found: Proposal, by: Person, at: datetime = LATER) -> Applied:
    with transaction():
        return repairs.apply(session, found, by_id=by.id, now=at)


def unsound(session: Session) -> list[object]:
    """What fsck finds."""
    session.rollback()
    return [found for found in fsck.check(session, lambda *_: None) if not isinstance(found, int)]


def worth(session: Session, public_id: str) -> tuple[str, bool]:
    session.rollback()
    attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
    result = repairs.result(session, attempt)
    return f"{result.points}/{result.of}", result.passed


@on_both
def test_a_dry_run_says_what_applying_does(session: Session, people: dict[str, Person], trainer: Person) -> None:
    dry = repairs.outcome(session, proposal("S"))
    assert [(c.person, str(c.old.points), str(c.new.points)) for c in dry.changes] == [
        ("Ana", "5", "6"),
        ("Ben", "0", "1"),
    ]
    assert [c.person for c in dry.passes] == ["Ana"]
    assert [c.person for c in dry.asked] == ["Ana", "Ben", "Cho", "Dov"]
    assert count(session, Repair) == count(session, Remark) == 0
    done = repair(session, proposal("S"), trainer)
    assert done.outcome == dry
    assert repairs.changes_of(session, done.repair_id) == dry.changes
    assert [(c.person, worth(session, c.public_id)) for c in dry.asked] == [
        ("Ana", ("6/7", True)), ("Ben", ("1/7", False)), ("Cho", ("7/7", True)), ("Dov", ("5/7", False)),
    ]  # fmt: skip
    own = session.scalars(select(Attempt.score).order_by(Attempt.id)).all()
    assert own == ["5", "0", "7", "5"], "the attempt's own score stays"
    assert unsound(session) == []


@on_both
def test_the_same_repair_twice_changes_nothing(session: Session, people: dict[str, Person], trainer: Person) -> None:
    first = repair(session, proposal("S", "I"), trainer)
    before = [count(session, table) for table in (Repair, Remark, AuditEntry)]
    again = repair(session, proposal("I", "S"), trainer, LATER + timedelta(hours=1))
    assert (again.repair_id, again.again, again.outcome.asked) == (first.repair_id, True, ())
    assert [count(session, table) for table in (Repair, Remark, AuditEntry)] == before
    assert repairs.outcome(session, proposal("S", "I")).changes == ()


def test_a_second_repair_builds_on_the_first(session: Session, people: dict[str, Person], trainer: Person) -> None:
    repair(session, proposal("S"), trainer)
    dry = repairs.outcome(session, proposal())
    assert [(c.person, str(c.old.points), c.passes) for c in dry.changes] == [("Dov", "5", True)]
    done = repair(session, proposal(), trainer, LATER + timedelta(hours=1))
    assert repairs.changes_of(session, done.repair_id) == dry.changes
    assert unsound(session) == []


@on_both
def test_what_is_submitted_later_is_marked_with_it(session: Session, trainer: Person) -> None:
    home = make_organization(session)
    early, late = (make_person(session, name, organization=home) for name in ("Early", "Late"))
    sheet = begin(session, early.id, home.id, at=MORNING)
    repair(session, proposal("S"), trainer)
    opened = hand_in(session, sheet, MISLED, LATER + timedelta(hours=1))
    after = take(session, late, MISLED, LATER + timedelta(hours=2))
    assert worth(session, opened) == worth(session, after) == ("6/7", True)
    assert count(session, Remark) == 0, "it is their own score"
    assert unsound(session) == []


def test_it_holds_from_its_moment_on(session: Session, trainer: Person) -> None:
    home = make_organization(session)
    moments = {"before": MORNING, "then": MORNING + timedelta(hours=1), "after": MORNING + timedelta(hours=2)}
    sat = {
        name: take(session, make_person(session, name, organization=home), MISLED, at) for name, at in moments.items()
    }
    done = repair(session, proposal("S", since=moments["then"]), trainer)
    assert {c.person for c in done.outcome.asked} == {"then", "after"}
    assert {name: worth(session, public_id)[1] for name, public_id in sat.items()} == {
        "before": False, "then": True, "after": True,
    }  # fmt: skip


def test_an_answer_is_accepted_by_its_text_wherever_it_stood(session: Session, trainer: Person) -> None:
    home = make_organization(session)
    ana, ben = (make_person(session, name, organization=home) for name in ("Ana", "Ben"))
    before = take(session, ana, MISLED)
    republish(session, ("- [ ] I\n", "- [ ] S \n"), ("- [ ] S\n", "- [ ] I\n"), at=MORNING + timedelta(hours=1))
    after = take(session, ben, MISLED | {"seals-class": [0]}, MORNING + timedelta(hours=2))
    assert {c.person for c in repair(session, proposal("S"), trainer).outcome.passes} == {"Ana", "Ben"}
    assert worth(session, before) == worth(session, after) == ("6/7", True)


def test_who_did_it_and_why_is_in_the_audit(session: Session, people: dict[str, Person], trainer: Person) -> None:
    done = repair(session, proposal("S"), trainer)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "question.repaired")).one()
    assert (entry.actor_id, entry.subject, entry.at) == (trainer.id, SEALS, LATER)
    facts: dict[str, Any] = entry.details
    assert facts["repair"] == done.repair_id
    assert (facts["question"], facts["kind"], facts["reason"]) == ("seals-class", "accept", REASON)
    assert (facts["changed"], facts["passed"]) == (2, 1)


@on_both
def test_who_submits_meanwhile_gains_as_well(app: Flask, session: Session, trainer: Person) -> None:
    home = make_organization(session)
    sheets = [
        begin(session, make_person(session, f"P{n}", organization=home).id, home.id, at=MORNING) for n in range(8)
    ]
    by = trainer.id
    session.rollback()
    ready = Barrier(9)

    def submit(number: int) -> None:
        ready.wait()
        with app.app_context():
            hand_in(db.session, sheets[number], MISLED, LATER)

    def mend() -> None:
        ready.wait()
        with app.app_context(), transaction():
            repairs.apply(db.session, proposal("S"), by_id=by, now=LATER)

    with ThreadPoolExecutor(9) as threads:
        for done in [threads.submit(mend), *(threads.submit(submit, n) for n in range(8))]:
            done.result()
    assert {worth(session, sheet.public_id) for sheet in sheets} == {("6/7", True)}
    assert unsound(session) == []


@pytest.fixture
def outbox(app: Flask) -> list[Any]:
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox  # type: ignore[no-any-return]


def test_each_person_is_told_once_of_the_best(session: Session, trainer: Person, outbox: list[Any]) -> None:
    ana = make_person(
        session, "Ana", organization=make_organization(session), email="ana@sample.example", language="es"
    )
    take(session, ana, WRONG | {"seals-class": [2]})
    best = take(session, ana, MISLED, MORNING + timedelta(hours=1))
    done = repair(session, proposal("S"), trainer)
    assert len(done.outcome.changes) == 2
    assert mails.tell() == mails.Told(1, 0)
    (message,) = outbox
    assert message.to == ["ana@sample.example"]
    assert "71 %" in message.body
    assert "85 %" in message.body
    assert f"http://localhost/attempts/{best}" in message.body
    assert REASON in message.body
    assert "2 de noviembre de 2026" in message.body, "in the language of the person"
    assert mails.tell() == mails.Told(0, 0)
    assert len(outbox) == 1
    assert session.scalar(select(func.count()).where(Remark.told_at.is_(None))) == 0


def test_nobody_without_access_or_address_is_told(
    session: Session, people: dict[str, Person], trainer: Person, outbox: list[Any]
) -> None:
    people["Ana"].disabled_at = LATER
    people["Ben"].email = ""
    session.commit()
    done = repair(session, proposal("S"), trainer)
    assert [c.reachable for c in done.outcome.changes] == [False, False]
    assert letters.letters(session) == ()
    assert mails.tell() == mails.Told(0, 0)
    assert outbox == []
    assert repairs.listed(session)[0].waiting == 0


def test_a_mail_server_that_is_down_loses_nothing(
    session: Session, people: dict[str, Person], trainer: Person, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = repair(session, proposal("S"), trainer)

    def refuse(*_args: object, **_values: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(mail, "send", refuse)
        assert mails.tell(done.repair_id) == mails.Told(0, 2, down=True)
    assert [entry.waiting for entry in repairs.listed(session, done.repair_id)] == [2]
    assert mails.tell(done.repair_id, at_most=1) == mails.Told(1, 1)
    assert mails.tell(done.repair_id, at_most=1) == mails.Told(1, 0)
    assert {message.to[0] for message in outbox} == {people["Ana"].email, people["Ben"].email}


def test_an_address_that_is_refused_keeps_nobody_else_waiting(
    session: Session, people: dict[str, Person], trainer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    repair(session, proposal("S"), trainer)
    send, bad = mail.send, people["Ana"].email

    def choosy(to: str, template: str, **values: object) -> None:
        if to == bad:
            raise SMTPRecipientsRefused({to: (550, b"no such user")})
        send(to, template, **values)

    monkeypatch.setattr(mail, "send", choosy)
    assert mails.tell(at_most=1) == mails.Told(1, 1)
    assert [letter.email for letter in letters.letters(session)] == [bad]


def test_the_command_says_who_is_left(app: Flask, session: Session, people: dict[str, Person], trainer: Person) -> None:
    repair(session, proposal("S"), trainer)
    session.rollback()
    told, again = (app.test_cli_runner().invoke(args=["repairs", "tell"]) for _ in range(2))
    assert (told.exit_code, told.output) == (0, "Told 2. Nobody is left to tell.\n")
    assert (again.exit_code, again.output) == (0, "Told 0. Nobody is left to tell.\n")


def test_right_answers_are_right(session: Session) -> None:
    """What these tests rest on."""
    assert repairs.outcome(session, proposal("S")).asked == ()
    assert set(MISLED) <= set(RIGHT)
