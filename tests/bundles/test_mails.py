from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.certificates.models import Certificate, CertificateDocument, CertificateLetter, Revocation
from lms.certificates.service import DELIVER
from lms.core import working
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Job
from lms.web import mail
from tests.bundles.world import work
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, complete
from tests.pages import Browser
from tests.races import AT_ONCE, race


@pytest.fixture
def outbox(app: Flask) -> list[Any]:
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox  # type: ignore[no-any-return]


def certified(session: Session, **values: object) -> Person:
    """Somebody of a company who has just earned a certificate."""
    person = make_person(session, organization=make_organization(session), **{"mail_certificates": True, **values})
    complete(session, person, PASSWORDS)
    return person


def states(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(job.state, job.failure) for job in session.scalars(select(Job))]


def test_a_completion_leaves_one_job_and_no_document(session: Session, outbox: list[Any]) -> None:
    certified(session)
    (job,) = session.scalars(select(Job))
    assert (job.kind, job.state) == (DELIVER, "queued")
    assert session.scalars(select(CertificateDocument)).all() == []
    assert outbox == []


def test_the_pdf_is_drawn_ahead_and_mailed_in_the_persons_language(session: Session, outbox: list[Any]) -> None:
    person = certified(session, language="es")
    assert work(session, DELIVER) == 1
    session.rollback()
    (document,) = session.scalars(select(CertificateDocument))
    number = session.scalars(select(Certificate.number)).one()
    assert (document.language, document.paper) == ("es", "letter")
    (message,) = outbox
    assert message.to == [person.email]
    assert message.attachments == [(f"msc-ready-{number}.pdf", document.pdf, "application/pdf")]
    assert f"/verify/{number}" in message.body
    assert states(session) == [("done", "")]


@pytest.mark.parametrize("why", ["not asked for", "no access", "revoked"])
def test_nobody_gets_what_is_not_wanted(session: Session, outbox: list[Any], why: str) -> None:
    person = certified(session, mail_certificates=why != "not asked for")
    with transaction():
        if why == "no access":
            session.get_one(Person, person.id).disabled_at = now()
        if why == "revoked":
            staff = make_person(session, role=Role.STAFF)
            certificate = session.scalars(select(Certificate)).one()
            session.add(
                Revocation(
                    certificate_id=certificate.id, reason="wrong facts", note="", by_id=staff.id, revoked_at=now()
                )
            )
    work(session, DELIVER)
    assert outbox == []
    assert session.scalars(select(CertificateDocument)).one()
    assert session.scalars(select(CertificateLetter)).all() == []


@on_both
def test_deliveries_at_once_mail_once(app: Flask, session: Session, outbox: list[Any]) -> None:
    certified(session)
    job_id = session.scalars(select(Job.id)).one()
    session.rollback()
    arguments = session.scalars(select(Job.arguments)).one()
    session.rollback()
    deliver = working.HANDLERS[DELIVER].work
    race(app, *[lambda: deliver(arguments, lambda: None)] * AT_ONCE)
    working.run(job_id)
    assert len(outbox) == 1
    assert len(session.scalars(select(CertificateDocument)).all()) == 1


def test_a_mail_server_that_is_down_costs_time_alone(
    session: Session, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    certified(session)

    def down(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", down)
        work(session, DELIVER)
    assert states(session) == [("queued", "The mail server does not answer. Check MAIL_URL.")]
    with transaction():
        session.scalars(select(Job)).one().heartbeat_at = None  # it has rested
    work(session, DELIVER)
    assert len(outbox) == 1
    assert states(session) == [("done", "")]


def test_an_address_that_the_server_refuses_is_not_tried_again(
    session: Session, outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    certified(session)

    def refused(*_: object, **__: object) -> None:
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(mail, "send", refused)
    work(session, DELIVER)
    assert states(session) == [("done", "")]
    assert session.scalars(select(CertificateLetter)).all() == []


def test_everybody_chooses_on_the_page_of_the_account(app: Flask, session: Session) -> None:
    person = make_person(session)
    browser = Browser(app).sign_in(person)
    page = browser.get("/account/")
    assert not page.find("//input[@name='mail_certificates' and @checked]"), "nobody is mailed who has not asked"
    page = browser.submit(page, "/account/certificates", mail_certificates="yes")
    assert page.find("//input[@name='mail_certificates' and @checked]")
    page = browser.submit(page, "/account/certificates", mail_certificates=[])
    assert not page.find("//input[@name='mail_certificates' and @checked]")
    session.rollback()
    assert db.session.get_one(Person, person.id).mail_certificates is False
