"""A roster becomes true: all of it or nothing, and only of one's own company."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import people
from lms.accounts.models import Exemption, Invitation, Organization, Person, Profile, SignInLink, StaleFigures
from lms.accounts.permissions import Role
from lms.core.audit import AuditEntry
from lms.core.clock import now, program_day
from lms.roster import applying, checking, service
from lms.roster.models import RosterImport, RosterRow
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser
from tests.roster.world import apply, as_csv, company, hand_in, person, times, work

TODAY = program_day(now())
PAST, BEFORE, AHEAD = (TODAY + timedelta(days=days) for days in (-400, -3, 30))
HEADER = "name,email,functions,language,site,employee_number,hired,left"


@pytest.fixture
def ours(session: Session) -> Organization:
    return company(session)[0]


@pytest.fixture
def robin(app: Flask, session: Session, ours: Organization) -> Browser:
    coordinator = session.scalars(select(Person).where(Person.organization_id == ours.id)).one()
    browser = Browser(app).sign_in(coordinator)
    session.rollback()
    return browser


@on_both
def test_new_people_have_accounts_requirements_and_an_employment(
    robin: Browser, session: Session, ours: Organization
) -> None:
    before = session.scalars(select(StaleFigures.id).where(StaleFigures.organization_id == ours.id)).all()
    page = hand_in(
        robin,
        as_csv(
            HEADER,
            f"Zoë Über,Zoe@New.example,driver;it,es,Dock 4,0017,{PAST},{AHEAD}",
            "Ana Ejemplo,ana@new.example,,,,,,",
        ),
    )
    assert page.h1 == "This is what your roster will do"
    assert session.scalar(select(func.count(Person.id))) == 1, "nothing is changed before the yes"
    page = apply(robin, page)
    assert page.h1 == "The roster is applied"
    assert "2 added." in page.text
    zoe = person(session, "zoe@new.example")
    assert (zoe.name, zoe.role, zoe.organization_id, zoe.password_hash) == ("Zoë Über", Role.LEARNER, ours.id, None)
    assert (zoe.language, zoe.site, zoe.employee_number, zoe.access_until) == ("es", "Dock 4", "0017", AHEAD)
    assert people.functions_of(zoe) == ("driver", "it")
    assert times(session, zoe.email) == [(ours.id, PAST, None)]
    assert times(session, "ana@new.example") == [(ours.id, TODAY, None)]
    required = select(ProfileRequirement.module).where(ProfileRequirement.profile_id == zoe.profile_id)
    assert session.scalars(required).all()
    assert len(session.scalars(select(StaleFigures.id).where(StaleFigures.organization_id == ours.id)).all()) > len(
        before
    )
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.applied"))
    kept = session.scalars(select(RosterImport)).one()
    assert entry.details == {"roster": kept.public_id, "digest": kept.digest, "counts": {"add": 2}}
    assert kept.body == b""
    assert not session.scalars(select(RosterRow)).all()


@on_both
def test_changes_ends_and_returns(robin: Browser, session: Session, ours: Organization) -> None:
    ana = make_person(session, "Ana Ejemplo", organization=ours, email="ana@x.example")
    ben = make_person(
        session, "Ben Muestra", organization=ours, email="ben@x.example", created_at=now() - timedelta(days=900)
    )
    kim = make_person(
        session, "Kim Exemple", organization=ours, email="kim@x.example", created_at=now() - timedelta(days=900)
    )
    people.leave(session, kim.id, on=BEFORE, now=now())
    session.add(
        SignInLink(token_hash="x" * 64, person_id=ben.id, created_at=now(), expires_at=now() + timedelta(hours=1))
    )
    session.commit()
    epoch = ben.epoch
    page = apply(
        robin,
        hand_in(
            robin,
            as_csv(
                HEADER,
                f"Ana Sample,ana@x.example,loader,fr,Dock 4,17,{PAST},",
                f"Ben Muestra,ben@x.example,,,,,,{BEFORE}",
                "Kim Exemple,kim@x.example,driver,,,,,",
            ),
        ),
    )
    assert "1 returned. 1 changed. 1 ended." in page.text
    ana = person(session, "ana@x.example")
    assert (ana.name, ana.language, ana.site, ana.employee_number) == ("Ana Sample", "fr", "Dock 4", "17")
    assert people.functions_of(ana) == ("loader",)
    assert times(session, ana.email) == [(ours.id, PAST, None)]
    ben = person(session, "ben@x.example")
    assert ben.disabled_at is not None
    assert ben.epoch == epoch + 1
    assert times(session, ben.email)[0][2] == BEFORE
    assert not session.scalars(select(SignInLink)).all()
    assert person(session, "kim@x.example").disabled_at is None
    assert times(session, "kim@x.example")[-1] == (ours.id, TODAY, None)
    assert len(times(session, "kim@x.example")) == 2


@on_both
def test_the_same_file_twice_has_nothing_to_do(robin: Browser, session: Session, ours: Organization) -> None:
    make_person(session, "Ben Muestra", organization=ours, email="ben@x.example")
    body = as_csv(
        HEADER, f"Zoë,zoe@x.example,driver,es,A,1,{PAST},{AHEAD}", f"Ben Sample,ben@x.example,it,,,,,{BEFORE}"
    )
    assert apply(robin, hand_in(robin, body)).h1 == "The roster is applied"
    page = hand_in(robin, body)
    assert page.h1 == "This roster changes nothing"
    assert "2 as before" in page.text or "Nothing changes." in page.text
    assert not page.find("//button[contains(@class, 'button-next')]")


@on_both
def test_whoever_is_not_in_the_file_leaves_only_when_that_is_said(
    robin: Browser, session: Session, ours: Organization
) -> None:
    make_person(session, "Ana Ejemplo", organization=ours, email="ana@x.example")
    body = as_csv("name,email", "Zoë,zoe@x.example")
    assert "not in the file" not in hand_in(robin, body).text
    page = hand_in(robin, body, whole="yes")
    shown = robin.get(page.links()["1 not in the file"])
    assert "Ana Ejemplo" in shown.text
    assert "Robin" not in shown.text
    apply(robin, page)
    assert person(session, "ana@x.example").disabled_at is not None
    coordinators = select(Person).where(Person.organization_id == ours.id, Person.role == Role.COORDINATOR)
    assert session.scalars(coordinators).one().disabled_at is None


@on_both
def test_a_failure_in_the_middle_leaves_nothing(
    app: Flask, robin: Browser, session: Session, ours: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(session, "Ana Ejemplo", organization=ours, email="ana@x.example")
    page = hand_in(robin, as_csv(HEADER, "Zoë,zoe@x.example,it,,,,,", f"Ana Sample,ana@x.example,,,,,,{BEFORE}"))
    profiles = session.scalar(select(func.count(Profile.id)))
    whole = applying._end
    monkeypatch.setattr(applying, "_end", lambda *_, **__: pytest.fail("the machine stops here", pytrace=False))
    with pytest.raises(pytest.fail.Exception):
        apply(robin, page)
    session.rollback()
    assert not session.scalars(select(Person).where(Person.email == "zoe@x.example")).all()
    assert person(session, "ana@x.example").name == "Ana Ejemplo"
    assert session.scalar(select(func.count(Profile.id))) == profiles
    assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.applied")).all()
    assert robin.get(page.path).h1 == "Your roster is being applied"
    monkeypatch.setattr(applying, "_end", whole)
    assert work(app, service.APPLY) == 1, "the job is taken up again"
    assert robin.get(page.path).h1 == "The roster is applied"
    assert person(session, "zoe@x.example").organization_id == ours.id


@on_both
def test_what_changed_since_the_preview_is_looked_at_again(
    app: Flask, robin: Browser, session: Session, ours: Organization
) -> None:
    ana = make_person(session, "Ana Ejemplo", organization=ours, email="ana@x.example")
    page = hand_in(robin, as_csv("name,email,site", "Ana Ejemplo,ana@x.example,Dock 4", "Zoë,zoe@x.example,Dock 4"))
    people.rename(session, ana.id, "Ana Sample", actor_id=ana.id, now=now())
    session.commit()
    page = apply(robin, page)
    assert page.h1 == "Your roster is being checked"
    assert work(app, service.CHECK) == 1
    page = robin.get(page.path)
    assert page.h1 == "This is what your roster will do"
    assert "Nothing was applied" in page.text
    assert not session.scalars(select(Person).where(Person.email == "zoe@x.example")).all()
    assert "Ana Sample becomes Ana Ejemplo" in robin.get(page.links()["1 change"]).text
    assert apply(robin, page).h1 == "The roster is applied"
    assert person(session, "ana@x.example").name == "Ana Ejemplo"


@on_both
def test_an_address_with_an_account_elsewhere_looks_like_a_new_one_and_its_holder_is_asked(
    app: Flask, robin: Browser, session: Session, ours: Organization
) -> None:
    theirs = make_organization(session, "Placeholder Freight")
    ben = make_person(session, "Ben Muestra", organization=theirs, email="ben@x.example", functions=("it",))
    staff = make_person(session, "Sam Staff", role=Role.STAFF, email="sam@x.example")
    page = hand_in(
        robin,
        as_csv(
            "name,email,functions", "Zoë,zoe@x.example,driver", "Ben,ben@x.example,driver", "Sam,sam@x.example,driver"
        ),
    )
    sentences = {page.text.count(email) for email in ("zoe@x.example", "ben@x.example", "sam@x.example")}
    assert sentences == {1}
    cells = page.find("//table[contains(@class, 'roster')]//tbody//td[last()]")
    assert len(cells) == 3
    assert len({"".join(cell.itertext()) for cell in cells}) == 1, "every new address reads alike"
    assert "Placeholder" not in page.html
    page = apply(robin, page)
    assert "3 added." in page.text
    assert "ben@x.example" not in page.html
    ben = person(session, "ben@x.example")
    assert (ben.organization_id, ben.name, ben.disabled_at) == (theirs.id, "Ben Muestra", None)
    assert person(session, "sam@x.example").role is Role.STAFF
    app.extensions["mailman"].outbox = []
    assert work(app, service.ASK) == 2
    letters = {letter.to[0]: letter.body for letter in app.extensions["mailman"].outbox}
    assert set(letters) == {ben.email, staff.email}
    assert "/invitations/" in letters[ben.email]
    session.rollback()
    invited = session.scalars(select(Invitation).order_by(Invitation.email)).all()
    assert [(i.email, i.organization_id, i.role) for i in invited] == [
        ("ben@x.example", ours.id, Role.LEARNER),
        ("sam@x.example", ours.id, Role.LEARNER),
    ]
    assert not session.scalars(select(RosterRow)).all()
    assert work(app, service.ASK) == 0


@on_both
def test_whoever_left_another_company_comes_with_the_record(
    robin: Browser, session: Session, ours: Organization
) -> None:
    theirs = make_organization(session, "Placeholder Freight")
    ben = make_person(
        session, "Ben Muestra", organization=theirs, email="ben@x.example", created_at=now() - timedelta(days=900)
    )
    began = times(session, ben.email)[0][1]
    people.leave(session, ben.id, on=BEFORE, now=now())
    session.add(Exemption(person_id=ben.id, module="x/y", reason="Done", by_id=ben.id, created_at=now()))
    session.commit()
    page = hand_in(robin, as_csv(HEADER, f"Ben Sample,ben@x.example,driver,,,17,{PAST},"))
    assert "Is added." in page.text
    apply(robin, page)
    moved = person(session, "ben@x.example")
    assert (moved.id, moved.organization_id, moved.name, moved.disabled_at) == (ben.id, ours.id, "Ben Sample", None)
    assert people.functions_of(moved) == ("driver",)
    assert moved.profile.exempt == ["x/y"]
    assert times(session, moved.email) == [(theirs.id, began, BEFORE), (ours.id, BEFORE, None)]
    assert session.scalars(select(StaleFigures).where(StaleFigures.organization_id == theirs.id)).all()


@on_both
def test_whoever_may_not_sign_in_elsewhere_any_more_is_free_and_whoever_was_shut_out_is_not(
    robin: Browser, session: Session, ours: Organization
) -> None:
    theirs = make_organization(session, "Placeholder Freight")
    make_person(session, "Ben", organization=theirs, email="ben@x.example", access_until=BEFORE)
    kim = make_person(session, "Kim", organization=theirs, email="kim@x.example")
    people.disable(session, kim.id, now=now())
    session.add(Exemption(person_id=kim.id, module="x/y", reason="Done", by_id=kim.id, created_at=now()))
    session.commit()
    apply(robin, hand_in(robin, as_csv("name,email", "Ben,ben@x.example", "Kim,kim@x.example")))
    ben, kim = person(session, "ben@x.example"), person(session, "kim@x.example")
    assert (ben.organization_id, ben.access_until) == (ours.id, None)
    assert times(session, ben.email) == [(theirs.id, TODAY, TODAY), (ours.id, TODAY, None)]
    assert (kim.organization_id, kim.disabled_at is not None) == (theirs.id, True)


@on_both
def test_exemptions_follow_into_the_new_profile(robin: Browser, session: Session, ours: Organization) -> None:
    ana = make_person(session, "Ana Ejemplo", organization=ours, email="ana@x.example")
    facts = {"reason": "Done elsewhere", "by_id": ana.id, "created_at": now()}
    session.add(Exemption(organization_id=ours.id, module="04-cybersecurity/passwords", **facts))
    session.add(Exemption(person_id=ana.id, module="06-seal-security/seals", **facts))
    session.commit()
    apply(robin, hand_in(robin, as_csv("name,email,functions", ",ana@x.example,it", "Zoë,zoe@x.example,it")))
    assert person(session, "ana@x.example").profile.exempt == ["04-cybersecurity/passwords", "06-seal-security/seals"]
    assert person(session, "zoe@x.example").profile.exempt == ["04-cybersecurity/passwords"]


@on_both
def test_two_who_say_yes_at_once_apply_it_once(
    app: Flask, robin: Browser, session: Session, ours: Organization
) -> None:
    page = hand_in(robin, as_csv("name,email", "Zoë,zoe@x.example"))
    session.rollback()
    roster = session.scalars(select(RosterImport)).one()
    job = {"roster": roster.id}
    session.rollback()
    apply(robin, page)
    checking.apply(job, lambda: None)
    checking.check(job, lambda: None)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.applied")).all()) == 1
    assert times(session, "zoe@x.example") == [(ours.id, TODAY, None)]
    assert "not waiting any more" in robin.submit(page, f"{page.path}/apply").html
