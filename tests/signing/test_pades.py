"""The signature of a PDF: what it leaves as it was, what common readers say of it, and what any change makes of it."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfua.validator import Validator
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lms.signing import keys
from lms.signing.keys import SigningKeys
from lms.signing.pades import FIELD_IN_WORDS, PdfSignature, read_signature, sign_pdf

AT = datetime(2026, 11, 24, 15, 4, 5, tzinfo=UTC)
HTML = '<html lang="es"><title>Seals</title><meta name="author" content="Sample"><h1>Marisol Ejemplo</h1><p>Seals</p>'


@pytest.fixture(scope="module")
def pdf() -> bytes:
    attachment = weasyprint.Attachment(string="{}", name="credential.json", relationship="Data", description="It")
    written: bytes = weasyprint.HTML(string=HTML).write_pdf(pdf_variant="pdf/ua-1", attachments=[attachment])
    return written


@pytest.fixture(scope="module")
def signed(pdf: bytes, signing_keys: SigningKeys) -> bytes:
    return sign_pdf(pdf, signing_keys, at=AT)


@pytest.fixture(scope="module")
def ours(signing_keys: SigningKeys) -> str:
    key = signing_keys.public.find(signing_keys.document_id)
    assert key is not None
    return key.certificate


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return keys.new(tmp_path_factory.mktemp("foreign") / "keys.json", name="Somebody", now=AT)


def gap(signed: bytes) -> tuple[int, int]:
    """Where the bytes of the signature itself stand, which it cannot cover."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", signed)
    assert found
    return int(found[1]), int(found[2])


def test_a_signed_pdf_is_whole_and_ours(signed: bytes, ours: str) -> None:
    assert read_signature(signed) == PdfSignature("whole", ours)


def test_the_bytes_before_it_stay(pdf: bytes, signed: bytes) -> None:
    assert signed.startswith(pdf)
    assert len(signed) - len(pdf) < 7000


def test_tags_language_metadata_and_attachment_stay(pdf: bytes, signed: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as before, pikepdf.open(BytesIO(signed)) as after:
        assert after.pdf_version == before.pdf_version == "1.7"
        assert "/Version" not in after.Root
        assert after.Root.Lang == "es"
        assert after.Root.MarkInfo.Marked
        assert after.Root.StructTreeRoot.objgen == before.Root.StructTreeRoot.objgen
        assert after.Root.ViewerPreferences.DisplayDocTitle
        assert after.attachments["credential.json"].get_file().read_bytes() == b"{}"
        with before.open_metadata() as old, after.open_metadata() as new:
            kept = ("pdfuaid:part", "dc:title", "dc:creator", "dc:language")
            assert [new.get(name) for name in kept] == [old.get(name) for name in kept]
            assert new["pdfuaid:part"] == "1"


def test_it_is_as_accessible_as_before(pdf: bytes, signed: bytes, tmp_path: Path) -> None:
    found = {}
    for name, data in (("unsigned", pdf), ("signed", signed)):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(data)
        found[name] = Validator().validate(file).findings
    assert found == {"unsigned": (), "signed": ()}


def test_the_field_is_hidden_and_has_a_name_in_words(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as document:
        (field,) = document.Root.AcroForm.Fields
        hidden, printed = 2, 4
        assert int(field.F) & (hidden | printed) == hidden
        assert str(field.TU) == FIELD_IN_WORDS
        assert str(field.V.M) == "D:20261124150405Z"
        assert str(field.V.Name) == "MSC Ready at sample.example"
        assert field.V.SubFilter == "/ETSI.CAdES.detached"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs poppler-utils")
def test_poppler_says_it_is_valid(signed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "SHA-256" in said


def test_a_longest_name_fits(pdf: bytes, tmp_path: Path) -> None:
    long = keys.new(tmp_path / "keys.json", name="é" * (keys.LONGEST_NAME // 2), now=AT)
    assert read_signature(sign_pdf(pdf, long, at=AT)).state == "whole"


def test_a_foreign_signature_is_whole_but_not_ours(pdf: bytes, foreign: SigningKeys, signing_keys: SigningKeys) -> None:
    read = read_signature(sign_pdf(pdf, foreign, at=AT))
    assert read.state == "whole"
    assert signing_keys.public.find_certificate(read.certificate) is None


def test_our_certificate_in_a_foreign_signature_is_broken(
    pdf: bytes, foreign: SigningKeys, signing_keys: SigningKeys
) -> None:
    """Anybody can put our certificate beside a signature: it is public."""
    forger = SigningKeys(
        foreign.public, foreign.badge_id, foreign.badge, foreign.document_id, foreign.document, signing_keys.certificate
    )
    assert read_signature(sign_pdf(pdf, forger, at=AT)).state == "broken"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_byte_anywhere_it_covers_is_noticed(data: st.DataObject, signed: bytes) -> None:
    start, end = gap(signed)
    place = data.draw(st.integers(0, start) | st.integers(end - 1, len(signed) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[place]))
    changed = signed[:place] + bytes([other]) + signed[place + 1 :]
    assert read_signature(changed).state in ("broken", "none")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_can_hide_behind_the_signature(data: st.DataObject, signed: bytes) -> None:
    _, end = gap(signed)
    place = data.draw(st.integers(end - 1000, end - 2), label="in the zeros that fill it up")
    changed = signed[:place] + data.draw(st.sampled_from([b"1", b" ", b">", b"\n"])) + signed[place + 1 :]
    assert read_signature(changed).state in ("broken", "none")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_short_is_never_whole(data: st.DataObject, signed: bytes) -> None:
    assert read_signature(signed[: data.draw(st.integers(0, len(signed) - 1))]).state != "whole"


@pytest.mark.parametrize("more", [b"\n", b"%", b"\x00"])
def test_what_is_added_behind_shows(signed: bytes, ours: str, more: bytes) -> None:
    assert read_signature(signed + more) == PdfSignature("changed_after", ours)


def test_a_new_title_in_an_update_shows(signed: bytes, ours: str) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    information = writer.trailer["/Info"]
    information["/Title"] = TextStringObject("Another")
    writer.update_container(information)
    output = BytesIO()
    writer.write(output)
    assert read_signature(output.getvalue()) == PdfSignature("changed_after", ours)


def test_a_saved_copy_is_broken_or_has_none(signed: bytes) -> None:
    output = BytesIO()
    with pikepdf.open(BytesIO(signed)) as document:
        document.save(output)
    assert read_signature(output.getvalue()).state == "broken"


def test_a_second_end_is_no_pdf_that_can_be_read(signed: bytes) -> None:
    assert read_signature(signed + b"\n%%EOF\n") == PdfSignature("none", "")


def test_an_unsigned_pdf_has_none(pdf: bytes) -> None:
    assert read_signature(pdf) == PdfSignature("none", "")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), many=st.integers(50, 300))
def test_no_damage_makes_it_raise(signed: bytes, seed: int, many: int) -> None:
    random, damaged = Random(seed), bytearray(signed)
    for _ in range(many):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    assert read_signature(bytes(damaged)).state in ("broken", "none")


@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_no_file_makes_it_raise(data: bytes) -> None:
    for file in (data, b"%PDF-1.7\n" + data + b"\nstartxref\n9\n%%EOF"):
        assert read_signature(file) == PdfSignature("none", "")
