"""The credential: what it states, that others can verify it, and that the record comes back whole."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from time_machine import travel

from lms.certificates import credential, sealing, status
from lms.certificates.rules import Covered, Part, Record, Workshop
from lms.signing import jws
from lms.signing.keys import SigningKeys

from .records import CROWDED, PROGRAM, SITE, TYPICAL

INDEX = 131_072 + 7
LATER = TYPICAL.issued_at + timedelta(days=30)
ATTENDANCE = replace(
    TYPICAL, category=None, percent=None, modules=(), workshop=Workshop("Seals in your own hands", "Laredo", 90)
)
TRANSLATED = replace(TYPICAL, words={"es": {"Physical Access Controls": "Controles de acceso físico"}})

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
days = st.dates(date(2019, 1, 1), date(2090, 1, 1))
records = st.builds(
    replace,
    st.sampled_from((TYPICAL, PROGRAM, CROWDED, ATTENDANCE, TRANSLATED)),
    name=texts,
    organization=texts,
    parts=st.lists(st.builds(Part, st.integers(1, 12), texts), min_size=1, max_size=3).map(tuple),
    criteria=st.lists(st.builds(Covered, st.from_regex(r"\A[1-9]\.[1-9]\Z"), st.sampled_from(["must", "should"]))).map(
        tuple
    ),
    percent=st.none() | st.integers(0, 100),
    valid_until=days,
    issued_at=st.datetimes(datetime(2019, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    demonstration=st.booleans(),
)


def composed(record: Record) -> dict[str, Any]:
    return credential.compose(record, site=SITE, index=INDEX)


def signed(record: Record, keys: SigningKeys) -> str:
    return jws.sign(credential.payload(composed(record)), keys, typ=sealing.TYPE)


@pytest.fixture
def verifier(signing_keys: SigningKeys) -> OB3Verifier:
    """Somebody else's program, which knows our public key alone."""
    return OB3Verifier(pubkey_pem=signing_keys.badge.public_key())


@given(records)
def test_the_record_comes_back_whole_but_for_its_words(record: Record) -> None:
    assert credential.record_of(credential.payload(composed(record))) == replace(record, words={})


@given(records)
def test_what_is_signed_is_canonical(record: Record) -> None:
    payload = credential.payload(composed(record))
    again = json.dumps(json.loads(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert json.loads(payload) == json.loads(again)
    assert b"\n" not in payload
    assert list(json.loads(payload)) == sorted(json.loads(payload))
    shuffled = dict(reversed(composed(record).items()))
    assert credential.payload(shuffled) == payload


def test_a_typical_payload_is_what_the_standard_library_writes_canonically() -> None:
    plain = json.dumps(composed(TYPICAL), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert credential.payload(composed(TYPICAL)) == plain.encode()


def test_words_of_other_languages_are_no_part_of_it() -> None:
    assert credential.payload(composed(TRANSLATED)) == credential.payload(composed(TYPICAL))


def test_it_holds_from_issue_to_the_end_of_the_last_day_in_new_york() -> None:
    stated = composed(TYPICAL)
    assert stated["validFrom"] == "2026-11-12T15:04:05Z"
    assert stated["validUntil"] == "2027-11-13T04:59:59Z"
    assert (stated["nbf"], stated["exp"]) == (1794495845, 1826081999)
    in_summer = composed(replace(TYPICAL, valid_until=date(2027, 7, 1)))
    assert in_summer["validUntil"] == "2027-07-02T03:59:59Z"


def test_its_status_is_in_the_list_that_holds_the_certificate() -> None:
    entry = composed(TYPICAL)["credentialStatus"]
    assert entry["statusListCredential"] == f"{SITE}/verify/status/2.json"
    assert entry["statusListIndex"] == "7"


@pytest.mark.parametrize(
    ("record", "name", "identifier", "narrative"),
    [
        (
            TYPICAL,
            "CTPAT Minimum Security Criteria, category 10: Physical Access Controls",
            f"{SITE}/criteria/#category-10",
            "Read every required module and passed every quiz with 80 % or better. Criteria taught: 10.1, 10.2, 10.8.",
        ),
        (
            replace(PROGRAM, percent=100),
            "CTPAT Minimum Security Criteria, all required categories",
            f"{SITE}/criteria/",
            "Read every required module and passed every quiz with 100 %. Criteria taught: 48, which the record names.",
        ),
        (
            ATTENDANCE,
            "Seals in your own hands",
            "urn:uuid:445b197c-a60a-5d67-9f10-75ec709f9dd2",
            "Attended the workshop on November 12, 2026, 90 minutes. Criteria taught: 10.1, 10.2, 10.8.",
        ),
    ],
)
def test_the_achievement_says_what_was_done(record: Record, name: str, identifier: str, narrative: str) -> None:
    achievement = composed(record)["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["id"]) == (name, identifier)
    assert achievement["criteria"]["narrative"] == narrative
    assert ("achievementType" in achievement) == (record.workshop is None)


def test_a_demonstration_says_so() -> None:
    made_up = composed(replace(TYPICAL, demonstration=True))["credentialSubject"]["achievement"]["description"]
    assert made_up.endswith("Demonstration: person and company are made up.")
    assert "Demonstration" not in composed(TYPICAL)["credentialSubject"]["achievement"]["description"]


# Others verify it


@pytest.mark.parametrize("record", [TYPICAL, PROGRAM, CROWDED, ATTENDANCE])
def test_a_library_for_open_badges_accepts_it(record: Record, signing_keys: SigningKeys, verifier: OB3Verifier) -> None:
    with travel(LATER):
        badge = verifier.verify(signed(record, signing_keys))
    assert badge.identifiers[0].identity_hash == record.name
    assert badge.issuer.id == SITE
    in_categories = [str(part.number) for part in record.parts]
    taught = in_categories if record.kind == "program" else [criterion.id for criterion in record.criteria]
    assert [a.target_code for a in badge.achievement.alignments] == taught


def test_the_library_refuses_it_after_the_last_day_and_before_the_first(
    signing_keys: SigningKeys, verifier: OB3Verifier
) -> None:
    token = signed(TYPICAL, signing_keys)
    with travel(datetime(2027, 11, 13, 4, 59, tzinfo=UTC)):
        verifier.verify(token)
    for moment in (datetime(2027, 11, 13, 6, tzinfo=UTC), TYPICAL.issued_at - timedelta(hours=1)):
        with travel(moment), pytest.raises(OB3VerificationError):
            verifier.verify(token)


def test_the_library_reads_the_status_list(signing_keys: SigningKeys, verifier: OB3Verifier) -> None:
    token = signed(TYPICAL, signing_keys)

    def listed(*revoked: int) -> Any:
        payload = status.payload(SITE, 2, revoked, now=LATER)
        return {f"{SITE}/verify/status/2.json": jws.sign(payload, signing_keys, typ=sealing.TYPE).encode()}.__getitem__

    with travel(LATER):
        verifier.verify(token, check_status=True, download=listed(INDEX - 1, INDEX + 1))
        with pytest.raises(OB3VerificationError, match="'revocation' is set"):
            verifier.verify(token, check_status=True, download=listed(INDEX))
    with travel(LATER + status.VALID + timedelta(hours=1)), pytest.raises(OB3VerificationError, match="expired"):
        verifier.verify(token, check_status=True, download=listed())


def test_the_library_refuses_a_changed_name(signing_keys: SigningKeys, verifier: OB3Verifier) -> None:
    head, _, signature = signed(TYPICAL, signing_keys).split(".")
    other = signed(replace(TYPICAL, name="Someone Else"), signing_keys).split(".")[1]
    with travel(LATER), pytest.raises(OB3VerificationError):
        verifier.verify(f"{head}.{other}.{signature}")


def test_a_signature_and_base64_are_all_that_verifying_takes(signing_keys: SigningKeys) -> None:
    token = signed(TYPICAL, signing_keys)
    head, payload, signature = token.split(".")

    def decoded(text: str) -> bytes:
        return urlsafe_b64decode(text + "==")

    key = next(k for k in signing_keys.public.to_jwks()["keys"] if k["kid"] == json.loads(decoded(head))["kid"])
    Ed25519PublicKey.from_public_bytes(decoded(key["x"])).verify(decoded(signature), f"{head}.{payload}".encode())
    assert json.loads(decoded(head)) == {"alg": "EdDSA", "kid": key["kid"], "typ": "vc+jwt"}
    assert json.loads(decoded(payload))["record"]["name"] == "Marisol Ejemplo"
    assert credential.record_of(jws.verify(token, signing_keys.public)) == TYPICAL


# The file in the PDF


def test_the_file_holds_the_signed_credential() -> None:
    assert json.loads(credential.enveloped("a.b.c")) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "data:application/vc+jwt,a.b.c",
        "type": "EnvelopedVerifiableCredential",
    }
    assert credential.jwt_of(credential.enveloped("a.b.c")) == "a.b.c"


@given(st.binary(max_size=60) | st.from_regex(r'\A\{"(id|type|record)":("[a-z]*"|\[\]|\{\}|1)\}\Z').map(str.encode))
def test_what_is_none_of_ours_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        credential.jwt_of(data)
    with pytest.raises(ValueError, match=r"^no "):
        credential.record_of(data)
