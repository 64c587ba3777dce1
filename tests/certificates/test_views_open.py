"""What programs are told of a certificate, the status list, and the file that checks offline."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from openbadgeslib.ob3.status import decode_encoded_list, set_indices
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel
from werkzeug.test import TestResponse

from lms.accounts.permissions import Role
from lms.certificates import revoking
from lms.certificates.credential import jwt_of, record_of
from lms.certificates.models import Certificate, CertificateCredential, VerifyMiss
from lms.certificates.rules import from_plain
from lms.certificates.throttle import FREE
from lms.core.clock import now
from lms.signing import jws, keys
from lms.signing.keys import SigningKeys
from lms.signing.rules import from_base64url
from tests.factories.people import make_organization, make_person
from tests.pages import HARMLESS, Browser, Page

from .records import NOON, SEALS, TYPICAL, earn

HERE = "http://localhost"


@pytest.fixture
def certificate(session: Session) -> Certificate:
    driver = make_person(session, organization=make_organization(session))
    return earn(session, driver, SEALS)[0]


@pytest.fixture
def no_keys(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = replace(app.extensions["settings"], signing_key_file=tmp_path / "none.json")
    monkeypatch.setitem(app.extensions, "settings", missing)


def ask(browser: Browser, path: str, **how: Any) -> TestResponse:
    return browser.client.get(path, **how)


def revoke(session: Session, certificate: Certificate) -> None:
    session.rollback()  # what it saw before is another snapshot
    by = make_person(session, email="staff@sample.example", role=Role.ADMIN).id
    revoking.revoke(session, certificate.number, reason="wrong facts", note="For staff.", by_id=by, now=NOON)
    session.commit()


def open_to_all(response: TestResponse) -> bool:
    return (
        response.headers["Access-Control-Allow-Origin"] == "*"
        and response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    )


# The certificate as JSON


def test_everything_that_everybody_may_know(
    browser: Browser, certificate: Certificate, signing_keys: SigningKeys
) -> None:
    with travel(NOON + timedelta(days=1), tick=False):
        answer = ask(browser, f"/verify/{certificate.number}.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert open_to_all(answer)
    document = answer.json
    assert document
    assert from_plain(document["record"]) == replace(from_plain(certificate.record), words={})
    jwt = jwt_of(json.dumps(document["credential"]).encode())
    assert record_of(jws.verify(jwt, signing_keys.public)) == from_plain(document["record"])
    assert {name: fact for name, fact in document.items() if name not in ("record", "credential")} == {
        "number": certificate.number,
        "standing": "valid",
        "revoked_at": None,
        "reason": None,
        "renewed_by": None,
        "checked_at": "2019-11-13T17:00:00+00:00",
        "status_list": f"{HERE}/verify/status/1.json",
    }


def test_its_words_in_other_languages_stay_out(browser: Browser, session: Session, certificate: Certificate) -> None:
    certificate.record = certificate.record | {"words": {"es": {"Seal Security": "Seguridad de sellos"}}}
    session.commit()
    assert "Seguridad" not in ask(browser, f"/verify/{certificate.number}.json").text


def test_it_is_signed_once(browser: Browser, session: Session, certificate: Certificate) -> None:
    first, second = (ask(browser, f"/verify/{certificate.number}.json").json for _ in range(2))
    assert first
    assert second
    assert first["credential"] == second["credential"]
    session.rollback()  # what it saw before is another snapshot
    assert session.scalar(select(func.count()).select_from(CertificateCredential)) == 1


def test_a_revoked_one_says_when_and_why_and_no_more(
    browser: Browser, session: Session, certificate: Certificate
) -> None:
    revoke(session, certificate)
    answer = ask(browser, f"/verify/{certificate.number}.json")
    assert answer.json
    found = {name: answer.json[name] for name in ("standing", "revoked_at", "reason")}
    assert found == {"standing": "revoked", "revoked_at": "2019-11-12T17:00:00+00:00", "reason": "wrong facts"}
    assert "For staff." not in answer.text


def test_a_number_as_people_type_it_leads_to_the_address(browser: Browser, certificate: Certificate) -> None:
    typed = f"{certificate.number[:4]}-{certificate.number[4:]}".lower()
    answer = ask(browser, f"/verify/{typed}.json")
    assert (answer.status_code, answer.location) == (302, f"/verify/{certificate.number}.json")


@pytest.mark.parametrize(("number", "misses"), [(TYPICAL.number, 1), ("7KQ4M2T9XHDWX", 0), ("<b>Marisol", 0)])
def test_a_number_of_nobody_gets_a_problem_that_names_nothing(
    browser: Browser, session: Session, number: str, misses: int
) -> None:
    answer = ask(browser, f"/verify/{number}.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert open_to_all(answer)
    assert answer.json == {"title": "We issued no certificate with this number.", "status": 404}
    assert session.scalar(select(func.count()).select_from(VerifyMiss)) == misses


def test_who_guesses_waits_also_for_a_number_of_ours(
    browser: Browser, session: Session, certificate: Certificate
) -> None:
    session.add_all(VerifyMiss(client="127.0.0.1", at=now()) for _ in range(FREE))
    session.commit()
    ours, nobodys = (ask(browser, f"/verify/{number}.json") for number in (certificate.number, TYPICAL.number))
    for answer in (ours, nobodys):
        assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
        assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert certificate.number not in ours.text


@pytest.mark.usefixtures("no_keys")
def test_without_keys_nothing_is_signed(browser: Browser, session: Session, certificate: Certificate) -> None:
    for path in (f"/verify/{certificate.number}.json", "/verify/status/1.json", "/verify/offline"):
        answer = ask(browser, path)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json"), path
        assert "Ask again later." in answer.text
        assert ".json" not in answer.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CertificateCredential)) == 0


def test_what_is_signed_already_needs_no_keys(
    browser: Browser, certificate: Certificate, app: Flask, request: pytest.FixtureRequest
) -> None:
    ask(browser, f"/verify/{certificate.number}.json")
    request.getfixturevalue("no_keys")
    assert ask(browser, f"/verify/{certificate.number}.json").status_code == 200


# The status list


def test_the_list_is_signed_and_may_be_kept_for_a_while(
    browser: Browser, session: Session, certificate: Certificate, signing_keys: SigningKeys
) -> None:
    revoke(session, certificate)
    answer = ask(browser, "/verify/status/1.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/vc+jwt")
    assert open_to_all(answer)
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    stated = json.loads(jws.verify(answer.text, signing_keys.public))
    assert stated["id"] == f"{HERE}/verify/status/1.json"
    assert set_indices(decode_encoded_list(stated["credentialSubject"]["encodedList"])) == {certificate.id}


@pytest.mark.parametrize("number", [0, 2, 10**20])
def test_a_list_that_nobody_is_in_is_not_there(browser: Browser, certificate: Certificate, number: int) -> None:
    answer = ask(browser, f"/verify/status/{number}.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_stranger_with_our_public_keys_follows_the_credential_to_the_list(
    browser: Browser, session: Session, certificate: Certificate
) -> None:
    """Everything by public addresses, with a library of others."""
    document = ask(browser, f"/verify/{certificate.number}.json").json
    published = ask(browser, "/.well-known/jwks.json").json
    assert document
    assert published
    (x,) = [k["x"] for k in published["keys"] if k["alg"] == "EdDSA"]
    verifier = OB3Verifier(pubkey_pem=Ed25519PublicKey.from_public_bytes(from_base64url(x)))
    jwt = document["credential"]["id"].partition(",")[2]

    def download(url: str) -> bytes:
        return ask(browser, url.removeprefix(HERE)).data

    with travel(NOON + timedelta(days=1)):
        verifier.verify(jwt, check_status=True, download=download)
        revoke(session, certificate)
        with pytest.raises(OB3VerificationError, match="is set"):
            verifier.verify(jwt, check_status=True, download=download)


# The offline check


def offline(browser: Browser, language: str = "en") -> Page:
    answer = ask(browser, "/verify/offline", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return Page(answer)


def data_of(page: Page) -> Any:
    return json.loads(page.one("//script[@id='data']").text)


def test_it_is_a_file_to_keep(browser: Browser) -> None:
    page = offline(browser)
    assert page.response.headers["Content-Disposition"] == 'attachment; filename="msc-ready-check.html"'
    assert page.h1 == "Check a certificate offline"
    assert page.one("//title").text.startswith(page.h1)
    assert [code for _, code, _ in page._parser.errors if code not in HARMLESS] == []


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("es-MX", "es"), ("fr-CA", "fr")])
def test_it_is_in_the_readers_language(browser: Browser, language: str, lang: str) -> None:
    page = offline(browser, language)
    assert page.one("/html").get("lang") == lang
    assert data_of(page)["language"] == lang


def test_nothing_in_it_is_fetched_and_its_policy_allows_its_own_script_and_style_alone(browser: Browser) -> None:
    page = offline(browser)
    assert not page.find("//@src | //link[not(starts-with(@href, 'data:'))] | //iframe | //object | //img | //@style")
    policy = page.one("//meta[@http-equiv='Content-Security-Policy']").get("content")
    script, style = page.one("//script[@type='module']").text, page.one("//style").text

    def hashed(content: str) -> str:
        return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"

    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {hashed(script)}",
        f"style-src {hashed(style)}",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|url\(", script + style)


def test_it_carries_every_public_key_with_its_days(
    browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "keys.json"
    for year in (2027, 2029, 2031):
        keys.new(path, name="Sample", now=datetime(year, 3, 1, 17, tzinfo=UTC))
    first, second, third = (k.id for k in keys.public(path).keys if k.algorithm == "EdDSA")
    keys.revoke(path, first, moment=datetime(2028, 5, 2, 17, tzinfo=UTC))
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], signing_key_file=path))
    with travel(datetime(2031, 4, 1, 17, tzinfo=UTC)):
        page = offline(browser)
    assert [(k["id"], k["until"], k["revoked"]) for k in data_of(page)["keys"]] == [
        (first, "2029-03-01", "2028-05-02"),
        (second, "2031-03-01", ""),
        (third, "", ""),
    ]
    assert all(set(k) == {"id", "x", "until", "revoked"} for k in data_of(page)["keys"])
    assert [" ".join(k.itertext()) for k in page.find("//ul[contains(@class, 'keys')]/li")] == [
        f"{first[:8]} Revoked from May 2, 2028 on",
        f"{second[:8]} March 1, 2029 to March 1, 2031",
        f"{third[:8]} In use since March 1, 2031",
    ]
    assert "A file made by localhost on April 1, 2031." in page.html
    assert json.loads(path.read_text())["keys"][-1]["d"] not in page.html


def test_without_script_it_says_what_to_do(browser: Browser) -> None:
    page = offline(browser)
    assert "http://localhost/verify/" in "".join(page.one("//*[@id='needs-script']").itertext())
    assert page.one("//*[@id='work']").get("hidden") is not None
