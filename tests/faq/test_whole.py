"""Whatever a hand changes in the FAQ past all rules, the check of the database names the entry; and a backup brings it back."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core import database
from lms.core.database import db
from lms.faq import service
from lms.faq.search import find
from lms.fsck.service import Finding, check
from tests.conftest import on_both
from tests.factories.people import make_person

from .world import AT, make_entry


@pytest.fixture
def number(session: Session) -> int:
    """Of an entry in two languages."""
    staff = make_person(session, role=Role.STAFF)
    retired = make_entry(session, staff, "Is this asked any more?")
    service.retire(session, retired, by_id=staff.id, now=AT)
    return make_entry(session, staff, "Which seal?", spanish=("¿Qué precinto?", "Uno."), criteria=("6.2",))


def found(session: Session) -> list[tuple[str, str, dict[str, object], str]]:
    findings = [one for one in check(session, lambda _invariant, _rows: None) if isinstance(one, Finding)]
    return [(f.invariant, f.broken.table, dict(f.broken.key), f.broken.what) for f in findings]


CHANGES = (
    ("UPDATE faq_index SET answer = 'something else' WHERE entry_id = :n AND language = 'en'", "faq_index", "(en)"),
    ("UPDATE faq_index SET criteria = '' WHERE entry_id = :n", "faq_index", "(en, es)"),
    ("DELETE FROM faq_index WHERE entry_id = :n AND language = 'es'", "faq_index", "(es)"),
    ("UPDATE faq_version SET question = 'Which bolt?' WHERE entry_id = :n", "faq_index", "(en)"),
    ("UPDATE faq_entry SET retired_at = created_at WHERE id = :n", "faq_index", "(en, es)"),
    ("UPDATE faq_version SET number = 2 WHERE entry_id = :n", "faq_entry", "1 versions are numbered from 2 to 2"),
)


@on_both
@pytest.mark.parametrize(("statement", "table", "says"), CHANGES)
def test_a_change_past_all_rules_is_named(session: Session, number: int, statement: str, table: str, says: str) -> None:
    assert found(session) == []
    session.execute(text(statement), {"n": number})
    session.commit()
    key = {"entry_id": number} if table == "faq_index" else {"id": number}
    invariant = "P3" if table == "faq_index" else "P4"
    ((code, where, which, what),) = found(session)
    assert (code, where, which) == (invariant, table, key)
    assert says in what


@on_both
def test_words_of_an_entry_that_is_not_there_and_a_vote_on_no_version_are_named(session: Session, number: int) -> None:
    add = "INSERT INTO faq_index (entry_id, language, question, answer, criteria) VALUES (999, 'en', 'x', 'y', '')"
    session.execute(text(add))
    service.vote(session, number, "a" * 64, helpful=True, now=AT)
    session.execute(text("UPDATE faq_vote SET number = 7"))
    session.commit()
    named = [(table, key) for _, table, key, _ in found(session)]
    assert named == [("faq_vote", {"entry_id": number, "voter": "a" * 64}), ("faq_index", {"entry_id": 999})]


@on_both
def test_the_search_is_in_the_backup(app: Flask, session: Session, number: int, tmp_path: Path) -> None:
    file = str(tmp_path / "monday.zip")
    session.remove()  # type: ignore[attr-defined]
    made = app.test_cli_runner().invoke(args=["backup", file])
    assert made.exit_code == 0, made.output
    db.session.execute(text("DELETE FROM faq_index"))
    db.session.execute(text("DELETE FROM faq_version"))
    db.session.commit()
    db.session.remove()
    database.dispose()
    restored = app.test_cli_runner().invoke(args=["restore", "--replace", file])
    assert restored.exit_code == 0, restored.output
    assert find(db.session, "padlock", "en").entries == (number,)
    assert find(db.session, "candado", "es").entries == (number,)
    db.session.remove()
    database.dispose()
