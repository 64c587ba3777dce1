"""A made-up next edition comes into force: who learns what again, who does not, and the certificate afterwards."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.assessment.models import Attempt
from lms.catalog.models import Revision
from lms.catalog.service import Unpublishable
from lms.catalog.shelf import published
from lms.certificates.models import Certificate
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import transaction
from lms.editions import counting, service
from lms.fsck.service import check
from lms.learning.models import Completion, ModuleChange, Progress
from lms.learning.service import delta_questions, opened_sections, settle
from lms.learning.standing import desk
from tests.conftest import on_both
from tests.factories.editions import NEXT, PHOTOS, publish_next_edition
from tests.factories.library import SEALS_FILE, SUBSTANTIVE, republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, complete
from tests.pages import Browser

ABOUT_IT = {"seals-class", "seals-moves", "seals-match", "seals-iso", "seals-apart"}
LONG_AGO = timedelta(days=20)


def findings(session: Session) -> list[object]:
    session.commit()
    return [one for one in check(session, lambda *_: None) if not isinstance(one, int)]


def again(session: Session, person: Person, module: str = SEALS) -> str | None:
    session.commit()
    return session.get_one(Progress, (person.id, module)).again_because


def adopt(session: Session, staff: Person) -> int:
    with transaction():
        return service.adopt(
            session, NEXT, seen=published(session).revision_id, author=staff.name, actor_id=staff.id, now=now()
        )


@pytest.fixture
def carrier(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def ana(session: Session, carrier: Organization) -> Person:
    """A driver of a highway carrier: what 6.2 says of seals changes for her."""
    return make_person(session, "Ana", organization=carrier)


@pytest.fixture
def ben(session: Session) -> Person:
    """A driver of a sea carrier: 6.2 does not concern it any more."""
    return make_person(session, "Ben", organization=make_organization(session, "Sample Lines", ("sea-carriers",)))


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam", role=Role.STAFF)


@on_both
def test_people_are_due_once_more_only_where_their_entity_types_are_concerned(
    session: Session, ana: Person, ben: Person, staff: Person
) -> None:
    gone = make_person(session, "Cho", organization=session.get_one(Person, ana.id).organization)
    for person in (ana, ben, gone):
        complete(session, person, SEALS, WALK, at=now() - LONG_AGO)
    session.get_one(Person, gone.id).disabled_at = now()
    session.commit()
    shelf = publish_next_edition(session)
    assert [again(session, person) for person in (ana, ben)] == [None, None]  # it only waits
    found = service.prospect(session, shelf, NEXT)
    told = counting.counted(session, found.renewals, shelf.revision_id)
    assert [(r.module.key, r.criteria) for r in found.renewals] == [(SEALS, ("6.2",))]
    assert (told.people, told.modules, told.companies, told.without_access) == (1, 1, 1, 1)
    assert [m.key for m in found.first] == [PHOTOS]
    assert counting.first_time(session, found.first, found.library or shelf.library) == {PHOTOS: 2}
    assert adopt(session, staff) == told.modules + told.without_access
    assert [again(session, person) for person in (ana, gone, ben)] == ["change", "change", None]
    assert again(session, ana, WALK) is None
    assert findings(session) == []


@on_both
def test_only_what_changed_is_read_and_asked_and_the_certificate_is_of_the_new_edition(
    session: Session, ana: Person, ben: Person, staff: Person
) -> None:
    for person in (ana, ben):
        complete(session, person, SEALS, at=now() - LONG_AGO)
    publish_next_edition(session)
    adopt(session, staff)
    assert opened_sections(session, person_id=ana.id, module=SEALS) == {"what-a-seal-tells"}
    assert len(opened_sections(session, person_id=ben.id, module=SEALS)) == 2
    assert delta_questions(session, person_id=ana.id, module=SEALS) == ABOUT_IT
    assert delta_questions(session, person_id=ben.id, module=SEALS) == frozenset()
    standing = desk(session, as_signed_in(ana)).standings[SEALS]
    assert [change.reason for change in standing.changes] == [
        "Edition 2027 of the Minimum Security Criteria changed what this module teaches: criterion 6.2."
    ]
    held = set(session.scalars(select(Certificate.number)))
    complete(session, ana, SEALS, PHOTOS)
    attempt = session.scalars(
        select(Attempt).where(Attempt.person_id == ana.id, Attempt.module == SEALS).order_by(Attempt.id.desc())
    ).first()
    assert attempt is not None
    assert {drawn["question"] for drawn in attempt.paper["drawn"]} == ABOUT_IT
    assert again(session, ana) is None
    issued = [c for c in session.scalars(select(Certificate)) if c.number not in held]
    assert {(c.person_id, c.record["edition"]) for c in issued} == {(ana.id, NEXT)}
    former = session.scalars(select(Certificate).where(Certificate.number.in_(held)))
    assert {c.record["edition"] for c in former} == {"2019"}
    assert findings(session) == []


@on_both
def test_whom_it_does_not_concern_may_go_on_with_an_attempt_of_the_old_edition(
    session: Session, ana: Person, ben: Person, staff: Person
) -> None:
    """A pass from before the edition renews the one, and is no pass of the new criteria for the other."""
    for person in (ana, ben):
        complete(session, person, SEALS, at=now() - LONG_AGO)
    publish_next_edition(session)
    before = published(session).revision_id
    adopt(session, staff)
    for person, expected in ((ana, 1), (ben, 2)):
        last = session.scalars(select(Attempt).where(Attempt.person_id == person.id)).first()
        assert last is not None
        facts = {
            c: getattr(last, c) for c in ("module", "language", "document", "paper", "pass_mark", "score", "out_of")
        }
        session.add(
            Attempt(
                public_id=f"late-{person.id}",
                person_id=person.id,
                revision_id=before,
                started_at=now(),
                submitted_at=now(),
                passed=True,
                **facts,
            )
        )
        session.commit()
        shelf = published(session)
        settle(session, person_id=person.id, module=shelf.library.modules[SEALS], published=shelf, now=now())
        session.commit()
        made = session.scalars(select(Completion).where(Completion.person_id == person.id, Completion.module == SEALS))
        assert len(made.all()) == expected


@on_both
def test_an_authors_change_with_the_edition_is_everybodys(
    session: Session, ana: Person, ben: Person, staff: Person
) -> None:
    """A folder may be published with the edition already in force, and modules changed by hand."""
    for person in (ana, ben):
        complete(session, person, SEALS, at=now() - LONG_AGO)
    shelf = publish_next_edition(session)
    adopt(session, staff)
    republish(session, SUBSTANTIVE, ("Look at the seal.", "Look at the whole seal."), at=now())
    assert [again(session, person) for person in (ana, ben)] == ["change", "change"]
    assert published(session).revision_id == shelf.revision_id + 2
    assert delta_questions(session, person_id=ana.id, module=SEALS) > ABOUT_IT
    assert "seals-class" not in delta_questions(session, person_id=ben.id, module=SEALS)
    assert findings(session) == []


@on_both
def test_an_edition_that_the_modules_do_not_fit_changes_nothing(session: Session, ana: Person, staff: Person) -> None:
    complete(session, ana, SEALS, at=now() - LONG_AGO)
    shelf = publish_next_edition(session)
    republish(
        session, ("criteria: [5.3]", "criteria: [5.3, 5.8]"), at=now(), path="05-conveyance-and-iit-security/walk.md"
    )
    shelf = published(session)
    found = service.prospect(session, shelf, NEXT)
    assert found.library is None
    assert [(p.path, p.line, p.code) for p in found.problems] == [("05-conveyance-and-iit-security/walk.md", 3, "F017")]
    assert "has it no more" in found.problems[0].fix
    assert "5.7" not in found.problems[0].fix
    with pytest.raises(Unpublishable):
        adopt(session, staff)
    assert published(session).revision_id == shelf.revision_id
    assert again(session, ana) is None
    assert session.scalars(select(ModuleChange)).all() == []


def test_fsck_names_who_was_forgotten_by_a_change_of_everybodys_and_follows_one_of_some(
    session: Session, ana: Person, ben: Person, staff: Person
) -> None:
    for person in (ana, ben):
        complete(session, person, SEALS, at=now() - LONG_AGO)
    publish_next_edition(session)
    adopt(session, staff)
    assert findings(session) == []
    change = session.scalars(select(ModuleChange)).one()
    assert change.entities is not None
    assert "sea-carriers" not in change.entities
    change.entities = None
    assert [one.broken.key["person_id"] for one in findings(session)] == [ben.id]  # type: ignore[attr-defined]


def test_the_audit_says_who_put_it_in_force_and_whom_it_concerned(session: Session, ana: Person, staff: Person) -> None:
    complete(session, ana, SEALS, at=now() - LONG_AGO)
    publish_next_edition(session)
    adopt(session, staff)
    entries = {e.action: e for e in session.scalars(select(AuditEntry))}
    assert entries["edition.adopted"].actor_id == staff.id
    assert entries["edition.adopted"].subject == NEXT
    assert (entries["edition.adopted"].details["former"], entries["edition.adopted"].details["due"]) == ("2019", 1)
    assert "highway-carriers-us-mexico" in entries["module.changed"].details["entities"]
    newest = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
    assert newest is not None
    assert newest.message == "Edition 2027 of the criteria is in force, in place of 2019."


def test_pages_of_everybody_stand_when_a_module_is_served_no_longer(
    app: Flask, session: Session, ana: Person, staff: Person
) -> None:
    """A module of the former edition alone goes; its completions stay in the record."""
    complete(session, ana, SEALS, WALK, at=now() - LONG_AGO)
    publish_next_edition(session)
    owner = "owner: trainer@demo.example"
    republish(session, (owner, f'{owner}\nedition: "2019"'), at=now())
    assert SEALS_FILE in {m.path for m in published(session).library.modules.values()}
    found = service.prospect(session, published(session), NEXT)
    assert [m.key for m in found.gone] == [SEALS]
    adopt(session, staff)
    robin = make_person(
        session, "Robin", role=Role.COORDINATOR, organization=session.get_one(Person, ana.id).organization
    )
    ana_there = Browser(app).sign_in(ana)
    for path in ("/", "/certificates/", "/courses/", "/account/"):
        ana_there.get(path)
    ana_there.get(f"/courses/{SEALS}/", status=404)
    robin_there = Browser(app).sign_in(robin)
    for path in (
        "/company/",
        f"/company/people/{ana.id}",
        f"/company/people/{ana.id}/training",
        "/company/evidence/",
        "/company/paper/",
    ):
        robin_there.get(path)
    assert robin_there.client.get("/company/training-record.csv").status_code == 200
    staff_there = Browser(app).sign_in(staff)
    for path in ("/program/", "/program/companies", "/program/certificates/", "/program/rollout/editions/"):
        staff_there.get(path)
    assert findings(session) == []
