"""Reading a stranger's PDF."""

import zlib
from io import BytesIO

import pikepdf
import pytest

from lms.certificates import reader
from lms.certificates.pdf import draw
from lms.certificates.reader import read

from .records import SITE, TYPICAL


@pytest.fixture(scope="module")
def ours() -> bytes:
    return draw(TYPICAL, SITE)


def test_it_reads_number_and_text(ours: bytes) -> None:
    reading = read(ours)
    assert reading is not None
    assert reading.number == TYPICAL.number
    assert "Marisol Ejemplo" in reading.text


def test_it_reads_what_another_program_saved(ours: bytes) -> None:
    saved = BytesIO()
    with pikepdf.open(BytesIO(ours)) as document:
        document.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    reading = read(saved.getvalue())
    assert reading is not None
    assert reading.number == TYPICAL.number


def bomb() -> bytes:
    """A page whose content unpacks to 256 MB."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b" " * 2**20) for _ in range(256)) + packer.flush()
    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Contents = document.make_stream(content, Filter=pikepdf.Name.FlateDecode)
    saved = BytesIO()
    document.save(saved, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return saved.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"<<" * 50_000, b"PK\x03\x04"])
def test_what_is_no_pdf_reads_as_none(data: bytes) -> None:
    assert read(data) is None


def test_a_bomb_does_not_go_off() -> None:
    data = bomb()
    assert len(data) < 2**20
    reading = read(data)
    assert reading is None or reading.number == ""


def test_reading_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, ours: bytes) -> None:
    monkeypatch.setattr(reader, "SECONDS", 0.001)
    assert read(ours) is None
