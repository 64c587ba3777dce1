"""flask check, publish and pull, as a trainer with an editor and git uses them."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog.models import Document, Revision, RevisionModule
from lms.catalog.shelf import published
from lms.core.database import db
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both
from tests.factories.library import small_courses
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

SEALS = "06-seal-security/seals.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A courses folder that equals what is published."""
    root = tmp_path / "courses"
    for path, data in small_courses().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(a) for a in arguments])


def edit(folder: Path, old: str, new: str, path: str = SEALS) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


def revisions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Revision.message).order_by(Revision.id)))


def test_a_clean_folder_has_exit_status_0(app: Flask, folder: Path) -> None:
    result = run(app, "check", folder)
    assert result.exit_code == 0
    assert ", 0 errors," in result.stdout


def test_a_broken_folder_names_the_place_in_three_formats(app: Flask, folder: Path) -> None:
    edit(folder, "- [x] H", "- [ ] H")
    line = (folder / SEALS).read_text().split("\n").index("- [ ] H") + 1
    text, as_json, github = (run(app, "check", folder, "--format", f) for f in ("text", "json", "github"))
    assert [r.exit_code for r in (text, as_json, github)] == [1, 1, 1]
    found = [p for p in json.loads(as_json.stdout) if p["severity"] == "error"]
    assert {"path", "line", "column", "code", "severity", "message", "fix"} == set(found[0])
    assert found[0]["path"].endswith(SEALS)
    assert f"{SEALS}:{found[0]['line']}:{found[0]['column']}: {found[0]['code']} error: " in text.stdout
    assert abs(found[0]["line"] - line) <= 6
    assert f"line={found[0]['line']},col={found[0]['column']}" in github.stdout
    assert "Traceback" not in text.output


def test_wrong_use_has_exit_status_2(app: Flask, folder: Path) -> None:
    assert run(app, "check", folder / "nowhere").exit_code == 2
    assert run(app, "publish", folder).exit_code == 2, "a message is needed"


@on_both
def test_an_edit_is_published_and_served_at_the_next_request(app: Flask, folder: Path) -> None:
    visitor = Browser(app)
    assert "A seal shows whether" in visitor.get("/courses/seal-security/seals/what-a-seal-tells/").text
    edit(folder, "A seal shows whether somebody was inside.", "A seal tells on intruders.")
    first = run(app, "publish", folder, "-m", "Shorter")
    again = run(app, "publish", folder, "-m", "Shorter")
    assert first.output == "Published revision 2.\n"
    assert (again.exit_code, again.output) == (0, "Nothing to publish: the site already serves this content.\n")
    assert "A seal tells on intruders." in visitor.get("/courses/seal-security/seals/what-a-seal-tells/").text


def test_only_what_changed_is_rendered_again(app: Flask, folder: Path) -> None:
    edit(folder, "Look at the seal.", "Look hard at the seal.")
    run(app, "publish", folder, "-m", "One word")
    with app.app_context():
        kept = dict(
            db.session.execute(
                select(RevisionModule.path, RevisionModule.document).where(RevisionModule.revision_id == 1)
            ).all()
        )
        now = dict(
            db.session.execute(
                select(RevisionModule.path, RevisionModule.document).where(RevisionModule.revision_id == 2)
            ).all()
        )
        assert {p for p in now if kept[p] != now[p]} == {SEALS}
        assert (
            len(db.session.scalars(select(Document.digest)).all()) == len(now) + 1 + 1
        )  # framework, one changed module


def test_a_broken_folder_leaves_the_published_revision_up(app: Flask, folder: Path) -> None:
    edit(folder, "- [x] H", "- [ ] H")
    result = run(app, "publish", folder, "-m", "Broken")
    assert result.exit_code == 1
    assert "The published revision stays up." in result.output
    assert revisions(app) == ["The small library"]
    assert Browser(app).get("/courses/seal-security/seals/").h1 == "Seals, shortly"


def test_a_folder_that_lags_is_refused_and_the_files_are_named(app: Flask, folder: Path, tmp_path: Path) -> None:
    mine, hers = folder, tmp_path / "hers"
    assert run(app, "pull", mine).exit_code == 0
    shutil.copytree(mine, hers)
    edit(hers, "Look at the seal.", "Look hard at the seal.")
    assert run(app, "publish", hers, "-m", "Hers").exit_code == 0
    edit(mine, "Your account is yours alone.", "Your account is yours.", "04-cybersecurity/passwords.md")
    refused = run(app, "publish", mine, "-m", "Mine")
    assert refused.exit_code == 1
    assert SEALS in refused.output
    assert "passwords.md" not in refused.output
    pulled = run(app, "pull", mine)
    assert "by " in pulled.output
    assert "Hers" in pulled.output
    assert run(app, "publish", mine, "-m", "Mine").exit_code == 0
    assert revisions(app) == ["The small library", "Hers", "Mine"]
    assert run(app, "pull", hers).exit_code == 0
    assert {p: (mine / p).read_bytes() for p in small_courses()} == {
        p: (hers / p).read_bytes() for p in small_courses()
    }


def test_pulling_never_overwrites_an_edit(app: Flask, folder: Path, tmp_path: Path) -> None:
    run(app, "pull", folder)
    hers = tmp_path / "hers"
    shutil.copytree(folder, hers)
    edit(hers, "Look at the seal.", "Look hard at the seal.")
    run(app, "publish", hers, "-m", "Hers")
    edit(folder, "Look at the seal.", "Look twice at the seal.")
    before = (folder / SEALS).read_bytes()
    result = run(app, "pull", folder)
    assert result.exit_code == 1
    assert SEALS in result.output
    assert (folder / SEALS).read_bytes() == before


def test_pulling_into_an_empty_folder_brings_everything(app: Flask, tmp_path: Path) -> None:
    empty = tmp_path / "new"
    empty.mkdir()
    assert run(app, "pull", empty).exit_code == 0
    assert {p: (empty / p).read_bytes() for p in small_courses()} == small_courses()


def test_a_folder_of_somebody_else_is_checked_by_itself(app: Flask, folder: Path) -> None:
    """Ids that this site published are none of a foreign folder's business; once pulled, they are."""
    text = (folder / SEALS).read_text()
    (folder / SEALS).write_text(text.replace("q: seals-iso", "q: another-id"), encoding="utf-8")
    assert run(app, "check", folder).exit_code == 0
    (folder / SEALS).write_text(text, encoding="utf-8")
    run(app, "pull", folder)
    edit(folder, "q: seals-iso", "q: another-id")
    result = run(app, "check", folder)
    assert result.exit_code == 1
    assert "seals-iso" in result.stdout


@on_both
def test_requirements_follow_a_publication(app: Flask, session: Session, folder: Path) -> None:
    person = make_person(session, organization=make_organization(session))
    profile = person.profile_id
    edit(folder, "functions: [driver]", "functions: [it]", "05-conveyance-and-iit-security/walk.md")
    assert run(app, "publish", folder, "-m", "For IT").exit_code == 0
    session.rollback()
    mine = session.scalars(select(ProfileRequirement.module).where(ProfileRequirement.profile_id == profile)).all()
    assert set(mine) == {"seal-security/seals", "cybersecurity/passwords"}
    assert published(session).revision_id == 2


def test_a_revision_is_never_published_without_a_sentence(app: Flask, folder: Path) -> None:
    before = revisions(app)
    edit(folder, "personnel", "administrator")
    result = run(app, "publish", folder, "-m", "  ")
    assert (result.exit_code, revisions(app)) == (2, before)
    assert "Say in one sentence what changed." in result.output


def test_coverage_names_gaps_and_answers_no(app: Flask, folder: Path) -> None:
    result = run(app, "coverage", folder, "--entity", "importers")
    assert result.exit_code == 1
    assert "GAP 1.3 (must): no paragraph teaches it and no question asks about it" in result.stdout
    assert f"{folder}/{SEALS}:" in result.stdout


def test_coverage_as_json_is_one_document(app: Flask, folder: Path) -> None:
    rows = json.loads(run(app, "coverage", folder, "--format", "json").stdout)
    assert len({row["entity"] for row in rows}) == 13
    assert {"criterion", "level", "entity", "taught", "asked"} <= rows[0].keys()


def test_coverage_of_an_entity_type_that_does_not_exist_suggests_one(app: Flask, folder: Path) -> None:
    result = run(app, "coverage", folder, "--entity", "importer")
    assert result.exit_code == 2
    assert "`importers`" in result.stderr


def test_coverage_of_a_broken_folder_sends_to_the_check(app: Flask, folder: Path) -> None:
    edit(folder, "- [x] H", "- [ ] H")
    result = run(app, "coverage", folder)
    assert result.exit_code == 1
    assert "flask check" in result.stderr
