"""Pages of long lists: a page number in the address, and how many there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1 and lies within the pages there are, whatever the address says."""

    number: int
    total: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.total, self.offset + self.size)


def page_of(wanted: str | None, total: int, size: int) -> Page:
    """The page asked for, or the nearest one there is."""
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    return Page(min(max(number, 1), max(1, -(-total // size))), total, size)
