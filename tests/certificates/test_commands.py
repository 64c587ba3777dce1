"""flask certificate verify, with the database and without."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Person
from lms.certificates import credential, revoking
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.rules import from_plain
from lms.core.clock import now
from lms.settings import ROOT
from lms.signing import keys
from lms.signing.keys import SigningKeys
from tests.factories.people import make_organization, make_person

from . import papers
from .records import NOON, SEALS, TYPICAL, earn

TODAY = NOON + timedelta(days=7)
LATER = datetime(2020, 11, 13, 5, tzinfo=UTC)  # the day after its last


@pytest.fixture
def driver(session: Session) -> Person:
    return make_person(session, organization=make_organization(session))


@pytest.fixture
def certificate(session: Session, driver: Person) -> Certificate:
    return earn(session, driver, SEALS)[0]


@pytest.fixture
def file(session: Session, certificate: Certificate, signing_keys: SigningKeys, tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(papers.keep(session, certificate, signing_keys))
    session.rollback()
    return path


def verify(app: Flask, *arguments: str, at: datetime = TODAY) -> Result:
    with travel(at):
        return app.test_cli_runner().invoke(args=["certificate", "verify", *arguments])


def as_json(app: Flask, *arguments: str, at: datetime = TODAY) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(verify(app, *arguments, "--format", "json", at=at).output)
    return answer


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
    assert result.exit_code == 0
    assert answer == {
        "verdict": "valid",
        "valid": True,
        "signature": "ours",
        "credential": "ours",
        "differs": [],
        "record": certificate.record,
        "sentences": ["This PDF is the certificate we issued, to the last byte, and it is valid."],
    }


def test_a_changed_one_says_what_differs(
    app: Flask, certificate: Certificate, file: Path, signing_keys: SigningKeys
) -> None:
    record = from_plain(certificate.record)
    jwt = papers.jwt_of(record, signing_keys)
    file.write_bytes(papers.draw(replace(record, name="Robin Muestra"), signing_keys, jwt=jwt))
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert "this file is not the one we issued" in result.output
    assert "The file does not show the name of the record." in result.output
    assert "It carries no signature." in result.output
    assert "name          Marisol Ejemplo" in result.output
    answer = as_json(app, str(file))
    assert (answer["differs"], answer["signature"], answer["credential"]) == (["name"], "none", "ours")


def test_a_changed_byte_is_told(app: Flask, file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert "It carries our signature, and it was changed afterwards." in result.output


def test_a_foreign_key_is_told(app: Flask, certificate: Certificate, file: Path, tmp_path: Path) -> None:
    foreign = keys.new(tmp_path / "foreign.json", name="MSC Ready", now=now())
    file.write_bytes(papers.sign(from_plain(certificate.record), foreign))
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert "It is signed, and not by us." in result.output


def test_a_lapsed_one_is_not_valid(app: Flask, file: Path) -> None:
    result = verify(app, str(file), at=LATER)
    assert result.exit_code == 1
    assert result.output.startswith(
        "This PDF is the certificate we issued, to the last byte. It lapsed: it was valid until November 12, 2020."
    )


def test_a_renewed_one_counts_through_its_own_days(app: Flask, session: Session, driver: Person, file: Path) -> None:
    (newer,) = earn(session, driver, SEALS, at=NOON + timedelta(days=300))
    result = verify(app, str(file), at=NOON + timedelta(days=301))
    assert result.exit_code == 0
    assert f"renewed by    {newer.number}" in result.output.splitlines()
    answer = as_json(app, str(file), at=LATER)
    assert (answer["verdict"], answer["valid"], answer["renewed_by"]) == ("renewed", False, newer.number)
    assert verify(app, str(file), at=LATER).exit_code == 1


def test_a_revoked_one_says_when_and_why(
    app: Flask, session: Session, driver: Person, certificate: Certificate, file: Path
) -> None:
    revoking.revoke(session, certificate.number, reason="wrong facts", note="Secret.", by_id=driver.id, now=NOON)
    session.commit()
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert "It was revoked. Do not rely on it." in result.output
    assert "reason        It states something that is not so." in result.output
    assert "Secret" not in result.output
    answer = as_json(app, str(file))
    assert (answer["verdict"], answer["valid"], answer["revoked_on"]) == ("revoked", False, "2019-11-12")


def test_one_we_never_issued_is_not_valid(app: Flask, session: Session, certificate: Certificate, file: Path) -> None:
    session.execute(CertificateDocument.__table__.delete())
    session.execute(Certificate.__table__.delete())
    session.commit()
    result = verify(app, str(file))
    assert result.exit_code == 1
    assert result.output.startswith("We find no certificate of ours in this PDF.\n")
    assert "Marisol" not in result.output


def test_what_is_no_pdf_is_wrong_use(app: Flask, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    assert verify(app, str(other)).exit_code == 2
    assert verify(app, str(tmp_path / "nowhere.pdf")).exit_code == 2
    assert verify(app).exit_code == 2


# Without the database: the PDF and a saved copy of the published keys


@pytest.fixture
def key_copy(signing_keys: SigningKeys, tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(signing_keys.public.to_jwks()))
    return path


@pytest.fixture(scope="module")
def typical(signing_keys: SigningKeys) -> bytes:
    return papers.sign(TYPICAL, signing_keys)


@pytest.fixture
def offline(app: Flask, key_copy: Path, tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Exit status and JSON for a PDF, on the day after its issue."""

    def answered(data: bytes, at: datetime = TYPICAL.issued_at + timedelta(days=1)) -> tuple[int, dict[str, Any]]:
        path = tmp_path / "typical.pdf"
        path.write_bytes(data)
        result = verify(app, str(path), "--offline", str(key_copy), "--format", "json", at=at)
        return result.exit_code, json.loads(result.output)

    return answered


Offline = Callable[..., tuple[int, dict[str, Any]]]
LIMITS = "This was checked without the site: whether the certificate was revoked or renewed since, only the site knows."


def test_offline_ours_is_valid_as_far_as_a_file_can_say(offline: Offline, typical: bytes) -> None:
    status, answer = offline(typical)
    assert status == 0
    assert (answer["verdict"], answer["signature"], answer["credential"]) == ("valid", "ours", "ours")
    assert answer["differs"] == []
    assert answer["record"]["name"] == "Marisol Ejemplo"
    assert answer["sentences"][-1] == LIMITS


def test_offline_a_lapsed_one_is_told(offline: Offline, typical: bytes) -> None:
    status, answer = offline(typical, at=datetime(2027, 11, 13, 5, tzinfo=UTC))
    assert (status, answer["verdict"]) == (1, "expired")
    assert "It lapsed: it was valid until November 12, 2027." in answer["sentences"][0]
    assert LIMITS in answer["sentences"]


def test_offline_a_changed_byte_is_told(offline: Offline, typical: bytes) -> None:
    for at in (len(typical) // 3, len(typical) // 2):
        changed = bytearray(typical)
        changed[at] ^= 1
        status, answer = offline(bytes(changed))
        assert status in (1, 2)
        assert answer["valid"] is False
    status, answer = offline(typical + b"\n")
    assert (status, answer["verdict"], answer["signature"]) == (1, "changed", "changed_after")


def test_offline_a_changed_name_is_named(offline: Offline, signing_keys: SigningKeys) -> None:
    forged = papers.draw(replace(TYPICAL, name="Robin Muestra"), signing_keys, jwt=papers.jwt_of(TYPICAL, signing_keys))
    status, answer = offline(forged)
    assert (status, answer["verdict"], answer["differs"]) == (1, "changed", ["name"])
    assert "The file does not show the name of the record." in answer["sentences"]
    assert answer["record"]["name"] == "Marisol Ejemplo"


def test_offline_a_record_that_we_did_not_sign_is_not_passed_on(
    offline: Offline, typical: bytes, tmp_path: Path
) -> None:
    foreign = keys.new(tmp_path / "foreign.json", name="MSC Ready", now=now())
    status, answer = offline(papers.sign(TYPICAL, foreign))
    assert (status, answer["verdict"], answer["signature"], answer["credential"]) == (
        1,
        "foreign",
        "foreign",
        "foreign",
    )
    assert answer["record"] is None
    assert LIMITS not in answer["sentences"]

    def swap(opened: Any) -> None:
        papers.credential_stream(opened).write(
            credential.enveloped(papers.jwt_of(replace(TYPICAL, name="Robin Muestra"), foreign))
        )

    status, answer = offline(papers.saved_again(typical, swap))
    assert (status, answer["verdict"], answer["differs"], answer["record"]) == (1, "foreign", ["name"], None)


def test_offline_a_revoked_key_says_so(app: Flask, signing_keys: SigningKeys, typical: bytes, tmp_path: Path) -> None:
    jwks = signing_keys.public.to_jwks()
    moment = jwks["keys"][0]["nbf"]
    for jwk in jwks["keys"]:
        jwk |= {"exp": moment, "revoked": {"revoked_at": moment, "reason": "compromised"}}
    copy, file = tmp_path / "revoked.json", tmp_path / "typical.pdf"
    copy.write_text(json.dumps(jwks))
    file.write_bytes(typical)
    result = verify(app, str(file), "--offline", str(copy))
    assert result.exit_code == 1
    assert "It is signed with a key of ours that no longer counts." in result.output
    assert "The record inside the file is signed with a key of ours that no longer counts." in result.output


def test_offline_what_a_rotation_left_behind_is_still_valid(
    app: Flask, typical: bytes, signing_keys: SigningKeys, key_file: Path, tmp_path: Path
) -> None:
    ours = tmp_path / "own-keys.json"
    ours.write_bytes(key_file.read_bytes())
    ours.chmod(0o600)
    rotated = keys.new(ours, name="MSC Ready", now=now() + timedelta(days=9))
    copy, file = tmp_path / "rotated.json", tmp_path / "typical.pdf"
    copy.write_text(json.dumps(rotated.public.to_jwks()))
    at = TYPICAL.issued_at + timedelta(days=1)
    for signed in (typical, papers.sign(TYPICAL, rotated)):
        file.write_bytes(signed)
        assert verify(app, str(file), "--offline", str(copy), at=at).exit_code == 0
    early = tmp_path / "early.json"
    early.write_text(json.dumps(signing_keys.public.to_jwks()))
    result = verify(app, str(file), "--offline", str(early), at=at)
    assert (result.exit_code, "It is signed, and not by us." in result.output) == (1, True)


def test_offline_a_file_of_others_is_unknown(offline: Offline) -> None:

    document = pikepdf.new()
    document.add_blank_page()
    saved = BytesIO()
    document.save(saved)
    status, answer = offline(saved.getvalue())
    assert (status, answer["verdict"], answer["record"]) == (1, "unknown", None)


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", "{}", '{"keys": [{}]}', '{"keys": [{"kty": "RSA"}]}', "[" * 100_000]
)
def test_offline_a_key_file_that_is_none_is_wrong_use(app: Flask, typical: bytes, tmp_path: Path, text: str) -> None:
    copy, file = tmp_path / "jwks.json", tmp_path / "typical.pdf"
    copy.write_text(text)
    file.write_bytes(typical)
    result = verify(app, str(file), "--offline", str(copy))
    assert result.exit_code == 2
    assert "This is no key file" in result.output


def test_offline_what_is_no_pdf_is_wrong_use(offline: Offline) -> None:
    assert offline(b"hello")[0] == 2


def test_offline_needs_no_database_and_makes_none(typical: bytes, key_copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = folder / "certificate.pdf"
    file.write_bytes(typical)
    nowhere = folder / "none.db"
    arguments = ["certificate", "verify", file.name, "--offline", str(key_copy), "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *arguments],
        cwd=folder,
        env={
            "SECRET_KEY": "only-for-tests-0123456789abcdefghij",
            "DATABASE_URL": f"sqlite:///{nowhere}",
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert (answer["signature"], answer["credential"], answer["differs"]) == ("ours", "ours", [])
    assert done.returncode == (0 if answer["verdict"] == "valid" else 1)
    assert sorted(path.name for path in folder.iterdir()) == ["certificate.pdf"]
