"""Public keys: written as a JWK Set and read again, whatever else such a file may hold."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.signing.keys import SigningKeys
from lms.signing.rules import BadKeys, PublicKeys, from_base64url, thumbprint, to_base64url


@pytest.fixture
def plain(signing_keys: SigningKeys) -> dict[str, Any]:
    return copy.deepcopy(signing_keys.public.to_jwks())


def test_what_is_published_is_read_back(signing_keys: SigningKeys, plain: dict[str, Any]) -> None:
    assert PublicKeys.from_jwks(json.loads(json.dumps(plain))) == signing_keys.public


def test_dates_are_written_as_openid_federation_writes_them(plain: dict[str, Any]) -> None:
    plain["keys"][0] |= {"exp": 1900000000, "revoked": {"revoked_at": 1890000000, "reason": "compromised"}}
    retired, used = PublicKeys.from_jwks(plain).keys
    assert (retired.until, used.until) == (datetime(2030, 3, 17, 17, 46, 40, tzinfo=UTC), None)
    assert retired.revoked == datetime(2029, 11, 22, tzinfo=UTC)
    assert PublicKeys((retired,)).to_jwks()["keys"][0]["exp"] == 1900000000
    assert "exp" not in plain["keys"][1]


def test_a_thumbprint_is_that_of_rfc_8037() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "other"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_private_members_are_never_taken_over(plain: dict[str, Any]) -> None:
    for jwk in plain["keys"]:
        jwk |= {"d": "c2VjcmV0", "p": "c2VjcmV0", "note": "secret"}
    assert "secret" not in json.dumps(PublicKeys.from_jwks(plain).to_jwks())
    assert "c2VjcmV0" not in json.dumps(PublicKeys.from_jwks(plain).to_jwks())


def test_a_key_is_found_by_its_id_and_by_its_certificate(signing_keys: SigningKeys) -> None:
    badge, document = signing_keys.public.keys
    assert signing_keys.public.find(badge.id) is badge
    assert signing_keys.public.find("another") is None
    assert signing_keys.public.find_certificate(document.certificate) is document
    assert badge.certificate == ""
    assert signing_keys.public.find_certificate("") is None


@pytest.mark.parametrize(
    "change",
    [
        {"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"x": "AA"},
        {"x": 7},
        {"kid": "another"},
        {"alg": "RS256"},
        {"alg": ["EdDSA"]},
        {"crv": "Ed448"},
        {"use": "enc"},
        {"nbf": "yesterday"},
        {"nbf": 10**30},
        {"exp": None},
        {"revoked": True},
    ],
)
def test_a_changed_key_is_named(plain: dict[str, Any], change: dict[str, Any]) -> None:
    plain["keys"][0] |= change
    with pytest.raises(BadKeys, match="key number 1 in it is of another kind or was changed"):
        PublicKeys.from_jwks(plain)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["keys", "kty", "alg", "x"]), inner),
    max_leaves=9,
)


@given(plain=JSON)
def test_any_other_json_is_refused_in_a_sentence(plain: Any) -> None:
    if isinstance(plain, dict) and plain.get("keys") == []:
        return
    with pytest.raises(BadKeys, match=r"^This is no key file.*\.$"):
        PublicKeys.from_jwks(plain)


@given(data=st.binary(max_size=70))
def test_base64url_is_read_only_as_it_is_written(data: bytes) -> None:
    text = to_base64url(data)
    assert from_base64url(text) == data
    for other in (text + "=", text + "\n", "+" + text, "é" + text):
        with pytest.raises(ValueError, match=r".*"):
            from_base64url(other)
