"""Whatever a hand changes in the comments, past the site's rules, the check names the row."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.core.database import db
from lms.feedback import dispositions, groups
from lms.fsck.reading import Reading
from lms.fsck.rules import Broken
from lms.fsck.service import INVARIANTS
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.feedback.said import make_period, say
from tests.fsck.world import vandalize


@dataclass(frozen=True, slots=True)
class World:
    """A comment that answers for another, one that stands alone, one on another criterion, a draft and a withdrawn one."""

    head: int
    twin: int
    alone: int
    elsewhere: int
    draft: int
    withdrawn: int
    disposition: int


@pytest.fixture
def world(session: Session) -> World:
    period = make_period(session)
    head, twin, alone = (say(session, period, f"Which bolt, {n}?") for n in range(3))
    elsewhere = say(session, period, criterion="6.1")
    draft, withdrawn = say(session, period, state="draft"), say(session, period, state="withdrawn")
    pat = make_person(session, role=Role.STAFF)
    groups.merge(session, head.public_id, [twin.public_id], by_id=pat.id, now=now())
    dispositions.answer(session, head, outcome="explained", text="A bolt seal.", seen=0, by_id=pat.id, now=now())
    session.commit()
    ((given, _),) = dispositions.history(session, head.id)
    made = World(head.id, twin.id, alone.id, elsewhere.id, draft.id, withdrawn.id, given.id)
    session.rollback()
    return made


def findings() -> list[Broken]:
    read = Reading(db.session, lambda _rows: None)
    checks = [check for _, check in INVARIANTS if check.__module__ == "lms.fsck.comments"]
    found = [broken for check in checks for broken in check(read)]
    assert read.rows > 0
    db.session.rollback()
    return found


@on_both
def test_what_the_site_did_is_whole(world: World) -> None:
    assert findings() == []


@on_both
@pytest.mark.parametrize(
    ("sql", "table", "key", "says"),
    [
        ("UPDATE comment SET text = 'Other words.' WHERE id = {alone}", "comment", "alone", "digest is not that"),
        ("UPDATE comment SET digest = 'x' WHERE id = {withdrawn}", "comment", "withdrawn", "though it has a digest"),
        (
            "UPDATE comment SET sent_at = '2027-06-01 12:00:00+00:00' WHERE id = {alone}",
            "comment",
            "alone",
            "its period runs",
        ),
        ("UPDATE comment SET merged_id = {twin} WHERE id = {alone}", "comment", "alone", "which is merged itself"),
        ("UPDATE comment SET merged_id = {elsewhere} WHERE id = {alone}", "comment", "alone", "about something else"),
        ("UPDATE comment SET merged_id = {draft} WHERE id = {alone}", "comment", "alone", "is a draft"),
        ("UPDATE disposition SET outcome = 'perhaps'", "disposition", "disposition", "outcome is perhaps"),
        ("UPDATE disposition SET at = '2018-01-01 12:00:00+00:00'", "disposition", "disposition", "was sent at"),
        ("UPDATE disposition SET comment_id = {draft}", "disposition", "disposition", "which is a draft"),
        ("UPDATE disposition SET comment_id = {twin}", "disposition", "disposition", "which is merged"),
        ("UPDATE disposition SET comment_id = {alone}", "comment", "alone", "no letter about it"),
    ],
)
def test_what_a_hand_changed_is_named(world: World, sql: str, table: str, key: str, says: str) -> None:
    places: Callable[..., str] = sql.format
    vandalize(places(**{name: getattr(world, name) for name in World.__slots__}))
    named = [broken for broken in findings() if says in broken.what]
    assert [(broken.table, broken.key) for broken in named] == [(table, {"id": getattr(world, key)})]


@on_both
def test_an_author_who_was_not_told_is_named(session: Session, world: World) -> None:
    session.execute(
        text("DELETE FROM letter WHERE about = (SELECT public_id FROM comment WHERE id = :id)"), {"id": world.twin}
    )
    session.commit()
    assert [(broken.table, broken.key) for broken in findings()] == [("comment", {"id": world.twin})]
