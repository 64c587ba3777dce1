"""Telling people that a repair changed their result: once each, after the commit. A mail server that is down costs only time."""

from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused

from flask import current_app, render_template

from lms.accounts.mails import address
from lms.catalog.shelf import Published, published
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import known, using
from lms.web import dates, mail

from . import rules
from .letters import Letter, claim, letters, unclaim
from .repairs import Change


@dataclass(frozen=True, slots=True)
class Told:
    """How many people were told, and how many are still to be. `down`: the mail server does not answer."""

    sent: int
    left: int
    down: bool = False


def tell(repair_id: int | None = None, at_most: int | None = None) -> Told:
    """Mail whoever is still to be told, of one repair or of all. Safe to run twice, at the same time too.

    A letter is taken before it is sent, so that nobody gets it twice, and put back when it cannot be sent: then no other is
    tried, unless the server refused only this address.
    """
    waiting, sent, refused = letters(db.session, repair_id), 0, 0
    shelf = published(db.session) if waiting else None
    for number, letter in enumerate(waiting):
        if shelf is None or sent == at_most:
            return Told(sent, len(waiting) - number + refused)
        with transaction():
            taken = claim(db.session, letter, now=now())
        try:
            if taken:
                _send(letter, shelf)
            sent += taken
        except OSError as error:
            with transaction():
                unclaim(db.session, letter)
            # The log names the template, never the person.
            current_app.logger.error("Mail repaired could not be sent (%s). Check MAIL_URL.", type(error).__name__)
            if not isinstance(error, SMTPRecipientsRefused):
                return Told(sent, len(waiting) - number + refused, down=True)
            refused += 1
    return Told(sent, refused)


def draft(change: Change, title: str, reason: str) -> str:
    """The mail about a change in English, its subject first: for whoever is about to have it sent."""
    with using("en"):
        return render_template("mail/repaired.txt", **_values(change, title, reason))


def _send(letter: Letter, shelf: Published) -> None:
    """In the person's language. Raises OSError when the mail server does not take it."""
    language = known(letter.language) or "en"
    module = shelf.library.module(letter.module, language)
    with using(language):
        title = module.title if module else letter.module
        mail.send(letter.email, "repaired", **_values(letter.change, title, letter.reason))


def _values(change: Change, title: str, reason: str) -> dict[str, object]:
    return {
        "name": change.person,
        "title": title,
        "day": dates.day(program_day(change.submitted_at)),
        "old": rules.percent(change.old.points, change.old.of),
        "new": rules.percent(change.new.points, change.new.of),
        "passes": change.passes,
        "reason": reason,
        "address": address("assessment.attempt", public_id=change.public_id),
    }
