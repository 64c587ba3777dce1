"""Whatever staff and members do in whatever order, groups stay whole and nobody is told twice of a comment."""

from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.feedback import dispositions, groups, service
from lms.feedback.models import Comment, Disposition
from lms.feedback.outcomes import OUTCOMES
from lms.fsck import comments
from lms.fsck.reading import Reading
from lms.notices.models import Letter
from tests.factories.people import make_person
from tests.feedback.said import make_period, say

REFUSALS = (groups.CannotMerge, groups.NotMerged, dispositions.NotToAnswer, service.Answered)


def act(chance: Random, by_id: int) -> None:
    """One thing that somebody does, as the pages offer it."""
    some = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    comment, *others = chance.sample(some, chance.randint(2, 4))
    match chance.choice(("merge", "merge", "take out", "answer", "answer", "withdraw")):
        case "merge":
            groups.merge(db.session, comment.public_id, [one.public_id for one in others], by_id=by_id, now=now())
        case "take out":
            groups.take_out(db.session, comment.public_id, by_id=by_id, now=now())
        case "answer":
            standing = dispositions.newest(db.session, [comment.id]).get(comment.id)
            outcome, text = chance.choice(list(OUTCOMES)), f"Answer {chance.random()}"
            seen = standing.id if standing else 0
            dispositions.answer(db.session, comment, outcome=outcome, text=text, seen=seen, by_id=by_id, now=now())
        case _:
            service.withdraw(db.session, comment, now=now())


@pytest.mark.parametrize("seed", range(6))
def test_groups_stay_whole(session: Session, seed: int) -> None:
    chance, period = Random(seed), make_period(session)
    for number in range(9):
        say(session, period, f"Comment {number}", criterion=chance.choice(("6.1", "6.2")))
    by_id = make_person(session, role=Role.STAFF).id
    refused = 0
    for _ in range(60):
        try:
            with transaction():
                act(chance, by_id)
        except REFUSALS:
            refused += 1
    session.rollback()
    read = Reading(session, lambda _rows: None)
    assert [*comments.comments(read), *comments.told(read)] == []
    assert 0 < refused < 60
    assert session.scalar(select(func.count()).select_from(Disposition))
    told = select(func.count()).select_from(Letter).group_by(Letter.about)
    assert set(session.scalars(told)) == {1}
