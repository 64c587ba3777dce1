"""Announcements as staff write and members read them."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.announcements.models import Announcement, AnnouncementReading
from lms.core.audit import AuditEntry
from tests.conftest import on_both
from tests.factories.training import PASSWORDS, SEALS, WALK, complete
from tests.pages import Browser, Page

from .world import World, form, world

DESK = "/program/rollout/announcements/"


def draft(app: Flask, people: World, **changes: object) -> tuple[Browser, Page]:
    staff = Browser(app).sign_in(people.staff)
    return staff, staff.submit(staff.get(f"{DESK}new"), f"{DESK}new", **form(**changes))


def publish(app: Flask, people: World, **changes: object) -> Page:
    staff, page = draft(app, people, **changes)
    return staff.submit(page, f"{page.path}/publish")


def unread(page: Page) -> list[str]:
    return [link.text for link in page.find("//section[@aria-labelledby='announced']//a")]


def id_of(page: Page) -> str:
    return page.path.removeprefix(DESK)


@on_both
def test_from_the_draft_to_the_reader_and_back_to_the_figures(app: Flask, session: Session) -> None:
    people = world(session)
    staff, page = draft(app, people, entities=["highway-carriers-us-mexico"])
    assert "reaches 2 people of 1 company" in page.text
    assert "Comienza el periodo de comentarios" in page.text
    driver = Browser(app).sign_in(people.driver)
    driver.get("/language/en?next=/")
    assert unread(driver.get("/")) == []
    page = staff.submit(page, f"{page.path}/publish")
    assert page.h1.startswith("Read by 0 of 2 people")

    assert unread(driver.get("/")) == ["The comment period begins"]
    opened = driver.get(f"/announcements/{id_of(page)}")
    assert "Write by March 1." in opened.text
    assert unread(driver.get("/")) == ["The comment period begins"], "to look at it changes nothing"
    assert unread(driver.submit(opened, f"/announcements/{id_of(page)}")) == []
    driver.client.post(f"/announcements/{id_of(page)}", data=opened.form().values())
    assert "Read" in driver.get("/announcements/").text

    figures = staff.get(page.path)
    assert figures.h1.startswith("Read by 1 of 2 people")
    rows = staff.get(f"{page.path}/people?office=houston&read=yes")
    assert rows.h1 == "1 person who read it"
    assert "Marisol Ejemplo" in rows.text
    assert staff.get(f"{page.path}/people?read=no").h1 == "1 person who did not read it yet"
    session.rollback()
    assert session.scalars(select(AnnouncementReading.person_id)).all() == [people.driver.id]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ({}, "driver coordinator importer"),
        ({"entities": ["importers"]}, "importer"),
        ({"offices": ["houston"]}, "driver coordinator"),
        ({"offices": ["miami"]}, ""),
        ({"phases": ["1"]}, "coordinator importer"),
    ],
    ids=str,
)
@on_both
def test_those_whom_it_is_for_read_it_and_are_counted(
    app: Flask, session: Session, audience: Mapping[str, object], readers: str
) -> None:
    people = world(session)
    complete(session, people.driver, SEALS, WALK, PASSWORDS)
    page = publish(app, people, **audience)
    found = {
        name
        for name in ("driver", "coordinator", "importer")
        if Browser(app).sign_in(getattr(people, name)).client.get(f"/announcements/{id_of(page)}").status_code == 200
    }
    assert found == set(readers.split())
    assert page.h1.startswith(f"Read by 0 of {len(found)} pe")


def test_the_coordinator_reads_it_on_the_companys_page(app: Flask, session: Session) -> None:
    people = world(session)
    publish(app, people)
    assert unread(Browser(app).sign_in(people.coordinator).get("/company/")) == ["The comment period begins"]


def test_mistakes_are_named_and_nothing_is_lost(app: Flask, session: Session) -> None:
    people = world(session)
    staff = Browser(app).sign_in(people.staff)
    page = staff.submit(
        staff.get(f"{DESK}new"), f"{DESK}new", status=422,
        **form(**{"title-en": "", "body-es": "", "shown_until": "2001-01-01", "body-en": "[" * 70}),
    )  # fmt: skip
    for sentence in (
        "Write a title (English)",
        "Write the text (Español)",
        "Choose a day that is not over",
        "brackets",
    ):
        assert sentence in page.text
    assert page.one("//textarea[@id='body-en']").text == "[" * 70
    assert session.scalar(select(Announcement.id)) is None


def test_what_is_published_is_not_changed_and_what_is_withdrawn_is_gone(app: Flask, session: Session) -> None:
    people = world(session)
    staff, page = draft(app, people)
    behind = staff.get(page.path)
    staff.submit(page, f"{page.path}/publish")
    late = staff.submit(behind, page.path, **form(**{"title-en": "Other words"}))
    assert "not changed any more" in late.html
    assert "Other words" not in late.text
    staff.submit(late, f"{page.path}/withdraw")
    driver = Browser(app).sign_in(people.driver)
    assert unread(driver.get("/")) == []
    driver.get(f"/announcements/{id_of(page)}", status=404)
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("announcement."))).all()
    assert actions == ["announcement.published", "announcement.withdrawn"]


def test_a_draft_is_nobodys_and_shows_no_markup_of_its_own(app: Flask, session: Session) -> None:
    people = world(session)
    _, page = draft(app, people, **{"body-en": "<script>alert(1)</script> & [a](javascript:alert(1))"})
    assert "<script>alert" not in page.html
    Browser(app).sign_in(people.driver).get(f"/announcements/{id_of(page)}", status=404)
