"""The letters of announcements: written some hundred people at a time, composed when each is sent."""

from sqlalchemy import select

from lms.accounts.mails import address
from lms.accounts.models import Person
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import Arguments, Beat, handles
from lms.notices.kinds import Taken, Values, letters_of, post

from . import service
from .models import Announcement
from .rules import is_shown, words_in

KIND = "announcement"
# People written to at once: on SQLite nobody else writes meanwhile.
CHUNK = 500
OF_USE = 14


@handles(service.MAIL)
def write(arguments: Arguments, beat: Beat) -> None:
    """Write a letter to everybody whom the announcement is for; may run twice."""
    after = 0
    while True:
        with transaction():
            announcement = db.session.get_one(Announcement, arguments["announcement"])
            if announcement.withdrawn_at:
                return
            whom = select(Person.id).where(*service.conditions(service.audience_of(announcement)), Person.id > after)
            people = list(db.session.scalars(whom.order_by(Person.id).limit(CHUNK)))
            post(db.session, KIND, about=announcement.public_id, people=people, now=now())
        if not people:
            return
        after = people[-1]
        beat()


@letters_of(KIND, switched=True, of_use=OF_USE)
def compose(letter: Taken) -> Values | None:
    """The announcement in the reader's language, None when it is not shown any more."""
    announcement = service.get(db.session, letter.about)
    published, withdrawn = announcement.published_at is not None, announcement.withdrawn_at is not None
    if not is_shown(published, withdrawn, announcement.shown_until, program_day(now())):
        return None
    words = words_in(letter.language, service.english(announcement), announcement.translations)
    return {
        "title": words.title,
        "body": words.body,
        "page": address("announcements.announcement", public_id=letter.about),
    }
