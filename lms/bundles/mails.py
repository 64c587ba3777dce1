"""The job that follows every certificate: its document drawn ahead of need, and mailed to its holder if he or she wants that."""

from smtplib import SMTPRecipientsRefused

from flask import current_app

from lms.accounts.mails import address
from lms.certificates import drawing
from lms.certificates.designs import PAPERS
from lms.certificates.pdf import CannotDraw
from lms.certificates.service import DELIVER
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, Unfinished, handles
from lms.core.language import translated, using
from lms.web import dates, mail

from . import letters
from .letters import Letter


@handles(DELIVER, priority=lambda _: 1)
def deliver(arguments: Arguments, beat: Beat) -> None:
    """Draw the document in the holder's language; mail it, once.

    The letter is taken before it is sent, so that nobody gets it twice, and put back when the mail server refuses: then the
    job is tried again, unless the server refused only this address.
    """
    letter = letters.letter(db.session, arguments["certificate"])
    settings = current_app.extensions["settings"]
    try:
        pdf = drawing.document(
            db.session, letter.certificate_id, language=letter.language, paper=PAPERS[0], settings=settings, now=now()
        )
    except CannotDraw as error:
        raise Unfinished(str(error)) from error
    beat()
    if not letter.wanted:
        return
    with transaction():
        taken = letters.claim(db.session, letter.certificate_id, now=now())
    if not taken:
        return
    try:
        _send(letter, pdf)
    except OSError as error:
        with transaction():
            letters.unclaim(db.session, letter.certificate_id)
        # The log names the template, never the person.
        current_app.logger.error("Mail certificate could not be sent (%s). Check MAIL_URL.", type(error).__name__)
        if not isinstance(error, SMTPRecipientsRefused):
            raise Unfinished("The mail server does not answer. Check MAIL_URL.") from error


def _send(letter: Letter, pdf: bytes) -> None:
    """In the holder's language, with the names that the record holds in it. Raises OSError when it is not taken."""
    record = letter.record
    with using(letter.language):
        mail.send(
            letter.email,
            "certificate",
            (f"msc-ready-{record.number}.pdf", pdf, "application/pdf"),
            name=letter.name,
            title=record.word(record.title, letter.language) if record.kind != "program" else translated(record.title),
            valid_until=dates.day(record.valid_until),
            page=address("certificates.verify_number", number=record.number),
            account=address("accounts.account"),
        )
