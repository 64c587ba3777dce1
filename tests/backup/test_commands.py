"""A database is backed up, lost and restored, and a changed byte is noticed, on both databases (promise 7)."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.backup import archive
from lms.backup.rules import Manifest
from lms.core import database
from lms.core.clock import now
from lms.core.database import Base, db
from lms.migrations.commands import current, downgrade, upgrade
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, complete

FLIPS = 12


def run(app: Flask, *arguments: str | Path) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=[str(a) for a in arguments])


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def trained(session: Session) -> Iterator[Person]:
    """Somebody with an attempt, a completion and a certificate."""
    person = make_person(session, organization=make_organization(session))
    complete(session, person, SEALS)
    yield person
    db.session.remove()
    database.dispose()


@on_both
def test_what_was_lost_is_there_again(app: Flask, session: Session, trained: Person, tmp_path: Path) -> None:
    before = contents()
    assert before["certificate"]
    made = run(app, "backup", tmp_path / "monday.zip")
    assert made.exit_code == 0, made.output
    assert "Whole." in made.output
    assert (tmp_path / "monday.zip").stat().st_mode & 0o077 == 0
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    assert not contents()["person"]
    back = run(app, "restore", tmp_path / "monday.zip")
    assert back.exit_code == 0, back.output
    assert "nothing wrong" in back.output
    assert contents() == before
    make_person(db.session(), name="Somebody new")  # keys go on where they were


@on_both
def test_a_backup_in_the_place_of_a_living_database(
    app: Flask, session: Session, trained: Person, tmp_path: Path
) -> None:
    before = contents()
    run(app, "backup", tmp_path / "monday.zip")
    make_person(db.session(), name="Came on Tuesday")
    refused = run(app, "restore", tmp_path / "monday.zip")
    assert refused.exit_code == 2
    assert "--replace" in refused.output
    assert contents() != before
    assert run(app, "restore", "--replace", tmp_path / "monday.zip").exit_code == 0
    assert contents() == before


@on_both
def test_an_older_backup_is_brought_to_the_tables_of_today(
    app: Flask, session: Session, trained: Person, tmp_path: Path
) -> None:
    head = current(session.connection())
    person_id = trained.id
    db.session.remove()
    downgrade("0006")
    assert run(app, "backup", tmp_path / "old.zip").exit_code == 0
    upgrade()
    back = run(app, "restore", "--replace", tmp_path / "old.zip")
    assert back.exit_code == 0, back.output
    assert current(db.session.connection()) == head
    assert db.session.get_one(Person, person_id).name == "Marisol Ejemplo"


@on_both
def test_a_flipped_byte_is_noticed_and_nothing_is_touched(
    app: Flask, session: Session, trained: Person, tmp_path: Path
) -> None:
    run(app, "backup", tmp_path / "whole.zip")
    whole, before = (tmp_path / "whole.zip").read_bytes(), contents()
    # Bytes of the manifest and of the database, not of the ZIP's own notes on names and times.
    places = random.Random(7).sample(range(len(whole) // 10, len(whole) - len(whole) // 10), FLIPS)
    for place in places:
        changed = tmp_path / f"{place}.zip"
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert run(app, "backup", "--check", changed).exit_code == 1, place
        refused = run(app, "restore", "--replace", changed)
        assert refused.exit_code == 1
        assert "The database is as it was." in refused.output
    assert contents() == before
    assert run(app, "backup", "--check", tmp_path / "whole.zip").exit_code == 0


@on_both
def test_a_database_that_cannot_be_put_back_leaves_the_former_one(
    app: Flask, session: Session, trained: Person, tmp_path: Path, backend: str
) -> None:
    """The file is as it was made, but what is in it is none."""
    before = contents()
    dumped = tmp_path / "dumped"
    dumped.write_bytes(b"no database at all" * 400)
    size, sha256 = archive.digest_of(dumped)
    engine = "postgresql" if backend == "postgresql" else "sqlite"
    schema = current(db.session.connection())
    archive.write(tmp_path / "odd.zip", dumped, Manifest(engine, schema, now(), size, sha256))  # type: ignore[arg-type]
    refused = run(app, "restore", "--replace", tmp_path / "odd.zip")
    assert refused.exit_code == 1
    assert "The database is as it was." in refused.output
    assert contents() == before


def test_nothing_is_written_over(app: Flask, session: Session, tmp_path: Path) -> None:
    (tmp_path / "kept.zip").write_text("something dear")
    refused = run(app, "backup", tmp_path / "kept.zip")
    assert refused.exit_code == 2
    assert (tmp_path / "kept.zip").read_text() == "something dear"
    lost = run(app, "backup", tmp_path / "nowhere" / "a.zip")
    assert lost.exit_code == 2
    assert f"There is no folder {tmp_path / 'nowhere'}." in lost.output
    assert [path.name for path in tmp_path.iterdir()] == ["kept.zip"]


def test_what_is_no_backup_is_told(app: Flask, session: Session, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no backup")
    refused = run(app, "restore", tmp_path / "notes.txt")
    assert refused.exit_code == 1
    assert "no backup" in refused.output
    assert db.session.execute(text("SELECT count(*) FROM person")).scalar() == 0
