"""100,000 rows: checked in the background with progress, applied at once."""

from collections.abc import Callable
from functools import partial
from time import monotonic, process_time

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Person
from lms.roster import checking, service
from lms.roster.models import RosterImport
from tests.conftest import on_both
from tests.pages import Browser
from tests.roster.world import apply, as_csv, company, hand_in

MOST = 100_000
FUNCTIONS = ("driver", "loader;driver", "it", "", "guard", "documentation;loader", "manager")
# Seconds of this program's work while nobody else may write: how long that takes by the clock, others on the machine decide.
WORKED_WITHIN = 20


def file(site: str) -> bytes:
    lines = (
        f"Person {n} Ejemplo,person{n}@large.example,{FUNCTIONS[n % 7]},es,{site},{n:06},2019-0{n % 9 + 1}-15,"
        for n in range(MOST)
    )
    return as_csv("name,email,functions,language,site,employee_number,hired,left", *lines)


@pytest.mark.slow
@on_both
def test_a_roster_of_100_000_rows(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, coordinator = company(session)
    robin = Browser(app).sign_in(coordinator)
    for site, counted in (("Dock 4", {"add": MOST}), ("Dock 5", {"change": MOST})):
        page = hand_in(robin, file(site))
        assert page.h1 == "Your roster is being checked"
        seen: list[int] = []
        session.rollback()
        roster_id = session.scalars(select(func.max(RosterImport.id))).one()
        session.rollback()
        begin, worked = monotonic(), process_time()
        checking.check({"roster": roster_id}, partial(note, session, roster_id, seen))
        checked = f"{monotonic() - begin:.1f} s ({process_time() - worked:.1f} s of work)"
        assert seen[:2] == [service.READ_AT_ONCE, 2 * service.READ_AT_ONCE]
        assert session.get_one(RosterImport, roster_id).counts == counted
        page = apply(robin, robin.get(page.path))
        assert page.h1 == "Your roster is being applied"
        held: list[float] = []
        monkeypatch.setattr(service, "apply", timed(service.apply, held))
        begin, worked = monotonic(), process_time()
        checking.apply({"roster": roster_id}, lambda: None)
        applied = f"{monotonic() - begin:.1f} s ({process_time() - worked:.1f} s of work)"
        monkeypatch.undo()
        print(f"{counted}: checked in {checked}, applied in {applied}; {held[0]:.1f} s of work while writing")
        assert robin.get(page.path).h1 == "The roster is applied"
        assert held[0] < WORKED_WITHIN
        session.rollback()
        assert session.scalar(select(func.count(Person.id)).where(Person.site == site)) == MOST
        assert (
            session.scalar(select(func.count(Employment.id)).where(Employment.organization_id == ours.id)) == MOST + 1
        )


def note(session: Session, roster_id: int, seen: list[int]) -> None:
    """How many rows the page says are read."""
    seen.append(session.get_one(RosterImport, roster_id).rows)


def timed(work: Callable[..., None], held: list[float]) -> Callable[..., None]:
    """The same, noting how many seconds of work it was."""

    def wrapped(*args: object, **values: object) -> None:
        begin = process_time()
        work(*args, **values)
        held.append(process_time() - begin)

    return wrapped
