"""Employments: they follow each other, move with the person, end with access, and each company sees its own (U4)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.accounts import employment, people
from lms.accounts.models import Organization, Person
from lms.accounts.people import LastAdmin
from lms.accounts.permissions import Role
from lms.accounts.rules import Standing
from lms.core.clock import now, program_day
from lms.core.database import transaction
from lms.fsck.service import check
from tests.accounts.conftest import audited, signed_in_as
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser

TODAY = program_day(now())
DAY = timedelta(days=1)


@pytest.fixture
def company(session: Session, robin: Person) -> Organization:
    assert robin.organization is not None
    return robin.organization


@pytest.fixture
def desk(app: Flask, session: Session, company: Organization) -> Browser:
    casey = make_person(session, "Casey Sample", role=Role.COORDINATOR, organization=company, email="casey@x.example")
    return Browser(app).sign_in(casey)


def times(session: Session, person_id: int) -> list[tuple[int, date, date | None]]:
    session.rollback()
    return [(t.organization_id, t.began_on, t.ended_on) for t in employment.history(session, person_id)]


@on_both
def test_a_new_account_of_a_company_is_employed_there(session: Session) -> None:
    company = make_organization(session)
    session.commit()
    place = {"role": Role.LEARNER, "organization_id": company.id, "now": now()}
    with transaction():
        today = people.add(session, name="Noor", email="noor@x.example", **place)
        hired = people.add(session, name="Kim", email="kim@x.example", hired=date(2019, 3, 1), **place)
        nowhere = people.add(session, name="Sam", email="sam@x.example", role=Role.STAFF, now=now())
    assert times(session, today.id) == [(company.id, TODAY, None)]
    assert times(session, hired.id) == [(company.id, date(2019, 3, 1), None)]
    assert times(session, nowhere.id) == []


@on_both
def test_a_move_ends_one_and_begins_the_next(session: Session, robin: Person, company: Organization) -> None:
    other = make_organization(session, "Placeholder Freight")
    robin.access_until, robin.site = TODAY + DAY, "Dock 4"
    session.commit()
    with transaction():
        people.assign(session, robin.id, Standing(Role.LEARNER, other.id), actor_id=None, now=now())
    assert times(session, robin.id) == [(company.id, TODAY, TODAY), (other.id, TODAY, None)]
    assert (robin.access_until, robin.site) == (None, None), "these were the other company's"
    with transaction():
        people.assign(session, robin.id, Standing(Role.LEARNER, None), actor_id=None, now=now())
    assert times(session, robin.id)[1:] == [(other.id, TODAY, TODAY)]


@on_both
def test_whoever_leaves_and_comes_back_has_two_times(session: Session, robin: Person, company: Organization) -> None:
    employment.history(session, robin.id)[0].began_on = TODAY - 30 * DAY
    session.commit()
    with transaction():
        people.leave(session, robin.id, on=TODAY - 3 * DAY, now=now())
    assert times(session, robin.id) == [(company.id, TODAY - 30 * DAY, TODAY - 3 * DAY)]
    assert robin.disabled_at is not None
    with transaction():
        people.leave(session, robin.id, on=TODAY, now=now())
    assert times(session, robin.id)[0][2] == TODAY - 3 * DAY, "leaving twice is leaving once"
    with transaction():
        people.enable(session, robin.id, now=now())
    assert times(session, robin.id)[1:] == [(company.id, TODAY, None)]
    assert robin.disabled_at is None


@on_both
def test_an_end_taken_back_on_its_day_ended_nothing(session: Session, robin: Person, company: Organization) -> None:
    with transaction():
        people.leave(session, robin.id, on=TODAY, now=now())
    with transaction():
        people.enable(session, robin.id, now=now())
    assert times(session, robin.id) == [(company.id, TODAY, None)]


def test_ended_access_alone_ends_no_employment(session: Session, robin: Person, company: Organization) -> None:
    with transaction():
        people.disable(session, robin.id, now=now())
    assert times(session, robin.id) == [(company.id, TODAY, None)]


def test_the_last_administrator_does_not_leave(session: Session) -> None:
    admin = make_person(session, role=Role.ADMIN, organization=make_organization(session))
    with pytest.raises(LastAdmin), transaction():
        people.leave(session, admin.id, on=TODAY, now=now())
    assert times(session, admin.id)[0][2] is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(("move", "away", "leave", "end", "give")), st.integers(-400, 0)), max_size=8
    )
)
def test_whatever_happens_the_times_follow_each_other(session: Session, acts: list[tuple[str, int]]) -> None:
    """What flask fsck holds a site to, after any order of comings and goings."""
    session.rollback()
    places = [make_organization(session, name).id for name in ("One", "Two")]
    person_id = make_person(session, organization=make_organization(session)).id
    for turn, (act, days) in enumerate(acts):
        with transaction():
            if act in ("move", "away"):
                standing = Standing(Role.LEARNER, places[turn % 2] if act == "move" else None)
                people.assign(session, person_id, standing, actor_id=None, now=now())
            elif act == "leave":
                people.leave(session, person_id, on=TODAY + days * DAY, now=now())
            else:
                (people.enable if act == "give" else people.disable)(session, person_id, now=now())
    *found, rows = check(session, lambda _invariant, _rows: None)
    assert rows > 0
    assert [finding for finding in found if finding.broken.table in ("person", "employment")] == []


def test_a_coordinator_ends_an_employment(
    app: Flask, desk: Browser, robin: Person, company: Organization, session: Session
) -> None:
    theirs = Browser(app).sign_in(robin)
    action = f"/company/people/{robin.id}/employment"
    page = desk.get(f"/company/people/{robin.id}")
    assert page.form(action).values()["ended_on"] == str(TODAY)
    for wrong in (str(TODAY + DAY), str(TODAY - DAY), "soon"):
        refused = desk.submit(page, action, ended_on=wrong, status=422)
        assert "#ended_on" in refused.links().values(), "after the first day, and not in the future"
    page = desk.submit(page, action)
    assert "The employment has ended, and access with it." in page.text
    assert signed_in_as(theirs) is None
    assert not page.find(f"//form[@action={action!r}]")
    entry = audited(session, "person.left")[0]
    assert entry.details == {"organization_id": company.id, "on": str(TODAY)}
    left = desk.get("/company/people/left")
    assert left.h1 == "1 person left your company"
    assert left.links()[
        "Training of Robin Sample" if "Training of Robin Sample" in left.links() else "What was done here"
    ]
    page = desk.submit(page, f"/company/people/{robin.id}/access")
    assert desk.get("/company/people/left").h1 == "Nobody left your company"


def test_another_companys_people_are_not_ended(desk: Browser, session: Session) -> None:
    stranger = make_person(session, organization=make_organization(session, "Placeholder Freight"))
    token = desk.get("/account/").form("/account/name").values()["csrf_token"]
    for what in ("employment", "access-until"):
        answer = desk.client.post(f"/company/people/{stranger.id}/{what}", data={"csrf_token": token})
        assert answer.status_code == 404
        assert MISSING in answer.get_data(as_text=True)
    assert times(session, stranger.id)[0][2] is None


def test_officials_are_not_a_coordinators_to_end(desk: Browser, session: Session, company: Organization) -> None:
    official = make_person(session, role=Role.TRAINER, organization=company)
    page = desk.get(f"/company/people/{official.id}")
    assert not page.find("//form[contains(@action, '/employment') or contains(@action, '/access-until')]")
    token = desk.get("/account/").form("/account/name").values()["csrf_token"]
    for what in ("employment", "access-until"):
        answer = desk.client.post(f"/company/people/{official.id}/{what}", data={"csrf_token": token})
        assert answer.status_code == 403
    assert times(session, official.id)[0][2] is None


def test_the_old_company_keeps_whoever_moved_among_those_who_left(
    app: Flask, desk: Browser, robin: Person, session: Session
) -> None:
    other = make_organization(session, "Placeholder Freight")
    kim = make_person(session, "Kim Muestra", role=Role.COORDINATOR, organization=other)
    with transaction():
        people.assign(session, robin.id, Standing(Role.LEARNER, other.id), actor_id=None, now=now())
    page = desk.get("/company/people/left")
    assert "Robin Sample" in page.text
    assert "Placeholder" not in page.text, "where the person is now is not said"
    desk.get(f"/company/people/{robin.id}", status=404)
    assert desk.get(f"/company/people/{robin.id}/training").h1 == "Robin Sample left your company"
    there = Browser(app).sign_in(kim)
    assert "Robin Sample" not in there.get("/company/people/left").text
    assert "Sample Freight" not in there.get(f"/company/people/{robin.id}").text, "nor where the person was"


def test_those_who_left_come_page_by_page(desk: Browser, session: Session, company: Organization) -> None:
    for number in range(51):
        person = make_person(session, f"Person {number:02}", organization=company)
        employment.end(session, person.id, TODAY)
        person.disabled_at = now()
    session.commit()
    assert desk.get("/company/people/left").h1 == "51 people left your company"
    assert "Person 50" not in desk.get("/company/people/left").text
    assert "Person 50" in desk.get("/company/people/left?page=2").text
