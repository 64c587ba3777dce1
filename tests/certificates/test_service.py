"""Issuing, keeping and finding certificates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.certificates import known
from lms.certificates.models import Certificate
from lms.certificates.rules import digest, from_plain
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from lms.learning.models import Completion
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

from .records import NOON, PASSWORDS, SEALS, WALK, complete, earn, issue

TODAY = date(2019, 11, 20)


@pytest.fixture
def driver(session: Session) -> Person:
    """Three modules are required, each the only one of its category."""
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def in_one_category(session: Session, driver: Person) -> None:
    """Seals and passwords as two modules of category 6."""
    session.execute(update(ProfileRequirement).where(ProfileRequirement.module == PASSWORDS).values(category=6))
    session.commit()


def stored(session: Session) -> list[Certificate]:
    session.rollback()
    return list(session.scalars(select(Certificate).order_by(Certificate.id)))


def test_a_category_certificate_keeps_every_fact_of_its_day(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS, percent=91)
    record = from_plain(certificate.record)
    assert record.number == certificate.number
    assert (record.name, record.organization) == ("Marisol Ejemplo", "Sample Freight Lines")
    assert record.entities == ("U.S./Mexico Highway Carriers",)
    assert (record.kind, record.category, record.title, record.edition) == ("category", 6, "Seal Security", "2019")
    assert [(c.id, c.level) for c in record.criteria] == [("6.1", "must"), ("6.2", "must")]
    assert record.modules == ("Seals, shortly",)
    assert (record.percent, record.revision) == (90, 1)
    assert (record.completed_on, record.valid_until) == (date(2019, 11, 12), date(2020, 11, 12))
    assert (record.days_ahead, record.enforcement_date) == (50, date(2020, 1, 1))
    assert record.issued_at == certificate.issued_at == NOON
    assert certificate.valid_until == record.valid_until
    assert certificate.organization_id == driver.organization_id
    assert not record.demonstration


def test_it_waits_for_every_module_of_the_category(session: Session, driver: Person, in_one_category: None) -> None:
    assert earn(session, driver, SEALS, percent=95) == []
    (certificate,) = earn(session, driver, PASSWORDS, percent=82)
    record = from_plain(certificate.record)
    assert record.category == 6
    assert record.modules == ("Passwords", "Seals, shortly")
    assert [c.id for c in record.criteria] == ["4.8", "6.1", "6.2"]
    assert record.percent == 80


def test_the_last_category_earns_the_program_too(session: Session, driver: Person) -> None:
    assert [c.category for c in earn(session, driver, SEALS)] == [6]
    assert [c.category for c in earn(session, driver, WALK)] == [5]
    _, program = earn(session, driver, PASSWORDS)
    record = from_plain(program.record)
    assert (record.kind, record.category) == ("program", 0)
    assert [p.number for p in record.parts] == [4, 5, 6]
    assert [c.id for c in record.criteria] == ["4.8", "5.3", "6.1", "6.2"]


def test_a_module_that_is_not_required_earns_nothing(session: Session) -> None:
    loader = make_person(session, organization=make_organization(session), functions=("loader",))
    assert earn(session, loader, WALK) == []
    assert earn(session, make_person(session), SEALS) == []


def test_days_ahead_are_none_once_the_criteria_are_enforced(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS, at=NOON + timedelta(days=50))
    assert from_plain(certificate.record).days_ahead is None


def test_the_day_is_the_one_in_the_zone_of_the_phases(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS, at=NOON.replace(hour=3))
    assert from_plain(certificate.record).completed_on == date(2019, 11, 11)


def test_renaming_changes_no_certificate(session: Session, driver: Person) -> None:
    earn(session, driver, SEALS)
    driver.name = "Marisol Nueva"
    session.get_one(Organization, driver.organization_id).name = "Other Lines"
    session.commit()
    record = from_plain(stored(session)[0].record)
    assert (record.name, record.organization) == ("Marisol Ejemplo", "Sample Freight Lines")


def test_the_audit_keeps_the_digest_of_the_record(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued")).one()
    assert (entry.subject, entry.actor_id) == (certificate.number, driver.id)
    assert entry.details["record"] == digest(from_plain(certificate.record))


def test_asked_again_it_answers_the_same(session: Session, driver: Person) -> None:
    completion = complete(session, driver, SEALS)
    first = issue(session, completion)
    assert issue(session, completion) == first
    session.commit()
    assert len(stored(session)) == 1
    assert (
        session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "certificate.issued"))
        == 1
    )


@on_both
def test_exactly_one_under_32_parallel_requests(app: Flask, session: Session, driver: Person) -> None:
    completion_id = complete(session, driver, SEALS).id
    session.commit()
    start = Barrier(32)

    def request(_: int) -> str:
        with app.app_context():
            start.wait(timeout=30)
            with transaction():
                completion = db.session.get_one(Completion, completion_id)
                number: str = issue(db.session, completion)[0].number
            return number

    with ThreadPoolExecutor(32) as pool:
        numbers = set(pool.map(request, range(32)))
    assert numbers == {c.number for c in stored(session)}
    assert len(numbers) == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_last_modules_at_the_same_moment_earn_it_once(
    app: Flask, session: Session, driver: Person, in_one_category: None
) -> None:
    person_id = driver.id
    both_written = Barrier(2)

    def request(module: str) -> None:
        with app.app_context(), transaction():
            completion = complete(db.session, db.session.get_one(Person, person_id), module)
            both_written.wait(timeout=30)
            issue(db.session, completion)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(request, (SEALS, PASSWORDS)))
    assert [c.category for c in stored(session)] == [6]


def test_a_number_is_found_as_people_type_it(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS)
    number = certificate.number
    found = known.find(session, f" {number[:4].lower()}-{number[4:8]} {number[8:]}", today=TODAY)
    assert found
    assert found.record == from_plain(certificate.record)
    assert known.find(session, number[:-1] + ("0" if number[-1] != "0" else "1"), today=TODAY) is None
    assert known.find(session, "", today=TODAY) is None


def test_certificates_are_listed_newest_first(session: Session, driver: Person) -> None:
    earn(session, driver, SEALS)
    earn(session, driver, WALK, at=NOON + timedelta(days=1))
    assert [c.record.category for c in known.of_person(session, driver.id, today=TODAY)] == [5, 6]


def test_names_in_other_languages_are_those_of_the_day(session: Session, driver: Person) -> None:
    (certificate,) = earn(session, driver, SEALS)
    record = from_plain(certificate.record)
    assert record.word("Seal Security", "es") == "Seguridad de los sellos"
    assert record.word("U.S./Mexico Highway Carriers", "fr") != "U.S./Mexico Highway Carriers"


def test_a_demonstration_says_so(session: Session) -> None:
    person = make_person(session, organization=make_organization(session), demo=True, role=Role.COORDINATOR)
    (certificate,) = earn(session, person, SEALS)
    assert from_plain(certificate.record).demonstration
