import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.bundles import service
from lms.bundles.models import Bundle, BundleCertificate
from lms.certificates import drawing
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.pdf import CannotDraw
from lms.core.database import db, transaction
from lms.core.jobs import Job
from tests.bundles.world import NAMES, company, coordinator, store, work
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.pages import MISSING, Browser, Page

COMPANY, PROGRAM = "/company/certificates/", "/program/certificates/bundles/"


def the_bundle(session: Session) -> Bundle:
    session.rollback()
    return session.scalars(select(Bundle).order_by(Bundle.id.desc())).first() or pytest.fail("no bundle")


def unzipped(browser: Browser, page: Page) -> dict[str, bytes]:
    response = browser.client.get(f"{page.path}.zip")
    assert response.mimetype == "application/zip"
    assert response.content_length == len(response.data)
    with ZipFile(BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@on_both
def test_a_coordinator_gets_all_certificates_of_the_company(app: Flask, session: Session) -> None:
    ours = company(session)
    company(session, "Placeholder Freight", people=("Ben Muestra",))
    robin = Browser(app).sign_in(coordinator(session, ours))
    page = robin.get(COMPANY)
    assert page.h1 == f"{len(NAMES)} valid certificates in your company"
    assert "Ben Muestra" not in page.text
    page = robin.submit(page, COMPANY, language="es", paper="a4")
    assert page.h1 == "Your file is being made"
    assert f"0 of {len(NAMES)} drawn" in page.text
    stored = store(session, the_bundle(session))
    page = robin.get(page.path)
    assert page.h1 == "Your file is ready"
    files = unzipped(robin, page)
    rows = list(csv.DictReader(StringIO(files.pop("index.csv").decode())))
    holders = select(Certificate.number, Person.name).join(Person, Person.id == Certificate.person_id)
    owners = dict(session.execute(holders.where(Certificate.organization_id == ours.id)).all())
    assert [row["Archivo" if "Archivo" in row else "File"] for row in rows] == list(files)
    assert len(files) == len(owners) == len(NAMES)
    for (name, pdf), row in zip(files.items(), rows, strict=True):
        number = name.removesuffix(".pdf").split(" - ")[-1]
        assert pdf == stored[number]
        assert next(iter(row.values())) == number
        assert list(row.values())[1].removeprefix("'") == owners[number]
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


def test_the_jobs_draw_what_is_missing_and_the_page_counts_it(app: Flask, session: Session) -> None:
    ours = company(session, people=NAMES[:2])
    robin = Browser(app).sign_in(coordinator(session, ours))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    assert work(session, service.DRAW) == 1
    page = robin.get(page.path)
    assert page.h1 == "Your file is ready"
    files = unzipped(robin, page)
    assert [data[:5] for name, data in files.items() if name != "index.csv"] == [b"%PDF-", b"%PDF-"]
    drawn = session.scalars(select(CertificateDocument.drawn_at)).all()
    robin.submit(robin.get(COMPANY), COMPANY)
    work(session, service.DRAW)
    assert session.scalars(select(CertificateDocument.drawn_at)).all() == drawn, "nothing is drawn twice"


def test_a_script_gets_the_part_that_changes_and_then_the_whole_page(app: Flask, session: Session) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session, people=NAMES[:1])))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    assert page.one("//*[@hx-get]").get("hx-get") == page.path
    assert page.links()["Look again"] == page.path
    part = robin.client.get(page.path, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "0 of 1 drawn" in part.text
    assert "HX-Refresh" not in part.headers
    store(session, the_bundle(session))
    part = robin.client.get(page.path, headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert not robin.get(page.path).find("//*[@hx-get]")


def test_what_cannot_be_drawn_is_told_and_tried_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session, people=NAMES[:2])))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    drawn: list[int] = []

    def half(_session: Session, certificate_id: int, **_: object) -> bytes:
        drawn.append(certificate_id)
        raise CannotDraw("Install fonts-noto-cjk.")

    with monkeypatch.context() as broken:
        broken.setattr(drawing, "document", half)
        work(session, service.DRAW)
    assert len(drawn) == 2, "one that cannot be drawn holds up no other"
    page = robin.get(page.path)
    assert "Install fonts-noto-cjk." in page.text
    robin.submit(page, f"{page.path}/again")
    assert work(session, service.DRAW) == 1
    assert robin.get(page.path).h1 == "Your file is ready"


def test_a_bundle_that_failed_for_good_says_so(app: Flask, session: Session) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session, people=NAMES[:1])))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    with transaction():
        for job in session.scalars(select(Job).filter_by(kind=service.DRAW)):
            job.state, job.failure = "failed", "Run flask keys new."
    page = robin.get(page.path)
    assert page.h1 == "Some certificates could not be drawn"
    assert "Run flask keys new." in page.text
    assert robin.client.get(f"{page.path}.zip").headers["Location"] == page.path


def test_what_could_be_drawn_is_in_the_file_and_the_table_says_what_is_missing(app: Flask, session: Session) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session, people=NAMES[:2])))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    stored = store(session, the_bundle(session))
    with transaction():
        missing = session.scalars(select(CertificateDocument).order_by(CertificateDocument.certificate_id)).first()
        session.delete(missing)
        for job in session.scalars(select(Job).filter_by(kind=service.DRAW)):
            job.state, job.failure = "failed", "Install fonts-noto-cjk."
    page = robin.get(page.path)
    assert "The file holds the others" in page.text
    files = unzipped(robin, page)
    rows = list(csv.DictReader(StringIO(files.pop("index.csv").decode())))
    assert len(files) == 1
    assert next(iter(files.values())) in stored.values()
    assert sorted(row["File"] for row in rows) == ["", *files]


def test_a_bundle_is_sealed_away_from_everybody_else(app: Flask, session: Session) -> None:
    ours, theirs = company(session, people=NAMES[:1]), company(session, "Placeholder Freight", people=NAMES[:1])
    robin = coordinator(session, ours)
    asking = Browser(app).sign_in(robin)
    page = asking.submit(asking.get(COMPANY), COMPANY)
    store(session, the_bundle(session))
    others = [
        coordinator(session, theirs),
        make_person(session, "Second coordinator", organization=ours, role=Role.COORDINATOR),
        make_person(session, "Learner", organization=ours),
        make_person(session, "Staff", role=Role.STAFF),
        make_person(session, "Admin", role=Role.ADMIN),
    ]
    missing = f"/bundles/{'A' * 22}"
    for person in others:
        browser = Browser(app).sign_in(person)
        for ending in ("", ".zip"):
            answer, other = browser.client.get(page.path + ending), browser.client.get(missing + ending)
            assert answer.status_code == other.status_code == 404
            assert answer.data.replace(page.path.encode(), b"") == other.data.replace(missing.encode(), b"")
        assert browser.client.post(f"{page.path}/again").status_code == 400, "without its token"


@pytest.mark.parametrize("change", ["moved", "demoted"])
def test_who_no_longer_runs_the_company_no_longer_opens_it(app: Flask, session: Session, change: str) -> None:
    ours, theirs = company(session, people=NAMES[:1]), company(session, "Placeholder Freight", people=NAMES[:1])
    robin = coordinator(session, ours)
    browser = Browser(app).sign_in(robin)
    page = browser.submit(browser.get(COMPANY), COMPANY)
    with transaction():
        person = session.get_one(Person, robin.id)
        if change == "moved":
            person.organization_id = theirs.id
        else:
            person.role = Role.LEARNER
    for ending in ("", ".zip"):
        assert browser.get(f"{page.path}{ending}", status=404).h1 == MISSING


@on_both
def test_staff_choose_by_company_kind_and_day(app: Flask, session: Session) -> None:
    company(session, people=NAMES[:2])
    company(session, "Placeholder Freight", people=("Ben Muestra",))
    staff = Browser(app).sign_in(make_person(session, "Staff", role=Role.STAFF))
    assert staff.get(PROGRAM).h1 == "3 certificates to put into one file"
    (count,) = staff.get(PROGRAM).find("//section[@aria-labelledby='counts']//dd/a")
    assert staff.get(count.get("href")).h1.startswith(f"{count.text} certificate"), "a number leads to its rows"
    assert staff.get(f"{PROGRAM}?kind=program").h1 == "No certificates to put into one file"
    assert staff.get(f"{PROGRAM}?until=2020-01-01").h1 == "No certificates to put into one file"
    page = staff.get(f"{PROGRAM}?company=Placeholder+Freight")
    assert page.h1 == "1 certificate to put into one file"
    page = staff.submit(page, page.form().action)
    assert page.h1 == "Your file is being made"
    session.rollback()
    assert len(session.scalars(select(BundleCertificate)).all()) == 1
    assert staff.get(PROGRAM).find(f"//a[@href='{page.path}']")


def test_nothing_to_bundle_is_told(app: Flask, session: Session) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session, people=())))
    assert robin.get(COMPANY).h1 == "No valid certificates yet"
    assert not robin.get(COMPANY).find("//main//form")
    assert session.scalars(select(Bundle)).all() == []


def test_the_file_is_sent_when_the_request_is_over(app: Flask, session: Session) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session)))
    page = robin.submit(robin.get(COMPANY), COMPANY)
    stored = store(session, the_bundle(session))
    answer = robin.client.get(f"{page.path}.zip", buffered=False)
    db.session.remove()  # as a server does before it sends what a view streams
    with ZipFile(BytesIO(b"".join(answer.iter_encoded()))) as archive:
        assert sorted(archive.read(name) for name in archive.namelist()[1:]) == sorted(stored.values())


def test_no_transaction_is_open_while_a_reader_takes_what_was_read(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = Browser(app).sign_in(coordinator(session, company(session)))
    robin.submit(robin.get(COMPANY), COMPANY)
    bundle = the_bundle(session)
    stored = store(session, bundle)
    monkeypatch.setattr(service, "BATCH", 4)
    read = []
    for place, pdf in service.documents(db.session, bundle):
        assert not db.session().in_transaction()
        read.append((place, pdf))
    assert [place for place, _ in read] == list(range(1, len(NAMES) + 1))
    assert sorted(pdf for _, pdf in read) == sorted(stored.values())
