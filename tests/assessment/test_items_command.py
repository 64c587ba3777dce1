"""flask items: a line a question, where the trainer's editor can open it, and nobody's name."""

import csv
from dataclasses import replace
from hashlib import sha256
from io import StringIO

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.assessment.item_report import COLUMNS, line_of, needed
from lms.catalog.models import Revision, RevisionFile, RevisionModule
from lms.catalog.shelf import published
from tests.factories.quizzes import crowd, sit
from tests.factories.training import PASSWORDS, SEALS

from .answers import RIGHT, WRONG

MARISOL = "Marisol Ejemplo"


def items(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["items", *arguments])


@pytest.fixture
def answered(session: Session) -> None:
    """Nobody of 20 puts the moves in order, half know the rest but one, and that one everybody knows. One person is in passwords."""
    for n, person in enumerate(crowd(session, 20, name=MARISOL)):
        known = RIGHT if n % 2 else WRONG
        sit(session, person, SEALS, known | {"seals-moves": [], "seals-iso": ["17712"]})
    sit(session, crowd(session, 1)[0], PASSWORDS, {"passwords-share": [1]})
    session.commit()


def line(session: Session, question: str) -> int:
    return next(q.line for q in published(session).library.modules[SEALS].questions if q.id == question)


@pytest.mark.usefixtures("answered")
def test_text_has_a_line_a_question_with_its_place(app: Flask, session: Session) -> None:
    result = items(app)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [text.split(": ", 2)[:2] for text in lines[2:9]] == [
        [f"courses/06-seal-security/seals.md:{line(session, q)}", q]
        for q in ("seals-class", "seals-log", "seals-read", "seals-moves", "seals-match", "seals-iso", "seals-review")
    ]
    plain = "20 first attempts, facility 0.50, discrimination 1.00, median time 30 s."
    assert lines[2].endswith(f"seals-class: {plain}")
    assert "Very hard. Facility is 0.00. A facility outside 0.3 to 0.9 is flagged." in lines[5]
    assert "Very easy. Facility is 1.00." in lines[7]
    assert lines[1] == "courses/05-conveyance-and-iit-security/walk.md:1: 20 first attempts are needed; there are 0."
    assert lines[0] == "courses/04-cybersecurity/passwords.md:1: 20 first attempts are needed; there is 1."
    assert lines[9] == "7 questions have 20 first attempts, 2 flagged."
    assert len(lines) == 10


@pytest.mark.usefixtures("answered")
def test_csv_says_the_same(app: Flask, session: Session) -> None:
    rows = list(csv.DictReader(StringIO(items(app, "--format", "csv").stdout)))
    assert [row["question"] for row in rows] == list(RIGHT)
    moves = next(row for row in rows if row["question"] == "seals-moves")
    assert moves == dict(
        zip(
            COLUMNS,
            (
                SEALS, "seals-moves", "order", "courses/06-seal-security/seals.md", str(line(session, "seals-moves")), "20", "0",
                "0.0000", "", "30", "Very hard", "A facility outside 0.3 to 0.9 is flagged.",
            ),
            strict=True,
        )
    )  # fmt: skip
    assert rows[0]["facility"] == "0.5000"
    assert rows[0]["discrimination"] == "1.0000"
    assert rows[0]["flags"] == ""


@pytest.mark.usefixtures("answered")
def test_github_has_warnings_for_flagged_questions_and_nothing_else(app: Flask, session: Session) -> None:
    moves, iso = items(app, "--format", "github").stdout.splitlines()
    place = f"file=courses/06-seal-security/seals.md,line={line(session, 'seals-moves')},col=1"
    assert moves.startswith(f"::warning {place},title=Item analysis of seals-moves::Very hard. Facility is 0.00.")
    assert f"line={line(session, 'seals-iso')}," in iso


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("style", ["text", "csv", "github"])
def test_nobody_is_named(app: Flask, style: str) -> None:
    said = items(app, "--format", style).stdout
    assert MARISOL not in said
    assert "@" not in said


@pytest.mark.usefixtures("answered")
def test_one_module(app: Flask) -> None:
    result = items(app, "--module", PASSWORDS)
    assert result.stdout.splitlines() == [
        "courses/04-cybersecurity/passwords.md:1: 20 first attempts are needed; there is 1.",
        "0 questions have 20 first attempts, 0 flagged.",
    ]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("arguments", [("--format", "xml"), ("--module", "seal-security/seal"), ("--all",)])
def test_wrong_use_is_2(app: Flask, arguments: tuple[str, ...]) -> None:
    assert items(app, *arguments).exit_code == 2


@pytest.mark.usefixtures("session")
def test_a_mistyped_module_is_guessed(app: Flask) -> None:
    assert "Did you mean `seal-security/seals`?" in items(app, "--module", "seal-security/seal").output


def test_before_anything_is_published_it_says_what_to_do(app: Flask, session: Session) -> None:
    for model in (RevisionModule, RevisionFile, Revision):
        session.execute(delete(model))
    session.commit()
    result = items(app)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Run flask publish first." in result.stderr


def test_the_line_is_that_of_the_file_as_it_lies_in_the_folder(session: Session) -> None:
    module = published(session).library.modules[SEALS]
    question = next(q for q in module.questions if q.id == "seals-read")
    text = b"---\ntitle: x\n---\n\n### Said anew\n`q: seals-read` `true-false`\n"
    assert line_of(module, question, None) == question.line
    assert line_of(module, question, text) == 5
    assert line_of(replace(module, digest=sha256(text).hexdigest()), question, text) == question.line
    assert line_of(module, question, b"### It is gone\n`q: seals-read-2` `true-false`\n") == question.line


def test_what_stands_in_place_of_figures() -> None:
    assert needed(7) == "20 first attempts are needed; there are 7."
    assert needed(1) == "20 first attempts are needed; there is 1."
