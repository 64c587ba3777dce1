"""Who is due once more, and what of: after a change of the content, and when a validity comes to its end."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.assessment.models import Attempt
from lms.catalog.shelf import published
from lms.core.clock import months_later, now, program_day
from lms.fsck.service import check
from lms.learning import retraining, rules, service
from lms.learning.models import Completion, Progress
from lms.learning.standing import desk
from tests.conftest import on_both
from tests.factories.library import SEALS_FILE, SUBSTANTIVE, republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, begin_attempt, complete, story
from tests.pages import Browser
from tests.studio.editor import publish, said, typed

AT = datetime(2026, 11, 3, 15, tzinfo=UTC)
LATER = AT + timedelta(days=3)
SECOND = ("The seal goes on right after loading", "The seal goes on before the truck moves")
ABOUT_IT = {"seals-class", "seals-moves", "seals-match", "seals-iso"}  # criterion 6.2, taught in the second section


@pytest.fixture
def ana(session: Session) -> Person:
    return make_person(session, "Ana", organization=make_organization(session))


def progress(session: Session, person: Person, module: str = SEALS) -> Progress:
    session.commit()  # or what others wrote meanwhile is not seen
    return session.get_one(Progress, (person.id, module))


def opened(session: Session, person: Person) -> frozenset[str]:
    return service.opened_sections(session, person_id=person.id, module=SEALS)


def read(session: Session, person: Person, at: datetime) -> None:
    teller = story(session, at)
    teller.reads(person, teller.shelf.library.modules[SEALS], 2, at)


def takes(session: Session, person: Person, at: datetime, *, right: float = 1, key: str = SEALS) -> Completion | None:
    """Read all, take the quiz that is theirs now, all of it right, and what follows; committed."""
    shelf = published(session)
    module = shelf.library.modules[key]
    teller = story(session, at)
    teller.reads(person, module, len(module.sections), at)
    teller.attempts(person, module, at, right=right)
    done = service.settle(session, person_id=person.id, module=module, published=shelf, now=at + timedelta(minutes=9))
    session.commit()
    return done


def last_attempt(session: Session, person: Person) -> Attempt:
    found = session.scalars(select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.id.desc())).first()
    assert found is not None
    return found


def findings(session: Session) -> list[object]:
    session.commit()
    return [one for one in check(session, lambda *_: None) if not isinstance(one, int)]


@on_both
def test_an_editorial_change_bothers_nobody(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    before = progress(session, ana).completed_at
    _, due = republish(session, SECOND, at=LATER)
    assert due == 0
    assert progress(session, ana).completed_at == before
    assert len(opened(session, ana)) == 2


@on_both
def test_a_substantive_change_makes_those_due_who_passed_without_it_and_nobody_else(
    session: Session, ana: Person
) -> None:
    home = session.get_one(Person, ana.id).organization
    begun, untouched = (make_person(session, name, organization=home) for name in ("Ben", "Cho"))
    complete(session, ana, SEALS, WALK, at=AT)
    read(session, begun, AT)
    session.commit()
    _, due = republish(session, SUBSTANTIVE, SECOND, at=LATER)
    assert due == 1
    row = progress(session, ana)
    assert (row.completed_at, row.again_because) == (None, "change")
    assert row.again_on == program_day(LATER) + timedelta(days=30)
    assert opened(session, ana) == {"what-a-seal-tells"}
    assert progress(session, ana, WALK).completed_at is not None
    assert progress(session, begun).again_because is None
    assert len(opened(session, begun)) == 2
    assert session.get(Progress, (untouched.id, SEALS)) is None
    assert findings(session) == []


@on_both
def test_the_delta_asks_what_changed_and_completes_again(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    first = session.scalars(select(Completion)).one()
    shelf, _ = republish(session, SUBSTANTIVE, SECOND, at=LATER)
    assert service.delta_questions(session, person_id=ana.id, module=SEALS) == ABOUT_IT
    standing = desk(session, as_signed_in(ana)).standings[SEALS]
    assert (standing.again, standing.trained_on, standing.passed) == ("change", program_day(first.completed_at), False)
    assert [change.reason for change in standing.changes] == ["High-security seals are asked for now."]
    assert standing.changes[0].sections == ("when-it-goes-on",)
    done = takes(session, ana, LATER + timedelta(hours=1))
    attempt = last_attempt(session, ana)
    assert attempt.delta
    assert {drawn["question"] for drawn in attempt.paper["drawn"]} == ABOUT_IT
    assert done is not None
    assert done.revision_id == shelf.revision_id
    assert done.valid_until == first.valid_until  # a few questions do not renew a year of training
    row = progress(session, ana)
    assert (row.completed_at, row.again_because, row.again_on) == (done.completed_at, None, None)
    assert session.get_one(Completion, first.id).completed_at == first.completed_at
    assert findings(session) == []


@on_both
def test_a_pass_of_the_old_text_does_not_count_for_the_new_one(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    begin_attempt(session, ana, SEALS)
    republish(session, SUBSTANTIVE, SECOND, at=now())
    attempt = last_attempt(session, ana)
    session.refresh(attempt)
    attempt.submitted_at, attempt.score, attempt.out_of, attempt.passed = now(), "7", 7, True
    read(session, ana, now())
    session.commit()
    shelf = published(session)
    module = shelf.library.modules[SEALS]
    assert service.settle(session, person_id=ana.id, module=module, published=shelf, now=now()) is None
    assert progress(session, ana).again_because == "change"
    assert not desk(session, as_signed_in(ana)).standings[SEALS].passed


@on_both
def test_a_first_pass_of_the_old_text_counts_and_what_changed_is_due_at_once(session: Session, ana: Person) -> None:
    begin_attempt(session, ana, SEALS)
    read(session, ana, LATER)
    republish(session, SUBSTANTIVE, SECOND, at=LATER + timedelta(hours=1))
    attempt = last_attempt(session, ana)
    session.refresh(attempt)
    at = LATER + timedelta(hours=2)
    attempt.submitted_at, attempt.score, attempt.out_of, attempt.passed = at, "7", 7, True
    session.flush()
    shelf = published(session)
    done = service.settle(session, person_id=ana.id, module=shelf.library.modules[SEALS], published=shelf, now=at)
    session.commit()
    assert done is not None
    assert done.revision_id == attempt.revision_id
    row = progress(session, ana)
    assert (row.completed_at, row.again_because) == (None, "change")
    assert opened(session, ana) == {"what-a-seal-tells"}


@on_both
def test_two_changes_are_learned_together(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    republish(session, SUBSTANTIVE, SECOND, at=LATER)
    first = ("Look at the seal.", "Look at the whole seal.")
    republish(session, ("High-security seals are asked for now.", "Look longer."), first, at=LATER + timedelta(days=5))
    assert opened(session, ana) == frozenset()
    assert progress(session, ana).again_on == program_day(LATER) + timedelta(days=30)  # the earlier day stays
    assert len(service.delta_questions(session, person_id=ana.id, module=SEALS)) == 7
    assert [c.reason for c in desk(session, as_signed_in(ana)).standings[SEALS].changes] == [
        "High-security seals are asked for now.",
        "Look longer.",
    ]
    assert takes(session, ana, LATER + timedelta(days=6)) is not None
    assert findings(session) == []


def test_a_change_that_shows_nowhere_asks_the_whole_quiz_beside_others_too(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    republish(session, SUBSTANTIVE, SECOND, at=LATER)
    assert service.delta_questions(session, person_id=ana.id, module=SEALS) == ABOUT_IT
    republish(session, ("minutes: 10", "minutes: 12"), at=LATER + timedelta(days=1))
    assert service.delta_questions(session, person_id=ana.id, module=SEALS) == frozenset()


@on_both
def test_what_was_opened_since_the_change_stays_opened(session: Session, ana: Person) -> None:
    begin_attempt(session, ana, SEALS)
    republish(session, SUBSTANTIVE, SECOND, at=LATER)
    read(session, ana, LATER + timedelta(hours=1))
    attempt = last_attempt(session, ana)
    at = LATER + timedelta(hours=2)
    attempt.submitted_at, attempt.score, attempt.out_of, attempt.passed = at, "7", 7, True
    session.flush()
    shelf = published(session)
    service.settle(session, person_id=ana.id, module=shelf.library.modules[SEALS], published=shelf, now=at)
    session.commit()
    assert len(opened(session, ana)) == 2


@on_both
def test_a_substantive_change_outside_of_sections_and_questions_asks_the_whole_quiz(
    session: Session, ana: Person
) -> None:
    complete(session, ana, SEALS, at=AT)
    assert republish(session, SUBSTANTIVE, ("in bay four", "in bay five"), at=LATER)[1] == 1
    assert len(opened(session, ana)) == 2
    assert takes(session, ana, LATER + timedelta(hours=1)) is not None
    attempt = last_attempt(session, ana)
    assert (attempt.delta, len(attempt.paper["drawn"])) == (False, 7)
    assert findings(session) == []


# --- validity -------------------------------------------------------------------------------------------------------


def day(session: Session, when: date, person: Person | None = None) -> int:
    program = published(session).library.framework.program
    rows = retraining.turn(session, program, today=when, person_id=person.id if person else None)
    session.commit()
    return rows


@on_both
def test_a_refresher_is_due_sixty_days_before_the_end_and_the_completion_stands_until_then(
    session: Session, ana: Person
) -> None:
    complete(session, ana, SEALS, at=AT)
    row = progress(session, ana)
    end = months_later(program_day(row.completed_at or AT), 12)
    assert row.valid_until == end
    assert day(session, end - timedelta(days=61)) == 0
    assert day(session, end - timedelta(days=60)) == 1
    assert day(session, end - timedelta(days=60)) == 0  # a second time changes nothing
    row = progress(session, ana)
    assert (row.again_because, row.again_on) == ("expiry", end)
    assert row.completed_at is not None
    assert day(session, end) == 0
    assert day(session, end + timedelta(days=1)) == 1
    row = progress(session, ana)
    assert (row.again_because, row.again_on, row.completed_at) == ("expiry", end, None)
    assert len(opened(session, ana)) == 2  # nothing changed: there is nothing to read again
    assert findings(session) == []


@on_both
def test_the_whole_quiz_renews_and_an_early_retake_never_shortens(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    first = session.scalars(select(Completion)).one()
    early = takes(session, ana, AT + timedelta(days=20))
    assert early is not None
    assert early.valid_until == months_later(program_day(early.completed_at), 12) > first.valid_until  # type: ignore[operator]
    back = takes(session, ana, AT + timedelta(days=21))
    assert back is not None
    assert back.valid_until is not None
    assert back.valid_until >= early.valid_until
    day(session, back.valid_until - timedelta(days=10))
    renewed = takes(session, ana, datetime(2027, 11, 14, 15, tzinfo=UTC))
    assert renewed is not None
    assert renewed.valid_until == months_later(program_day(renewed.completed_at), 12)
    row = progress(session, ana)
    assert (row.again_because, row.completed_at) == (None, renewed.completed_at)
    assert session.scalar(select(func.count(Completion.id))) == 4
    assert findings(session) == []


@on_both
def test_whoever_missed_a_change_until_the_end_takes_the_whole_quiz(session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=AT)
    end = progress(session, ana).valid_until
    assert end is not None
    republish(session, SUBSTANTIVE, SECOND, at=LATER)
    due_on = progress(session, ana).again_on
    assert day(session, end) == 0
    assert day(session, end + timedelta(days=1)) == 1
    row = progress(session, ana)
    assert (row.again_because, row.again_on) == ("expiry", due_on)
    assert service.delta_questions(session, person_id=ana.id, module=SEALS) == frozenset()
    assert findings(session) == []


@pytest.mark.parametrize("before", [61, 60, 59, 0, -1, -400])
@pytest.mark.parametrize("changed", [False, True])
def test_the_rule_and_the_statement_of_the_calendar_agree(
    session: Session, ana: Person, before: int, changed: bool
) -> None:
    complete(session, ana, SEALS, at=AT)
    if changed:
        republish(session, SUBSTANTIVE, SECOND, at=LATER)
    program = published(session).library.framework.program
    end = progress(session, ana).valid_until
    assert end is not None
    today = end - timedelta(days=before)
    for _ in range(2):  # the second time there is nothing left to write
        expected = rules.turns(desk(session, as_signed_in(ana)).standings[SEALS], today, program)
        assert bool(day(session, today, ana)) == expected


def test_one_person_alone(session: Session, ana: Person) -> None:
    ben = make_person(session, "Ben", organization=session.get_one(Person, ana.id).organization)
    for person in (ana, ben):
        complete(session, person, SEALS, at=AT)
    end = progress(session, ana).valid_until
    assert end is not None
    assert day(session, end, ana) == 1
    assert progress(session, ben).again_because is None


def test_the_command_tells_how_many_and_may_run_twice(app: Flask, session: Session, ana: Person) -> None:
    complete(session, ana, SEALS, at=now() - timedelta(days=400))
    run = app.test_cli_runner().invoke
    assert "late today: 1." in run(args=["daily"]).output
    again = run(args=["daily"])
    assert (again.exit_code, "late today: 0." in again.output) == (0, True)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_the_dashboard_says_what_changed_and_leads_there(session: Session, browser: Browser, ana: Person) -> None:
    complete(session, ana, SEALS, at=now() - timedelta(days=30))
    republish(session, SUBSTANTIVE, SECOND, at=now() - timedelta(days=1))
    browser.sign_in(ana)
    page = browser.get("/")
    assert "High-security seals are asked for now." in page.text
    assert "(section 2). Read and answer what changed." in page.text
    lesson = browser.get(f"/courses/{SEALS}/")
    assert "it has changed since" in lesson.text
    quiz = browser.get(f"/courses/{SEALS}/quiz")
    assert "Only what changed is asked." in quiz.text
    assert "4 questions" in quiz.text


def test_the_dashboard_makes_a_refresher_due_by_itself(session: Session, browser: Browser, ana: Person) -> None:
    complete(session, ana, SEALS, at=now() - timedelta(days=350))
    browser.sign_in(ana)
    page = browser.get("/")
    assert "pass the quiz again before" in page.text
    assert progress(session, ana).again_because == "expiry"


def test_publishing_in_the_studio_says_how_many_must_learn_it(session: Session, browser: Browser, ana: Person) -> None:
    complete(session, ana, SEALS, at=now() - timedelta(days=30))
    browser.sign_in(make_person(session, "Tess", role=Role.TRAINER))
    page = browser.get(f"/studio/modules/{SEALS}/")
    text = typed(page).replace(*SUBSTANTIVE).replace(*SECOND)
    assert "People who must learn what changed: 1." in said(publish(browser, page, text))
    assert progress(session, ana).again_because == "change"


def test_publishing_a_folder_says_how_many_must_learn_it(
    app: Flask, session: Session, ana: Person, tmp_path: Path
) -> None:
    complete(session, ana, SEALS, at=now() - timedelta(days=30))
    run = app.test_cli_runner().invoke
    assert run(args=["pull", str(tmp_path)]).exit_code == 0
    file = tmp_path / SEALS_FILE
    file.write_text(file.read_text("utf-8").replace(*SUBSTANTIVE).replace(*SECOND), "utf-8")
    told = run(args=["publish", str(tmp_path), "-m", "Sooner"])
    assert "counted for each module: 1." in told.output, told.output
    assert progress(session, ana).again_because == "change"
