"""Menus lead to pages that the person may open."""

import pytest
from flask import Flask, url_for
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.navigation import FOOTER, MEMBER, VISITOR, WITHIN, menu, pages_within
from tests.factories.people import make_organization, make_person
from tests.pages import Browser


def test_every_entry_is_a_page(app: Flask) -> None:
    with app.test_request_context():
        for entry in {*VISITOR, *MEMBER, *FOOTER, *(e for entries in WITHIN.values() for e in entries)}:
            assert url_for(entry.endpoint) == entry.within


@pytest.mark.parametrize("role", list(Role))
def test_everything_in_the_menu_of_a_role_opens(session: Session, browser: Browser, role: Role) -> None:
    person = make_person(session, role=role, organization=make_organization(session))
    browser.sign_in(person)
    for entry in menu(role):
        page = browser.get(entry.within)
        assert page.find(f"//nav[@aria-label='Main']//a[@aria-current='page' and @href='{entry.within}']"), entry.label


@pytest.mark.parametrize(("role", "part"), [(Role.COORDINATOR, "/company/"), (Role.STAFF, "/program/")])
def test_everything_in_a_part_of_the_site_opens(session: Session, browser: Browser, role: Role, part: str) -> None:
    browser.sign_in(make_person(session, role=role, organization=make_organization(session)))
    for entry in pages_within(role, part):
        page = browser.get(entry.within)
        assert page.find(f"//nav[@aria-label='Pages of this part']//a[@aria-current='page' and @href='{entry.within}']")


def test_a_visitors_menu_opens_without_signing_in(session: Session, browser: Browser) -> None:
    for entry in menu(None):
        assert browser.get(entry.within).path == entry.within


def test_people_see_only_what_they_may_open(session: Session, browser: Browser) -> None:
    browser.sign_in(make_person(session, organization=make_organization(session)))
    assert {"Program", "Studio", "People", "Company"}.isdisjoint(browser.get("/").links())
