"""flask certificate verify."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from tests.factories.people import make_organization, make_person
from tests.pages import Browser

from .records import NOON, SEALS, earn

TODAY = NOON + timedelta(days=7)


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return earn(session, make_person(session, organization=make_organization(session)), SEALS)[0]


@pytest.fixture
def file(app: Flask, session: Session, certificate: Certificate, tmp_path: Path) -> Path:
    browser = Browser(app).sign_in(session.get_one(Person, certificate.person_id))
    path = tmp_path / "certificate.pdf"
    path.write_bytes(browser.client.get(f"/certificates/{certificate.number}.pdf").data)
    session.rollback()
    return path


def verify(app: Flask, *arguments: str) -> Result:
    with travel(TODAY):
        return app.test_cli_runner().invoke(args=["certificate", "verify", *arguments])


def test_a_valid_one_says_so_with_its_facts(app: Flask, certificate: Certificate, file: Path) -> None:
    result = verify(app, str(file))
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "This PDF is the certificate we issued, to the last byte, and it is valid."
    assert "name          Marisol Ejemplo" in lines
    assert "completed     November 12, 2019, 50 days ahead of the enforcement date" in lines


def test_json_is_one_document(app: Flask, certificate: Certificate, file: Path) -> None:
    result = verify(app, str(file), "--format", "json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["verdict"], answer["valid"], answer["differs"]) == (0, "valid", True, [])
    assert answer["record"] == certificate.record


def test_a_changed_one_says_what_differs(app: Flask, session: Session, certificate: Certificate, file: Path) -> None:
    certificate.record = certificate.record | {"name": "Robin Muestra"}
    session.commit()
    file.write_bytes(file.read_bytes() + b"\n")
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert "this file is not the one we issued" in result.output
    assert "The file does not show the name of the record." in result.output
    assert json.loads(verify(app, str(file), "--format", "json").output)["differs"] == ["name"]


def test_a_lapsed_one_is_not_valid(app: Flask, file: Path) -> None:
    with travel(datetime(2020, 11, 13, 5, tzinfo=UTC)):
        result = app.test_cli_runner().invoke(args=["certificate", "verify", str(file)])
    assert result.exit_code == 1
    assert result.output.startswith(
        "This PDF is the certificate we issued. It lapsed: it was valid until November 12, 2020."
    )


def test_one_we_never_issued_is_not_valid(app: Flask, session: Session, certificate: Certificate, file: Path) -> None:
    certificate.number = "0" * 13
    session.commit()
    file.write_bytes(file.read_bytes() + b"\n")
    result = verify(app, str(file))
    assert (result.exit_code, result.output) == (1, "We find no certificate of ours in this PDF.\n")


def test_what_is_no_pdf_is_wrong_use(app: Flask, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    assert verify(app, str(other)).exit_code == 2
    assert verify(app, str(tmp_path / "nowhere.pdf")).exit_code == 2
    assert verify(app).exit_code == 2
