"""A new completion of a course renews its certificate: a chain, never a fork; and what somebody attended is never renewed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.certificates import known, revoking, service
from lms.certificates.known import Known
from lms.certificates.models import Certificate
from lms.certificates.rules import Workshop, from_plain
from lms.core.database import db, transaction
from lms.learning import retraining
from lms.learning.models import Completion
from lms.schedule.models import ProfileRequirement
from lms.schedule.service import in_force
from tests.conftest import on_both
from tests.factories.library import SUBSTANTIVE, republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import complete as completes

from .records import NOON, PASSWORDS, SEALS, WALK, complete, earn, issue

TODAY = date(2019, 11, 20)
DAY = timedelta(days=1)
SECOND = ("The seal goes on right after loading", "The seal goes on before the truck moves")


@pytest.fixture
def driver(session: Session) -> Person:
    """Three modules are required, each the only one of its category."""
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Specimen", role=Role.STAFF)


def mine(session: Session, person: Person, today: date = TODAY, *, category: int | None = 6) -> list[Known]:
    """The person's certificates of a course, the oldest first."""
    session.rollback()
    theirs = known.of_person(session, person.id, today=today)
    return [one for one in reversed(theirs) if one.record.category == category]


@on_both
def test_a_chain_of_three(session: Session, driver: Person) -> None:
    for months in range(3):
        earn(session, driver, SEALS, at=NOON + months * 300 * DAY)
    first, second, third = mine(session, driver, date(2021, 8, 1))
    assert [c.record.renews for c in (first, second, third)] == ["", first.record.number, second.record.number]
    assert [c.renewed_by for c in (first, second, third)] == [second.record.number, third.record.number, ""]
    assert [c.standing for c in (first, second, third)] == ["renewed", "renewed", "valid"]
    assert [c.record.valid_until for c in (first, second, third)] == [
        date(2020, 11, 12),
        date(2021, 9, 7),
        date(2022, 7, 4),
    ]


def test_the_newest_of_a_chain_lapses(session: Session, driver: Person) -> None:
    earn(session, driver, SEALS)
    earn(session, driver, SEALS, at=NOON + 300 * DAY)
    assert [c.standing for c in mine(session, driver, date(2021, 9, 8))] == ["renewed", "expired"]


def test_another_course_renews_nothing(session: Session, driver: Person) -> None:
    earn(session, driver, SEALS)
    (walk,) = earn(session, driver, WALK)
    assert (walk.renews_id, from_plain(walk.record).renews) == (None, "")


@on_both
def test_a_revoked_one_is_not_renewed_but_the_new_one_comes(session: Session, driver: Person, staff: Person) -> None:
    (first,) = earn(session, driver, SEALS)
    revoking.revoke(session, first.number, reason="wrong person", note="A note.", by_id=staff.id, now=NOON + DAY)
    session.commit()
    earn(session, driver, SEALS, at=NOON + 2 * DAY)
    old, new = mine(session, driver)
    assert (old.standing, old.renewed_by) == ("revoked", "")
    assert (new.standing, new.record.renews) == ("valid", "")


def test_an_earlier_one_is_not_renewed_twice_when_its_renewal_was_revoked(
    session: Session, driver: Person, staff: Person
) -> None:
    earn(session, driver, SEALS)
    (second,) = earn(session, driver, SEALS, at=NOON + DAY)
    revoking.revoke(session, second.number, reason="wrong facts", note="A note.", by_id=staff.id, now=NOON + DAY)
    session.commit()
    earn(session, driver, SEALS, at=NOON + 2 * DAY)
    assert [c.standing for c in mine(session, driver)] == ["renewed", "revoked", "valid"]
    assert mine(session, driver)[2].record.renews == ""


def test_asked_again_a_completion_that_was_renewed_answers_its_own(session: Session, driver: Person) -> None:
    completion = complete(session, driver, SEALS)
    (first,) = issue(session, completion)
    earn(session, driver, SEALS, at=NOON + DAY)
    assert issue(session, completion) == [first]
    session.commit()
    assert len(mine(session, driver)) == 2


def test_a_change_is_learned_and_certified_without_a_day_more(session: Session, driver: Person) -> None:
    """As the site does it: the delta asked about a part, so the validity stays."""
    completes(session, driver, SEALS, at=NOON)
    republish(session, SUBSTANTIVE, SECOND, at=NOON + 100 * DAY)
    completes(session, driver, SEALS, at=NOON + 101 * DAY)
    old, new = mine(session, driver)
    assert (old.standing, new.standing) == ("renewed", "valid")
    assert (old.record.revision, new.record.revision) == (1, 2)
    assert new.record.completed_on == date(2020, 2, 21)
    assert new.record.valid_until == old.record.valid_until == date(2020, 11, 12)


def test_a_refresher_in_time_renews_for_another_year(session: Session, driver: Person) -> None:
    completes(session, driver, SEALS, at=NOON)
    at = NOON + 320 * DAY
    retraining.turn(session, published(session).library.framework.program, today=at.date())
    completes(session, driver, SEALS, at=at)
    old, new = mine(session, driver, at.date())
    assert (old.standing, new.standing) == ("renewed", "valid")
    assert new.record.valid_until == date(2021, 9, 27)


def test_one_module_taken_again_does_not_renew_the_whole_program_for_a_year(session: Session, driver: Person) -> None:
    for place, module in enumerate((SEALS, WALK, PASSWORDS)):
        earn(session, driver, module, at=NOON + place * 10 * DAY)
    (first,) = mine(session, driver, category=0)
    assert first.record.valid_until == date(2020, 12, 2)
    for place, module in enumerate((SEALS, WALK, PASSWORDS)):
        earn(session, driver, module, at=NOON + (300 + place * 10) * DAY)
    ends = [c.record.valid_until for c in mine(session, driver, category=0)]
    assert ends == [date(2020, 12, 2), date(2020, 12, 2), date(2020, 12, 2), date(2021, 9, 7)]


def test_a_course_of_which_another_module_changed_waits_for_it(session: Session, driver: Person) -> None:
    session.execute(update(ProfileRequirement).where(ProfileRequirement.module == PASSWORDS).values(category=6))
    session.commit()
    completes(session, driver, SEALS, PASSWORDS, at=NOON)
    republish(session, SUBSTANTIVE, SECOND, at=NOON + 100 * DAY)
    completes(session, driver, PASSWORDS, at=NOON + 101 * DAY)
    assert [c.standing for c in mine(session, driver)] == ["valid"]
    completes(session, driver, SEALS, at=NOON + 102 * DAY)
    assert [c.standing for c in mine(session, driver)] == ["renewed", "valid"]


def test_a_course_of_which_another_module_lapsed_waits_for_it(session: Session, driver: Person) -> None:
    for module in (SEALS, WALK, PASSWORDS):
        earn(session, driver, module)
    assert [c.category for c in earn(session, driver, SEALS, at=datetime(2020, 11, 13, 12, tzinfo=UTC))] == [6]
    assert [c.category for c in earn(session, driver, WALK, at=datetime(2020, 11, 14, 12, tzinfo=UTC))] == [5]
    again = earn(session, driver, PASSWORDS, at=datetime(2020, 11, 15, 12, tzinfo=UTC))
    assert [c.category for c in again] == [4, 0]
    assert from_plain(again[1].record).valid_until == date(2021, 11, 13)


MOMENTS = st.lists(
    st.tuples(
        st.sampled_from((SEALS, WALK, PASSWORDS)),
        st.integers(0, 400),
        st.integers(80, 100),
        st.sampled_from(("once", "twice", "revoke the newest")),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=MOMENTS)
def test_whatever_the_order_each_completion_has_one_and_every_chain_is_linear(
    session: Session, driver: Person, staff: Person, acts: list[tuple[str, int, int, str]]
) -> None:
    person = make_person(session, organization=session.get_one(Organization, driver.organization_id))
    at, completions = NOON, []
    for module, days, percent, then in acts:
        at += days * DAY + timedelta(minutes=1)
        completions.append(complete(session, person, module, percent=percent, at=at))
        issued = issue(session, completions[-1], at=at)
        assert then != "twice" or issue(session, completions[-1], at=at) == issued
        if then == "revoke the newest" and issued:
            revoking.revoke(session, issued[0].number, reason="wrong facts", note="x", by_id=staff.id, now=at)
        session.commit()
    rows = session.scalars(select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.id)).all()
    assert len({row.number for row in rows}) == len(rows)
    earned = [(row.category, row.completion_id) for row in rows]
    assert len(set(earned)) == len(earned)
    # Each module is the only one of its category here, so each completion earns that category's.
    assert {completion for category, completion in earned if category} == {c.id for c in completions}
    by_id = {row.id: row for row in rows}
    former = [row.renews_id for row in rows if row.renews_id]
    assert len(set(former)) == len(former)
    for row in rows:
        older = by_id.get(row.renews_id or 0)
        assert (older.number if older else "") == from_plain(row.record).renews
        assert older is None or (older.category == row.category and older.id < row.id)
        assert older is None or older.valid_until <= row.valid_until


# Attendance

WORKSHOP = Workshop("Seals and conveyances at the dock", "Laredo, Texas", 120)


def attend(session: Session, person: Person, occasion: str = "dock-2019", workshop: Workshop = WORKSHOP) -> Certificate:
    shelf = published(session)
    return service.issue_attendance(
        session,
        person=session.get_one(Person, person.id),
        occasion=occasion,
        workshop=workshop,
        criteria=("6.2", "5.3"),
        held_on=date(2019, 11, 12),
        published=shelf,
        schedule=in_force(session, shelf.library),
        now=NOON,
    )


@on_both
def test_who_attended_gets_one_certificate_of_the_workshop(app: Flask, session: Session, driver: Person) -> None:
    person_id, start = driver.id, Barrier(8)

    def request(_: int) -> str:
        with app.app_context():
            start.wait(timeout=30)
            with transaction():
                return attend(db.session, db.session.get_one(Person, person_id)).number

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(request, range(8)))
    (one,) = mine(session, driver, category=None)
    assert numbers == {one.record.number}


def test_an_attendance_keeps_every_fact_of_its_day(session: Session, driver: Person) -> None:
    certificate = attend(session, driver)
    session.commit()
    driver.name = "Marisol Nueva"
    session.get_one(Organization, driver.organization_id).name = "Other Lines"
    session.commit()
    (one,) = mine(session, driver, category=None)
    record = one.record
    assert (record.kind, record.title, record.workshop) == ("attendance", WORKSHOP.title, WORKSHOP)
    assert (record.name, record.organization) == ("Marisol Ejemplo", "Sample Freight Lines")
    assert [c.id for c in record.criteria] == ["5.3", "6.2"]
    assert [part.number for part in record.parts] == [5, 6]
    assert (record.percent, record.modules, record.category) == (None, (), None)
    assert (record.completed_on, record.valid_until, record.days_ahead) == (date(2019, 11, 12), date(2020, 11, 12), 50)
    assert (certificate.completion_id, certificate.occasion) == (None, "dock-2019")


def test_another_workshop_renews_nothing_and_attending_completes_nothing(session: Session, driver: Person) -> None:
    attend(session, driver)
    attend(session, driver, "dock-2020")
    session.commit()
    assert [(c.standing, c.record.renews) for c in mine(session, driver, category=None)] == [("valid", "")] * 2
    assert session.scalars(select(Completion)).all() == []
