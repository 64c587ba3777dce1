"""Whatever a hand changes about workshops past the site's rules, `flask fsck` names the row."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.workshops import attendance, closing, seats
from lms.workshops.models import Attendance
from tests.conftest import on_both
from tests.fsck.world import vandalize

from .world import PLANNED, STARTS, make_workshop

OVER = STARTS + timedelta(hours=4)


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    with travel(OVER, tick=False):
        yield


@pytest.fixture
def keys(session: Session, ana: Person, ben: Person) -> dict[str, int]:
    """A workshop that is over: Ana has a seat, was there, and has the certificate; Ben waited and was there."""
    workshop = make_workshop(session, seats=1)
    for person in (ana, ben):
        seats.register(session, workshop.id, person.id, now=PLANNED)
        attendance.mark(session, workshop.id, person.id, "phone", by_id=person.id, now=STARTS)
    session.flush()
    hers, his = session.scalars(select(Attendance).order_by(Attendance.id))
    closing.settle(session, hers.id, published(session), now=OVER)
    session.commit()
    assert hers.certificate_id is not None
    return {
        "workshop": workshop.id, "hers": hers.id, "his": his.id, "certificate": hers.certificate_id, "ana": ana.id, "ben": ben.id,
    }  # fmt: skip


def findings(app: Flask) -> list[dict[str, Any]]:
    result = app.test_cli_runner().invoke(args=["fsck", "--format", "json"])
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


@on_both
@pytest.mark.usefixtures("keys")
def test_a_workshop_with_its_certificates_is_whole(app: Flask) -> None:
    assert findings(app) == []


CASES = (
    ("UPDATE registration SET state = 'seat'", "P5", "workshop", "workshop", "2 people have a seat, there are 1"),
    ("UPDATE attendance SET withdrawn_at = at WHERE id = {hers}", "P4", "attendance", "hers", "it was taken back"),
    ("UPDATE attendance SET by_id = {ana} WHERE id = {his}", "P4", "attendance", "his", "the phone of person"),
    ("UPDATE attendance SET at = '2026-12-07 15:00:00+00:00' WHERE id = {his}", "P4", "attendance", "his", "begins at"),
    (
        "UPDATE attendance SET certificate_id = {certificate} WHERE id = {his}",
        "P4",
        "attendance",
        "his",
        "is of person {ana}",
    ),
    (
        "UPDATE workshop SET cancelled_at = starts_at, cancelled_because = 'x'",
        "P4",
        "attendance",
        "hers",
        "is cancelled",
    ),
    (
        "UPDATE attendance SET certificate_id = NULL WHERE id = {hers}",
        "C2",
        "certificate",
        "certificate",
        "no mark says that person {ana} was at workshop",
    ),
)


@on_both
@pytest.mark.parametrize(("sql", "invariant", "table", "row", "says"), CASES)
def test_a_corruption_is_named(
    app: Flask, keys: dict[str, int], sql: str, invariant: str, table: str, row: str, says: str
) -> None:
    vandalize(sql.format(**keys))
    (found,) = findings(app)
    assert (found["invariant"], found["table"], found["key"]) == (invariant, table, {"id": keys[row]})
    assert says.format(**keys) in found["what"]
