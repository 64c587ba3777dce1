import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.certificates.pdf import CannotDraw
from lms.core.audit import AuditEntry
from lms.core.clock import now, program_day
from lms.core.jobs import Job
from lms.evidence import document, rules, service
from lms.evidence.models import EvidencePacket
from tests.bundles.world import work
from tests.conftest import on_both
from tests.evidence.world import World, files, manifest, world
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser

COMPANY = "/company/evidence/"


@pytest.fixture
def here(session: Session) -> World:
    return world(session)


@on_both
def test_a_coordinator_gets_the_packet_with_one_click(app: Flask, session: Session, here: World) -> None:
    robin = Browser(app).sign_in(here.robin)
    page = robin.get(COMPANY)
    assert "None yet." in page.text
    page = robin.submit(page, COMPANY, language="fr", paper="a4")
    assert page.h1 == "The packet is ready"
    response = robin.client.get(f"{page.path}.zip")
    assert response.mimetype == "application/zip"
    assert response.content_length == len(response.data)
    plain = manifest(files(response.data))
    today = program_day(now())
    assert plain["period"] == {"since": str(rules.last_months(today).since), "until": str(today)}
    assert (plain["language"], plain["paper"]) == ("fr", "a4")
    assert hashlib.sha256(response.data).hexdigest() in page.text
    assert page.path in robin.get(COMPANY).links().values()
    session.rollback()
    entry = session.scalars(select(AuditEntry).filter_by(action="evidence.asked")).one()
    assert entry.actor_id == here.robin.id
    assert entry.details["organization"] == here.company.id


def test_a_large_one_is_made_by_a_worker(
    app: Flask, session: Session, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE_PEOPLE", 2)
    robin = Browser(app).sign_in(here.robin)
    page = robin.submit(robin.get(COMPANY), COMPANY)
    assert page.h1 == "The packet is being made"
    assert page.one("//*[@hx-get]").get("hx-get") == page.path
    assert robin.get(f"{page.path}.zip").path == page.path, "there is no file yet"
    part = robin.client.get(page.path, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "HX-Refresh" not in part.headers
    assert work(session, service.MAKE) == 1
    part = robin.client.get(page.path, headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert robin.get(page.path).h1 == "The packet is ready"
    manifest(files(robin.client.get(f"{page.path}.zip").data))


def test_a_job_that_runs_twice_leaves_the_first_packet(app: Flask, session: Session, here: World) -> None:
    robin = Browser(app).sign_in(here.robin)
    page = robin.submit(robin.get(COMPANY), COMPANY)
    before = robin.client.get(f"{page.path}.zip").data
    session.rollback()
    packet_id = session.execute(select(EvidencePacket.id)).scalar_one()
    service.make(session, packet_id, app.extensions["settings"], lambda: None, now=now() + timedelta(hours=1))
    assert robin.client.get(f"{page.path}.zip").data == before


def test_what_cannot_be_drawn_says_why_and_is_tried_again(
    app: Flask, session: Session, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise CannotDraw("Install fonts-noto-cjk.")

    robin = Browser(app).sign_in(here.robin)
    with monkeypatch.context() as broken:
        broken.setattr(document, "draw", refuse)
        page = robin.submit(robin.get(COMPANY), COMPANY)
        for _ in range(3):
            session.rollback()
            session.query(Job).filter_by(kind=service.MAKE).update({"heartbeat_at": None})
            session.commit()
            work(session, service.MAKE)
    page = robin.get(page.path)
    assert page.h1 == "The packet could not be made"
    assert "Install fonts-noto-cjk." in page.text
    page = robin.submit(page, f"{page.path}/again")
    assert page.h1 == "The packet is being made"
    work(session, service.MAKE)
    assert robin.get(page.path).h1 == "The packet is ready"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"since": "2026-13-01"}, "Type a day like 2026-11-24"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "The first day must not lie after the last one."),
        ({"until": "9999-01-01"}, "Type a day like 2026-11-24"),
        ({"until": "8999-01-01"}, "The last day cannot lie ahead"),
    ],
)
def test_a_period_that_is_none_is_told_at_its_field(
    app: Flask, here: World, typed: dict[str, str], sentence: str
) -> None:
    robin = Browser(app).sign_in(here.robin)
    page = robin.submit(robin.get(COMPANY), COMPANY, status=422, **typed)
    assert sentence in page.text
    assert page.find("//*[@role='alert']//a")


def test_others_find_nothing(app: Flask, session: Session, here: World) -> None:
    robin = Browser(app).sign_in(here.robin)
    path = robin.submit(robin.get(COMPANY), COMPANY).path
    session.rollback()
    theirs = make_organization(session, "Placeholder Freight")
    rival = make_person(session, "Kim Exemple", organization=theirs, role=Role.COORDINATOR)
    for person in (rival, here.marisol):
        browser = Browser(app).sign_in(person)
        for address in (path, f"{path}.zip"):
            assert browser.get(address, status=404).h1 == MISSING
    assert here.company.name not in Browser(app).sign_in(rival).get(COMPANY).text
    colleague = make_person(session, "Sam Sample", organization=here.company, role=Role.COORDINATOR)
    assert Browser(app).sign_in(colleague).get(path).h1 == "The packet is ready"


def test_staff_make_the_packet_of_any_company(app: Flask, session: Session, here: World) -> None:
    staff = Browser(app).sign_in(make_person(session, role=Role.STAFF))
    address = f"/program/evidence/{here.company.number}"
    page = staff.submit(staff.get(address), address)
    assert page.h1 == "The packet is ready"
    assert manifest(files(staff.client.get(f"{page.path}.zip").data))["company"]["name"] == here.company.name
    assert page.links()[f"Back to the packets of {here.company.name}"] == address
    assert staff.get("/program/evidence/NOBODY", status=404).h1 == MISSING


def test_former_packets_come_page_by_page(app: Flask, session: Session, here: World) -> None:
    day = program_day(now())
    for number in range(25):
        session.add(
            EvidencePacket(
                public_id=f"packet-{number}",
                organization_id=here.company.id,
                by_id=here.robin.id,
                since=day,
                until=day,
                language="en",
                paper="letter",
                asked_at=now() - timedelta(days=number),
            )
        )
    session.commit()
    robin = Browser(app).sign_in(here.robin)
    first, second = robin.get(COMPANY), robin.get(f"{COMPANY}?page=2")
    listed = [{a for a in page.links().values() if a.startswith("/evidence/")} for page in (first, second)]
    assert [len(some) for some in listed] == [20, 5]
    assert listed[0].isdisjoint(listed[1])
