"""flask stats."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.accounts.models import Organization
from lms.catalog.models import Revision, RevisionFile, RevisionModule
from tests.factories.people import make_person
from tests.factories.training import PASSWORDS

from .histories import NOON, complete


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
        "started": 0,
        "not_started": 3,
        "overdue": 0,
        "percent_complete": 25,
        "percent_planned": 45,
    }
    assert [c["group"] for c in document["categories"]] == [
        "4 Cybersecurity",
        "5 Conveyance and IIT Security",
        "6 Seal Security",
    ]
    assert [c["complete"] for c in document["categories"]] == [1, 0, 0]


@pytest.mark.usefixtures("people")
def test_csv_and_text_say_the_same(app: Flask) -> None:
    document = json.loads(stats(app, "--format", "json").stdout)
    lines = list(csv.DictReader(StringIO(stats(app, "--format", "csv").stdout, newline="")))
    assert [line["group"] for line in lines] == ["All", *(c["group"] for c in document["categories"])]
    assert [int(line["required"]) for line in lines] == [4, 2, 1, 1]
    text = stats(app).stdout.splitlines()
    assert text[0].split() == ["2018-12-20", "required", "complete", "overdue", "%", "complete", "%", "planned"]
    assert text[1].split() == ["All", "4", "1", "0", "25", "45"]
    assert len(text) == 5


def test_wrong_use_is_2(app: Flask) -> None:
    assert stats(app, "--format", "xml").exit_code == 2


def test_before_anything_is_published_it_says_what_to_do(app: Flask, session: Session) -> None:
    for model in (RevisionModule, RevisionFile, Revision):
        session.execute(delete(model))
    session.commit()
    result = stats(app)
    assert result.exit_code == 1
    assert "Run flask publish first." in result.output
