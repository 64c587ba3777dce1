"""The letter that tells somebody of the answer to his or her comment."""

from sqlalchemy import select

from lms.accounts.mails import address
from lms.catalog.shelf import published
from lms.core.database import db
from lms.notices.kinds import Taken, Values, letters_of

from .dispositions import LETTER, newest
from .models import Comment
from .outcomes import OUTCOMES

# Days after which an answer that could not be sent is read on the site only.
OF_USE = 30


@letters_of(LETTER, of_use=OF_USE)
def _answer(letter: Taken) -> Values | None:
    """The disposition that counts when the letter is sent; None where the comment was taken back or has none any more."""
    comment = db.session.scalar(
        select(Comment).where(
            Comment.public_id == letter.about, Comment.person_id == letter.person_id, Comment.state == "sent"
        )
    )
    if comment is None:
        return None
    head = comment.merged_id or comment.id
    given = newest(db.session, [head]).get(head)
    if given is None:
        return None
    edition = published(db.session).library.framework.edition(comment.period.edition)
    criterion = edition.criteria.get(comment.criterion) if edition else None
    return {
        "criterion": comment.criterion,
        "title": criterion.title if criterion else "",
        "outcome": OUTCOMES[given.outcome],
        "text": given.text,
        "merged": comment.merged_id is not None,
        "address": address("feedback.comment", public_id=comment.public_id),
    }
