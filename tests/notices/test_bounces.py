"""Reports of failed delivery, as mail servers pipe them in."""

from email import policy
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from tests.conftest import on_both

from .conftest import Post
from .world import at, company, person, remind

WHOLE, HEADERS = "message/rfc822", "text/rfc822-headers"
MARKED = "The address is marked: no more reminders go there.\n"
NOTHING = "This reports no letter of ours that failed for good. Nothing is changed.\n"


def report(letter: EmailMessage, *, action: str = "failed", status: str = "5.1.1", returned: str = WHOLE) -> bytes:
    """What a mail server writes when it cannot deliver a letter."""
    top = MIMEMultipart("report")
    top.set_param("report-type", "delivery-status")
    top["Subject"] = "Undelivered Mail Returned to Sender"
    top.attach(MIMEText("Your message could not be delivered."))
    delivery = MIMEBase("message", "delivery-status")
    about, recipient = Message(), Message()
    about["Reporting-MTA"] = "dns; mail.sample.example"
    recipient["Final-Recipient"] = f"rfc822; {letter['To']}"
    recipient["Action"] = action
    recipient["Status"] = status
    delivery.set_payload([about, recipient])
    top.attach(delivery)
    if returned == WHOLE:
        top.attach(MIMEMessage(letter))
    elif returned == HEADERS:
        top.attach(MIMEText("".join(f"{k}: {v}\n" for k, v in letter.items()), "rfc822-headers"))
    return top.as_bytes(policy=policy.SMTP)


@pytest.fixture
def letter(app: Flask, session: Session, post: Post) -> EmailMessage:
    person(session, "Ana", company(session))
    with travel(at(28), tick=False):
        remind(app)
    return post.of("ana@sample.example")


def bounces(app: Flask, text: bytes) -> str:
    result = app.test_cli_runner().invoke(args=["bounces"], input=text)
    assert result.exit_code == 0, result.output
    return result.output


def marked(session: Session) -> bool:
    session.rollback()
    return session.scalars(select(Person.mail_refused_at)).one() is not None


@on_both
@pytest.mark.parametrize("returned", [WHOLE, HEADERS])
def test_a_report_marks_the_address(app: Flask, session: Session, letter: EmailMessage, returned: str) -> None:
    text = report(letter, returned=returned)
    assert bounces(app, text) == MARKED
    assert marked(session)
    assert bounces(app, text) == "The address was marked before.\n"


@pytest.mark.parametrize(
    "values",
    [{"action": "delayed", "status": "4.4.1"}, {"status": "4.2.2"}, {"action": "delivered"}, {"returned": ""}],
    ids=["delayed", "for now", "delivered", "without the letter"],
)
def test_other_reports_change_nothing(
    app: Flask, session: Session, letter: EmailMessage, values: dict[str, str]
) -> None:
    assert bounces(app, report(letter, **values)) == NOTHING
    assert not marked(session)


def test_a_report_of_a_letter_that_we_did_not_write_is_not_believed(
    app: Flask, session: Session, letter: EmailMessage
) -> None:
    link = letter["List-Unsubscribe"]
    del letter["List-Unsubscribe"]
    letter["List-Unsubscribe"] = link[:-3] + "AA>"
    assert bounces(app, report(letter)) == NOTHING
    assert not marked(session)


@pytest.mark.parametrize("text", [b"", b"Hello", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\n--"])
def test_any_mail_is_read(app: Flask, text: bytes) -> None:
    assert bounces(app, text) == NOTHING
