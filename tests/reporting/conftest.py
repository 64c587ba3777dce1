"""A day on which the small library is due soon, and a count of the statements a page takes."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

from .histories import NOON

Count = Callable[[str], int]


@pytest.fixture(autouse=True)
def december_2018() -> Iterator[None]:
    """Noon of December 20, 2018, in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def staff(session: Session, browser: Browser) -> Browser:
    return browser.sign_in(make_person(session, "Pat Program", role=Role.STAFF))


@pytest.fixture
def freight(session: Session) -> Organization:
    """A highway carrier."""
    return make_organization(session, "Sample Freight Lines")


@pytest.fixture
def casey(session: Session, freight: Organization) -> Person:
    """The carrier's coordinator; of the small library only `passwords` is for a manager."""
    return make_person(session, "Casey Sample", role=Role.COORDINATOR, organization=freight, functions=("manager",))


@pytest.fixture
def coordinator(browser: Browser, casey: Person) -> Browser:
    return browser.sign_in(casey)


@pytest.fixture
def statements(app: Flask, session: Session) -> Iterator[Callable[[Browser, str], int]]:
    """How many statements opening an address takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    def counted(browser: Browser, path: str) -> int:
        seen.clear()
        with browser.client.get(path) as response:
            assert response.status_code == 200
            assert response.data
        return len(seen)

    event.listen(Engine, "before_cursor_execute", note)
    yield counted
    event.remove(Engine, "before_cursor_execute", note)
