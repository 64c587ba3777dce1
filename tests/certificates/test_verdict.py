"""What the answer about a PDF is made of: its signature, its credential, and the facts that differ. Pure."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.reader import ILLEGIBLE
from lms.certificates.rules import Covered, Part, Record, Workshop
from lms.certificates.sheet import missing_facts
from lms.certificates.verdict import (
    IN_SENTENCE,
    LABELS,
    Stated,
    about,
    counts,
    judge_credential,
    judge_offline,
    judge_signature,
    stated_otherwise,
)
from lms.core.clock import now
from lms.signing.keys import SigningKeys
from lms.signing.pades import PdfSignature
from lms.signing.rules import PublicKeys

from . import papers
from .records import PROGRAM, TYPICAL

TODAY = date(2019, 11, 19)


def withdrawn(public: PublicKeys) -> PublicKeys:
    """The same keys, all revoked."""
    return PublicKeys(tuple(replace(key, until=now(), revoked=key.since) for key in public.keys))


# Pure: whose the signature is


def test_the_signature_is_judged_by_whose_it_is(signing_keys: SigningKeys, foreign: SigningKeys) -> None:
    def judged(state: Any, of: SigningKeys, known: PublicKeys) -> str:
        certificate = of.public.find(of.document_id)
        assert certificate is not None
        return judge_signature(PdfSignature(state, certificate.certificate), known)

    ours = signing_keys.public
    assert judged("whole", signing_keys, ours) == "ours"
    assert judged("whole", signing_keys, withdrawn(ours)) == "withdrawn"
    assert judged("changed_after", signing_keys, ours) == "changed_after"
    assert judged("broken", signing_keys, ours) == "broken"
    assert judged("whole", foreign, ours) == judged("broken", foreign, ours) == "foreign"
    assert judge_signature(PdfSignature("none", ""), ours) == "none"
    assert judge_signature(PdfSignature("broken", ""), ours) == "broken"
    assert judge_signature(PdfSignature("whole", ""), ours) == "foreign"


# Pure: what the credential states


def test_our_credential_states_the_record(signing_keys: SigningKeys) -> None:
    for record in (TYPICAL, PROGRAM, replace(TYPICAL, name="山田 <b>", renews="7KQ4M2T9XHDWG")):
        stated = judge_credential(papers.envelope(record, signing_keys), signing_keys.public)
        assert (stated.credential, stated_otherwise(stated.record, record)) == ("ours", ())


def test_a_changed_name_breaks_it_and_is_named(signing_keys: SigningKeys) -> None:
    changed = papers.with_payload(
        papers.envelope(TYPICAL, signing_keys), lambda record: record.update(name="Robin Muestra")
    )
    stated = judge_credential(changed, signing_keys.public)
    assert stated.credential == "broken"
    assert stated_otherwise(stated.record, TYPICAL) == ("name",)


def test_a_foreign_key_is_told(signing_keys: SigningKeys, foreign: SigningKeys) -> None:
    assert judge_credential(papers.envelope(TYPICAL, foreign), signing_keys.public).credential == "foreign"
    assert judge_credential(papers.envelope(TYPICAL, signing_keys), PublicKeys(())).credential == "foreign"


def test_a_revoked_key_no_longer_counts(signing_keys: SigningKeys) -> None:
    assert (
        judge_credential(papers.envelope(TYPICAL, signing_keys), withdrawn(signing_keys.public)).credential
        == "withdrawn"
    )


def test_a_retired_key_counts_for_what_was_issued_before(signing_keys: SigningKeys) -> None:
    def judged(retired: datetime) -> str:
        public = PublicKeys(tuple(replace(key, until=retired) for key in signing_keys.public.keys))
        return judge_credential(papers.envelope(TYPICAL, signing_keys), public).credential

    issued = TYPICAL.issued_at
    assert [judged(issued + timedelta(seconds=s)) for s in (-1, 0, 1)] == ["withdrawn", "ours", "ours"]


def test_one_about_another_certificate_is_told(signing_keys: SigningKeys) -> None:
    stated = judge_credential(papers.envelope(TYPICAL, signing_keys), signing_keys.public)
    assert about(stated, TYPICAL) == "ours"
    assert about(stated, replace(TYPICAL, number="0" * 13)) == "other"
    assert about(Stated("broken", TYPICAL), replace(TYPICAL, number="0" * 13)) == "broken"


def test_none_is_no_broken_one(signing_keys: SigningKeys) -> None:
    assert judge_credential("", signing_keys.public) == Stated("none", None)
    assert judge_credential(ILLEGIBLE, signing_keys.public) == Stated("broken", None)


@given(text=st.text(min_size=1) | st.text('{}[]":,.eyJhbGciOiJFZERTQSJ9', min_size=1))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    bare = "data:application/vc+jwt,"
    for candidate in (text, json.dumps({"id": bare + text}), json.dumps({"id": f"{bare}e30.e30.{text}"})):
        assert judge_credential(candidate, PublicKeys(())) == Stated("broken", None)


@given(place=st.floats(0, 0.999), bit=st.integers(0, 6))
def test_a_changed_byte_of_it_is_never_ours(signing_keys: SigningKeys, place: float, bit: int) -> None:
    text = bytearray(papers.envelope(TYPICAL, signing_keys).encode())
    begin = text.index(b"eyJ")
    at = begin + int(place * (text.index(b'"', begin) - begin))
    text[at] ^= 1 << bit
    assert judge_credential(text.decode(), signing_keys.public).credential != "ours"


# Pure: which fields differ

OTHER: dict[str, Any] = {
    "number": "0" * 13,
    "name": "Robin Muestra",
    "organization": "Other Lines",
    "entities": (),
    "category": 9,
    "parts": (Part(9, "Physical Security"),),
    "edition": "2030",
    "criteria": (Covered("10.1", "should"),),
    "modules": ("Another",),
    "revision": 15,
    "percent": 100,
    "completed_on": date(2026, 11, 13),
    "issued_at": datetime(2026, 11, 13, tzinfo=UTC),
    "valid_until": date(2099, 1, 1),
    "days_ahead": None,
    "enforcement_date": date(2027, 2, 23),
    "demonstration": True,
    "template": 2,
    "renews": "0" * 13,
    "workshop": Workshop("Seals", "Laredo", 90),
}


@pytest.mark.parametrize("field", [f.name for f in fields(Record) if f.name != "words"])
def test_every_fact_that_is_stated_otherwise_is_named(field: str) -> None:
    assert stated_otherwise(replace(TYPICAL, **{field: OTHER[field]}), TYPICAL) == (LABELS[field],)


def test_what_came_later_or_is_no_fact_of_a_credential_does_not_differ() -> None:
    assert stated_otherwise(replace(TYPICAL, words={"es": {"Physical Access Controls": "Controles"}}), TYPICAL) == ()
    assert stated_otherwise(None, TYPICAL) == ()


def test_every_label_has_its_words() -> None:
    labels = {*LABELS.values(), *missing_facts(TYPICAL, "")}
    assert labels == set(IN_SENTENCE)


# Pure: what counts


@pytest.mark.parametrize(
    ("standing", "days_left", "expected"),
    [("valid", 0, True), ("renewed", 0, True), ("renewed", -1, False), ("expired", -1, False), ("revoked", 9, False)],
)
def test_a_newer_one_takes_nothing_from_the_days_of_the_former(standing: Any, days_left: int, expected: bool) -> None:
    assert counts(standing, TODAY + timedelta(days=days_left), today=TODAY) is expected


def test_offline_only_both_signatures_and_all_facts_make_it_valid() -> None:
    offline = partial(judge_offline, today=TODAY)
    ours = Stated("ours", replace(TYPICAL, valid_until=TODAY))
    assert offline("ours", ours, ()) == "valid"
    assert offline("ours", Stated("ours", replace(TYPICAL, valid_until=TODAY - timedelta(days=1))), ()) == "expired"
    assert offline("ours", ours, ("name",)) == "changed"
    assert offline("none", Stated("none", None), ()) == "unknown"
    assert offline("foreign", ours, ()) == offline("ours", Stated("withdrawn", TYPICAL), ()) == "foreign"
    signatures: tuple[Any, ...] = ("ours", "changed_after", "withdrawn", "foreign", "broken", "none")
    for signature, kind in product(signatures, ("ours", "withdrawn", "foreign", "broken", "none")):
        if (signature, kind) != ("ours", "ours"):
            assert offline(signature, Stated(kind, ours.record), ()) in ("changed", "foreign", "unknown")  # type: ignore[arg-type]
