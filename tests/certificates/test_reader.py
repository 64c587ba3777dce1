"""Reading a stranger's PDF: what it says, and hostile files."""

import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from lms.certificates import reader
from lms.certificates.reader import ILLEGIBLE, Reading, read
from lms.certificates.verdict import judge_credential, judge_signature
from lms.signing.keys import SigningKeys

from . import papers
from .records import TYPICAL


@pytest.fixture(scope="module")
def ours(signing_keys: SigningKeys) -> bytes:
    return papers.sign(TYPICAL, signing_keys)


def reading(data: bytes) -> Reading:
    found = read(data)
    assert found is not None
    return found


def test_it_reads_number_text_credential_and_signature(ours: bytes, signing_keys: SigningKeys) -> None:
    found = reading(ours)
    assert found.number == TYPICAL.number
    assert "Marisol Ejemplo" in found.text
    assert judge_credential(found.credential, signing_keys.public).credential == "ours"
    assert judge_signature(found.signature, signing_keys.public) == "ours"


def test_it_reads_what_another_program_saved(ours: bytes) -> None:
    found = reading(papers.saved_again(ours))
    assert found.number == TYPICAL.number
    assert "Marisol Ejemplo" in found.text
    assert found.credential == reading(ours).credential
    assert found.signature.state == "broken"


def test_a_file_of_others_says_little() -> None:
    found = reading(made(lambda document: None))
    assert (found.number, found.text, found.credential, found.signature.state) == ("", "", "", "none")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"<<" * 50_000, b"PK\x03\x04", b"hello"])
def test_what_is_no_pdf_reads_as_none(data: bytes) -> None:
    assert read(data) is None


def test_half_a_file_has_no_whole_signature(ours: bytes) -> None:
    for part in (0.2, 0.5, 0.9, 0.999):
        found = read(ours[: int(len(ours) * part)])
        assert found is None or found.signature.state in ("none", "broken")


def test_a_file_locked_with_a_password_cannot_be_read(ours: bytes) -> None:
    saved = BytesIO()
    with pikepdf.open(BytesIO(ours)) as document:
        document.save(saved, encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert read(saved.getvalue()) is None


def test_broken_content_leaves_the_rest_to_be_read(ours: bytes) -> None:
    def damage(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(b"no deflated data", Filter=Name.FlateDecode)

    found = reading(papers.saved_again(ours, damage))
    assert (found.number, found.text) == (TYPICAL.number, "")
    assert found.credential


def made(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A blank page after a change."""
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    saved = BytesIO()
    document.save(saved, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return saved.getvalue()


def blank(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()


def attach(document: pikepdf.Pdf, content: bytes, **more: object) -> None:
    stream = document.make_stream(content, Type=Name.EmbeddedFile, **more)
    file = document.make_indirect(Dictionary(Type=Name.Filespec, F=String(reader.CREDENTIAL), EF=Dictionary(F=stream)))
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(reader.CREDENTIAL), file])))


def bomb_in_the_page(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(blank(256), Filter=Name.FlateDecode)


def bomb_in_the_credential(document: pikepdf.Pdf) -> None:
    attach(document, blank(256), Filter=Name.FlateDecode)


def too_long_a_credential(document: pikepdf.Pdf) -> None:
    attach(document, b"{" * (reader.LONGEST_CREDENTIAL + 1))


def undeflatable_credential(document: pikepdf.Pdf) -> None:
    attach(document, b"no deflated data", Filter=Name.FlateDecode)


def pages_in_a_circle(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = Array([document.Root.Pages])


def names_in_a_circle(document: pikepdf.Pdf) -> None:
    tree = document.make_indirect(Dictionary())
    tree.Kids = Array([tree])
    document.Root.Names = Dictionary(EmbeddedFiles=tree)


def signature_of_nothing(document: pikepdf.Pdf) -> None:
    signature = document.make_indirect(
        Dictionary(Type=Name.Sig, ByteRange=Array([0, 2**40, -5, 7]), Contents=String("x"))
    )
    field = document.make_indirect(Dictionary(FT=Name.Sig, T=String("Issuer"), V=signature))
    field.Kids = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field, field]), SigFlags=3)


def long_number(document: pikepdf.Pdf) -> None:
    document.docinfo[f"/{reader.NUMBER_KEY}"] = String("7" * 500_000)


@pytest.mark.parametrize(
    "hostile",
    [
        bomb_in_the_page,
        bomb_in_the_credential,
        too_long_a_credential,
        undeflatable_credential,
        pages_in_a_circle,
        names_in_a_circle,
        signature_of_nothing,
        long_number,
    ],
)
def test_a_hostile_file_says_nothing_of_ours(hostile: Callable[[pikepdf.Pdf], None]) -> None:
    data = made(hostile)
    assert len(data) < 2**20
    found = read(data)
    if found is not None:
        assert len(found.number) <= reader.LONGEST_NUMBER
        assert found.credential in ("", ILLEGIBLE)
        assert found.signature.state in ("none", "broken")


@pytest.mark.parametrize("broken", [bomb_in_the_credential, too_long_a_credential, undeflatable_credential])
def test_a_credential_that_cannot_be_read_is_not_taken_for_none(broken: Callable[[pikepdf.Pdf], None]) -> None:
    found = read(made(broken))
    assert found is None or found.credential == ILLEGIBLE


def test_reading_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, ours: bytes) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.001)
    assert read(ours) is None
