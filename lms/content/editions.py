"""What differs between two editions of the criteria, for one entity type or for all of them. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from .framework import Criterion, Edition, Framework
from .grammar.text import natural
from .scope import concerns

Kind = Literal["added", "raised", "reworded", "renumbered", "concerns", "lowered", "removed"]
# In the order of what asks most of a company.
KINDS: tuple[Kind, ...] = ("added", "raised", "reworded", "renumbered", "concerns", "lowered", "removed")
# What somebody who was trained on the former edition does not know yet.
TO_LEARN: frozenset[Kind] = frozenset({"added", "raised", "reworded"})
# Two summaries with so many words in common tell of one criterion.
_NEAR = 0.8
_WORD = re.compile(r"\S+")

Pair = tuple[Criterion | None, Criterion | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion in the one edition and in the other, None where it is in one of them only. `kinds` in the order of KINDS.

    Raised is from should to must, reworded another title, summary or frequency. Among all entity types, "concerns" says that
    the criterion concerns others than before; for one of them that is "added" or "removed".
    """

    before: Criterion | None
    after: Criterion | None
    kinds: tuple[Kind, ...]

    @property
    def criterion(self) -> Criterion:
        """As it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is there
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """Words that both texts have, that only the old one has, or only the new one."""

    kind: Literal["same", "old", "new"]
    text: str


def names(framework: Framework) -> tuple[str, ...]:
    """Every edition there is, in order: numbers in a name by their value."""
    return tuple(sorted({framework.program.edition, *framework.editions}, key=natural))


def newest_pair(framework: Framework) -> tuple[str, str]:
    """The last two editions; the only one twice where there is no other."""
    every = names(framework)
    return every[-2:][0], every[-1]


def diff(a: Edition, b: Edition, framework: Framework, entity: str | None = None) -> tuple[Change, ...]:
    """What edition b changes in a, in the order of the criteria; for one entity type only what concerns it in either.

    A criterion is known again by what `formerly` says, then by its number and title, then by title, level and a nearly equal
    summary, at last by its number alone.
    """
    found = (_change(before, after, framework, entity) for before, after in pairs(a, b, framework))
    return tuple(sorted((c for c in found if c.kinds), key=lambda c: c.criterion.sort_key))


def of_kind(changes: Iterable[Change], kind: Kind) -> tuple[Change, ...]:
    return tuple(change for change in changes if kind in change.kinds)


def pairs(a: Edition, b: Edition, framework: Framework) -> tuple[Pair, ...]:
    """Each criterion of both editions once, with its counterpart where it has one. The same pairs in both directions."""
    left, right = dict(a.criteria), dict(b.criteria)
    found: list[Pair] = []

    def take(one: str, other: str) -> None:
        found.append((left.pop(one), right.pop(other)))

    for one, other in _stated(a, b, framework):
        if one in left and other in right:
            take(one, other)
    for id_ in [i for i in left if i in right and _same(left[i].title, right[i].title)]:
        take(id_, id_)
    for one, other in _alike(left, right):
        if one in left and other in right:
            take(one, other)
    for id_ in [i for i in left if i in right]:
        take(id_, id_)
    return (*found, *((one, None) for one in left.values()), *((None, one) for one in right.values()))


def _stated(a: Edition, b: Edition, framework: Framework) -> Iterator[tuple[str, str]]:
    """Ids of a and b that `formerly` joins: of the later edition, where it follows the other one directly."""
    every = sorted({a.name, b.name, *names(framework)}, key=natural)
    places = every.index(a.name), every.index(b.name)
    if abs(places[0] - places[1]) != 1:
        return
    later = max((a, b), key=lambda edition: natural(edition.name))
    for criterion in later.criteria.values():
        for former in criterion.formerly:
            yield (former, criterion.id) if later is b else (criterion.id, former)


def _alike(left: Mapping[str, Criterion], right: Mapping[str, Criterion]) -> Iterator[tuple[str, str]]:
    """Ids of criteria with the same title and level whose summaries are nearly the same, the most alike first."""
    near = [
        (_likeness(one.summary, other.summary), one, other)
        for one in left.values()
        for other in right.values()
        if one.level == other.level and _same(one.title, other.title)
    ]
    for likeness, one, other in sorted(near, key=lambda n: (-n[0], sorted((n[1].sort_key, n[2].sort_key)))):
        if likeness >= _NEAR:
            yield one.id, other.id


def _likeness(one: str, other: str) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    words, others = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 1.0


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _change(before: Criterion | None, after: Criterion | None, framework: Framework, entity: str | None) -> Change:
    whom = [_whom(one, framework) if one else frozenset() for one in (before, after)]
    if entity is not None:
        before, after = before if entity in whom[0] else None, after if entity in whom[1] else None
    if before is None or after is None:
        kinds: tuple[Kind, ...] = ("added",) if after else ("removed",) if before else ()
        return Change(before, after, kinds)
    texts = [(c.title.split(), c.summary.split(), c.frequency.split()) for c in (before, after)]
    told: dict[Kind, bool] = {
        "raised": (before.level, after.level) == ("should", "must"),
        "lowered": (before.level, after.level) == ("must", "should"),
        "reworded": texts[0] != texts[1],
        "renumbered": before.id != after.id,
        "concerns": entity is None and whom[0] != whom[1],
    }
    return Change(before, after, tuple(kind for kind in KINDS if told.get(kind)))


def _whom(criterion: Criterion, framework: Framework) -> frozenset[str]:
    return frozenset(slug for slug in framework.entities if concerns(criterion, framework, (slug,)))


def in_words(old: str, new: str) -> tuple[Part, ...]:
    """Two texts as one, word by word: what stayed, what went, what came."""
    words, others = old.split(), new.split()
    parts: list[Part] = []
    for tag, i, j, k, m in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", " ".join(words[i:j])))
            continue
        if i < j:
            parts.append(Part("old", " ".join(words[i:j])))
        if k < m:
            parts.append(Part("new", " ".join(others[k:m])))
    return tuple(parts)
