"""/.well-known/jwks.json: the public keys, for anybody."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lms.core.clock import now
from lms.signing import jws, keys
from lms.signing.keys import SigningKeys
from lms.signing.rules import PublicKeys

ADDRESS = "/.well-known/jwks.json"


def test_what_is_published_verifies_what_we_sign(app: Flask, signing_keys: SigningKeys) -> None:
    published = PublicKeys.from_jwks(app.test_client().get(ADDRESS).get_json())
    assert jws.verify(jws.sign(b"facts", signing_keys, typ="text"), published) == b"facts"


def test_no_private_half_is_published(app: Flask, key_file: Path) -> None:
    text = app.test_client().get(ADDRESS).get_data(as_text=True)
    secrets = [jwk["d"] for jwk in json.loads(key_file.read_text())["keys"]]
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret in text]
    assert all("d" not in jwk for jwk in json.loads(text)["keys"])


def test_everybody_may_keep_it_for_an_hour(app: Flask) -> None:
    answer = app.test_client().get(ADDRESS)
    assert answer.content_type == "application/jwk-set+json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    again = app.test_client().get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_retired_keys_stay_with_their_dates(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / keys.FILE
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], signing_key_file=path))
    client = app.test_client()
    assert client.get(ADDRESS).get_json() == {"keys": []}
    for _ in range(2):
        keys.new(path, name="Sample", now=now())
    listed = client.get(ADDRESS).get_json()["keys"]
    assert ["exp" in jwk for jwk in listed] == [True, True, False, False]
    assert all(isinstance(jwk["nbf"], int) for jwk in listed)
    assert [jwk["alg"] for jwk in listed] == ["EdDSA", "ES256"] * 2
