"""Dates move after it was shown what that does: the program's by staff, a company's own by its coordinator."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.core.audit import AuditEntry
from lms.core.clock import now, program_day
from lms.core.language import use
from lms.learning import whatif
from lms.learning.models import Completion
from lms.schedule import preview, service
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, complete
from tests.pages import Browser, Page

PROGRAM, COMPANY = "/program/dates", "/company/dates"
TODAY = program_day(now())


def at(days: int) -> date:
    return TODAY + timedelta(days=days)


def ahead(session: Session, first: int = 30) -> None:
    """The phases lie ahead, ten days from each other."""
    phases = {n: at(first + 10 * (n - 1)) for n in (1, 2, 3, 4)}
    service.move(
        session, published(session).library, enforcement=at(first + 60), phases=phases, note="Moved once.", now=now()
    )
    session.commit()


@pytest.fixture
def company(session: Session) -> Organization:
    ahead(session)
    return make_organization(session)


@pytest.fixture
def ana(session: Session, company: Organization) -> Person:
    return make_person(session, "Ana Sample", organization=company)


@pytest.fixture
def staff(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, role=Role.STAFF))


@pytest.fixture
def coordinator(app: Flask, session: Session, company: Organization) -> Iterator[Browser]:
    yield Browser(app).sign_in(make_person(session, role=Role.COORDINATOR, organization=company, functions=("it",)))
    use("en")


def cells(page: Page) -> list[list[str]]:
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in page.find("//main//tbody/tr")]


def due_days(session: Session, person: Person) -> dict[str, date]:
    session.rollback()
    session.expire_all()
    columns = select(ProfileRequirement.module, ProfileRequirement.due_on)
    return dict(session.execute(columns.where(ProfileRequirement.profile_id == person.profile_id)).all())


def test_staff_move_a_phase_and_go_back_to_the_plan(staff: Browser, session: Session, ana: Person) -> None:
    before = due_days(session, ana)
    page = staff.get(PROGRAM)
    assert "Moved once." in page.text
    new = {"phase-1": at(35).isoformat(), "note": "Phase 1 begins five days later."}
    page = _submit_first(staff, page, new)
    assert page.h1 == "What these dates will do"
    first = next(row for row in cells(page) if row[0] == "Phase 1")
    moved = [m for m, day in before.items() if day == at(30)]
    assert first[3:] == ["0", str(len(moved))], "each of Ana's modules of phase 1 falls due later"
    assert due_days(session, ana) == before, "nothing is saved yet"
    page = staff.submit(page, PROGRAM)
    assert "Phase 1 begins five days later." in page.text
    assert due_days(session, ana) == before | dict.fromkeys(moved, at(35))
    page = _submit_last(staff, page)
    assert page.h1 == "What these dates will do"
    assert "these days are past" in page.text, "the plan of the courses is of 2019"
    page = staff.submit(page, PROGRAM)
    assert "The plan's dates are in force" in page.text
    plan = {phase.number: phase.date for phase in published(session).library.framework.program.phases}
    assert set(due_days(session, ana).values()) <= set(plan.values())
    said = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "schedule").order_by(AuditEntry.id))
    assert list(said) == ["schedule.moved", "schedule.moved", "schedule.restored"]


def _submit_first(browser: Browser, page: Page, changes: dict[str, str], status: int = 200) -> Page:
    return _send(browser, page, 0, status, changes)


def _submit_last(browser: Browser, page: Page) -> Page:
    return _send(browser, page, -1, 200, {})


def _send(browser: Browser, page: Page, which: int, status: int, changes: dict[str, str]) -> Page:
    """Send one of several forms that go to the same address."""
    for number, form in enumerate(forms := page.find("//main//form[@method='post']")):
        if number != which % len(forms):
            form.getparent().remove(form)
    return browser.submit(page, status=status, **changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phase-2": at(29).isoformat()}, "#phase-2"),
        ({"enforcement": at(59).isoformat()}, "#enforcement"),
        ({"phase-1": "next week"}, "#phase-1"),
        ({"note": ""}, "#note"),
        ({"refinement-from": "2018-07-31"}, "#refinement-from"),
        ({"refinement-until": "2018-10-31"}, "#refinement-until"),
        ({"training-until": "later"}, "#training-until"),
    ],
)
def test_days_out_of_order_are_refused(
    staff: Browser, session: Session, ana: Person, changes: dict[str, str], field: str
) -> None:
    page = _submit_first(staff, staff.get(PROGRAM), changes, 422)
    assert field in page.links().values()
    assert service.override(session).note == "Moved once."  # type: ignore[union-attr]


def test_staff_move_a_step_and_go_back_to_the_plan(
    staff: Browser, browser: Browser, session: Session, ana: Person
) -> None:
    due = due_days(session, ana)
    new = {"training-until": at(55).isoformat(), "note": "Training takes longer."}
    page = _submit_first(staff, staff.get(PROGRAM), new)
    (row,) = [cells for cells in cells(page) if cells[0] == "Training"]
    assert str(at(55).year) in row[2]
    assert row[3:] == ["Nothing is due by it"] * 2
    assert "Comment periods and workshops keep their dates." in page.text
    assert "2019" in browser.get("/timeline/").text, "nothing is saved yet"
    page = staff.submit(page, PROGRAM)
    session.rollback()
    said = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "schedule.moved").order_by(AuditEntry.id)
    ).all()
    assert said[-1].details["steps"]["training"] == ["2019-01-01", at(55).isoformat()]
    assert due_days(session, ana) == due
    (training,) = [row for row in cells(browser.get("/timeline/")) if row[0] == "Training"]
    assert training[3] == "now"
    staff.submit(_submit_last(staff, page), PROGRAM)
    (training,) = [row for row in cells(browser.get("/timeline/")) if row[0] == "Training"]
    assert training[2:] == ["January 1, 2019 to December 31, 2019", "over"]


def test_a_past_day_is_a_warning_and_says_who_becomes_overdue(
    staff: Browser, session: Session, company: Organization, ana: Person
) -> None:
    ben = make_person(session, "Ben Sample", organization=company)
    make_person(session, "Gone Sample", organization=company, disabled_at=now())
    first = [m for m, day in due_days(session, ana).items() if day == at(30)]
    complete(session, ben, *first)
    page = _submit_first(staff, staff.get(PROGRAM), {"phase-1": at(-1).isoformat()})
    assert "1 of these days is past" in page.text
    assert "1 person becomes overdue, 0 people are overdue no longer." in page.text
    page = staff.submit(page, PROGRAM)
    page = _submit_first(staff, page, {"phase-1": at(20).isoformat()})
    assert "0 people become overdue, 1 person is overdue no longer." in page.text


@on_both
def test_what_is_counted_before_is_what_is_so_afterwards(session: Session, company: Organization, ana: Person) -> None:
    """For days on either side of today, against a naive count with the dates in force before and after."""
    sooner = make_organization(session, "Placeholder Freight", due_by=at(5))
    others = [
        make_person(session, f"P{n}", organization=sooner, functions=(f,)) for n, f in enumerate(("it", "driver"))
    ]
    complete(session, others[1], WALK)
    library = published(session).library

    def late() -> set[int]:
        session.expire_all()
        found = set()
        for person in (ana, *others):
            open_days = [
                min(day, person.organization.due_by or day)  # type: ignore[union-attr]
                for module, day in due_days(session, person).items()
                if not session.scalar(select(Completion.id).filter_by(person_id=person.id, module=module))
            ]
            if any(day < TODAY for day in open_days):
                found.add(person.id)
        return found

    for days in ((-3, 1, 2, 3), (3, 4, 5, 6), (-9, -8, -7, -6), (10, 20, 30, 40)):
        phases = dict(zip((1, 2, 3, 4), map(at, days), strict=True))
        before = late()
        shifts, turned = preview.of_dates(session, TODAY, phases), whatif.overdue(session, TODAY, phases)
        service.move(session, library, enforcement=at(60), phases=phases, note="x", now=now())
        session.commit()
        after = late()
        assert (turned.become, turned.cease) == (len(after - before), len(before - after))
        assert any(shift.crosses for shift in shifts.values()) or before == after


def test_a_company_sets_an_earlier_date_and_takes_it_away(
    coordinator: Browser, session: Session, company: Organization, ana: Person
) -> None:
    page = coordinator.get(COMPANY)
    assert "Your company has no date of its own" in page.text
    stands = _submit_first(coordinator, page, {"due_by": at(35).isoformat()})
    assert all(row[3:] == ["0", "0"] for row in cells(stands)), "what is required is of phase 1, whose day comes first"
    page = _submit_first(coordinator, coordinator.get(COMPANY), {"due_by": at(20).isoformat()})
    many = len(due_days(session, ana)) + 1  # the coordinator's passwords
    assert [row[3:] for row in cells(page)] == [[str(many), "0"], *[["0", "0"]] * 3]
    session.rollback()
    assert session.get_one(Organization, company.id).due_by is None, "nothing is saved yet"
    page = coordinator.submit(page, COMPANY)
    session.rollback()
    assert session.get_one(Organization, company.id).due_by == at(20)
    page = coordinator.submit(_submit_last(coordinator, page), COMPANY)
    assert "Your company has no date of its own" in page.text
    session.rollback()
    said = session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.date_set")).all()
    assert [one.details["after"] for one in said] == [at(20).isoformat(), None]


@pytest.mark.parametrize(
    ("typed", "says"), [(at(90), "Set a day before"), (at(-1), "past"), ("soon", "year-month-day")]
)
def test_a_company_cannot_be_later_than_enforcement(
    coordinator: Browser, session: Session, company: Organization, typed: object, says: str
) -> None:
    page = _submit_first(coordinator, coordinator.get(COMPANY), {"due_by": str(typed)}, 422)
    assert says in page.text
    assert session.get_one(Organization, company.id).due_by is None


def test_a_coordinator_reads_what_the_program_knows(app: Flask, session: Session) -> None:
    home = make_organization(session, field_office="houston", country="MX", employees=410)
    desk = Browser(app).sign_in(make_person(session, role=Role.COORDINATOR, organization=home))
    assert [word in desk.get(COMPANY).text for word in ("Houston", "Mexico", "250 to 999 employees", home.number)] == [
        True
    ] * 4


def test_the_days_of_seals_are_those_of_its_phase(session: Session, ana: Person) -> None:
    assert due_days(session, ana)[SEALS] == at(30)
