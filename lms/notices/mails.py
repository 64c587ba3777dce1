"""One letter: composed when it is sent, in its reader's language, of what is due by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPDataError, SMTPRecipientsRefused

from flask import current_app

from lms.accounts.mails import address
from lms.catalog.shelf import published
from lms.content.library import Library
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Unfinished
from lms.core.language import using
from lms.reporting import roster
from lms.reporting.filters import Choice
from lms.web import mail

from . import digests, service, switches
from .bounces import UNSUBSCRIBE, token
from .kinds import KINDS, Taken, Values, letters_of
from .rules import NAMED, told_until
from .service import End

NO_ANSWER = "The mail server does not answer. Check MAIL_URL."


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a letter: a module with its day and address. `again` as in rules.Due; `people` have to do it, in a digest."""

    title: str
    due_on: date
    address: str
    again: str | None = None
    people: int = 0


def deliver(letter_id: int) -> End | None:
    """Send a letter that waits, once; what became of it, None when it was not there to take. Raises Unfinished when the mail
    server cannot be had: then the letter waits, unless it may have gone out."""
    with transaction():
        letter = service.take(db.session, letter_id, now=now())
    if letter is None:
        return None
    try:
        end = _sent(letter)
    except OSError as error:
        _end(letter, "dropped" if isinstance(error, mail.Unsure) else "waiting")
        raise Unfinished(NO_ANSWER) from error
    except Exception:  # this one alone: others go on, and so does it, until it is of no use
        current_app.logger.exception("Letter %s cannot be written.", letter.id)
        end = "waiting"
    _end(letter, end)
    return end


def _end(letter: Taken, end: End) -> None:
    moment = now()
    with transaction():
        service.end(db.session, letter.id, end, now=moment)
        if end == "refused":
            switches.refuse(db.session, letter.person_id, now=moment)


def _sent(letter: Taken) -> End:
    """Raises OSError when the mail server cannot be had."""
    values = KINDS[letter.kind].compose(letter)
    db.session.rollback()  # nothing is open while a mail is sent
    if values is None:
        return "dropped"
    off = address("notices.off", token=token(str(current_app.secret_key), letter.person_id))
    headers = {
        UNSUBSCRIBE: f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    try:
        with using(letter.language):
            mail.send(letter.email, letter.kind, None, headers, name=letter.name, off=off, **values)
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return "refused" if codes and all(code >= 500 for code in codes) else "waiting"
    except SMTPDataError:
        return "waiting"  # the server is there and did not like this mail
    return "sent"


@letters_of("reminder", switched=True)
def _reminder(letter: Taken) -> Values | None:
    """What the letter says, None when nothing is due any more."""
    library, today = published(db.session).library, program_day(now())
    dues = service.due(db.session, letter.person_id, until=told_until(today, library.framework.program))
    items = [
        Item(_title(library, letter, one.module), one.due_on, _address(one.module), one.again)
        for one in dues
        if one.module in library.modules
    ]
    if not items:
        return None
    late, ahead = ([i for i in items if (i.due_on < today) is is_late] for is_late in (True, False))
    return {"late": late, "ahead": ahead, "training": address("learning.home")}


@letters_of("digest", switched=True)
def _digest(letter: Taken) -> Values | None:
    """How the coordinator's company stands, None for one without people."""
    company, today = letter.organization_id, program_day(now())
    if company is None:
        return None
    tally = roster.tally(db.session, company, today)
    if not tally.people:
        return None
    library = published(db.session).library
    behind = roster.members(db.session, company, today, Choice(show="behind"), limit=NAMED)
    returned, many_returned = digests.unreachable(db.session, company)
    falling: Sequence[Item] = [
        Item(_title(library, letter, f.module), f.due_on, _address(f.module), people=f.people)
        for f in digests.falling(db.session, company, today=today)
        if f.module in library.modules
    ]
    return {
        "tally": tally,
        "behind": behind,
        "falling": falling,
        "joining": digests.joining(db.session, company),
        "returned": returned,
        "many_returned": many_returned,
        "roster": address("reporting.company"),
    }


def _title(library: Library, letter: Taken, key: str) -> str:
    module = library.module(key, letter.language)
    return module.title if module else key


def _address(key: str) -> str:
    slug, name = key.split("/")
    return address("learning.module", slug=slug, name=name)
