from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from hypothesis import given
from hypothesis import strategies as st

from lms.bundles import zipping

MADE = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)
files = st.dictionaries(names, st.binary(max_size=2000), max_size=20)


@given(files)
def test_it_reads_back_as_it_was_and_has_the_length_that_was_said(files: dict[str, bytes]) -> None:
    whole = b"".join(zipping.stream(files.items(), MADE))
    assert len(whole) == zipping.length((name, len(data)) for name, data in files.items())
    with ZipFile(BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.namelist() == list(files)
        for about in archive.infolist():
            assert about.compress_type == ZIP_STORED
            assert not about.flag_bits & 0x08, "sizes stand before the data, for readers that do not look ahead"
            assert about.date_time == (2026, 11, 24, 10, 42, 0)


def test_no_more_than_one_file_is_held() -> None:
    given_out: list[str] = []

    def many() -> list[tuple[str, bytes]]:
        for number in range(5):
            given_out.append(str(number))
            yield f"{number}.pdf", b"x" * 1000

    pieces = zipping.stream(many(), MADE)
    for number, piece in zip(range(5), pieces, strict=False):
        assert len(given_out) == number + 1
        assert 1000 < len(piece) < 1100
