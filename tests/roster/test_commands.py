"""flask roster."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.core.clock import now, program_day
from lms.roster.models import RosterImport
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser
from tests.roster.world import ADDRESS, as_csv, company, person


@pytest.fixture
def ours(session: Session) -> Organization:
    return company(session)[0]


def roster(app: Flask, folder: Path, number: str, *lines: str, options: tuple[str, ...] = ()) -> Result:
    file = folder / "roster.csv"
    file.write_bytes(as_csv(*lines))
    return app.test_cli_runner().invoke(args=["roster", str(file), "--org", number, *options])


@on_both
def test_a_roster_is_applied_and_twice_is_once(
    app: Flask, session: Session, ours: Organization, tmp_path: Path
) -> None:
    lines = ("name,email,functions", "Zoë,zoe@x.example,driver", "Ana,ana@x.example,it")
    dry = roster(app, tmp_path, ours.number, *lines, options=("--dry-run",))
    assert dry.exit_code == 0
    assert dry.output.splitlines() == ["      2 to add", "Nothing was changed."]
    assert not session.scalars(select(RosterImport)).all()
    assert not session.scalars(select(Person).where(Person.email == "zoe@x.example")).all()
    session.rollback()
    done = roster(app, tmp_path, ours.number.lower(), *lines)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Done.")
    assert person(session, "zoe@x.example").organization_id == ours.id
    again = roster(app, tmp_path, ours.number, *lines)
    assert again.exit_code == 0
    assert again.output.splitlines() == ["      2 as before", "Nothing was changed."]
    kept = session.scalars(select(RosterImport)).one()
    assert (kept.state, kept.counts, kept.by_id, kept.body) == ("applied", {"add": 2}, None, b"")
    coordinator = session.scalars(select(Person).where(Person.name == "Robin Sample")).one()
    assert "2 added." in Browser(app).sign_in(coordinator).get(ADDRESS).text


def test_problems_are_told_with_their_rows_and_nothing_is_changed(
    app: Flask, session: Session, ours: Organization, tmp_path: Path
) -> None:
    make_person(session, "Ben", organization=make_organization(session), email="ben@x.example")
    yesterday = program_day(now()) - timedelta(days=1)
    result = roster(
        app,
        tmp_path,
        ours.number,
        "name,email,left",
        "Zoë,zoe@x.example,",
        "Ana,ana at x,",
        "Ben,ben@x.example,",
        f"Kim,kim@x.example,{yesterday}",
    )
    assert result.exit_code == 1
    told = result.output.splitlines()
    assert told[0].startswith("row 3: “ana at x” is no e-mail address.")
    assert told[1] == (
        "row 4: The address has an account that is not of this company. Ask the person to join at http://localhost/join."
    )
    assert told[2].startswith("row 5: The address is not in your roster")
    assert "      3 with problems" in told
    assert not session.scalars(select(Person).where(Person.email == "zoe@x.example")).all()


def test_whoever_is_not_in_the_file_leaves_when_it_is_whole(
    app: Flask, session: Session, ours: Organization, tmp_path: Path
) -> None:
    make_person(session, "Ben", organization=ours, email="ben@x.example")
    result = roster(app, tmp_path, ours.number, "name,email", "Zoë,zoe@x.example", options=("--whole",))
    assert "      1 not in the file, to end" in result.output
    assert person(session, "ben@x.example").disabled_at is not None


@pytest.mark.parametrize(
    ("number", "lines", "status", "sentence"),
    [
        ("NO-SUCH-NUMBER", ("name,email", "Zoë,zoe@x.example"), 2, "No company has this CTPAT number."),
        ("", ("name,email",), 1, "no row below"),
        ("", ("Zoë,zoe@x.example",), 1, "The first row holds a person"),
    ],
)
def test_wrong_use_and_files_that_are_no_roster(
    app: Flask, ours: Organization, tmp_path: Path, number: str, lines: tuple[str, ...], status: int, sentence: str
) -> None:
    result = roster(app, tmp_path, number or ours.number, *lines)
    assert result.exit_code == status
    assert sentence in result.output


def test_a_file_that_is_not_there_is_wrong_use(app: Flask, ours: Organization) -> None:
    assert app.test_cli_runner().invoke(args=["roster", "no-such-file.csv", "--org", ours.number]).exit_code == 2
