"""Ed25519 over a JWS and over bytes: ours, foreign, changed, and texts that are none."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.signing import jws, keys
from lms.signing.keys import SigningKeys
from lms.signing.rules import from_base64url, to_base64url

PAYLOAD = b'{"name":"Marisol Ejemplo","number":"7KQ4M2T9XHDWC"}'
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return keys.new(tmp_path_factory.mktemp("foreign") / "keys.json", name="Somebody", now=datetime.now(UTC))


@pytest.fixture(scope="module")
def token(signing_keys: SigningKeys) -> str:
    return jws.sign(PAYLOAD, signing_keys, typ="vc+jwt")


def test_a_jws_says_who_signed_and_what(token: str, signing_keys: SigningKeys) -> None:
    header, payload, signature = token.split(".")
    assert json.loads(from_base64url(header)) == {"alg": "EdDSA", "kid": signing_keys.badge_id, "typ": "vc+jwt"}
    assert from_base64url(payload) == PAYLOAD
    signing_keys.badge.public_key().verify(from_base64url(signature), f"{header}.{payload}".encode())
    assert jws.verify(token, signing_keys.public) == PAYLOAD


def test_signing_again_gives_the_same(token: str, signing_keys: SigningKeys) -> None:
    assert jws.sign(PAYLOAD, signing_keys, typ="vc+jwt") == token


def test_a_foreign_key_is_told(foreign: SigningKeys, signing_keys: SigningKeys) -> None:
    with pytest.raises(jws.ForeignKey):
        jws.verify(jws.sign(PAYLOAD, foreign, typ="vc+jwt"), signing_keys.public)


def test_a_foreign_signature_under_our_id_is_broken(
    foreign: SigningKeys, signing_keys: SigningKeys, token: str
) -> None:
    header, payload, _ = token.split(".")
    signature = foreign.badge.sign(f"{header}.{payload}".encode())
    with pytest.raises(jws.BrokenSignature):
        jws.verify(f"{header}.{payload}.{to_base64url(signature)}", signing_keys.public)


def test_the_document_key_signs_no_credential(signing_keys: SigningKeys, token: str) -> None:
    _, payload, signature = token.split(".")
    header = to_base64url(json.dumps({"alg": "EdDSA", "kid": signing_keys.document_id}).encode())
    with pytest.raises(jws.ForeignKey):
        jws.verify(f"{header}.{payload}.{signature}", signing_keys.public)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "Ed25519", 7, None])
def test_another_algorithm_is_refused(signing_keys: SigningKeys, token: str, alg: object) -> None:
    _, payload, signature = token.split(".")
    header = to_base64url(json.dumps({"alg": alg, "kid": signing_keys.badge_id}).encode())
    for end in (signature, ""):
        with pytest.raises(jws.Unreadable):
            jws.verify(f"{header}.{payload}.{end}", signing_keys.public)


@given(data=st.data())
def test_a_changed_character_anywhere_is_noticed(data: st.DataObject, signing_keys: SigningKeys, token: str) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != token[place]]))
    with pytest.raises((jws.NotOurs, jws.Unreadable)):
        jws.verify(token[:place] + other + token[place + 1 :], signing_keys.public)


def test_the_last_character_has_bits_to_spare_and_one_way_to_write_them(signing_keys: SigningKeys, token: str) -> None:
    for other in set(ALPHABET) - {token[-1]}:
        with pytest.raises((jws.NotOurs, jws.Unreadable)):
            jws.verify(token[:-1] + other, signing_keys.public)


@given(text=st.text(ALPHABET, max_size=90) | st.text(max_size=40))
def test_any_text_is_refused_with_a_named_error(signing_keys: SigningKeys, text: str) -> None:
    with pytest.raises((jws.NotOurs, jws.Unreadable)):
        jws.verify(text, signing_keys.public)


HEADERS = st.dictionaries(
    st.sampled_from(["alg", "kid", "crit", "b64", "typ"]),
    st.none() | st.booleans() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2),
)


@given(header=HEADERS)
def test_any_header_is_refused_with_a_named_error(
    signing_keys: SigningKeys, token: str, header: dict[str, object]
) -> None:
    _, payload, signature = token.split(".")
    head = to_base64url(json.dumps({"alg": "EdDSA", "kid": signing_keys.badge_id} | header).encode())
    with pytest.raises((jws.NotOurs, jws.Unreadable)):
        jws.verify(f"{head}.{payload}.{signature}", signing_keys.public)


def test_bare_bytes_are_signed_and_checked(signing_keys: SigningKeys, foreign: SigningKeys) -> None:
    kid, signature = jws.sign_bytes(b"[1]", signing_keys)
    assert (kid, len(signature)) == (signing_keys.badge_id, 64)
    jws.verify_bytes(b"[1]", kid, signature, signing_keys.public)
    with pytest.raises(jws.BrokenSignature):
        jws.verify_bytes(b"[2]", kid, signature, signing_keys.public)
    with pytest.raises(jws.BrokenSignature):
        jws.verify_bytes(b"[1]", kid, signature[:-1], signing_keys.public)
    with pytest.raises(jws.ForeignKey):
        jws.verify_bytes(b"[1]", kid, signature, foreign.public)
    with pytest.raises(jws.ForeignKey):
        jws.verify_bytes(b"[1]", signing_keys.document_id, signature, signing_keys.public)
