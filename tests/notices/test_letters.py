"""Letters that reach a mail server, or do not."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.clock import program_day
from lms.core.database import transaction
from lms.core.language import Language, translated, using
from lms.learning.models import Progress
from lms.notices import running, service
from lms.notices.models import Letter, Reminder
from tests.conftest import on_both
from tests.factories.training import PASSWORDS, SEALS, WALK, complete
from tests.races import race

from .conftest import Post
from .world import DUE, at, company, person, remind, reminded, states

LONG_AGO = at(1, 6)


@on_both
def test_everybody_reads_in_his_or_her_language_what_is_due(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    for name, language in (("Ana", None), ("Bea", "es"), ("Cléa", "fr")):
        person(session, name, home, language=language)
    with travel(at(28), tick=False):
        result = remind(app)
    assert result.output == "3 letters sent, 0 refused, 0 not needed any more.\n"
    assert post.to == ["ana@sample.example", "bea@sample.example", "cléa@sample.example"]
    assert post.of("ana@sample.example")["Subject"] == "Three modules are due, the first on January 4, 2027"
    days = {"ana": "January 4, 2027", "bea": "4 de enero de 2027", "cléa": "4 janvier 2027"}
    languages: dict[str, Language] = {"ana": "en", "bea": "es", "cléa": "fr"}
    for name, day in days.items():
        message = post.of(f"{name}@sample.example")
        text = message.get_content()
        assert day in message["Subject"]
        assert text.count(day) == 3
        assert text.startswith(f"{name.title()},\n")
        for module in (SEALS, WALK, PASSWORDS):
            assert text.count(f"http://localhost/courses/{module}/\n") == 1
        with using(languages[name]):
            assert translated("MSC Ready is not an official CBP site.") in text


def test_the_headers_let_a_mail_program_switch_reminders_off(app: Flask, session: Session, post: Post) -> None:
    person(session, "Ana", company(session))
    with travel(at(28), tick=False):
        remind(app)
    (message,) = post.mails
    link = message["List-Unsubscribe"].strip().strip("<>")
    assert link.startswith("http://localhost/reminders/off/")
    assert link in message.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    answer = app.test_client().post(link.removeprefix("http://localhost"), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with travel(at(3, 1, 2027), tick=False):
        remind(app)
    assert len(post.mails) == 1


def test_late_ones_come_first_and_what_is_complete_not_at_all(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    ana, done = person(session, "Ana", home), person(session, "Done", home)
    complete(session, ana, PASSWORDS, at=LONG_AGO)
    complete(session, done, SEALS, WALK, PASSWORDS, at=at(1))
    with transaction():  # a refresher that is due in a week, and one that was due long ago
        session.get_one(Progress, (ana.id, PASSWORDS)).valid_until = program_day(at(28)) + timedelta(days=30)
    with travel(at(28), tick=False):
        remind(app)
    assert post.to == ["ana@sample.example"]
    assert "Refresher. Due on January 27, 2027 (in 30 days)." in post.mails[0].get_content()
    with travel(at(5, 1, 2027), tick=False):
        remind(app)
    assert post.mails[1]["Subject"] == "2 modules are late, the first was due on January 4, 2027"
    text = post.mails[1].get_content()
    assert text.index("are late:") < text.index(SEALS) < text.index("are due:") < text.index(PASSWORDS)
    assert reminded(session, done) == []


def test_a_letter_is_dropped_where_nothing_is_due_any_more(app: Flask, session: Session, post: Post) -> None:
    ana = person(session, "Ana", company(session))
    post.down()
    with travel(at(28), tick=False):
        remind(app)
        complete(session, ana, SEALS, WALK, PASSWORDS)
        post.up()
        result = remind(app)
    assert (result.output, post.mails) == ("0 letters sent, 0 refused, 1 not needed any more.\n", [])
    assert states(session) == {"Ana": ["dropped"]}


@pytest.mark.parametrize("why", ["access ended", "access until yesterday", "switched off", "mail comes back"])
def test_nobody_gets_what_is_not_to_come(app: Flask, session: Session, post: Post, why: str) -> None:
    """U3 among them. First one who is out before the letters are written, then one who is out before they are sent."""
    home = company(session)
    changes: dict[str, dict[str, Any]] = {
        "access ended": {"disabled_at": LONG_AGO},
        "access until yesterday": {"access_until": program_day(at(27))},
        "switched off": {"mail_reminders": False},
        "mail comes back": {"mail_refused_at": LONG_AGO},
    }
    out = changes[why]
    person(session, "Ana", home, **out)
    bea = person(session, "Bea", home)
    post.down()
    with travel(at(28), tick=False):
        remind(app)
        assert states(session) == {"Bea": ["waiting"]}
        with transaction():
            for name, value in out.items():
                setattr(session.get_one(Person, bea.id), name, value)
        post.up()
        remind(app)
    assert post.mails == []
    assert states(session) == {"Bea": ["dropped"]}


@on_both
def test_an_address_that_is_refused_for_good_is_marked(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    ana, _bea = person(session, "Ana", home), person(session, "Bea", home)
    post.answers["ana@sample.example"] = "550 no such mailbox"
    with travel(at(28), tick=False):
        assert remind(app).output == "1 letter sent, 1 refused, 0 not needed any more.\n"
    assert states(session) == {"Ana": ["refused"], "Bea": ["sent"]}
    assert session.get_one(Person, ana.id).mail_refused_at == at(28)
    post.answers.clear()
    with travel(at(3, 1, 2027), tick=False):
        remind(app)
    assert post.to == ["bea@sample.example", "bea@sample.example"]


@pytest.mark.parametrize("phase", ["answers", "full"])
def test_what_is_refused_for_now_waits_and_holds_nobody_up(
    app: Flask, session: Session, post: Post, phase: str
) -> None:
    home = company(session)
    ana = person(session, "Ana", home)
    post.answers["ana@sample.example"] = "450 busy" if phase == "answers" else "250 OK"
    post.full = "452 full" if phase == "full" else ""
    if phase == "answers":
        person(session, "Bea", home)
    with travel(at(28), tick=False):
        remind(app)
        assert post.to == (["bea@sample.example"] if phase == "answers" else [])
        assert states(session)["Ana"] == ["waiting"]
        assert session.get_one(Person, ana.id).mail_refused_at is None
        post.answers.clear()
        post.full = ""
        remind(app)
    assert "ana@sample.example" in post.to


@on_both
def test_a_mail_server_that_is_down_for_a_day_costs_a_day(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    ana = person(session, "Ana", home)
    post.down()
    with travel(at(28), tick=False):
        result = remind(app)
    assert result.exit_code == 1
    assert result.output == "Error: The mail server does not answer. Check MAIL_URL. 1 letter wait.\n"
    post.up()
    with travel(at(29), tick=False):
        remind(app)
        remind(app)
    assert post.to == ["ana@sample.example"]
    assert reminded(session, ana) == [(program_day(at(28)), 7)]


def test_a_letter_of_no_use_any_more_is_dropped_and_the_next_one_holds_all(
    app: Flask, session: Session, post: Post
) -> None:
    ana = person(session, "Ana", company(session))
    post.down()
    with travel(at(28), tick=False):
        remind(app)
    post.up()
    with travel(at(28) + timedelta(days=4), tick=False):
        remind(app)
    assert post.mails == []
    with travel(at(3, 1, 2027), tick=False):
        remind(app)
    assert len(post.mails) == 1
    assert states(session) == {"Ana": ["dropped", "sent"]}
    assert reminded(session, ana) == [(program_day(at(28)), 7), (program_day(at(3, 1, 2027)), 1)]


def test_of_two_letters_that_wait_only_the_newer_one_is_sent(app: Flask, session: Session, post: Post) -> None:
    person(session, "Ana", company(session))
    post.down()
    for day in (3, 5):
        with travel(at(day, 1, 2027), tick=False):
            remind(app)
    post.up()
    with travel(at(5, 1, 2027, hour=20), tick=False):
        remind(app)
    assert states(session) == {"Ana": ["dropped", "sent"]}
    assert len(post.mails) == 1


@on_both
def test_a_worker_killed_between_sending_and_marking_sends_nothing_twice(
    app: Flask, session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session, "Ana", company(session))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with travel(at(28), tick=False):
        with monkeypatch.context() as fatal:
            fatal.setattr(service, "end", killed)
            remind(app)
        assert len(post.mails) == 1
        assert states(session) == {"Ana": ["sending"]}
        remind(app)
    with travel(at(28) + timedelta(hours=2), tick=False):
        doctor = app.test_cli_runner().invoke(args=["doctor"]).output
        assert "MEND  letters: 1 letter may not have gone out" in doctor
        remind(app)
        assert "fine  letters" in app.test_cli_runner().invoke(args=["doctor"]).output
    assert len(post.mails) == 1
    assert states(session) == {"Ana": ["dropped"]}


@on_both
def test_runs_at_the_same_moment_write_and_send_once(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    for name in ("Ana", "Bea", "Cho", "Dee", "Eve"):
        person(session, name, home)

    def run() -> None:
        running.write(lambda: None)
        running.send(lambda: None)

    with travel(at(28), tick=False):
        answers = race(app, run, run, run)
    assert answers == [None] * 3
    assert post.to == [f"{name}@sample.example" for name in ("ana", "bea", "cho", "dee", "eve")]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Reminder)) == 15


@on_both
def test_a_dry_run_lists_and_writes_nothing(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    person(session, "Ana", home, language="es")
    person(session, "Off", home, mail_reminders=False)
    with travel(at(1), tick=False):
        result = remind(app, "--dry-run", "--day", "2026-12-28")
        assert remind(app, "--dry-run").output == "0 reminders for December 1, 2026. Nothing was written or sent.\n"
    assert result.output == (
        "ana@sample.example\tes\t3 modules\t2027-01-04\n"
        "1 reminder for December 28, 2026. Nothing was written or sent.\n"
    )
    assert post.mails == []
    assert states(session) == {}
    assert remind(app, "--day", "2026-12-28").exit_code == 2


@on_both
@pytest.mark.parametrize("seed", [1, 2])
def test_over_any_days_nobody_is_told_twice(app: Flask, session: Session, post: Post, seed: int) -> None:
    """Workers and mail servers come and go, people complete modules: one mail a day at most, each reminder day once, and nothing
    to who is complete."""
    dice, home = random.Random(seed), company(session)
    people = [person(session, f"P{n}", home) for n in range(4)]
    todo = {one.id: [SEALS, WALK, PASSWORDS] for one in people}
    day, mails_of = at(1, 11), Counter[tuple[datetime, str]]()
    while day.date() < DUE + timedelta(days=20):
        with travel(day, tick=False):
            before = len(post.mails)
            up = dice.random() < 0.7
            if not up:
                post.down()
            for _ in range(dice.choice((0, 1, 1, 2))):
                remind(app)
            for message in post.mails[before:]:
                mails_of[day, message["To"]] += 1
                (whose,) = (one for one in people if one.email == message["To"])
                assert todo[whose.id]
            if not up:
                post.up()
            if dice.random() < 0.1:
                one = dice.choice(people)
                session.rollback()
                if todo[one.id]:
                    complete(session, one, todo[one.id].pop())
        day += timedelta(days=1)
    assert mails_of
    assert set(mails_of.values()) == {1}
    session.rollback()
    assert app.test_cli_runner().invoke(args=["fsck"]).exit_code == 0
    assert set(session.scalars(select(Letter.state))) <= {"sent", "dropped"}


def test_a_connection_that_breaks_while_sending_is_not_tried_again(app: Flask, session: Session, post: Post) -> None:
    person(session, "Ana", company(session))
    post.breaks = True
    with travel(at(28), tick=False):
        assert remind(app).exit_code == 1
        post.breaks = False
        remind(app)
    assert len(post.mails) == 1, "it may have gone out, and here it has"
    assert states(session) == {"Ana": ["dropped"]}


def test_people_of_the_company_only_through_their_own_chunk(
    app: Flask, session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts of two people each: everybody is in exactly one."""
    monkeypatch.setattr(service, "CHUNK", 2)
    home = company(session)
    names = ["Ana", "Bea", "Cho", "Dee", "Eve"]
    for name in names:
        person(session, name, home)
    person(session, "Sam", home, role=Role.STAFF)
    with travel(at(28), tick=False):
        remind(app)
    assert post.to == [f"{name.lower()}@sample.example" for name in (*names, "Sam")]


def test_a_letter_that_cannot_be_composed_holds_nobody_up(
    app: Flask, session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = company(session)
    ana, _bea = person(session, "Ana", home), person(session, "Bea", home)
    whole = service.due

    def broken(given: Session, person_id: int, **values: object) -> object:
        if person_id == ana.id:
            raise KeyError
        return whole(given, person_id, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "due", broken)
    with travel(at(28), tick=False):
        remind(app)
    assert post.to == ["bea@sample.example"]
    assert states(session) == {"Ana": ["waiting"], "Bea": ["sent"]}
