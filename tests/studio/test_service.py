"""Publishing one file: onto the newest content, never over somebody else's work, and only what the sandbox has seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.models import Revision
from lms.catalog.shelf import published
from lms.core import contained
from lms.core.audit import AuditEntry
from lms.core.database import db, transaction
from lms.studio import sandbox, service
from lms.studio.service import Change, SameFileChanged
from tests.conftest import on_both
from tests.factories.library import small_courses
from tests.factories.people import make_person

NOW = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
SEALS, WALK = "06-seal-security/seals.md", "05-conveyance-and-iit-security/walk.md"


def edited(path: str, old: str, new: str) -> str:
    text = small_courses()[path].decode()
    assert old in text
    return text.replace(old, new)


def changed(session: Session, path: str, text: str, base: int | None = None) -> Change:
    here = published(session).revision_id
    return service.checked_change(session, base=here if base is None else base, path=path, text=text)


def publish(session: Session, change: Change, message: str = "Say it plainly") -> int:
    with transaction():
        return service.publish_change(
            session, change, author="Terry Sample", actor_id=ACTOR[0], message=message, now=NOW
        ).id


ACTOR = [0]


@pytest.fixture(autouse=True)
def terry(session: Session) -> None:
    ACTOR[0] = make_person(session, "Terry Sample", role=Role.TRAINER).id


@on_both
def test_one_file_changes_and_the_others_stay(session: Session) -> None:
    change = changed(session, SEALS, edited(SEALS, "bay four", "bay five"))
    assert not change.has_errors
    number = publish(session, change)
    after = store.content_of(session, number)
    assert after == small_courses() | {SEALS: small_courses()[SEALS].replace(b"bay four", b"bay five")}
    assert "bay five" in published(session).library.modules["seal-security/seals"].opening
    revision = session.get_one(Revision, number)
    assert (revision.author, revision.message, revision.created_at) == ("Terry Sample", "Say it plainly", NOW)


def test_the_audit_says_who_published(session: Session) -> None:
    number = publish(session, changed(session, SEALS, edited(SEALS, "bay four", "bay five")))
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (row.action, row.subject, row.actor_id) == ("revision.published", str(number), ACTOR[0])


@on_both
def test_what_others_changed_in_other_files_stays(session: Session) -> None:
    base = published(session).revision_id
    publish(session, changed(session, WALK, edited(WALK, "leave the yard", "leave the gate"), base))
    number = publish(session, changed(session, SEALS, edited(SEALS, "bay four", "bay five"), base))
    after = store.content_of(session, number)
    assert b"leave the gate" in after[WALK]
    assert b"bay five" in after[SEALS]


@on_both
def test_the_same_file_is_refused_and_both_are_named(session: Session) -> None:
    base = published(session).revision_id
    mine = changed(session, SEALS, edited(SEALS, "bay four", "bay five"), base)
    theirs = publish(session, changed(session, SEALS, edited(SEALS, "still tells", "yet tells"), base), "Another word")
    publish(session, changed(session, WALK, edited(WALK, "leave the yard", "leave the gate")))
    with pytest.raises(SameFileChanged) as refused:
        publish(session, mine)
    clash = refused.value.clash
    assert (clash.revision, clash.author, clash.message) == (theirs, "Terry Sample", "Another word")
    assert clash.lines is not None
    assert "yet tells" in clash.lines
    assert session.scalar(select(func.count(Revision.id))) == 3


def test_a_clash_is_told_before_publishing(session: Session) -> None:
    base = published(session).revision_id
    publish(session, changed(session, SEALS, edited(SEALS, "still tells", "yet tells"), base))
    assert changed(session, SEALS, edited(SEALS, "bay four", "bay five"), base).clash
    assert changed(session, SEALS, edited(SEALS, "still tells", "yet tells"), base).clash is None
    assert changed(session, WALK, edited(WALK, "leave the yard", "leave the gate"), base).clash is None


@pytest.mark.parametrize("base", [0, 999])
def test_a_text_of_unknown_base_never_overwrites(session: Session, base: int) -> None:
    with pytest.raises(SameFileChanged):
        publish(session, changed(session, SEALS, edited(SEALS, "bay four", "bay five"), base))


def test_whoever_took_the_changes_over_may_publish(session: Session) -> None:
    base = published(session).revision_id
    theirs = publish(session, changed(session, SEALS, edited(SEALS, "still tells", "yet tells"), base))
    merged = edited(SEALS, "bay four", "bay five").replace("still tells", "yet tells")
    number = publish(session, changed(session, SEALS, merged, theirs))
    assert store.file_content(session, number, SEALS) == merged.encode()


def at_once(app: Flask, *changes: Change) -> list[str]:
    """Publish all of them in the same moment, and say how each ended."""
    ready = Barrier(len(changes))

    def one(change: Change) -> str:
        with app.app_context():
            ready.wait()
            try:
                publish(db.session, change)
            except SameFileChanged:
                return "refused"
            finally:
                db.session.remove()
            return "published"

    with ThreadPoolExecutor(len(changes)) as pool:
        return sorted(pool.map(one, changes))


@on_both
def test_two_files_published_at_once_are_both_there(session: Session, app: Flask) -> None:
    seals = changed(session, SEALS, edited(SEALS, "bay four", "bay five"))
    walk = changed(session, WALK, edited(WALK, "leave the yard", "leave the gate"))
    session.rollback()
    assert at_once(app, seals, walk) == ["published", "published"]
    after = store.content_of(session, published(session).revision_id)
    assert b"bay five" in after[SEALS]
    assert b"leave the gate" in after[WALK]


@on_both
def test_of_one_file_published_at_once_the_second_is_refused(session: Session, app: Flask) -> None:
    both = [changed(session, SEALS, edited(SEALS, "bay four", words)) for words in ("bay five", "bay six")]
    session.rollback()
    assert at_once(app, *both) == ["published", "refused"]


def test_two_new_modules_of_one_name_clash(session: Session) -> None:
    base, path = published(session).revision_id, "04-cybersecurity/mail.md"
    text = edited("04-cybersecurity/passwords.md", "title: Passwords", "title: Mail").replace(
        "passwords-share", "mail-share"
    )
    publish(session, changed(session, path, text, base))
    with pytest.raises(SameFileChanged):
        publish(session, changed(session, path, text.replace("title: Mail", "title: Letters"), base))


def test_the_same_text_is_nothing_new(session: Session) -> None:
    with pytest.raises(catalog.NothingNew):
        publish(session, changed(session, SEALS, small_courses()[SEALS].decode().replace("\n", "\r\n")))


def test_errors_cannot_be_published(session: Session) -> None:
    change = changed(session, SEALS, edited(SEALS, "- [ ] S\n", "- [x] S\n"))
    assert [p.code for p in change.problems if p.is_error] == ["A002"]
    with pytest.raises(catalog.Unpublishable):
        publish(session, change)


def test_an_error_that_appears_in_another_file_stops_publishing(session: Session) -> None:
    linked = edited(
        WALK, "before you leave the yard.", "before [you leave](../06-seal-security/seals.md#when-it-goes-on)."
    )
    publish(session, changed(session, WALK, linked))
    change = changed(session, SEALS, edited(SEALS, "## When it goes on", "## Putting it on"))
    assert [(p.path, p.code) for p in change.problems if p.is_error] == [(WALK, "F032")]


def test_what_the_sandbox_gave_up_on_cannot_be_published(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def overrun(_task: sandbox.Task) -> sandbox.Outcome:
        raise contained.GaveUp("It took too long.")

    monkeypatch.setattr(sandbox, "run", overrun)
    change = changed(session, SEALS, edited(SEALS, "bay four", "bay five"))
    (problem,) = change.problems
    assert (problem.path, problem.line, problem.is_error, problem.message) == (SEALS, 1, True, "It took too long.")
    assert problem.fix
    with pytest.raises(catalog.Unpublishable):
        publish(session, change)


def test_a_file_over_one_megabyte_is_a_sentence(session: Session) -> None:
    change = changed(session, SEALS, "a" * 1_000_001)
    said = next(p for p in change.problems if p.code == "F004")
    assert "1,000,002 bytes" in said.message
    assert "1,000,000" in said.fix


def test_the_published_content_is_checked_once(session: Session) -> None:
    number = published(session).revision_id
    assert service.problems_of(session, revision_id=number) is service.problems_of(session, revision_id=number)
    assert not any(p.is_error for p in service.problems_of(session, revision_id=number))
