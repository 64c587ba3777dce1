"""flask editions: which there are, and what differs between two of them or two files."""

import csv
import json
from io import StringIO
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.editions import NEXT, next_table, publish_next_edition, table


def run(app: Flask, *args: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["editions", *args])
    return done.exit_code, done.output


def test_list_marks_the_one_in_force(app: Flask, session: Session) -> None:
    publish_next_edition(session)
    code, told = run(app, "list")
    assert code == 0
    assert [line.split()[:2] for line in told.splitlines()] == [["*", "2019"], ["2027", "100"]]


def test_diff_tells_a_line_a_change(app: Flask, session: Session) -> None:
    publish_next_edition(session)
    code, told = run(app, "diff", "2019", NEXT)
    assert code == 0
    lines = told.splitlines()
    assert lines[0] == "2019 -> 2027: 7 criteria differ"
    assert [line.split()[0] for line in lines[1:]] == [
        "added", "raised", "reworded", "renumbered", "concerns", "concerns", "lowered", "removed",
    ]  # fmt: skip
    assert "4.11 should -> must" in told
    assert "6.1 -> 6.12 must" in told
    assert run(app, "diff", "2019", "2019") == (0, "2019 -> 2019: 0 criteria differ\n")


def test_diff_for_an_entity_type_as_json_and_csv(app: Flask, session: Session) -> None:
    publish_next_edition(session)
    _, told = run(app, "diff", "2019", NEXT, "--entity", "sea-carriers", "--format", "json")
    gone = [one["before"]["id"] for one in json.loads(told) if one["kinds"] == ["removed"]]
    assert gone == ["4.10", "5.8", "6.2"]
    _, told = run(app, "diff", "2019", NEXT, "--format", "csv")
    rows = list(csv.DictReader(StringIO(told)))
    raised = next(row for row in rows if row["kind"] == "raised")
    assert (raised["criterion"], raised["former_level"], raised["level"]) == ("4.11", "should", "must")


def test_diff_reads_files(app: Flask, session: Session, tmp_path: Path) -> None:
    one, other = tmp_path / "2027.csv", tmp_path / "2028.csv"
    one.write_bytes(next_table())
    other.write_bytes(table(("4.4", {"level": "must"})))
    assert run(app, "diff", "2019", str(one))[1].startswith("2019 -> 2027: 7 criteria")
    assert run(app, "diff", "2019", str(other))[1].splitlines()[1].startswith("raised      4.4 should -> must")
    other.write_text("id;category\n", "utf-8")
    code, told = run(app, "diff", "2019", str(other))
    assert code == 2
    assert f"{other}:1:1: F025" in told


def test_what_there_is_not_ends_with_2_and_what_there_is(app: Flask, session: Session) -> None:
    code, told = run(app, "diff", "2019", "2028")
    assert code == 2
    assert "The editions are: 2019." in told
    code, told = run(app, "diff", "2019", "2019", "--entity", "importer")
    assert code == 2
    assert "importers" in told
