"""Who was there: by phone, by scan, on the roster; and the certificate and the reading that follow."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.certificates.models import Certificate
from lms.core.audit import AuditEntry
from lms.core.database import db
from lms.core.jobs import Job, Unfinished
from lms.learning.models import Completion, Progress, SectionReading
from lms.workshops import attendance, closing, seats
from lms.workshops.models import Attendance, Workshop
from tests.conftest import on_both
from tests.factories.library import SUBSTANTIVE, republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, story
from tests.pages import Browser, Page
from tests.races import race

from .world import PLANNED, STARTS, TITLE, make_workshop, staff

MINUTE = timedelta(minutes=1)
OVER = STARTS + 181 * MINUTE


@pytest.fixture(autouse=True)
def as_it_begins() -> Iterator[None]:
    with travel(STARTS, tick=False):
        yield


@pytest.fixture
def desk(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(staff(session))


@pytest.fixture
def workshop(session: Session, ana: Person) -> Workshop:
    """With a seat for Ana; it stands for reading seals and passwords."""
    made = make_workshop(session, reads=[SEALS, PASSWORDS])
    seats.register(session, made.id, ana.id, now=PLANNED)
    session.commit()
    return made


def code(workshop: Workshop) -> str:
    return f"/workshops/{workshop.public_id}/attend/{workshop.code}"


def roster(workshop: Workshop, then: str = "") -> str:
    return f"/program/rollout/workshops/{workshop.public_id}{then}"


def marks(session: Session) -> dict[str, str]:
    """How people are marked, by name; "" for a mark that was taken back."""
    session.rollback()
    rows = session.scalars(select(Attendance).execution_options(populate_existing=True))
    return {row.person.name: "" if row.withdrawn_at else row.how for row in rows}


def certificates(session: Session) -> list[Certificate]:
    session.rollback()
    return list(session.scalars(select(Certificate).where(Certificate.occasion.is_not(None)).order_by(Certificate.id)))


def opened(session: Session, person: Person) -> dict[str, int]:
    session.rollback()
    rows = select(SectionReading.module, func.count()).where(SectionReading.person_id == person.id)
    return dict(session.execute(rows.group_by(SectionReading.module)).all())


def close(app: Flask) -> None:
    with app.app_context():
        closing.close({}, lambda: None)
        db.session.remove()


def test_a_phone_marks_its_owner_with_one_press(
    browser: Browser, session: Session, workshop: Workshop, ana: Person
) -> None:
    browser.sign_in(ana)
    page = browser.get(code(workshop))
    assert page.h1 == TITLE
    assert "You are signed in as Ana Ejemplo." in page.text
    assert marks(session) == {}, "opening the page changes nothing"
    page = browser.submit(page)
    assert "You are marked as present since 9:00 AM." in page.text
    assert not page.find("//main//form"), "nothing is left to press"
    assert marks(session) == {"Ana Ejemplo": "phone"}
    browser.get(code(workshop).replace(workshop.code, "another"), status=404)


def test_who_is_not_signed_in_comes_back_after_that(browser: Browser, workshop: Workshop) -> None:
    response = browser.client.get(code(workshop))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login?next=/workshops/")


def test_a_phone_is_too_early(app: Flask, session: Session, workshop: Workshop, ana: Person) -> None:
    early = STARTS - 31 * MINUTE
    with travel(early, tick=False):
        page = Browser(app).sign_in(ana).get(code(workshop))
    assert "You can say from 8:30 AM on that you are here." in page.text
    assert not page.find("//main//form")
    with pytest.raises(attendance.NotOpen):
        attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=early)


def test_a_phone_is_too_late(browser: Browser, session: Session, workshop: Workshop, ana: Person) -> None:
    page = browser.sign_in(ana).get(code(workshop))
    with travel(STARTS + 180 * MINUTE, tick=False):
        page = browser.submit(page)
        assert "You were not marked: attendance is closed." in page.text
        assert "This page took names until 12:00 PM." in page.text
    assert marks(session) == {}


def test_a_walk_in_without_a_seat_counts(browser: Browser, session: Session, workshop: Workshop, ben: Person) -> None:
    page = browser.sign_in(ben).get(code(workshop))
    browser.submit(page)
    assert marks(session) == {"Ben Sample": "phone"}


def test_staff_scan_the_code_beside_a_name(desk: Browser, session: Session, workshop: Workshop, ana: Person) -> None:
    mine = seats.of(session, workshop.id, ana.id)
    assert mine is not None
    address = roster(workshop, f"/scan/{mine.public_id}")
    page = desk.get(address)
    assert page.h1 == "Ana Ejemplo"
    assert marks(session) == {}
    page = desk.submit(page)
    assert page.h1 == "Ana Ejemplo is marked as present"
    assert marks(session) == {"Ana Ejemplo": "scan"}
    page = desk.submit(page, back="1")
    assert (page.h1, marks(session)) == ("Ana Ejemplo", {"Ana Ejemplo": ""})
    other = make_workshop(session)
    desk.get(roster(other, f"/scan/{mine.public_id}"), status=404)
    workshop.cancelled_at = STARTS
    session.commit()
    assert "never of a cancelled one" in desk.submit(page).text
    assert marks(session) == {"Ana Ejemplo": ""}


def ticked(page: Page) -> list[str]:
    return [box.get("value") for box in page.find("//input[@name='there'][@checked]")]


def test_the_roster_is_ticked_and_unticked(
    desk: Browser, app: Flask, session: Session, workshop: Workshop, ana: Person, ben: Person
) -> None:
    before = desk.get(roster(workshop))
    assert ticked(before) == []
    Browser(app).sign_in(ben).client.post(code(workshop))
    attendance.mark(session, workshop.id, ben.id, "phone", by_id=ben.id, now=STARTS)
    session.commit()
    page = desk.submit(before, roster(workshop, "/marks"), there=[str(ana.id), "77777"])
    assert "Saved: 1 marked as present, 0 taken back." in page.text
    assert marks(session) == {"Ana Ejemplo": "roster", "Ben Sample": "phone"}, "what a phone marked meanwhile stays"
    assert sorted(ticked(page)) == sorted([str(ana.id), str(ben.id)])
    assert "2, 1 of them without a seat" in page.text
    page = desk.submit(page, roster(workshop, "/marks"), there=[str(ben.id)])
    assert "Saved: 0 marked as present, 1 taken back." in page.text
    assert marks(session) == {"Ana Ejemplo": "", "Ben Sample": "phone"}
    found = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("attendance.")))
    assert list(found) == ["attendance.marked", "attendance.marked", "attendance.taken_back"]


def test_somebody_who_came_is_marked_by_address(
    desk: Browser, session: Session, workshop: Workshop, ben: Person
) -> None:
    page, came = desk.get(roster(workshop)), roster(workshop, "/came")
    assert "Nobody with access has this address." in desk.submit(page, came, status=422, email="no@sample.example").text
    page = desk.submit(page, came, email="BEN@sample.example")
    assert "Ben Sample is marked as present." in page.text
    assert "Came without one" in page.text
    assert marks(session) == {"Ben Sample": "roster"}


@on_both
def test_two_presses_at_once_are_one_mark(app: Flask, session: Session, workshop: Workshop, ana: Person) -> None:
    workshop_id, person_id = workshop.id, ana.id

    def press() -> None:
        attendance.mark(db.session, workshop_id, person_id, "phone", by_id=person_id, now=STARTS)

    def tick() -> None:
        attendance.tick(db.session, workshop_id, there=[person_id], before=[], by_id=person_id, now=STARTS)

    session.rollback()
    answers = race(app, *([press, tick] * 8))
    assert [one for one in answers if isinstance(one, Exception)] == []
    session.rollback()
    assert session.scalar(select(func.count(Attendance.id))) == 1
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "attendance.marked")) == 1


@on_both
def test_the_certificate_and_the_reading_follow_when_it_is_over(
    app: Flask, session: Session, workshop: Workshop, ana: Person
) -> None:
    attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=STARTS)
    session.commit()
    with travel(OVER - 2 * MINUTE, tick=False):
        close(app)
        assert certificates(session) == []
    with travel(OVER, tick=False):
        close(app)
        close(app)
    (issued,) = certificates(session)
    record = issued.record
    assert (issued.person_id, issued.occasion, record["name"]) == (ana.id, workshop.public_id, "Ana Ejemplo")
    assert record["workshop"] == {"title": TITLE, "place": workshop.place, "minutes": 120}
    assert [one["id"] for one in record["criteria"]] == ["6.1", "6.7"]
    assert record["completed_on"] == "2026-12-08"
    assert opened(session, ana) == {SEALS: 2, PASSWORDS: 1}
    assert session.scalar(select(func.count(Completion.id))) == 0, "the quiz remains"
    assert session.scalar(select(Attendance.certificate_id)) == issued.id


@on_both
def test_workers_at_once_issue_one_certificate(app: Flask, session: Session, workshop: Workshop, ana: Person) -> None:
    marked = attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=STARTS)
    session.commit()
    number = marked.id

    def settle() -> None:
        closing.settle(db.session, number, published(db.session), now=OVER)

    session.rollback()
    assert race(app, *([settle] * 16)) == [None] * 16
    assert len(certificates(session)) == 1


def test_a_quiz_that_was_passed_before_completes_the_module(
    app: Flask, session: Session, workshop: Workshop, ana: Person
) -> None:
    before = STARTS - timedelta(days=1)
    teller = story(session, before)
    teller.attempts(ana, teller.shelf.library.modules[SEALS], before, right=1)
    attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=STARTS)
    session.commit()
    with travel(OVER, tick=False):
        close(app)
    session.rollback()
    assert list(session.scalars(select(Completion.module))) == [SEALS]
    done = session.get(Progress, (ana.id, SEALS))
    assert done is not None
    assert done.completed_at == OVER


def test_reading_is_credited_only_where_it_is_required(app: Flask, session: Session, workshop: Workshop) -> None:
    home = make_organization(session, "Sample Forwarding", ("consolidators",))
    clerk = make_person(session, "Cho Sample", organization=home, functions=())
    nobody = make_person(session, "Dee Sample", role=Role.TRAINER)
    for person in (clerk, nobody):
        attendance.mark(session, workshop.id, person.id, "phone", by_id=person.id, now=STARTS)
    session.commit()
    with travel(OVER, tick=False):
        close(app)
    assert len(certificates(session)) == 2
    assert SEALS not in opened(session, clerk), "seals are for drivers and loaders"
    assert opened(session, nobody) == {}


def test_what_changed_since_the_workshop_has_to_be_read(
    app: Flask, session: Session, workshop: Workshop, ana: Person
) -> None:
    edits = (SUBSTANTIVE, ("A seal shows whether somebody was inside.", "A seal tells who was inside."))
    republish(session, *edits, at=STARTS + 10 * MINUTE)
    attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=STARTS)
    session.commit()
    with travel(OVER, tick=False):
        close(app)
    left = session.scalars(select(SectionReading.section).where(SectionReading.module == SEALS))
    assert list(left) == ["when-it-goes-on"]


def test_a_mark_stands_once_the_certificate_is_there(
    app: Flask, desk: Browser, session: Session, workshop: Workshop, ana: Person, ben: Person
) -> None:
    for person in (ana, ben):
        attendance.mark(session, workshop.id, person.id, "phone", by_id=person.id, now=STARTS)
    session.commit()
    page = desk.get(roster(workshop))
    attendance.take_back(session, workshop.id, ben.id, by_id=ben.id, now=STARTS)
    session.commit()
    with travel(OVER, tick=False):
        close(app)
        page = desk.submit(page, roster(workshop, "/marks"), there=[])
        assert "1 mark cannot be taken back: the certificate was issued." in page.text
        (issued,) = certificates(session)
        assert page.links()[issued.number] == f"/program/certificates/{issued.number}"
    assert issued.person_id == ana.id, "a mark that was taken back brings nothing"
    assert marks(session) == {"Ana Ejemplo": "phone", "Ben Sample": ""}


def test_a_sheet_typed_in_days_later_waits_an_hour(
    app: Flask, session: Session, workshop: Workshop, ana: Person
) -> None:
    later = STARTS + timedelta(days=2)
    attendance.mark(session, workshop.id, ana.id, "roster", by_id=staff(session).id, now=later)
    session.commit()
    with travel(later + 59 * MINUTE, tick=False):
        close(app)
        assert certificates(session) == []
    with travel(later + 60 * MINUTE, tick=False):
        close(app)
    (issued,) = certificates(session)
    assert issued.record["completed_on"] == "2026-12-08", "the day of the workshop"


def asked(session: Session) -> str | None:
    session.commit()
    return session.scalar(select(Job.state).where(Job.key == closing.CLOSE))


def test_one_that_fails_keeps_no_other_waiting(
    app: Flask, session: Session, workshop: Workshop, ana: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (ana, ben):
        attendance.mark(session, workshop.id, person.id, "phone", by_id=person.id, now=STARTS)
    session.commit()
    first, second, issue = ana.id, ben.id, closing.issuing.issue_attendance
    session.rollback()

    def breaks_for_ana(session: Session, *, person: Person, **facts: Any) -> Certificate:
        if person.id == first:
            raise RuntimeError("no number left")
        return issue(session, person=person, **facts)

    with travel(OVER, tick=False):
        monkeypatch.setattr(closing.issuing, "issue_attendance", breaks_for_ana)
        with pytest.raises(Unfinished, match="1 of the certificates"):
            close(app)
        assert [one.person_id for one in certificates(session)] == [second]
        monkeypatch.setattr(closing.issuing, "issue_attendance", issue)
        close(app)
    assert {one.person_id for one in certificates(session)} == {first, second}


def test_a_worker_asks_for_it_when_there_is_something_to_do(session: Session, workshop: Workshop, ana: Person) -> None:
    closing.ask(session, OVER)
    assert asked(session) is None, "nobody was there"
    attendance.mark(session, workshop.id, ana.id, "phone", by_id=ana.id, now=STARTS)
    closing.ask(session, OVER - 2 * MINUTE)
    assert asked(session) is None, "not over"
    closing.ask(session, OVER)
    assert asked(session) == "queued"
    job = session.scalars(select(Job).where(Job.key == closing.CLOSE)).one()
    job.state, job.finished_at = "failed", OVER
    session.commit()
    closing.ask(session, OVER + 4 * MINUTE)
    assert asked(session) == "failed", "it rests"
    closing.ask(session, OVER + 5 * MINUTE)
    assert asked(session) == "queued"
