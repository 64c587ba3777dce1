"""Figures that are kept, read for pages. What a page needs and says is held until the next fold: it costs nothing to ask again."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from markupsafe import Markup
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lms.catalog.shelf import NEWEST

from .ledger import ALL, FIELDS, Series, pack
from .models import CountState, FigureDay

# So many series are held by a process at most: about 50 KB each.
MOST = 300
# So many pages: about 100 KB each.
MOST_PAGES = 100

_DAY = cast(Table, FigureDay.__table__)
_COUNTS = [_DAY.c[name] for name in FIELDS]
_KNOWN = cast(Table, CountState.__table__).c
_STATE = select(_KNOWN.counted_at, _KNOWN.folds, NEWEST.scalar_subquery().label("revision"))

Held = dict[tuple[str, ...], Mapping[str, Series]]


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a page of figures that is the same for everybody who may see it, and its headline."""

    headline: str
    body: Markup


@dataclass(slots=True)
class _Cache:
    state: tuple[int, datetime] | None = None
    held: Held = field(default_factory=dict)
    pages: dict[Hashable, Page] = field(default_factory=dict)


# One for each pool of connections: it goes when these do.
_CACHES: WeakKeyDictionary[Any, _Cache] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures of a dimension's value, and by the values of the same dimension; of everything, by any dimension. `revision` is
    the newest one published, which the same statement reads."""

    session: Session
    counted_at: datetime
    revision: int | None
    cache: _Cache
    dimension: str = ALL
    value: str = ""

    def topics(self) -> Mapping[str, Series]:
        here = _DAY.c.dimension == self.dimension, _DAY.c.value == self.value
        return self._series(("topics", self.dimension, self.value), _DAY.c.topic, *here)

    def values(self, dimension: str, topic: str) -> Mapping[str, Series]:
        """Raises LookupError for another dimension than the one that was chosen."""
        if self.dimension not in (ALL, dimension):
            raise LookupError(f"No figures are kept for {self.dimension} by {dimension}.")
        here = _DAY.c.dimension == dimension, _DAY.c.topic == topic
        found = self._series(("values", dimension, topic), _DAY.c.value, *here)
        return found if self.dimension == ALL else {v: one for v, one in found.items() if v == self.value}

    def of(self, dimension: str, value: str) -> "Kept":
        return Kept(self.session, self.counted_at, self.revision, self.cache, dimension, value)

    def page(self, key: Hashable) -> Page | None:
        return self.cache.pages.get(key)

    def keep(self, key: Hashable, page: Page) -> None:
        """Hold a page until the next fold. The key has everything else that it depends on."""
        if len(self.cache.pages) >= MOST_PAGES:
            self.cache.pages.clear()
        self.cache.pages[key] = page

    def _series(self, key: tuple[str, ...], name: Any, *here: Any) -> Mapping[str, Series]:
        held = self.cache.held
        found = held.get(key)
        if found is None:
            days: dict[str, dict[int, int]] = {}
            for of, day, *counts in self.session.execute(select(name, _DAY.c.day, *_COUNTS).where(*here)):
                days.setdefault(of, {})[day.toordinal()] = pack(counts)
            if sum(map(len, held.values())) > MOST:
                held.clear()
            found = held[key] = {of: Series(changes) for of, changes in days.items()}
        return found


def stored(session: Session) -> Kept | None:
    """What is kept; None while it was not counted yet."""
    row = session.connection().execute(_STATE).one_or_none()
    if row is None:
        return None
    pool = session.get_bind().engine.pool
    cache = _CACHES.setdefault(pool, _Cache())
    state = row.folds, row.counted_at
    if cache.state != state:
        cache = _CACHES[pool] = _Cache(state)
    return Kept(session, row.counted_at, row.revision, cache)
