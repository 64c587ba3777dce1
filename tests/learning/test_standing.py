"""The one statement behind dashboard and module page gives what plain ORM gives."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.identity import SignedIn, as_signed_in
from lms.accounts.models import Person
from lms.assessment.models import Attempt
from lms.catalog.shelf import Published
from lms.learning import service
from lms.learning.models import Progress, SectionReading
from lms.learning.rules import Standing
from lms.learning.standing import arrive, desk
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import due
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
SEALS = "seal-security/seals"


def twin(session: Session, person: SignedIn) -> dict[str, Standing]:
    """The same by plain ORM, a query for each thing."""
    who = session.get_one(Person, person.id)
    found = {}
    for row in session.scalars(select(ProfileRequirement).where(ProfileRequirement.profile_id == who.profile_id)):
        progress = session.get(Progress, (person.id, row.module))
        readings = session.scalars(
            select(SectionReading).where(SectionReading.person_id == person.id, SectionReading.module == row.module)
        ).all()
        attempts = session.scalars(
            select(Attempt).where(Attempt.person_id == person.id, Attempt.module == row.module)
        ).all()
        found[row.module] = Standing(
            module=row.module,
            category=row.category,
            phase=row.phase,
            due_on=due(row.due_on, who.organization.due_by if who.organization else None),
            functions=tuple(row.functions),
            criteria=tuple(row.criteria),
            opened=frozenset(r.section for r in readings),
            attempt=next((a.public_id for a in attempts if a.submitted_at is None), ""),
            passed=any(a.passed for a in attempts),
            started=progress is not None,
            completed_at=progress.completed_at if progress else None,
        )
    return found


def standings(session: Session, who: SignedIn, module: str = "") -> dict[str, Standing]:
    return desk(session, who, module).standings


def attempt(person: Person, shelf: Published, public_id: str, *, passed: bool | None) -> Attempt:
    return Attempt(
        public_id=public_id, person_id=person.id, module=SEALS, language="en", revision_id=shelf.revision_id,
        document=shelf.documents[SEALS, "en"], paper={"drawn": []}, pass_mark=80, started_at=NOW,
        submitted_at=None if passed is None else NOW, passed=passed, score="7", out_of=7,
    )  # fmt: skip


@on_both
@pytest.mark.parametrize("functions", [("driver",), ("loader",), ("it",)])
def test_the_statement_and_its_twin_agree(session: Session, shelf_now: Published, functions: tuple[str, ...]) -> None:
    company = make_organization(session, due_by=date(2019, 2, 1))
    person = make_person(session, organization=company, functions=functions)
    make_person(session, name="Somebody Else", organization=company, functions=functions)
    for section in ("what-a-seal-tells", "when-it-goes-on"):
        service.open_section(session, person_id=person.id, module=SEALS, section=section, now=NOW)
    session.add_all([attempt(person, shelf_now, "a", passed=False), attempt(person, shelf_now, "b", passed=True)])
    session.add(attempt(person, shelf_now, "c", passed=None))
    session.commit()
    who = as_signed_in(person)
    expected = twin(session, who)
    assert arrive(session, who.get_id()) == (who, desk(session, who))
    assert standings(session, who) == expected
    for key in expected:
        assert standings(session, who, key) == {key: expected[key]}


@on_both
def test_a_module_that_is_not_required_is_tracked_all_the_same(session: Session) -> None:
    person = make_person(session, functions=())
    service.open_section(session, person_id=person.id, module=SEALS, section="what-a-seal-tells", now=NOW)
    session.commit()
    who = as_signed_in(person)
    assert standings(session, who) == {}
    standing = standings(session, who, SEALS)[SEALS]
    assert standing.opened == {"what-a-seal-tells"}
    assert standing.functions == ()


@on_both
@pytest.mark.parametrize("end", ["epoch", "disabled", "nonsense"])
def test_an_ended_session_has_no_desk(session: Session, end: str) -> None:
    person = make_person(session, organization=make_organization(session))
    session_id = as_signed_in(person).get_id()
    assert arrive(session, session_id) is not None
    if end == "epoch":
        person.epoch += 1
    elif end == "disabled":
        person.disabled_at = NOW
    session.commit()
    assert arrive(session, "1.x" if end == "nonsense" else session_id) is None
