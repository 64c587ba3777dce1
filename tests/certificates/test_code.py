"""What the QR code says: small, signed, and whole for anybody's name."""

import json
import unicodedata
from base64 import urlsafe_b64decode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import code
from lms.certificates.code import CUT, LONGEST_NAME, LONGEST_ORGANIZATION, LONGEST_TITLE
from lms.certificates.rules import Record, Workshop
from lms.signing import jws
from lms.signing.jws import BrokenSignature
from lms.signing.keys import SigningKeys

from .records import CROWDED, PROGRAM, SITE, TYPICAL
from .test_credential import ATTENDANCE, records, texts


def said(record: Record, keys: SigningKeys) -> str:
    facts = code.compose(record)
    return code.address(SITE, record.number, code.fragment(facts, *jws.sign_bytes(facts, keys)))


def test_the_facts_of_a_category() -> None:
    assert json.loads(code.compose(TYPICAL)) == [
        1, TYPICAL.number, "Marisol Ejemplo", "Sample Freight Lines", 10, "Physical Access Controls", "2019",
        "2026-11-12", "2026-11-12", "2027-11-12", 80, 0,
    ]  # fmt: skip


def test_program_and_attendance_are_told_apart() -> None:
    assert json.loads(code.compose(PROGRAM))[4:6] == [0, "CTPAT Minimum Security Criteria"]
    attended = json.loads(code.compose(replace(ATTENDANCE, demonstration=True)))
    assert attended[4:6] == [None, "Seals in your own hands"]
    assert attended[10:] == [None, 1]


def test_the_day_of_issue_is_that_of_the_program() -> None:
    late = replace(TYPICAL, issued_at=TYPICAL.issued_at.replace(day=13, hour=4))
    assert json.loads(code.compose(late))[8] == "2026-11-12"


@pytest.mark.parametrize(
    ("record", "most"),
    [
        (TYPICAL, 350),
        (PROGRAM, 350),
        (CROWDED, 600),
        (replace(TYPICAL, name="曖昧" * 100, organization="株式会社" * 50), 600),
        (replace(ATTENDANCE, name='"' * 200, organization="\\" * 200, workshop=Workshop("\n" * 200, "", 60)), 600),
    ],
)
def test_the_address_stays_small(record: Record, most: int, signing_keys: SigningKeys) -> None:
    address = said(record, signing_keys)
    assert address.isascii()
    assert len(address) <= most


@given(records)
def test_any_record_fits_and_reads_back(record: Record) -> None:
    facts = json.loads(code.compose(record))
    for stated, fact in ((facts[2], record.name), (facts[3], record.organization), (facts[5], record.title)):
        assert stated == fact or (stated.endswith(CUT) and fact.startswith(stated.removesuffix(CUT)))
    assert facts[7:11] == [str(record.completed_on), facts[8], str(record.valid_until), record.percent]
    assert len(code.compose(record)) <= LONGEST_NAME + LONGEST_ORGANIZATION + LONGEST_TITLE + 90


@given(texts, st.integers(20, 120))
def test_a_cut_is_marked_and_takes_whole_letters(text: str, most: int) -> None:
    short = code.short(text, most)
    if len(json.dumps(text, ensure_ascii=False).encode()) - 2 <= most:
        assert short == text
        return
    kept = short.removesuffix(CUT)
    assert short == kept + CUT
    assert len(json.dumps(short, ensure_ascii=False).encode()) - 2 <= most
    rest = text[len(kept) :]
    assert not unicodedata.category(rest.lstrip()[:1] or " ").startswith("M") or rest[0].isspace()


def test_a_name_of_a_usual_length_is_never_cut() -> None:
    for name in (
        "Maximiliano de la Santísima Trinidad Ejemplo-Muestra y Prueba",
        "Александра Константиновна Образцова-Примерная",
    ):
        assert code.short(name, LONGEST_NAME) == name


def test_the_fragment_is_facts_key_and_signature(signing_keys: SigningKeys) -> None:
    before, _, fragment = said(TYPICAL, signing_keys).partition("#")
    facts, kid, signature = fragment.split(".")
    assert before == f"{SITE}/verify/{TYPICAL.number}"
    assert kid == signing_keys.badge_id[:8]
    assert urlsafe_b64decode(facts + "==") == code.compose(TYPICAL)
    whole = urlsafe_b64decode(signature + "==")
    jws.verify_bytes(code.compose(TYPICAL), signing_keys.badge_id, whole, signing_keys.public)
    changed = code.compose(replace(TYPICAL, name="Marisol Ejemplar"))
    with pytest.raises(BrokenSignature):
        jws.verify_bytes(changed, signing_keys.badge_id, whole, signing_keys.public)
