"""A ZIP file sent while it is made, without compression: its length is known before its first byte. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

LOCAL, CENTRAL, END = 30, 46, 22  # bytes of the headers beside their names


def length(files: Iterable[tuple[str, int]]) -> int:
    """Bytes of the ZIP file that holds files of these names and sizes."""
    return END + sum(LOCAL + CENTRAL + 2 * len(name.encode()) + size for name, size in files)


def stream(files: Iterable[tuple[str, bytes]], made_at: datetime) -> Iterator[bytes]:
    """The ZIP file in pieces, one a file and one for its directory. Holds one file at a time."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for name, data in files:
            about = ZipInfo(name, made_at.timetuple()[:6])
            about.create_system, about.external_attr = 3, 0o644 << 16
            archive.writestr(about, data)
            yield sink.taken()
    yield sink.taken()


class _Sink(BytesIO):
    """What zipfile writes into: it may go back within what was not taken yet, as it does to complete a header."""

    def __init__(self) -> None:
        super().__init__()
        self._gone = 0

    def tell(self) -> int:
        return self._gone + super().tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._gone + super().seek(offset - self._gone if whence == 0 else offset, whence)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = self.getvalue()
        self._gone += len(data)
        super().seek(0)
        self.truncate()
        return data
