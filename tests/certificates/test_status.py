"""Status lists: bits, places, and what a list says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3.status import decode_encoded_list, set_indices

from lms.certificates import status
from lms.certificates.status import ENTRIES

from .records import NOON, SITE


@given(st.sets(st.integers(0, ENTRIES - 1), max_size=50))
def test_another_library_reads_the_same_bits(indexes: set[int]) -> None:
    bits = decode_encoded_list(status.encode(indexes))
    assert len(bits) == ENTRIES // 8
    assert set_indices(bits) == indexes


def test_the_same_bits_are_the_same_text() -> None:
    assert status.encode([3, 1]) == status.encode([1, 3])
    assert status.encode([]).startswith("uH4sIAAAAAAA")  # GZIP with no date


@given(st.integers(0, 10**9))
def test_every_certificate_has_its_own_place(certificate_id: int) -> None:
    number, index = status.place(certificate_id)
    assert number >= 1
    assert 0 <= index < ENTRIES
    assert (number - 1) * ENTRIES + index == certificate_id


@pytest.mark.parametrize(
    ("certificate_id", "place"),
    [(1, (1, 1)), (ENTRIES - 1, (1, ENTRIES - 1)), (ENTRIES, (2, 0)), (ENTRIES + 1, (2, 1))],
)
def test_places_around_the_end_of_a_list(certificate_id: int, place: tuple[int, int]) -> None:
    assert status.place(certificate_id) == place


def test_a_list_is_a_credential_that_holds_for_an_hour() -> None:
    stated = json.loads(status.payload(SITE, 2, [ENTRIES + 5], now=NOON))
    assert stated["id"] == stated["jti"] == f"{SITE}/verify/status/2.json"
    assert stated["issuer"] == stated["iss"] == SITE
    assert stated["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (stated["validFrom"], stated["validUntil"]) == ("2019-11-12T17:00:00Z", "2019-11-12T18:00:00Z")
    assert stated["exp"] - stated["nbf"] == 3600
    subject = stated["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["ttl"] == 15 * 60 * 1000
    assert set_indices(decode_encoded_list(subject["encodedList"])) == {5}
