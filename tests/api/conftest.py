"""A small program on a day in 2018, and a program that reads it with a token."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.api import service
from lms.core.clock import now
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS
from tests.reporting.histories import NOON, complete

Ask = Callable[..., TestResponse]
LAST_DAY = date(2019, 12, 20)


@pytest.fixture(autouse=True)
def december_2018() -> Iterator[None]:
    """Noon of December 20, 2018, in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def pat(session: Session) -> Person:
    return make_person(session, "Pat Program", role=Role.STAFF)


@pytest.fixture
def token(session: Session, pat: Person) -> str:
    made = service.make(session, pat.id, "Night report", LAST_DAY, now=now())
    session.commit()
    return made


@pytest.fixture
def program(session: Session) -> None:
    """Two companies of two offices: three modules complete, one of them late; the rest is open."""
    carrier = make_organization(session, "Sample Freight Lines", field_office="miami", employees=40, country="US")
    importer = make_organization(
        session, "Orchard Imports", ("importers",), field_office="houston", due_by=date(2018, 12, 1)
    )
    hired = {"created_at": NOON - timedelta(days=60)}
    ana = make_person(session, "Ana Ejemplo", organization=carrier, **hired)
    make_person(session, "Bo Muestra", organization=carrier, functions=("loader",), language="es", **hired)
    cy = make_person(session, "Cy Exemple", organization=importer, **hired)
    complete(session, ana, PASSWORDS, NOON - timedelta(days=30))
    complete(session, ana, SEALS, NOON - timedelta(days=12))
    complete(session, cy, PASSWORDS, NOON - timedelta(days=5))


@pytest.fixture
def ask(app: Flask, token: str) -> Ask:
    """Ask an address of the API with the token. The client keeps no cookies."""
    client = app.test_client(use_cookies=False)

    def asked(path: str, *, token: str = token, **headers: Any) -> TestResponse:
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        return client.get(f"/api/v1{path}", headers=sent | {k.replace("_", "-"): v for k, v in headers.items()})

    return asked
