"""flask stats."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.catalog.models import Revision, RevisionFile, RevisionModule
from tests.factories.people import make_person
from tests.factories.training import PASSWORDS

from .histories import NOON, begin, complete


def stats(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["stats", *arguments])


@pytest.fixture
def people(session: Session, freight: Organization) -> None:
    complete(session, make_person(session, organization=freight), PASSWORDS, at=NOON - timedelta(days=10))
    make_person(session, organization=freight, functions=("manager",))


@pytest.mark.usefixtures("people")
def test_json_is_one_document(app: Flask) -> None:
    result = stats(app, "--format", "json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["day"] == "2018-12-20"
    assert document["total"] == {
        "group": "All",
        "people": 2,
        "people_behind": 0,
        "required": 4,
        "complete": 1,
        "on_time": 1,
        "started": 0,
        "not_started": 3,
        "overdue": 0,
        "percent_complete": 25,
        "percent_planned": 45,
        "percent_then": None,
    }
    assert [c["group"] for c in document["groups"]] == [
        "4 Cybersecurity",
        "5 Conveyance and IIT Security",
        "6 Seal Security",
    ]
    assert [c["complete"] for c in document["groups"]] == [1, 0, 0]


@pytest.mark.usefixtures("people")
def test_csv_and_text_say_the_same(app: Flask) -> None:
    document = json.loads(stats(app, "--format", "json").stdout)
    lines = list(csv.DictReader(StringIO(stats(app, "--format", "csv").stdout, newline="")))
    assert [line["group"] for line in lines] == ["All", *(c["group"] for c in document["groups"])]
    assert [int(line["required"]) for line in lines] == [4, 2, 1, 1]
    text = stats(app).stdout.splitlines()
    assert text[0].split() == [
        "2018-12-20",
        "required",
        "complete",
        "on",
        "time",
        "overdue",
        "%",
        "complete",
        "%",
        "planned",
    ]
    assert text[1].split() == ["All", "4", "1", "1", "0", "25", "45"]
    assert len(text) == 5


@pytest.mark.usefixtures("people")
def test_from_another_side(app: Flask) -> None:
    document = json.loads(stats(app, "--format", "json", "--by", "function").stdout)
    assert [(g["group"], g["required"], g["complete"]) for g in document["groups"]] == [
        ("Site or department manager", 1, 0),
        ("Driver or yard worker", 3, 1),
    ]
    text = stats(app, "--by", "office").stdout.splitlines()
    assert text[0].split()[-2:] == ["%", "complete"]
    assert text[2].split() == ["Not", "given", "4", "1", "1", "0", "25"]


@pytest.mark.usefixtures("people")
def test_as_of_a_past_day(app: Flask, session: Session) -> None:
    for person in session.scalars(select(Person)):
        person.created_at = NOON - timedelta(days=20)
    session.commit()
    for days, complete_then in ((30, None), (15, 0), (11, 0), (10, 1), (0, 1)):
        day = (NOON - timedelta(days=days)).date().isoformat()
        document = json.loads(stats(app, "--as-of", day, "--format", "json").stdout)
        assert document["day"] == day
        assert document["total"]["required"] == (0 if complete_then is None else 4)
        assert document["total"]["complete"] == (complete_then or 0)


def test_counting_anew_changes_nothing(app: Flask, session: Session, freight: Organization) -> None:
    begin(session, make_person(session, organization=freight), PASSWORDS)
    before = stats(app).stdout
    result = stats(app, "--recount")
    assert result.exit_code == 0
    assert (result.stdout, "1 of 1 companies counted" in result.stderr) == (before, True)


@pytest.mark.parametrize(
    "arguments", [("--format", "xml"), ("--as-of", "yesterday"), ("--as-of", "2018-12-21"), ("--by", "weather")]
)
def test_wrong_use_is_2(app: Flask, arguments: tuple[str, ...]) -> None:
    assert stats(app, *arguments).exit_code == 2


def test_before_anything_is_published_it_says_what_to_do(app: Flask, session: Session) -> None:
    for model in (RevisionModule, RevisionFile, Revision):
        session.execute(delete(model))
    session.commit()
    result = stats(app)
    assert result.exit_code == 1
    assert "Run flask publish first." in result.output
